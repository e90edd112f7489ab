package eligibility

import (
	"errors"
	"fmt"
	"os"
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
		"tf-phase1-2012 v2 3 headlines 9 criteria",
		"tf-phase2-2015 v2 6 headlines 15 criteria",
		"sf-2022 v2 10 headlines 35 criteria",
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
parameters:
  share: {value: 12.5 %, unit: of possible sessions, verified: true, source: cabinet paper}
  window: {value: 2 terms, verified: true, source: cabinet paper}
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
          - of: sessions
            within: param.window
            where: session.possible_known && session.authorised_known && session.unauthorised_known
            met: |
              total.possible >= 20 &&
              at_least(total.absent, total.possible, param.share)
            unknown: total.possible < 20 && person.compulsory_school_age
            figure: {value: total.absent, of: total.possible, many: sessions, bar: "at least {param.share}"}
            says: absence {figure} over {within}
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
	const (
		where  = "where: session.possible_known && session.authorised_known && session.unauthorised_known"
		test   = "of: sessions\n            within: param.window\n            " + where
		events = "of: events\n            within: 12 months\n            where: "
		met    = "total.possible >= 20 &&"
		share  = "value: 12.5 %"
		window = "value: 2 terms"
		any1   = "headlines[0].criteria[0].any[0]."
	)
	for _, tc := range []struct{ name, old, new, want string }{
		{"unknown key", "    name: School", "    title: School", `line 16: unknown field "title"`},
		{"unknown key, with the right one", "    name: School", "    nmae: School", `unknown field "nmae"; did you mean name?`},
		{"key twice", "version: 1", "version: 1\nversion: 2", `line 3: mapping key "version" already defined`},
		{"wrong type", "version: 1", "version: one", "local.yaml: line 2: "},
		{"no YAML", "id: local-2026", "id: [", "line "},
		{"tag", "version: 1", "version: !!int 1", "line 2: tags, anchors and aliases are not read here"},
		{"anchor", "name: School", "name: &n School", "line 16: tags, anchors"},
		{"tag on a list", "event_date: [occurred_from]", "event_date: !list\n  a: b", "line 10: tags, anchors"},
		{"two frameworks", "id: local-2026", "id: x\n---\nid: local-2026", "exactly one framework"},
		{"overlay", "id: local-2026", "extends: sf-2022\nid: local-2026", "is an overlay of"},
		{"id", "id: local-2026", "id: Local 2026", "line 1: id: write small letters"},
		{"version", "version: 1", "version: 0", "line 2: version: must be 1 to"},
		{"name missing", "name: A council's own\n", "", "name: is missing"},
		{"date", "from: 2026-04-01", "from: 2026-02-30", "line 5: valid.from: write a date"},
		{"dates reversed", "from: 2026-04-01", "from: 2026-04-01, to: 2026-03-31", "line 5: valid.to: lies before from"},
		{"event date", "[occurred_from]", "[dob]", "line 10: event_date[0]: write one of outcome_date"},
		{"no event date", "[occurred_from]", "[]", "line 10: event_date: needs at least one value"},
		{"count", "count: headlines", "count: points", "line 12: eligible.count: write one of headlines, needs"},
		{"more than there are", "at_least: 1", "at_least: 2", "line 13: eligible.at_least: must be 1 to 1"},
		{"of an unknown headline", "at_least: 1", "at_least: 1\n  of: [work]", "line 14: eligible.of[0]: write one of school"},
		{"headline twice", "headlines:", "headlines:\n  - {id: school, name: S, criteria: []}", "line 16: headlines[1].id: is used twice"},
		{"headline without criteria", "headlines:", "headlines:\n  - {id: work, name: W, criteria: []}", "line 15: headlines[0].criteria: needs at least one value"},
		{"kept headline", "id: school", "id: local", "line 15: headlines[0].id: is kept for the local filter"},
		{"who", "who: under 18", "who: minors", "line 20: headlines[0].criteria[0].who: write any, adult"},
		{"who of an unknown field", "who: under 18", "who: person.old < 25", "line 20: headlines[0].criteria[0].who: there is no person.old"},
		{"who of everybody", "who: under 18", "who: person.age >= -1", "is always so"},
		{"verified missing", "        verified: true\n", "", "headlines[0].criteria[0].verified: say true or false"},
		{"a criterion that does not count", "who: under 18", "who: under 18\n        counts: false", "line 13: eligible.at_least: nothing counts; let a criterion count"},
		{"kind", "of: sessions", "of: session", "line 24: " + any1 + "of: write one of sessions, events, claims, tenancies, episodes, nominations; did you mean sessions?"},
		{"no test", "any:", "by: nomination\n        any:", "headlines[0].criteria[0].any: is not asked of what only a nomination can meet"},
		{"share of nothing", share, "value: 0 %", "line 7: parameters.share.value: a share is over 0 and up to 100 %"},
		{"share over all", share, "value: 101 %", "line 7: parameters.share.value: a share is over 0 and up to 100 %"},
		{"negative share", share, "value: -1 %", "line 7: parameters.share.value: a share"},
		{"share in a comparison", "at_least(total.absent, total.possible, param.share)", "total.absent > param.share", "the types do not fit '>'"},
		{"number for a share", share, "value: 12", "line 29: " + any1 + "met: the types do not fit 'at_least'"},
		{"window for a number", "total.possible >= 20", "total.possible >= param.window", "param.window is a window; windows stand in within and beside"},
		{"parameter without a source", "verified: true, source: cabinet paper}\n  window", "verified: true}\n  window", "line 7: parameters.share.source: is missing"},
		{"parameter not said to be verified", "unit: of possible sessions, verified: true", "unit: of possible sessions", "line 7: parameters.share.verified: say true or false"},
		{"unused parameter", "parameters:", "parameters:\n  spare: {value: 1, verified: true, source: x}", "line 7: parameters.spare: nothing uses it"},
		{"circle", share, "value: param.share", "line 7: parameters.share.value: refers to itself in a circle"},
		{"circle of two", share, "value: param.other, verified: true, source: x}\n  other: {value: param.share", "refers to itself in a circle"},
		{"unknown parameter", "within: param.window", "within: param.windows", "line 25: " + any1 + "within: there is no parameter windows; did you mean window?"},
		{"a share for a window", "within: param.window", "within: param.share", "within: param.share is a share; a window is asked for"},
		{"no window", "            within: param.window\n", "", any1 + "within: is missing"},
		{"window in months", window, "value: 6 months", "line 25: " + any1 + "within: is counted over whole terms"},
		{"window of nothing", window, "value: 0 terms", "line 8: parameters.window.value: a window is 1 to 72 months"},
		{"window over everything", window, "value: 19 terms", "line 8: parameters.window.value: a window is 1 to 72 months"},
		{"value from no day", share, "value: 12.5 %, from: {soon: 10 %}", "line 7: parameters.share.from: write the days"},
		{"another type from a day", share, "value: 12.5 %, from: {2027-01-01: 10}", "is a whole number and was a share; a parameter keeps its type"},
		{"a word that is no choice", share, "value: some, one_of: [many, few]", "parameters.share.value: write one of many, few"},
		{"events of any role", test, events + `event.event_type == "asb"`, any1 + "where: must say in which roles, by event.role; else victims would count"},
		{"events of all", test, "of: events\n            within: 12 months", any1 + "where: must say in which roles"},
		{"events in terms", test, "of: events\n            within: 3 terms\n            where: event.role == \"offender\"", any1 + "within: is counted over months"},
		{"unknown role", test, events + `event.role == "ofender"`, `line 26: ` + any1 + `where: event.role is never "ofender"; did you mean offender?; it is one of offender, suspect`},
		{"unknown role of a list", test, events + `event.role in ["offender", "culprit"]`, `event.role is never "culprit"`},
		{"outcome", test, events + `event.role == "offender" && event.outcome_type in [1, 23]`, "event.outcome_type is never 23"},
		{"unknown name, in a line of several", met, "total.possble >= 20 &&", "line 28: " + any1 + "met: there is no total.possble; did you mean total.possible?"},
		{"unknown name, in the second line", "at_least(total.absent,", "at_least(total.absnt,", "line 29: " + any1 + "met: there is no total.absnt; did you mean total.absent?"},
		{"a row's field in a judgement", met, "session.possible >= 20 &&", "session.possible is not known here"},
		{"a sum in a selection", where, "where: total.possible > 20", "total.possible is not known here"},
		{"another kind's field", where, `where: event.role == "offender"`, "event.role is not known here"},
		{"unknown function", "at_least(", "atleast(", "there is no function atleast; did you mean at_least?"},
		{"loop", met, "[1].all(x, x > 0) &&", "there is no function all"},
		{"pattern", met, `"a".matches("b") &&`, "there is no function matches"},
		{"division", met, "total.possible / 2 > 10 &&", "there is no function"},
		{"map", met, "{1: 2} == {1: 2} &&", "maps, messages and loops are not read here"},
		{"not a condition", where, "where: session.possible", any1 + "where: is a whole number; write one that is true or false"},
		{"cannot be read", met, "total.possible >= &&", "line 28: " + any1 + "met: cannot be read"},
		{"too long", met, strings.Repeat("total.possible > 20 && ", 100), "write at most 2000"},
		{"always so", met, "total.possible >= 0 &&", "total.possible >= 0 is always so, and met by everybody"},
		{"never so", met, "total.possible < 0 &&", "total.possible < 0 is never so, and nobody can meet it"},
		{"met by everybody", met, "total.possible < 20 ||", "met: holds without any evidence"},
		{"the same for everybody", "unknown: total.possible < 20 && person.compulsory_school_age", `unknown: "1 == 1"`, "is the same for everybody"},
		{"two roles at once", test, events + `event.role == "offender" && event.role == "victim"`, any1 + "where: can never hold"},
		{"no role at all", test, events + `event.role != "offender" || event.event_type == "asb" || event.event_type != "asb"`, any1 + "where: always holds"},
		{"two numbers at once", met, "total.possible >= 20 && total.suspensions > 3 && total.suspensions < 3 &&", any1 + "met: can never hold"},
		{"never, by a word", where, "where: session.on_roll && false", any1 + "where: can never hold"},
		{"nobody selected", where, "where: false", "selects nothing, so that nobody can meet it"},
		{"unknown of everybody", "unknown: total.possible < 20 && person.compulsory_school_age", "unknown: true", "unknown: is true for everybody"},
		{"unknown not said", "            unknown: total.possible < 20 && person.compulsory_school_age\n", "", any1 + "unknown: is missing"},
		{"more than all", "at_least(total.absent, total.possible, param.share)", "more_than(total.absent, total.possible, param.all)", "there is no parameter all"},
		{"no such day", where, `where: session.period_end > date("2025-02-30")`, "write a date as date("},
		{"window that is not there", test, "of: episodes\n            where: in_window(episode.start)", "needs a window; give the test its within"},
		{"dated", test, test + "\n            dated: asb_date", any1 + "dated: is for tenancies"},
		{"figure without a place", "absence {figure} over", "absence over", any1 + "says: tells no {figure}"},
		{"figure that is not there", "{within}", "{without}", `"{without}" is not known here`},
		{"filter for all", "at_least: 1", "at_least: 1\n  local: {at_least: 1, reason: \"\"}", "line 14: eligible.local.reason: is missing"},
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
			if !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), "local.yaml: ") {
				t.Errorf("got %v, want it to say %q", err, tc.want)
			}
		})
	}
}

func TestLoadReportsEverything(t *testing.T) {
	text := strings.NewReplacer("version: 1", "version: 0", "who: under 18", "who: all", "valid: {from: 2026-04-01}", "valid: {from: soon}").Replace(small)
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
	f.Add([]byte(results))
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

// TestParametersChangeOnADay: the value in force on the day scored at holds.
func TestParametersChangeOnADay(t *testing.T) {
	f, err := Load("local.yaml", []byte(strings.Replace(small, "{value: 12.5 %, ", "{value: 20 %, from: {2025-09-30: 15 %, 2025-10-01: 10 %}, ", 1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		day  string
		want family.Status
		says string
	}{
		{"2025-09-29", family.NotMet, "where at least 20 % counts"},
		{"2025-09-30", family.Met, "where at least 15 % counts"},
		{"2025-10-01", family.Met, "where at least 10 % counts"},
	} {
		c := newCouncil()
		c.asAt = family.MustDate(tc.day)
		c.household.Members = []family.Member{{PersonID: "P1", Role: family.Adult}, {PersonID: "P2", Role: family.Child}}
		c.persons["P1"], c.persons["P2"] = &family.Person{ID: "P1"}, &family.Person{ID: "P2"}
		c.give("P2", family.Attendance, family.ColPeriodStart, "2025-05-06", family.ColPeriodEnd, "2025-07-04", family.ColSessionsPossible, "100",
			family.ColSessionsAuthorised, "15", family.ColSessionsUnauthorised, "0")
		got, ok := c.scoreBy(f)
		if !ok || got.Needs[0].Status != tc.want || !strings.Contains(got.Needs[0].Reason, tc.says) {
			t.Errorf("%s: got %v (%s), want %v, %s", tc.day, got.Needs[0].Status, got.Needs[0].Reason, tc.want, tc.says)
		}
	}
	want := []ParameterChange{{family.MustDate("2025-09-30"), "15 %"}, {family.MustDate("2025-10-01"), "10 %"}}
	if diff := cmp.Diff(want, f.Parameters()[0].From); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

// TestDocumented: the page about the language names every field, sum and
// function, and nothing that is not there.
func TestDocumented(t *testing.T) {
	data, err := os.ReadFile("../docs/frameworks.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	for name := range variables {
		of, field, _ := strings.Cut(name, ".")
		switch of {
		case "before", "now", "ever", "case": // of outcomes
			continue
		case "total", "all", "known", "beside":
			name = field // sums are named once for all scopes
		}
		if !strings.Contains(page, "`"+name+"`") && !strings.Contains(page, "`."+field+"`") {
			t.Errorf("docs/frameworks.md does not name %s", name)
		}
	}
	for _, name := range functionNames {
		if !strings.Contains(page, name+"(") {
			t.Errorf("docs/frameworks.md does not name %s", name)
		}
	}
}
