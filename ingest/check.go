package ingest

import (
	"github.com/hearthmatch/hearth/family"
)

// Check reads one row of a feed by the rules of feeds.md. It returns the row
// in canonical form (dates in ISO form, listed values in the spelling of
// feeds.md, counts and money plain numbers, text trimmed and free of control
// characters), or every reason for which it is refused: row is nil exactly if
// there are any. What is reported refused nothing.
//
// Days of birth are held against today; 0 leaves that out. Problems come in
// the order of values, then the rules between columns; none repeats a value.
// Values are as supplied, blank ones may be left out; Check does not change
// them and the row shares their text. It is safe for concurrent use.
func Check(
	feed family.Feed, values []family.Value, today family.Date,
) (row *family.Row, refused, reported []family.Problem) {
	if !feed.Valid() {
		return nil, []family.Problem{problem(0, reasonUnreadable)}, nil
	}
	c := checker{layout: layouts[feed], today: today}
	row = c.row(values)
	if len(c.refused) > 0 {
		return nil, c.refused, c.reported
	}
	return row, nil, c.reported
}

// checker gathers what is wrong with one row.
type checker struct {
	layout            *layout
	today             family.Date
	values            []family.Value           // in canonical form
	at                [family.NumColumns]uint8 // place in values, from 1; 0 is blank
	refusedAt         [family.NumColumns]bool  // the column's own value was refused
	refused, reported []family.Problem
}

// row checks the values and makes the row of them, whether or not anything
// was refused.
func (c *checker) row(values []family.Value) *family.Row {
	if withdrawn(c.layout, values) {
		return c.withdrawal(values)
	}
	nobody := c.layout.feed == family.Police && nobodyInvolved(values)
	c.values = make([]family.Value, 0, len(values)+3) // 3: counts that marks give
	dropped := false
	for _, v := range values {
		switch {
		case !c.layout.has(v.Column):
			c.refuse(v.Column, reasonUndeclared)
		case nobody && c.layout.fields[v.Column].person:
			dropped = dropped || !blank(v.Text)
		default:
			c.value(v)
		}
	}
	if dropped {
		c.report(family.ColRole, reportDropped)
	}
	c.rules(nobody)
	return family.NewRow(c.layout.feed, c.id(), c.values)
}

// withdrawn says whether the row asks to be withdrawn.
func withdrawn(l *layout, values []family.Value) bool {
	if !l.has(family.ColDeleted) {
		return false
	}
	for _, v := range values {
		if v.Column == family.ColDeleted {
			text, _ := clean(v.Text)
			return text == "Y" || text == "y"
		}
	}
	return false
}

// withdrawal makes a row that withdraws its record. It needs the record_id
// alone; whatever else it holds is not read and not kept.
func (c *checker) withdrawal(values []family.Value) *family.Row {
	for _, v := range values {
		if v.Column == family.ColRecordID {
			c.value(v)
		}
	}
	c.need(family.ColRecordID)
	row := family.NewRow(c.layout.feed, c.text(family.ColRecordID), nil)
	row.Deleted = true
	return row
}

// nobodyInvolved says whether a police row's role is none.
func nobodyInvolved(values []family.Value) bool {
	for _, v := range values {
		if v.Column == family.ColRole {
			text, _ := clean(v.Text)
			return equalFold(text, "none")
		}
	}
	return false
}

// value checks one value by its column's kind and keeps it.
func (c *checker) value(v family.Value) {
	f := &c.layout.fields[v.Column]
	text, found := clean(v.Text)
	if found&foundUndecodable != 0 {
		c.refuse(v.Column, reasonUndecodable)
		return
	}
	if found&foundNUL != 0 {
		c.refuse(v.Column, reasonNUL)
		return
	}
	if found&foundControl != 0 {
		c.report(v.Column, reportControl)
	}
	if text == "" {
		return
	}
	if len(text) > f.limit && longer(text, f.limit) {
		c.refuseWith(v.Column, reasonTooLong, f.tooLong())
		return
	}
	if text, ok := c.canonical(f, v.Column, text); ok {
		c.keep(v.Column, text)
	}
}

// keep puts a canonical value into the row.
func (c *checker) keep(column family.Column, text string) {
	if text == "" {
		return
	}
	if c.at[column] != 0 {
		c.refuse(column, reasonTwice)
		return
	}
	c.values = append(c.values, family.Value{Column: column, Text: text})
	c.at[column] = uint8(len(c.values))
}

// text returns a kept value, "" where the column is blank.
func (c *checker) text(column family.Column) string {
	if i := c.at[column]; i != 0 {
		return c.values[i-1].Text
	}
	return ""
}

// date returns a kept date, unknown where the column is blank.
func (c *checker) date(column family.Column) family.Date {
	d, _ := family.ParseDate(c.text(column))
	return d
}

func (c *checker) refuse(column family.Column, reason string) {
	c.refuseWith(column, reason, details[reason])
}

func (c *checker) refuseWith(column family.Column, reason, detail string) {
	if int(column) < len(c.refusedAt) {
		c.refusedAt[column] = true
	}
	c.refused = append(c.refused, family.Problem{Column: column.String(), Reason: reason, Detail: detail})
}

func (c *checker) report(column family.Column, reason string) {
	c.reported = append(c.reported, problem(column, reason))
}

// need refuses the row if a required column is blank. A value that was
// refused itself is not also missing.
func (c *checker) need(column family.Column) {
	if c.at[column] == 0 && !c.refusedAt[column] {
		c.refuse(column, reasonRequired)
	}
}

// id returns what names the row: record_id, or the key of a reference file,
// which for a target is its area and the day from which it holds.
func (c *checker) id() string {
	key := c.text(c.layout.feed.Key())
	switch c.layout.feed {
	case family.Addresses:
		if uprn := family.UPRN(key); uprn != "" {
			return uprn
		}
	case family.Targets:
		if from := c.text(family.ColFrom); from != "" {
			return key + "/" + from
		}
	}
	return key
}
