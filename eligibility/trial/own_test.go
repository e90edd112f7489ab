package trial_test

import (
	"os"
	"strings"
	"testing"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/eligibility/trial"
)

// own is a council's own framework, with shares that are no whole number.
const own = `id: local-2026
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
            figure: {value: total.absent, of: total.possible, many: sessions}
            says: absence {figure} over {within}, where at least {param.share} counts
`

// variant is a shipped framework with one place of its text replaced.
func variant(t *testing.T, id, old, by string) string {
	t.Helper()
	text, err := os.ReadFile("../frameworks/" + id + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("%s has no %q", id, old)
	}
	return strings.Replace(string(text), old, by, 1)
}

// tryText runs cases against a framework.
func tryText(t *testing.T, framework, cases string) {
	t.Helper()
	f, err := eligibility.Load("own.yaml", []byte(framework))
	if err != nil {
		t.Fatal(err)
	}
	table, err := trial.Read("cases", []byte(cases))
	if err != nil {
		t.Fatal(err)
	}
	for _, failure := range table.RunAll(f, shipped) {
		t.Error(failure)
	}
}

func TestOwnFramework(t *testing.T) {
	tryText(t, own, `
12.5 % exactly
	member P1 adult 1985-01-01
	member P2 child 2012-05-05
	attendance P2 period_start=2025-05-06 period_end=2025-07-04 sessions_possible=80 sessions_authorised=9 sessions_unauthorised=1
	want s1 met P2
	says s1 12.50 % (10 of 80 sessions)
	eligible yes
`)
}

func TestLocalFilter(t *testing.T) {
	tryText(t, variant(t, "tf-phase1-2012", "    criteria: []\n", `    criteria:
      - id: p1.local
        name: A social worker, or a nomination
        who: any
        verified: true
        source: cabinet paper
        any:
          - {of: episodes, where: 'episode.open && episode.agency_kind == "social_care"'}
          - {of: episodes, where: 'episode.open && episode.episode_type == "nomination"'}
`), `
+ member P1 adult 1985-01-01
+ member P2 child 2010-05-05
+ benefits P1 benefit=JSA role=claimant

two and no filter
	attendance P2 period_start=2025-05-06 period_end=2025-07-04 sessions_possible=100 sessions_unauthorised=15
	want p1.local not_met | eligible no | reason local filter needed
two and social care
	attendance P2 period_start=2025-05-06 period_end=2025-07-04 sessions_possible=100 sessions_unauthorised=15
	involvement P2 agency_kind=social_care episode_type=cin
	want p1.local met P2 | eligible yes | one-short no | reason a local criterion is met
two and a nomination
	attendance P2 period_start=2025-05-06 period_end=2025-07-04 sessions_possible=100 sessions_unauthorised=15
	involvement P1 agency_kind=fire episode_type=nomination
	eligible yes
one and a nomination
	involvement P1 agency_kind=fire episode_type=nomination
	eligible no
`)
}

func TestNeedsMayBeCounted(t *testing.T) {
	tryText(t, variant(t, "sf-2022", "count: headlines #", "count: needs #"), `
three needs of two headlines
	member P1 adult 1985-01-01
	member P2 child 2010-05-05
	police P1 event_ref=E1 event_type=domestic_abuse role=victim occurred_from=2025-03-03
	police P2 event_ref=E1 event_type=domestic_abuse role=child_present occurred_from=2025-03-03
	benefits P1 benefit=JSA role=claimant
	eligible yes | reason 3 needs met, 3 needed: domestic_abuse, finance
`)
}

func TestSilentSchoolsAreSaid(t *testing.T) {
	tryText(t, variant(t, "tf-phase1-2012", "", ""), `
one of three says that it sends nothing
	school 1 contributes=Y
	school 2 contributes=N
	school 3
	member P1 adult 1985-01-01
	member P2 child 2012-05-05
	want p1.unauth15 unknown
	says p1.unauth15 1 of 3 schools listed send nothing
`)
}
