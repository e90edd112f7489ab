package funnel_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/casework/funnel"
	"github.com/hearthmatch/hearth/family"
)

// book is a book that tests write into.
type book struct {
	*testing.T
	*casework.Book
	n int
}

func (b *book) add(e family.CaseEvent, on string) string {
	b.Helper()
	b.n++
	e.ID, e.Day = fmt.Sprint("E", b.n), family.MustDate(on)
	if e.By == "" {
		e.By = "coordinator"
	}
	if e.Kind == family.CaseClaimed {
		e.SnapshotHash = strings.Repeat("0", 64)
	}
	if e.Kind == family.CaseIdentified {
		e.Records = []family.RecordRef{{RowRef: family.RowRef{Feed: family.Housing, ID: e.ID}}}
	}
	if err := b.Apply(e); err != nil {
		b.Fatal(err)
	}
	return e.ID
}

// worked opens a case and works with its family from a day on.
func (b *book) worked(framework, on string) string {
	id := b.add(family.CaseEvent{Kind: family.CaseIdentified, Framework: framework, Needs: []string{"n1", "n2"}, Schools: []string{"100001"},
		Area: family.Area{Ward: "Mill"}}, on)
	b.add(family.CaseEvent{Kind: family.CaseContacted, Subject: id}, on)
	b.add(family.CaseEvent{Kind: family.CaseAgreed, Subject: id}, on)
	b.add(family.CaseEvent{Kind: family.CaseWorkedWith, Subject: id, LeadAgency: "Early help"}, on)
	return id
}

func TestFromBook(t *testing.T) {
	d := family.MustDate
	b := &book{T: t, Book: casework.NewBook()}
	claimed := b.worked("tf", "2013-01-01")
	part := b.add(family.CaseEvent{Kind: family.CaseClaimed, Subject: claimed, Framework: "tf", Outcome: "part"}, "2013-05-01")
	whole := b.add(family.CaseEvent{Kind: family.CaseClaimed, Subject: claimed, Framework: "tf", Outcome: "whole"}, "2013-06-01")
	b.add(family.CaseEvent{Kind: family.ClaimsSampled, Drawn: []string{part, whole}, Percent: 100, From: d("2013-01-01"), To: d("2013-06-30")}, "2013-07-01")
	b.add(family.CaseEvent{Kind: family.ClaimAudited, By: "auditor", Subject: whole, Outcome: "invalid", Reason: "no register"}, "2013-08-01")
	b.add(family.CaseEvent{Kind: family.ClaimWithdrawn, Subject: whole, Reason: "found invalid"}, "2013-09-01")
	double := b.worked("tf", "2013-02-01")
	b.add(family.CaseEvent{Kind: family.CaseClosed, Subject: double, Outcome: "duplicate", Into: claimed}, "2013-03-01")
	terms := funnel.Terms{
		Headlines: func(framework string, needs []string) []string { return append([]string{framework}, framework) },
		Partial:   func(_, result string) bool { return result == "part" },
		Protected: func(c *casework.Case) bool { return c.ID == double },
	}
	family1 := funnel.Family{
		Case: claimed, Identified: d("2013-01-01"), Contacted: d("2013-01-01"), Agreed: d("2013-01-01"), WorkedWith: d("2013-01-01"),
		Place: funnel.Place{Framework: "tf", Area: family.Area{Ward: "Mill"}, Schools: []string{"100001"}, LeadAgency: "Early help",
			Headlines: []string{"tf"}},
	}
	one := funnel.Result{ID: "part", Claim: part, Partial: true, Day: d("2013-05-01"), Claimed: d("2013-05-01")}
	two := funnel.Result{ID: "whole", Claim: whole, Day: d("2013-06-01"), Claimed: d("2013-06-01")}
	invalid, withdrawn := two, two
	invalid.Audited, invalid.Invalid = d("2013-08-01"), true
	withdrawn.Withdrawn = d("2013-09-01")
	for _, c := range []struct {
		on      string
		cases   int
		results []funnel.Result
	}{
		{"2012-12-31", 0, nil},
		{"2013-01-31", 1, nil},
		{"2013-02-01", 2, nil},
		{"2013-03-01", 1, nil}, // the duplicate counts no longer
		{"2013-06-30", 1, []funnel.Result{one, two}},
		{"2013-08-01", 1, []funnel.Result{one, invalid}},
		{"2013-09-01", 1, []funnel.Result{one, withdrawn}},
	} {
		got := funnel.FromBook(b.Book, casework.View{Day: d(c.on)}, terms)
		if len(got) != c.cases {
			t.Errorf("as at %s: %d families, want %d", c.on, len(got), c.cases)
			continue
		}
		if c.cases == 0 {
			continue
		}
		want := family1
		want.Results = c.results
		if diff := cmp.Diff(want, got[0]); diff != "" {
			t.Errorf("as at %s: %s", c.on, diff)
		}
		if c.cases == 2 && !got[1].Protected {
			t.Error("the second family is protected")
		}
	}
}
