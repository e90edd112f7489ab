package main

import (
	"encoding/csv"
	"errors"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"
)

// toParquet writes a CSV file again as Parquet: every column text, blank cells
// null.
func toParquet(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	r := csv.NewReader(in)
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return err
	}
	group := parquet.Group{}
	for _, name := range header {
		group[name] = parquet.Compressed(parquet.Optional(parquet.String()), &parquet.Zstd)
	}
	schema := parquet.NewSchema("people", group)
	place := make([]int, len(header)) // of each column in the schema, which sorts them
	for i, name := range header {
		for j, path := range schema.Columns() {
			if path[0] == name {
				place[i] = j
			}
		}
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	w := parquet.NewWriter(out, schema)
	row := make(parquet.Row, len(header))
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return w.Close()
		}
		if err != nil {
			return err
		}
		for i, text := range cells {
			if text == "" {
				row[place[i]] = parquet.NullValue().Level(0, 0, place[i])
			} else {
				row[place[i]] = parquet.ByteArrayValue([]byte(text)).Level(0, 1, place[i])
			}
		}
		if _, err := w.WriteRows([]parquet.Row{row}); err != nil {
			return err
		}
	}
}
