package eligibility

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/family"
)

func TestBuiltin(t *testing.T) {
	var got []string
	for _, f := range Builtin() {
		got = append(got, fmt.Sprintf("%s v%d %d headlines %d criteria", f.ID(), f.Version(), len(f.Headlines()), len(f.Criteria())))
		for _, c := range f.Criteria() {
			if c.Name == "" || c.Source == "" || c.Headline == "" {
				t.Errorf("%s: criterion %s lacks a name, source or headline", f.ID(), c.ID)
			}
		}
	}
	want := []string{
		"tf-phase1-2012 v1 3 headlines 9 criteria",
		"tf-phase2-2015 v1 6 headlines 12 criteria",
		"sf-2022 v1 10 headlines 34 criteria",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("frameworks (-want +got):\n%s", diff)
	}
}

// small is the least framework that loads.
const small = `id: local-2026
version: 1
name: A council's own
source: cabinet paper
valid: {from: 2026-04-01}
family: {adults: 1, children: 1}
event_date: [occurred_from]
eligible:
  count: headlines
  at_least: 1
headlines:
  - id: school
    name: School
    criteria:
      - id: s1
        name: Absence
        who: under 18
        verified: true
        source: cabinet paper
        any:
          - absence: {measure: total, share: at least 12.5 %, min_possible: 20, within: 2 terms}
`

func TestLoad(t *testing.T) {
	f, err := Load("local.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	from, to := f.Valid()
	if f.ID() != "local-2026" || f.Name() != "A council's own" || from != family.MustDate("2026-04-01") || to != 0 {
		t.Errorf("got %s, %s, %v to %v", f.ID(), f.Name(), from, to)
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, tc := range []struct{ name, old, new, want string }{
		{"unknown field", "    name: School", "    title: School", `line 13: unknown field "title"`},
		{"unknown test", "absence:", "truancy:", `line 21: unknown field "truancy"`},
		{"unknown figure of a test", "min_possible: 20", "minimum: 20", `line 21: unknown field "minimum"`},
		{"field twice", "version: 1", "version: 1\nversion: 2", `line 3: mapping key "version" already defined`},
		{"wrong type", "version: 1", "version: one", "line 2: "},
		{"no YAML", "id: local-2026", "id: [", "line "},
		{"tag", "version: 1", "version: !!int 1", "line 2: tags, anchors and aliases are not read here"},
		{"anchor", "name: School", "name: &n School", "line 13: tags, anchors"},
		{"tag on a list", "event_date: [occurred_from]", "event_date: !list\n  a: b", "line 7: tags, anchors"},
		{"two frameworks", "id: local-2026", "id: x\n---\nid: local-2026", "exactly one framework"},
		{"id", "id: local-2026", "id: Local 2026", "line 1: id: write small letters"},
		{"version", "version: 1", "version: 0", "line 2: version: must be 1 to"},
		{"name missing", "name: A council's own\n", "", "name: is missing"},
		{"date", "from: 2026-04-01", "from: 2026-02-30", "line 5: valid.from: write a date"},
		{"dates reversed", "from: 2026-04-01", "from: 2026-04-01, to: 2026-03-31", "line 5: valid.to: lies before from"},
		{"event date", "[occurred_from]", "[dob]", "line 7: event_date[0]: write one of outcome_date"},
		{"no event date", "[occurred_from]", "[]", "line 7: event_date: needs at least one value"},
		{"count", "count: headlines", "count: points", "line 9: eligible.count: write one of headlines, needs"},
		{"more than there are", "at_least: 1", "at_least: 2", "line 10: eligible.at_least: must be 1 to 1"},
		{"of an unknown headline", "at_least: 1", "at_least: 1\n  of: [work]", "line 11: eligible.of[0]: write one of school"},
		{"headline twice", "headlines:", "headlines:\n  - {id: school, name: S, criteria: []}", "line 13: headlines[1].id: is used twice"},
		{"headline without criteria", "headlines:", "headlines:\n  - {id: work, name: W, criteria: []}", "line 12: headlines[0].criteria: needs at least one value"},
		{"kept headline", "id: school", "id: local", "line 12: headlines[0].id: is kept for the local filter"},
		{"who", "who: under 18", "who: minors", "line 17: headlines[0].criteria[0].who: write any, adult"},
		{"verified missing", "        verified: true\n", "", "headlines[0].criteria[0].verified: say true or false"},
		{"measure", "measure: total", "measure: late", "line 21: headlines[0].criteria[0].any[0].absence.measure: write one of unauthorised, total"},
		{"share without comparison", "at least 12.5 %", "12.5 %", `absence.share: write "at least" or "more than"`},
		{"share without per cent", "at least 12.5 %", "at least 12.5", "absence.share: is a share: end it with %"},
		{"share of nothing", "at least 12.5 %", "at least 0 %", "absence.share: at least 0 % is met by everybody"},
		{"share over all", "at least 12.5 %", "at least 101 %", "absence.share: nobody can meet at least 101 %"},
		{"share over all", "at least 12.5 %", "more than 100 %", "absence.share: nobody can meet more than 100 %"},
		{"negative", "at least 12.5 %", "at least -1 %", "absence.share: write"},
		{"sessions", "min_possible: 20", "min_possible: 0", "absence.min_possible: must be 1 to 1000"},
		{"no window", ", within: 2 terms", "", "absence.within: is missing"},
		{"window in months", "2 terms", "6 months", "absence.within: is counted over whole terms"},
		{"window of nothing", "2 terms", "0 terms", "absence.within: a window is 1 to 72 months"},
		{"window over everything", "2 terms", "19 terms", "absence.within: a window is 1 to 72 months"},
		{"no test", "\n          - absence: {measure: total, share: at least 12.5 %, min_possible: 20, within: 2 terms}", " []", "line 20: headlines[0].criteria[0].any: needs at least one value"},
		{"an empty test", "absence: {measure: total, share: at least 12.5 %, min_possible: 20, within: 2 terms}", "{}", "any[0]: give exactly one kind of test"},
		{"two tests in one", "absence:", "arrears: {weeks: at least 8}\n            absence:", "any[0]: give exactly one kind of test"},
		{"police without roles", "absence: {measure: total, share: at least 12.5 %, min_possible: 20, within: 2 terms}",
			"police_event: {event_types: [asb], within: 12 months}", "police_event.roles: needs at least one value"},
		{"police in terms", "absence: {measure: total, share: at least 12.5 %, min_possible: 20, within: 2 terms}",
			"police_event: {roles: [offender], within: 3 terms}", "police_event.within: is counted over months"},
		{"unknown role", "absence: {measure: total, share: at least 12.5 %, min_possible: 20, within: 2 terms}",
			"police_event: {roles: [culprit], within: 3 months}", "police_event.roles[0]: write one of offender"},
		{"outcome", "absence: {measure: total, share: at least 12.5 %, min_possible: 20, within: 2 terms}",
			"police_event: {roles: [offender], outcomes: [1, 23], within: 3 months}", "police_event.outcomes[1]: must be 1 to 22"},
		{"involvement of any kind", "absence: {measure: total, share: at least 12.5 %, min_possible: 20, within: 2 terms}",
			"involvement: {without_need_code: true}", "any[0].involvement: needs at least one value"},
		{"filter for all", "at_least: 1", "at_least: 1\n  local: {at_least: 1, reason: \"\"}", "line 11: eligible.local.reason: is missing"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text := strings.Replace(small, tc.old, tc.new, 1)
			if text == small {
				t.Fatal("the case changes nothing")
			}
			_, err := Load("local.yaml", []byte(text))
			if !errors.Is(err, family.ErrInvalid) {
				t.Fatalf("got %v, want ErrInvalid", err)
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want it to say %q", err, tc.want)
			}
		})
	}
}

func TestLoadReportsEverything(t *testing.T) {
	text := strings.NewReplacer("version: 1", "version: 0", "who: under 18", "who: all", "total", "some").Replace(small)
	_, err := Load("local.yaml", []byte(text))
	if err == nil || strings.Count(err.Error(), "line ") != 3 {
		t.Errorf("got %v, want three faults", err)
	}
}

func TestSort(t *testing.T) {
	candidate := func(id string, eligible bool, met int) family.Candidate {
		c := family.Candidate{HouseholdID: id, Eligible: eligible}
		for range met {
			c.Headlines = append(c.Headlines, family.HeadlineResult{Status: family.Met})
		}
		return c
	}
	cs := []family.Candidate{candidate("H5", false, 2), candidate("H4", false, 3), candidate("H3", true, 3),
		candidate("H2", true, 4), candidate("H1", true, 3)}
	Sort(cs)
	var got []string
	for _, c := range cs {
		got = append(got, c.HouseholdID)
	}
	if diff := cmp.Diff([]string{"H2", "H1", "H3", "H4", "H5"}, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(small))
	f.Fuzz(func(t *testing.T, data []byte) {
		fw, err := Load("local.yaml", data)
		if (fw == nil) != (err != nil) {
			t.Errorf("got framework %v and error %v", fw != nil, err)
		}
		if err != nil && !errors.Is(err, family.ErrInvalid) {
			t.Errorf("got %v, want ErrInvalid", err)
		}
	})
}
