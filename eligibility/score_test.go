package eligibility

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

// The columns that scoring reads and the values that a random row may have.
var randomValues = map[family.Feed][]struct {
	column family.Column
	values []string
}{
	family.Attendance: {
		{family.ColPeriodStart, []string{"2024-09-02", "2025-01-06", "2025-05-06"}},
		{family.ColPeriodEnd, []string{"2025-07-04", "2025-07-18", "2025-09-26"}},
		{family.ColSessionsPossible, []string{"", "10", "40", "100"}},
		{family.ColSessionsAuthorised, []string{"", "0", "6"}},
		{family.ColSessionsUnauthorised, []string{"", "0", "4", "9"}},
		{family.ColMarks, []string{"", "", `/\/\OOOO/\/\/\/\UU/\/\`}},
		{family.ColSuspensions, []string{"", "0", "1", "3"}},
		{family.ColPermanentExclusion, []string{"", "N", "N", "Y"}},
		{family.ColOnRoll, []string{"Y", "Y", "N"}},
		{family.ColProvision, []string{"mainstream", "mainstream", "pru", "ehe"}},
	},
	family.Police: {
		{family.ColEventRef, []string{"E1", "E2"}},
		{family.ColEventType, []string{"crime", "asb", "domestic_abuse", "missing"}},
		{family.ColRole, []string{"offender", "suspect", "victim", "subject", "missing_person", "child_present"}},
		{family.ColOutcomeType, []string{"", "1", "2", "14"}},
		{family.ColOccurredFrom, []string{"2023-01-01", "2025-03-03", "2025-05-05"}},
		{family.ColOrderType, []string{"", "", "cbo"}},
	},
	family.Housing: {
		{family.ColTenancyRef, []string{"T1", "T2"}},
		{family.ColPersonRole, []string{"tenant", "household_member"}},
		{family.ColMovedOut, []string{"", "", "2025-01-01"}},
		{family.ColArrearsWeeks, []string{"", "2", "9"}},
		{family.ColNoticeType, []string{"", "nsp", "warrant"}},
		{family.ColNoticeGround, []string{"", "arrears"}},
		{family.ColNoticeDate, []string{"", "2024-01-01", "2025-08-08"}},
		{family.ColASBRole, []string{"", "perpetrator", "complainant"}},
		{family.ColASBDate, []string{"", "2025-05-05"}},
		{family.ColHomelessDuty, []string{"", "", "relief"}},
	},
	family.Benefits: {
		{family.ColBenefit, []string{"UC", "JSA", "PIP", "HB", "none"}},
		{family.ColRole, []string{"claimant", "partner", "dependant"}},
		{family.ColInWork, []string{"", "Y", "N"}},
		{family.ColSpellEnd, []string{"", "", "2025-01-01"}},
		{family.ColMatchResult, []string{"", "", "", onBenefit, notOnBenefit, "NO_MATCH"}},
		{family.ColAnsweredOn, []string{"", "2025-05-05", "2025-09-01"}},
	},
	family.Involvement: {
		{family.ColAgencyKind, []string{"social_care", "health", "neet", "fire"}},
		{family.ColEpisodeType, []string{"open_case", "nomination"}},
		{family.ColNeedCode, []string{"", "", "2.1", "5.1", "7.3"}},
		{family.ColStatus, []string{"open", "closed"}},
	},
}

var personFeeds = []family.Feed{family.Attendance, family.Police, family.Housing, family.Benefits, family.Involvement}

// randomRow draws a row by pick(n), which returns a number below n.
func randomRow(feed family.Feed, id string, pick func(n int) int) *family.Row {
	values := []family.Value{{Column: family.ColSurname, Text: "Example"}}
	for _, c := range randomValues[feed] {
		values = append(values, family.Value{Column: c.column, Text: c.values[pick(len(c.values))]})
	}
	row := family.NewRow(feed, id, values)
	row.AsAt, row.Agency = family.MustDate("2025-09-30"), "agency"
	return row
}

// council is a fictional household with its rows. Cases written as text stand in
// package trial.
type council struct {
	asAt      family.Date
	household family.Household
	persons   map[string]*family.Person
	coverage  Coverage
	rows      int
}

func newCouncil() *council {
	return &council{
		asAt: family.MustDate("2025-09-30"), persons: map[string]*family.Person{},
		household: family.Household{ID: "H1"}, coverage: CompleteCoverage(),
	}
}

func (c *council) evidence(id string) *Evidence {
	if p := c.persons[id]; p != nil {
		return NewEvidence(p)
	}
	return nil
}

// randomCouncil is a household of one to five with a few rows each.
func randomCouncil(pick func(n int) int) *council {
	c := newCouncil()
	births := []string{"1985-01-01", "1988-02-02", "2011-03-03", "2014-04-04", "2021-05-05"}
	for i := range 1 + pick(5) {
		m := family.Member{PersonID: fmt.Sprintf("P%d", i), Role: family.Adult}
		p := &family.Person{ID: m.PersonID}
		p.Profile.DOB = family.MustDate(births[(i*2+pick(2))%5])
		for range pick(5) {
			c.rows++
			row := randomRow(personFeeds[pick(5)], fmt.Sprintf("r%d", c.rows), pick)
			p.Records = append(p.Records, &family.Record{Row: row})
		}
		c.household.Members = append(c.household.Members, m)
		c.persons[p.ID] = p
	}
	return c
}

func rapidPick(t *rapid.T) func(n int) int {
	return func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "pick") }
}

func (c *council) scoreBy(f *Framework) (family.Candidate, bool) {
	return f.Score(NewFamily(&c.household, c.evidence, nil, c.coverage, c.asAt))
}

func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := randomCouncil(rapidPick(t))
		for _, f := range Builtin() {
			want, wantOK := c.scoreBy(f)
			c.household.Members = rapid.Permutation(c.household.Members).Draw(t, "members")
			for _, p := range c.persons {
				p.Records = rapid.Permutation(p.Records).Draw(t, "records")
			}
			got, ok := c.scoreBy(f)
			if diff := cmp.Diff(want, got); diff != "" || ok != wantOK {
				t.Fatalf("%s: another order gives another candidate (-want +got):\n%s", f.ID(), diff)
			}
		}
	})
}

// concerns are the feeds on which each headline rests.
var concerns = map[family.Feed][]string{
	family.Attendance: {"education"},
	family.Police:     {"crime_asb", "crime", "abuse_exploitation", "children_need_help", "domestic_abuse"},
	family.Housing:    {"crime_asb", "crime", "housing", "work_finance", "finance"},
	family.Benefits:   {"work", "work_finance", "finance", "health"},
}

func TestAnUnrelatedRowChangesNoHeadline(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pick := rapidPick(t)
		c := randomCouncil(pick)
		before := map[string]family.Candidate{}
		for _, f := range Builtin() {
			before[f.ID()], _ = c.scoreBy(f)
		}
		feed := personFeeds[pick(4)] // not involvement, which may concern any headline
		p := c.persons["P0"]
		p.Records = append(p.Records, &family.Record{Row: randomRow(feed, "new", pick)})
		for _, f := range Builtin() {
			after, _ := c.scoreBy(f)
			old := before[f.ID()]
			for i, h := range old.Headlines {
				related := false
				for _, id := range concerns[feed] {
					related = related || id == h.ID
				}
				if !related && after.Headlines[i].Status != h.Status {
					t.Fatalf("%s: a row of %v turned %s from %v to %v", f.ID(), feed, h.ID, h.Status, after.Headlines[i].Status)
				}
			}
		}
	})
}

func TestUnknownIsNeverFoldedIntoNotMet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := randomCouncil(rapidPick(t))
		if rapid.Bool().Draw(t, "nothing delivered") {
			c.coverage = Coverage{}
		}
		for _, f := range Builtin() {
			got, ok := c.scoreBy(f)
			if !ok {
				continue
			}
			want := map[string]family.Status{}
			for _, n := range got.Needs {
				want[n.Headline] = max(want[n.Headline], n.Status)
				if n.Status == 0 || (n.Status == family.Unknown) != (n.Status != family.Met && len(n.Persons) > 0) {
					t.Fatalf("%s %s: %v with %d persons", f.ID(), n.Criterion, n.Status, len(n.Persons))
				}
				if n.Reason == "" || n.Status == family.Met && len(n.Evidence) == 0 {
					t.Fatalf("%s %s: %v without reason or evidence", f.ID(), n.Criterion, n.Status)
				}
			}
			for _, h := range got.Headlines {
				if h.Status != want[h.ID] {
					t.Fatalf("%s %s: got %v, want %v", f.ID(), h.ID, h.Status, want[h.ID])
				}
			}
		}
	})
}

// With everything delivered, a criterion is met
// exactly where it is met without.
func TestCoverageNeverChangesWhatIsMet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := randomCouncil(rapidPick(t))
		for _, f := range Builtin() {
			c.coverage = CompleteCoverage()
			with, _ := c.scoreBy(f)
			c.coverage = Coverage{}
			without, _ := c.scoreBy(f)
			for i := range with.Needs {
				if (with.Needs[i].Status == family.Met) != (without.Needs[i].Status == family.Met) {
					t.Fatalf("%s %s: %v and %v", f.ID(), with.Needs[i].Criterion, with.Needs[i].Status, without.Needs[i].Status)
				}
			}
			if with.Eligible != without.Eligible {
				t.Fatalf("%s: coverage changed who is eligible", f.ID())
			}
		}
	})
}

// BenchmarkScore scores 40,000 households, of 120,000 people, against the three
// frameworks, from rows to candidates, on one core.
func BenchmarkScore(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	councils := make([]*council, 40_000)
	for i := range councils {
		councils[i] = randomCouncil(r.IntN)
	}
	fs := Builtin()
	b.ReportAllocs()
	scored := 0
	for b.Loop() {
		scored = 0
		for _, c := range councils {
			fam := NewFamily(&c.household, c.evidence, nil, c.coverage, c.asAt)
			for _, f := range fs {
				if _, ok := f.Score(fam); ok {
					scored++
				}
			}
		}
	}
	b.ReportMetric(float64(scored), "candidates/op")
}

// TestSharedNeedsStayAsTheyWere: needs that say nothing of anybody are shared
// between candidates, and scoring more families changes none of them.
func TestSharedNeedsStayAsTheyWere(t *testing.T) {
	f := Builtin()[0]
	score := func(dob string) family.Candidate {
		p := &family.Person{ID: "P1", Profile: family.Profile{DOB: family.MustDate("1985-01-01")}}
		child := &family.Person{ID: "P2", Profile: family.Profile{DOB: family.MustDate(dob)}}
		h := &family.Household{ID: "H1", Members: []family.Member{{PersonID: "P1", Role: family.Adult}, {PersonID: "P2", Role: family.Child}}}
		read := map[string]*Evidence{"P1": NewEvidence(p), "P2": NewEvidence(child)}
		c, ok := f.Score(NewFamily(h, func(id string) *Evidence { return read[id] }, nil, CompleteCoverage(), family.MustDate("2025-09-30")))
		if !ok {
			t.Fatal("no family")
		}
		return c
	}
	first := score("2024-05-05") // too young for school: not met of nobody
	var were []family.Need
	for _, n := range first.Needs {
		were = append(were, *n)
	}
	second := score("2012-05-05") // of school age without rows: unknown of the child
	for i, n := range first.Needs {
		if diff := cmp.Diff(were[i], *n); diff != "" {
			t.Errorf("the first family's %s has changed (-was +is):\n%s", n.Criterion, diff)
		}
		if len(second.Needs[i].Persons) > 0 && second.Needs[i] == n {
			t.Errorf("%s of somebody is shared", n.Criterion)
		}
	}
}
