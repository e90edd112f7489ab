package settings

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hearthmatch/hearth/linker/table"
	"github.com/hearthmatch/hearth/matcher"
)

// tab makes a table of a header and rows, cells divided by bars.
func tab(name, header string, rows ...string) *table.Table {
	t := &table.Table{Name: name, Rows: len(rows)}
	heads := strings.Split(header, "|")
	for i, h := range heads {
		c := table.Column{Name: h, Values: []string{""}}
		ids := map[string]uint32{"": 0}
		for _, r := range rows {
			v := strings.Split(r, "|")[i]
			if _, ok := ids[v]; !ok {
				ids[v] = uint32(len(c.Values))
				c.Values = append(c.Values, v)
			}
			c.Cells = append(c.Cells, ids[v])
		}
		t.Columns = append(t.Columns, c)
	}
	return t
}

func roleSettings(pairs ...string) *Settings {
	s := &Settings{Threshold: DefaultThreshold}
	for i := 0; i < len(pairs); i += 2 {
		s.Columns = append(s.Columns, Column{Name: pairs[i], As: pairs[i+1]})
	}
	return s
}

// cells reads a field's cells back, alternatives joined by a stroke.
func cells(t *testing.T, s *Settings, name string, tables ...*table.Table) []string {
	t.Helper()
	fields, err := s.fields(tables)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range fields {
		if f.name != name {
			continue
		}
		for i, tb := range tables {
			for row := range tb.Rows {
				var ids []uint32
				for _, src := range f.fed[i].of {
					ids = append(ids, src.column.Cells[row])
				}
				var got []string
				if len(ids) > 0 {
					got = slices.DeleteFunc(f.fed[i].read(nil, ids), func(v string) bool { return v == "" })
				}
				out = append(out, strings.Join(got, "/"))
			}
		}
	}
	return out
}

func TestFieldsAreFed(t *testing.T) {
	for _, tc := range []struct {
		name   string
		s      *Settings
		tables []*table.Table
		field  string
		want   []string
	}{
		{"middle names are alternatives", roleSettings("f", forename, "m", middleName),
			[]*table.Table{tab("a", "f|m", "Ann|Lee", "Bo|")}, forename, []string{"ANN/LEE", "BO"}},
		{"maiden names too", roleSettings("l", surname, "m", formerSurname),
			[]*table.Table{tab("a", "l|m", "Hill|Wood", "|Wood")}, surname, []string{"HILL/WOOD", "WOOD"}},
		{"a full name in one table, parts in the other", roleSettings("f", forename, "l", surname, "n", fullName),
			[]*table.Table{tab("a", "f|l", "Ann|Hill"), tab("b", "n", "Hill, Ann")}, surname, []string{"HILL", "HILL"}},
		{"what a full name adds", roleSettings("l", surname, "n", fullName),
			[]*table.Table{tab("a", "l|n", "Combe|Ann Hill, 1st Baron Combe")}, surname, []string{"COMBE/HILL"}},
		{"a date of three columns", roleSettings("d", dayOfBirth, "m", monthOfBirth, "y", yearOfBirth),
			[]*table.Table{tab("a", "d|m|y", "3|12|1990", "|5|1990", "||1990", "3|4|", "1|March|88")}, dateOfBirth,
			[]string{"1990-12-03", "1990-05", "1990", "", "1988-03-01"}},
		{"a year beside another table's date", roleSettings("dob", dateOfBirth, "y", yearOfBirth),
			[]*table.Table{tab("a", "dob", "1990-12-03"), tab("b", "y", "1990")}, dateOfBirth, []string{"1990-12-03", "1990"}},
		{"a year alone", roleSettings("y", yearOfBirth), []*table.Table{tab("b", "y", "1990")}, yearOfBirth, []string{"1990"}},
		{"a title where there is no sex", roleSettings("t", title), []*table.Table{tab("b", "t", "Mr", "Miss", "Dr")}, sex, []string{"M", "F", ""}},
		{"one line and parts", roleSettings("n", houseNumber, "s", street, "a", addressLine),
			[]*table.Table{tab("a", "n|s", "12|High St"), tab("b", "a", "12 High Street")}, addressLine, []string{"12 HIGH STREET", "12 HIGH STREET"}},
		{"a flat", roleSettings("f", flat, "n", houseNumber, "s", street),
			[]*table.Table{tab("a", "f|n|s", "Flat 2|12|High St", "|12|High St")}, addressLine, []string{"FLAT 2 12 HIGH STREET", "12 HIGH STREET"}},
		{"a number that the line has", roleSettings("n", houseNumber, "a", addressLine),
			[]*table.Table{tab("a", "n|a", "12|12 High St")}, addressLine, []string{"12 HIGH STREET"}},
		{"degrees", roleSettings("a", latitude, "b", longitude),
			[]*table.Table{tab("a", "a|b", "51.5|-0.12", "0|0", "x|1")}, point, []string{"51.5000,-0.1200", "", ""}},
		{"postcode of a full address", roleSettings("a", fullAddress),
			[]*table.Table{tab("a", "a", "1 High St, Exeter, EX1 2AB")}, postcode, []string{"EX1 2AB"}},
		{"codes of sex of their own", roleSettings("s", sex), []*table.Table{tab("a", "s", "H", "M", "H")}, sex, []string{"H", "M", "H"}},
		{"two telephones", roleSettings("a", phone, "b", phone),
			[]*table.Table{tab("a", "a|b", "01803 123456|07700 900123")}, phone, []string{"1803123456/7700900123"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if d := cmp.Diff(tc.want, cells(t, tc.s, tc.field, tc.tables...)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestMissingValuesAreNothing(t *testing.T) {
	s := roleSettings("dob", dateOfBirth)
	s.Columns[0].Missing = []string{"01/01/1900"}
	got := cells(t, s, dateOfBirth, tab("a", "dob", "01/01/1900", "02/01/1900"))
	if d := cmp.Diff([]string{"", "1900-01-02"}, got); d != "" {
		t.Error(d)
	}
}

func TestInputRefuses(t *testing.T) {
	people := tab("a", "f|l", "Ann|Hill")
	rules := roleSettings("f", forename)
	rules.Rules = []string{"surnam + forename"}
	high := roleSettings("f", forename)
	high.Threshold = 2
	var many []string
	var heads, row []string
	for _, c := range "abcdefghijklmnop" {
		many = append(many, string(c), category)
		heads, row = append(heads, string(c)), append(row, "x")
	}
	for _, tc := range []struct {
		s    *Settings
		t    []*table.Table
		want string
	}{
		{roleSettings("x", forename), []*table.Table{people}, `no table has the column "x"`},
		{roleSettings("f", "forenam"), []*table.Table{people}, `did you mean "forename"?`},
		{roleSettings("f", ""), []*table.Table{people}, "no column has a role that is compared"},
		{rules, []*table.Table{people}, `nothing is compared under the name "surnam"`},
		{high, []*table.Table{people}, "no probability"},
		{roleSettings(many...), []*table.Table{tab("a", strings.Join(heads, "|"), strings.Join(row, "|"))}, "16 fields are compared, at most 14"},
		{roleSettings("f", forename), nil, "0 tables"},
	} {
		if _, err := tc.s.Input(tc.t, Dedupe, 1); !errors.Is(err, ErrSettings) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("error %v, want %s", err, tc.want)
		}
	}
}

func TestInputIsOfAllTables(t *testing.T) {
	s := roleSettings("f", forename, "l", surname, "m", "", "id", RecordID, "pc", postcode, "town", town)
	s.Rules = []string{"either way: forename + surname", "initial of forename + outward part of postcode"}
	a := tab("a", "id|f|l|pc|town", "1|Ann|Hill|EX1 2AB|Exeter", "2|Bo|Wood|EX1 2AC|Exeter")
	b := tab("b", "id|f|l|pc", "1|Ann|Hill|EX1 2AB")
	in, err := s.Input([]*table.Table{a, b}, LinkOnly, 2)
	if err != nil {
		t.Fatal(err)
	}
	want := matcher.Spec{
		Columns: []matcher.ColumnSpec{
			{Name: forename, Kind: matcher.Forename, Frequent: true, Group: groupGiven},
			{Name: surname, Kind: matcher.Surname, Frequent: true, Shared: true},
			{Name: postcode, Kind: matcher.Postcode, Frequent: true, Shared: true, Group: groupPlace},
			{Name: town, Kind: matcher.Text, Frequent: true, Shared: true, Group: groupPlace},
		},
		Rules: []matcher.Rule{
			{Name: "either way: forename + surname", Either: true, Cap: ruleCap,
				Parts: []matcher.KeyPart{{Column: forename, How: matcher.Whole}, {Column: surname, How: matcher.Whole}}},
			{Name: "initial of forename + outward part of postcode", Cap: ruleCap,
				Parts: []matcher.KeyPart{{Column: forename, How: matcher.Initial}, {Column: postcode, How: matcher.Outward}}},
		},
	}
	if d := cmp.Diff(want, in.Spec); d != "" {
		t.Error(d)
	}
	if !in.Between || !slices.Equal(in.Sources, []uint8{0, 0, 1}) || len(in.Rows) != 3 || in.Rows[2] != 2 {
		t.Errorf("input of sources %v, rows %v, between %t", in.Sources, in.Rows, in.Between)
	}
	if id := s.IDColumn(b); id == nil || id.Name != "id" {
		t.Error("the id column is not found by its role")
	}
}

func TestGroupsStandFinestFirst(t *testing.T) {
	s := roleSettings("town", town, "pc", postcode, "st", region)
	s.Columns[2].Group = "none"
	fields, err := s.fields([]*table.Table{tab("a", "town|pc|st", "A|1|X", "A|2|Y", "A|3|Z", "B|4|W")})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range fields {
		got = append(got, f.name+":"+f.group)
	}
	if d := cmp.Diff([]string{"postcode:place", "town:place", "region:"}, got); d != "" {
		t.Error(d)
	}
}

func TestFullNameOfOneWordBesideParts(t *testing.T) {
	s := roleSettings("f", forename, "l", surname, "n", fullName)
	a := tab("a", "f|l|n", "Ann||Ann", "Ann|Hill|Ann 1st Baron Hill", "Ann||Ann Hill")
	if d := cmp.Diff([]string{"", "HILL", "HILL"}, cells(t, s, surname, a)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"ANN", "ANN", "ANN"}, cells(t, s, forename, a)); d != "" {
		t.Error(d)
	}
}
