package eligibility

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/family"
)

// results is a framework of one criterion with a result.
const results = `id: local-2026
version: 1
name: A council's own
source: cabinet paper
valid: {from: 2026-04-01}
parameters:
  year: {value: 12 months, verified: true, source: cabinet paper}
  half: {value: 6 months, verified: true, source: cabinet paper}
  less: {value: 60 %, verified: true, source: cabinet paper}
family: {adults: 1, children: 1}
event_date: [occurred_from]
eligible: {count: headlines, at_least: 1}
headlines:
  - id: crime
    name: Crime
    criteria:
      - id: c1
        name: An offence
        who: any
        verified: true
        source: cabinet paper
        any: [{of: events, within: param.year, where: event.role == "offender"}]
results:
  - id: less_crime
    name: Less crime
    verified: true
    source: cabinet paper
    needs: [crime]
    requires: [plan]
    fees: [{from: 2026-04-01, pounds: 800, verified: false, source: cabinet paper}]
    rules:
      - id: r1
        name: Offences down
        for: [c1]
        who: any
        by: family
        evidence: [{of: events, where: event.role == "offender"}]
        before: param.year
        now: param.half
        after: attachment
        neutral: before.count == 0
        neutral_says: nothing in the baseline
        unknown: "!coverage.police"
        unknown_says: no police data
        achieved: at_least(before.count * now.months - now.count * before.months, before.count * now.months, param.less)
        figure: {value: count, one: offence, many: offences}
        says: "{now} now and {before} before"
alerts:
  - id: a1
    name: An offence
    who: any
    evidence: [{of: events, where: event.role == "offender"}]
`

func TestResultsLoad(t *testing.T) {
	f, err := Load("local.yaml", []byte(results))
	if err != nil {
		t.Fatal(err)
	}
	want := []Result{{ID: "less_crime", Name: "Less crime", Source: "cabinet paper", Verified: true, Needs: []string{"crime"},
		Requires: []string{"plan"}, Fees: []Fee{{From: family.MustDate("2026-04-01"), Pounds: 800, Source: "cabinet paper"}},
		Rules: []ResultRule{{"r1", "Offences down", []string{"c1"}}}}}
	if diff := cmp.Diff(want, f.Results()); diff != "" {
		t.Error(diff)
	}
}

func TestResultsRefused(t *testing.T) {
	for _, c := range []struct{ name, old, by, want string }{
		{"unknown key of a rule", "by: family", "bye: family", "line 36: "},
		{"unknown breadth", "by: family", "by: all", "line 36: results[0].rules[0].by: write one of each, family, one"},
		{"no need", "for: [c1]", "for: []", "results[0].rules[0].for: needs at least one value"},
		{"wrong need", "for: [c1]", "for: [c2]", "line 34: results[0].rules[0].for[0]: there is no criterion or headline c2; did you mean c1?"},
		{"wrong need of a result", "needs: [crime]", "needs: [crimes]", "there is no criterion or headline crimes; did you mean crime?"},
		{"a need twice", "for: [c1]", "for: [c1, c1]", "stands in the list twice"},
		{"wrong kind", "evidence: [{of: events,", "evidence: [{of: event,", "write one of sessions, events, claims, tenancies, episodes"},
		{"no role", `evidence: [{of: events, where: event.role == "offender"}]
        before`, `evidence: [{of: events}]
        before`, "line 37: results[0].rules[0].evidence[0].where: must say in which roles, by event.role; else victims would count"},
		{"wrong role", `evidence: [{of: events, where: event.role == "offender"}]
        before`, `evidence: [{of: events, where: event.role == "ofender"}]
        before`, `event.role is never "ofender"; did you mean offender?`},
		{"no window", "        now: param.half\n", "", "write now, how far back the follow-up looks, or sustained"},
		{"two windows", "now: param.half", "now: param.half\n        sustained: param.half", "write now, how far back the follow-up looks, or sustained"},
		{"a window ahead", "half: {value: 6 months", "half: {value: next 6 months", "looks back, not ahead"},
		{"terms of events", "half: {value: 6 months", "half: {value: 3 terms", "is counted over months or weeks"},
		{"no window at all", "half: {value: 6 months", "half: {value: 6", "param.half is a whole number; a window is asked for"},
		{"wrong anchor", "after: attachment", "after: opening", "write one of attachment, closure, nothing"},
		{"a comparison from nothing", "after: attachment", "after: nothing", "a follow-up that is compared with what was before begins after the attachment"},
		{"wrong type", "achieved: at_least(", "achieved: before.count // at_least(", "line 45: "},
		{"unknown tally", "neutral: before.count == 0", "neutral: before.cuont == 0", "there is no before.cuont; did you mean before.count?"},
		{"tally of another kind", "neutral: before.count == 0", "neutral: before.possible == 0", "before.possible is not known here"},
		{"never so", "neutral: before.count == 0", "neutral: before.count < 0", "before.count < 0 is never so"},
		{"a person of the whole family", "neutral: before.count == 0", "neutral: person.age > 5", "person.age is not known here"},
		{"no condition", "        achieved: at_least(before.count * now.months - now.count * before.months, before.count * now.months, param.less)\n", "",
			"results[0].rules[0].achieved: is missing"},
		{"no unknown", "        unknown: \"!coverage.police\"\n        unknown_says: no police data\n", "", "results[0].rules[0].unknown: is missing"},
		{"no words of unknown", "        unknown_says: no police data\n", "", "results[0].rules[0].unknown_says: is missing"},
		{"no figure", "        figure: {value: count, one: offence, many: offences}\n", "", "results[0].rules[0].figure: is missing"},
		{"wrong figure", "value: count, one", "value: possible, one", `there is no "possible" of such evidence`},
		{"wrong words", "{now} now", "{nwo} now", `"{nwo}" is not known here; write {now}, {before} or a parameter`},
		{"wrong requirement", "requires: [plan]", "requires: [a plan]", "write one of plan, lead_practitioner"},
		{"no result to exclude", "requires: [plan]", "excludes: [other]", "there is no result other"},
		{"excludes itself", "requires: [plan]", "excludes: [less_crime]", "is the result itself"},
		{"fee of no day", "fees: [{from: 2026-04-01,", "fees: [{from: soon,", "results[0].fees[0].from: write a date as YYYY-MM-DD"},
		{"fee for nothing", "pounds: 800", "pounds: 0", "must be 1 to 100000"},
		{"no verified", "    verified: true\n    source: cabinet paper\n    needs", "    source: cabinet paper\n    needs", "results[0].verified: say true or false"},
		{"an alert of claims", "    who: any\n    evidence: [{of: events", "    who: any\n    evidence: [{of: claims", "claims are no alert"},
		{"a state of the day asked", `evidence: [{of: events, where: event.role == "offender"}]
        before`, `evidence: [{of: episodes, where: episode.open}]
        before`, "episode.open is not known here"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(results, c.old) {
				t.Fatalf("the framework has no %q", c.old)
			}
			_, err := Load("local.yaml", []byte(strings.Replace(results, c.old, c.by, 1)))
			if !errors.Is(err, family.ErrInvalid) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "local.yaml: line ") {
				t.Errorf("got %v, want it to say %q with file and line", err, c.want)
			}
		})
	}
}

// TestOverlayKeepsResults: an overlay's parameters reach the results, and a
// criterion that it removes leaves them.
func TestOverlayKeepsResults(t *testing.T) {
	text, err := os.ReadFile("frameworks/tf-phase2-2015.yaml")
	if err != nil {
		t.Fatal(err)
	}
	base, err := Load("tf-phase2-2015.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	over, err := LoadOverlay("overlay.yaml", []byte(`extends: tf-phase2-2015
id: hillford-2015
version: 1
name: Hillford's reading
source: cabinet paper
changes:
  parameters:
    follow_up: {value: 9 months, verified: true, source: cabinet paper}
  criteria:
    - {id: p2.debt, remove: true}
`), func(string) *Framework { return base })
	if err != nil {
		t.Fatal(err)
	}
	rules := func(f *Framework) (ids []string, months int) {
		for _, r := range f.editions[0].results[0].rules {
			ids = append(ids, r.id)
			months = max(months, r.now.months)
		}
		return ids, months
	}
	got, months := rules(over)
	want, was := rules(base)
	if months != 9 || was != 6 {
		t.Errorf("got a follow-up of %d months over one of %d, want 9 over 6", months, was)
	}
	if want = slices.DeleteFunc(want, func(id string) bool { return id == "p2.r.debt" }); !slices.Equal(got, want) {
		t.Errorf("got rules %v, want %v", got, want)
	}
}

// TestShippedExclusions: what cannot be claimed beside each other, by the
// published rules.
func TestShippedExclusions(t *testing.T) {
	got := map[string]string{}
	for _, f := range Builtin() {
		for _, r := range f.Results() {
			got[f.ID()+" "+r.ID] = strings.Join(r.Excludes, " ")
		}
	}
	want := map[string]string{
		"tf-phase1-2012 crime_asb_education":   "continuous_employment",
		"tf-phase1-2012 progress_to_work":      "continuous_employment",
		"tf-phase1-2012 continuous_employment": "crime_asb_education progress_to_work",
		"tf-phase2-2015 sustained_progress":    "continuous_employment",
		"tf-phase2-2015 continuous_employment": "sustained_progress",
		"sf-2022 successful_outcome":           "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestEveryNeedHasARule: of each criterion of the shipped frameworks a result
// says what has to come about, but for those that no feed can show.
func TestEveryNeedHasARule(t *testing.T) {
	without := map[string]bool{
		"p2.prison": true, "p2.crime_nom": true, // shown and not counted
		"9.3.duty": true, // likewise, a reading of 9.3
	}
	for _, f := range Builtin() {
		for _, c := range f.Criteria() {
			ruled := false
			for _, r := range f.on(0).results {
				for _, rule := range r.rules {
					ruled = ruled || rule.bringsIn(c.ID, f)
				}
			}
			if ruled == without[c.ID] {
				t.Errorf("%s %s: got a rule %v, want %v", f.ID(), c.ID, ruled, !without[c.ID])
			}
		}
	}
}

// TestOverlayChangesRules: what progress is, a council may say itself.
func TestOverlayChangesRules(t *testing.T) {
	base, err := Load("local.yaml", []byte(results))
	if err != nil {
		t.Fatal(err)
	}
	const head = "extends: local-2026\nid: hillford-2026\nversion: 1\nname: Hillford\nsource: cabinet paper\nchanges:\n  rules:\n"
	load := func(text string) (*Framework, error) {
		return LoadOverlay("overlay.yaml", []byte(head+text), func(string) *Framework { return base })
	}
	f, err := load(`    - {id: r1, name: Offences halved, after: closure}
    - id: r2
      result: less_crime
      name: None for half a year
      for: [crime]
      who: any
      by: family
      evidence: [{of: events, where: event.role == "offender"}]
      now: param.half
      unknown: "!coverage.police"
      unknown_says: no police data
      achieved: now.count == 0
      figure: {value: count, one: offence, many: offences}
      says: "{now} now"
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []ResultRule{{"r1", "Offences halved", []string{"c1"}}, {"r2", "None for half a year", []string{"crime"}}}
	if diff := cmp.Diff(want, f.Results()[0].Rules); diff != "" {
		t.Error(diff)
	}
	if rules := f.editions[0].results[0].rules; rules[0].after != afterClosure || rules[0].baseline.months != 12 {
		t.Errorf("got a rule after %d over %d months, want after closure over 12", rules[0].after, rules[0].baseline.months)
	}
	if diff := cmp.Diff([]ResultRule{{"r1", "Offences down", []string{"c1"}}}, base.Results()[0].Rules); diff != "" {
		t.Errorf("the base has changed:\n%s", diff)
	}
	for _, c := range []struct{ text, want string }{
		{"    - {id: r9, remove: true}\n", "overlay.yaml: line 8: changes.rules[0].id: there is no rule r9 to remove"},
		{"    - {id: r9}\n", "there is no rule r9 to change; did you mean r1?; to add one, say to which result"},
		{"    - {id: r9, result: more_crime}\n", "changes.rules[0].result: there is no result more_crime"},
		{"    - {id: r1, result: other}\n", "cannot move a rule"},
		{"    - {id: r1, remove: true}\n", "rules: needs at least one value"},
		{"    - {id: r1, by: all}\n", "changes.rules[0].by: write one of each, family, one"},
		{"    -\n", "changes.rules[0]: is empty; name a rule"},
	} {
		if _, err := load(c.text); !errors.Is(err, family.ErrInvalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want it to say %q", c.text, err, c.want)
		}
	}
}
