package tablefile

import (
	"io"
	"time"

	"github.com/parquet-go/parquet-go"
)

// WriteParquet writes the table with its types: every column may be null (a
// cell that is nil), text is a string, dates are dates. The columns keep their
// order. The notes are in the file's own key-value pairs: "note", and
// "column.NAME" for each column. Pages are of the first version, values plain
// and compressed with Snappy, which every reader knows. Errors are those of
// Table.Check.
func WriteParquet(w io.Writer, t *Table) error {
	if err := t.Check(); err != nil {
		return err
	}
	out := parquet.NewWriter(w, parquetOptions(t)...)
	rows := make([]parquet.Row, 0, 256)
	for i, row := range t.Rows {
		rows = append(rows, parquetRow(t, row))
		if len(rows) < cap(rows) && i < len(t.Rows)-1 {
			continue
		}
		if _, err := out.WriteRows(rows); err != nil {
			return err
		}
		rows = rows[:0]
	}
	return out.Close()
}

func parquetOptions(t *Table) []parquet.WriterOption {
	nodes := columns{Group: parquet.Group{}}
	options := []parquet.WriterOption{
		parquet.CreatedBy("hearth", "1", "tablefile"), parquet.DataPageVersion(1),
		parquet.KeyValueMetadata("note", t.Note),
	}
	for _, c := range t.Columns {
		node := parquet.Encoded(parquetNode(c.Type), &parquet.Plain)
		nodes.Group[c.Name] = parquet.Compressed(parquet.Optional(node), &parquet.Snappy)
		options = append(options, parquet.KeyValueMetadata("column."+c.Name, c.Note))
	}
	named := map[string]parquet.Field{}
	for _, f := range nodes.Group.Fields() {
		named[f.Name()] = f
	}
	for _, c := range t.Columns {
		nodes.order = append(nodes.order, named[c.Name])
	}
	return append(options, parquet.NewSchema(t.Name, nodes))
}

// columns is a group whose fields keep the table's order; a plain group sorts
// them by name.
type columns struct {
	parquet.Group
	order []parquet.Field
}

// Fields returns the columns in order.
func (c columns) Fields() []parquet.Field { return c.order }

func parquetNode(t Type) parquet.Node {
	switch t {
	case Integer:
		return parquet.Int(64)
	case Number:
		return parquet.Leaf(parquet.DoubleType)
	case Date:
		return parquet.Date()
	case Boolean:
		return parquet.Leaf(parquet.BooleanType)
	}
	return parquet.String()
}

// parquetRow has definition level 0 for null and 1 for a value.
func parquetRow(t *Table, row []any) parquet.Row {
	out := make(parquet.Row, len(row))
	for i, cell := range row {
		if cell == nil {
			out[i] = parquet.NullValue().Level(0, 0, i)
			continue
		}
		out[i] = parquetValue(t.Columns[i].Type, cell).Level(0, 1, i)
	}
	return out
}

func parquetValue(t Type, cell any) parquet.Value {
	switch v := cell.(type) {
	case string:
		if t == Date {
			return parquet.Int32Value(int32(days(v, time.Unix(0, 0))))
		}
		return parquet.ByteArrayValue([]byte(v))
	case int64:
		return parquet.Int64Value(v)
	case float64:
		return parquet.DoubleValue(v)
	case bool:
		return parquet.BooleanValue(v)
	}
	return parquet.NullValue()
}
