package pipeline

import (
	"slices"
	"testing"

	"github.com/hearthmatch/hearth/family"
)

func TestOffices(t *testing.T) {
	row := func(feed family.Feed, id string, c family.Column, text string) *family.Row {
		return family.NewRow(feed, id, []family.Value{{Column: c, Text: text}})
	}
	got := offices([]*family.Row{
		row(family.Attendance, "a1", family.ColSchoolName, "Oakwood Primary School"),
		row(family.Schools, "1", family.ColName, "Hillside Academy"),
		row(family.Attendance, "a2", family.ColSchoolName, "Oakwood Primary School"),
		row(family.Attendance, "a3", family.ColForename, "Al"),
	})
	want := []family.Address{{Line1: "Hillside Academy"}, {Line1: "Oakwood Primary School"}}
	if !slices.Equal(got, want) {
		t.Errorf("offices %v, want %v", got, want)
	}
}
