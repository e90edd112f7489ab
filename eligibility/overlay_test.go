package eligibility

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hearthmatch/hearth/family"
)

// shippedFramework returns a shipped framework by its id, or nil.
func shippedFramework(id string) *Framework {
	for _, f := range Builtin() {
		if f.ID() == id {
			return f
		}
	}
	return nil
}

// overlay is a council's reading of phase 2 with one place for more changes.
const overlay = `extends: tf-phase2-2015
id: council-2015
version: 1
name: A council's reading
source: cabinet paper
changes:
  parameters:
    absence_measure: {value: total, verified: true, source: cabinet paper}
`

// overlaid loads the overlay with more changes, each line indented below
// changes.
func overlaid(more string) (*Framework, error) {
	return LoadOverlay("council.yaml", []byte(overlay+more), shippedFramework)
}

func mustOverlay(t *testing.T, more string) *Framework {
	t.Helper()
	f, err := overlaid(more)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// criterionOf returns a criterion of a framework, and whether it is there.
func criterionOf(f *Framework, id string) (Criterion, bool) {
	i := slices.IndexFunc(f.Criteria(), func(c Criterion) bool { return c.ID == id })
	if i < 0 {
		return Criterion{}, false
	}
	return f.Criteria()[i], true
}

func TestOverlay(t *testing.T) {
	base := shippedFramework("tf-phase2-2015")
	f := mustOverlay(t, `  criteria:
    - {id: p2.prison, counts: true}
    - {id: p2.health, verified: true}
    - {id: p2.debt, remove: true}
    - id: c.carer
      headline: children_need_help
      name: A young carer
      who: person.age < 25
      verified: false
      source: cabinet paper
      any:
        - {of: episodes, where: 'episode.open && episode.need_code == "5.4"'}
  eligible: {at_least: 3}
`)
	if f.ID() != "council-2015" || f.Extends() != "tf-phase2-2015" || f.Version() != 1 || f.Name() != "A council's reading" {
		t.Errorf("got %s version %d of %s, %s", f.ID(), f.Version(), f.Extends(), f.Name())
	}
	if len(f.Criteria()) != len(base.Criteria()) {
		t.Errorf("got %d criteria, want one removed and one added of %d", len(f.Criteria()), len(base.Criteria()))
	}
	if c, ok := criterionOf(f, "p2.prison"); !ok || !c.Counts || c.Name == "" {
		t.Errorf("got %+v, want p2.prison to count and keep its name", c)
	}
	if c, _ := criterionOf(base, "p2.prison"); c.Counts {
		t.Error("the overlay changed its base")
	}
	if c, ok := criterionOf(f, "c.carer"); !ok || c.Headline != "children_need_help" {
		t.Errorf("got %+v of the criterion added", c)
	}
	if _, ok := criterionOf(f, "p2.debt"); ok {
		t.Error("the criterion removed is still there")
	}
	i := slices.IndexFunc(f.Parameters(), func(p Parameter) bool { return p.Name == "absence_measure" })
	if p := f.Parameters()[i]; p.Value != "total" || p.Source != "cabinet paper" {
		t.Errorf("got parameter %+v", p)
	}
	again, err := LoadOverlay("again.yaml", []byte("extends: council-2015\nid: again\nversion: 2\nname: Again\nsource: x\n"),
		func(string) *Framework { return f })
	if err != nil || len(again.Criteria()) != len(f.Criteria()) {
		t.Errorf("an overlay of an overlay: got %v", err)
	}
}

func TestOverlayRefuses(t *testing.T) {
	for _, tc := range []struct{ name, more, want string }{
		{"unknown key", "  parameter: {}\n", `council.yaml: line 9: unknown field "parameter"; did you mean parameters?`},
		{"headline of the base", "headlines: []\n", `council.yaml: line 9: unknown field "headlines"`},
		{"value that is no choice", "    absence_bound: {value: over, verified: true, source: x}\n", "council.yaml: line 9: changes.parameters.absence_bound.value: write one of more than, at least"},
		{"another type", "    absence_share: {value: 10, verified: true, source: x}\n", "council.yaml: line 9: changes.parameters.absence_share.value: is a whole number and was a share"},
		{"without a source", "    absence_share: {value: 10 %, verified: true}\n", "council.yaml: line 9: changes.parameters.absence_share.source: is missing"},
		{"parameter that is not there", "    absence_shore: {verified: true}\n", "changes.parameters.absence_shore: there is no such parameter to change; did you mean absence_share?"},
		{"parameter of its own that nothing uses", "    mine: {value: 1, verified: true, source: x}\n", "council.yaml: line 9: changes.parameters.mine: nothing uses it"},
		{"criterion that is not there", "  criteria:\n    - {id: p2.prisn, counts: true}\n", "council.yaml: line 10: changes.criteria[0].id: there is no criterion p2.prisn to change; did you mean p2.prison?"},
		{"criterion to remove that is not there", "  criteria:\n    - {id: p2.prisn, remove: true}\n", "there is no criterion p2.prisn to remove; did you mean p2.prison?"},
		{"headline that is not there", "  criteria:\n    - {id: mine, headline: crime}\n", "changes.criteria[0].headline: there is no headline crime"},
		{"moved", "  criteria:\n    - {id: p2.da, headline: health}\n", "changes.criteria[0].headline: cannot move a criterion"},
		{"the last of a headline", "  criteria:\n    - {id: p2.da, remove: true}\n", "criteria: needs at least one value"},
		{"a fault of its own", "  criteria:\n    - id: p2.da\n      any:\n        - of: events\n          within: 6 months\n          where: |\n            event.role == \"victim\" &&\n            event.event_type == \"abuse\"\n",
			`council.yaml: line 16: changes.criteria[0].any[0].where: event.event_type is never "abuse"`},
		{"more than there are", "  eligible: {at_least: 7}\n", "council.yaml: line 9: changes.eligible.at_least: must be 1 to 6"},
		{"more parents' headlines than there are", "  eligible: {nonresident_parent_max: 7}\n", "line 9: changes.eligible.nonresident_parent_max: must be 0 to 6"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := overlaid(tc.more)
			if !errors.Is(err, family.ErrInvalid) {
				t.Fatalf("got %v, want ErrInvalid", err)
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want it to say %q", err, tc.want)
			}
		})
	}
	for _, tc := range []struct{ old, new, want string }{
		{"extends: tf-phase2-2015", "extends: tf-phase9", "council.yaml: line 1: extends: there is no framework"},
		{"id: council-2015", "id: tf-phase2-2015", "line 2: id: is that of the framework it extends"},
		{"extends: tf-phase2-2015\n", "", "says not what it extends"},
	} {
		_, err := LoadOverlay("council.yaml", []byte(strings.Replace(overlay, tc.old, tc.new, 1)), shippedFramework)
		if !errors.Is(err, family.ErrInvalid) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("got %v, want it to say %q", err, tc.want)
		}
	}
	if _, err := Load("own.yaml", []byte(strings.Replace(small, "        who:", "        headline: school\n        who:", 1))); err == nil || !strings.Contains(err.Error(), "headline and remove are for overlays") {
		t.Errorf("got %v of a whole file with an overlay's key", err)
	}
}

func TestIsOverlay(t *testing.T) {
	for text, want := range map[string]bool{
		overlay: true, small: false, "extends: sf-2022\nheadlines: []\n": true, "id: [": false, "": false,
	} {
		if got := IsOverlay([]byte(text)); got != want {
			t.Errorf("IsOverlay(%.30q) = %v, want %v", text, got, want)
		}
	}
}

func FuzzLoadOverlay(f *testing.F) {
	f.Add([]byte(overlay))
	f.Add([]byte(overlay + "  criteria:\n    - {id: p2.da, remove: true}\n  eligible: {local: {at_least: 1, reason: r, criteria: [{id: x}]}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		fw, err := LoadOverlay("council.yaml", data, shippedFramework)
		if (fw == nil) != (err != nil) {
			t.Errorf("got framework %v and error %v", fw != nil, err)
		}
		if err != nil && !errors.Is(err, family.ErrInvalid) {
			t.Errorf("got %v, want ErrInvalid", err)
		}
	})
}

// nonResident is a household with a non-resident parent, whose rows meet crime
// and work.
func nonResident() *council {
	c := newCouncil()
	for _, m := range []struct {
		id, born string
		role     family.Role
	}{{"P1", "1985-01-01", family.Adult}, {"P2", "2012-05-05", family.Child}, {"P3", "1984-01-01", family.NonResidentParent}} {
		c.household.Members = append(c.household.Members, family.Member{PersonID: m.id, Role: m.role})
		c.persons[m.id] = &family.Person{ID: m.id, Profile: family.Profile{DOB: family.MustDate(m.born)}}
	}
	c.give("P3", family.Police, family.ColEventRef, "E1", family.ColEventType, "asb", family.ColRole, "offender", family.ColOccurredFrom, "2025-03-03")
	c.give("P3", family.Benefits, family.ColBenefit, "JSA", family.ColRole, "claimant")
	return c
}

// give adds a row of columns and texts to a person.
func (c *council) give(person string, feed family.Feed, columns ...any) {
	var values []family.Value
	for i := 0; i < len(columns); i += 2 {
		values = append(values, family.Value{Column: columns[i].(family.Column), Text: columns[i+1].(string)})
	}
	c.rows++
	row := family.NewRow(feed, "given"+string(rune('a'+c.rows)), values)
	row.AsAt, row.Agency = c.asAt, "agency"
	p := c.persons[person]
	p.Records = append(p.Records, &family.Record{Row: row})
}

func TestNonResidentParents(t *testing.T) {
	for _, tc := range []struct {
		name, more string
		want       []string
		eligible   bool
	}{
		{"count for nothing", "", nil, false},
		{"none said", "  eligible: {nonresident_parent_max: 0}\n", nil, false},
		{"count for one headline", "  eligible: {nonresident_parent_max: 1}\n", []string{"crime_asb"}, false},
		{"count for two", "  eligible: {nonresident_parent_max: 2}\n", []string{"crime_asb", "work_finance"}, true},
	} {
		c := nonResident()
		got, ok := c.scoreBy(mustOverlay(t, tc.more))
		if !ok || !slices.Equal(got.HeadlinesMet(), tc.want) || got.Eligible != tc.eligible {
			t.Errorf("%s: got %v met, eligible %v; want %v, %v", tc.name, got.HeadlinesMet(), got.Eligible, tc.want, tc.eligible)
		}
		if tc.eligible && !slices.Contains(got.RestsOn, "P3") {
			t.Errorf("%s: got that it rests on %v, want the parent among them", tc.name, got.RestsOn)
		}
	}
}

// TestNonResidentParentIsSpentWhereNobodyElseMeets: what a resident meets leaves
// the parent's one headline for another.
func TestNonResidentParentIsSpentWhereNobodyElseMeets(t *testing.T) {
	c := nonResident()
	c.give("P1", family.Police, family.ColEventRef, "E2", family.ColEventType, "asb", family.ColRole, "offender", family.ColOccurredFrom, "2025-03-03")
	got, _ := c.scoreBy(mustOverlay(t, "  eligible: {nonresident_parent_max: 1}\n"))
	if !got.Eligible || !slices.Equal(got.HeadlinesMet(), []string{"crime_asb", "work_finance"}) {
		t.Errorf("got %v met, eligible %v", got.HeadlinesMet(), got.Eligible)
	}
	i := slices.IndexFunc(got.Needs, func(n *family.Need) bool { return n.Criterion == "p2.oow" })
	if n := got.Needs[i]; !slices.Equal(n.Persons, []string{"P3"}) || !strings.Contains(n.Reason, "of a non-resident parent") {
		t.Errorf("got p2.oow by %v: %s", n.Persons, n.Reason)
	}
}

// TestTwoParentsShareHeadlines: of two parents each is given the headline that
// leaves one for the other.
func TestTwoParentsShareHeadlines(t *testing.T) {
	f := &Framework{awayMost: 1}
	got := f.share([]map[int][]int{{0: {0}, 1: {1}}, {0: {0}}}, 2)
	if !slices.Equal(got, []int{1, 0}) {
		t.Errorf("got %v, want the second parent for the first headline", got)
	}
}

// TestOverlayOfAnOverlay: a reading of a reading belongs to the programme that
// both are of, so that one result is not claimed under each.
func TestOverlayOfAnOverlay(t *testing.T) {
	first := mustOverlay(t, "  eligible: {at_least: 3}\n")
	file := "id: ward-2015\nextends: council-2015\nversion: 1\nname: A ward's reading\nsource: minutes\nchanges:\n  eligible: {at_least: 4}\n"
	second, err := LoadOverlay("ward.yaml", []byte(file), func(string) *Framework { return first })
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		f                  *Framework
		extends, programme string
	}{
		{shippedFramework("tf-phase2-2015"), "", "tf-phase2-2015"},
		{first, "tf-phase2-2015", "tf-phase2-2015"}, {second, "council-2015", "tf-phase2-2015"},
	} {
		if c.f.Extends() != c.extends || c.f.Programme() != c.programme {
			t.Errorf("%s extends %q of programme %q, want %q of %q", c.f.ID(), c.f.Extends(), c.f.Programme(), c.extends, c.programme)
		}
	}
	for _, of := range []string{"ward-2015", "council-2015", "tf-phase2-2015", ""} {
		if !second.concernedBy(&Nomination{Framework: of}, &people{}) {
			t.Errorf("a nomination under %q does not concern %s", of, second.ID())
		}
	}
	if first.concernedBy(&Nomination{Framework: "ward-2015"}, &people{}) {
		t.Error("a nomination under an overlay concerns its base")
	}
}
