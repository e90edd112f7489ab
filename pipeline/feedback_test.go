package pipeline

import (
	"context"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/household"
)

// theTwo links two people of nearly one name of whom one has no date of birth, and a
// third.
func theTwo(t *testing.T, decisions ...family.Decision) (*linkage, []family.Person) {
	t.Helper()
	records := recordsOf(
		row(family.Police, "p1", "role=victim", "forename=Sarah", "surname=Kahn", "sex=F", "postcode=HE7 7QQ", "address_1=31 High Street", "nominal_id=N5"),
		row(family.Benefits, "b1", "claim_ref=c1", "role=claimant", "forename=Sarah", "surname=KHAN", "dob=1985-11-20",
			"sex=F", "nino=AB123456", "postcode=HE4 9XY", "address_1=9 Oak Road"),
		row(family.Benefits, "b2", "claim_ref=c2", "role=claimant", "forename=Tom", "surname=Baker", "dob=1961-01-20",
			"sex=M", "nino=AB123457", "postcode=HE9 9XX", "address_1=1 Elm Road"),
	)
	l, err := linkRecords(context.Background(), records, testModel(t), decisions, family.MustDate("2025-06-30"), 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	all := persons(l.records, l.linked, 1)
	if len(all) != 3 {
		t.Fatalf("got %d persons, want three to begin with", len(all))
	}
	return l, all
}

// holder is the person of a record.
func holder(all []family.Person, ref family.RecordRef) string {
	for _, p := range all {
		if slices.ContainsFunc(p.Records, func(r *family.Record) bool { return r.Ref() == ref }) {
			return p.ID
		}
	}
	return ""
}

// TestHouseholdsReconsiderLinks: what a household says is added to what the rows
// say, both ways of it being told; it never outweighs a decision nor rows that
// say that they are two.
func TestHouseholdsReconsiderLinks(t *testing.T) {
	sarah, claimant, tom := ref(family.Police, "p1", family.Subject), ref(family.Benefits, "b1", family.Subject), ref(family.Benefits, "b2", family.Subject)
	for _, tc := range []struct {
		name      string
		with      family.RecordRef
		bits      func(mean float64) float64
		decisions []family.Decision
		want      int
	}{
		{"enough with the household", claimant, func(mean float64) float64 { return oneFrom - mean + 0.01 }, nil, 1},
		{"not enough", claimant, func(mean float64) float64 { return oneFrom - mean - 0.01 }, nil, 0},
		{"rows say two", tom, func(mean float64) float64 { return 100 }, nil, 0},
		{"decided otherwise", claimant, func(mean float64) float64 { return 100 },
			[]family.Decision{{Kind: family.DifferentPeople, A: sarah, B: claimant}}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l, all := theTwo(t, tc.decisions...)
			i, _ := find(l.records, sarah)
			j, _ := find(l.records, tc.with)
			mean := l.linked.Fork().Weigh(i, j).Bits()
			a, b := holder(all, sarah), holder(all, tc.with)
			d := household.Double{A: min(a, b), B: max(a, b), Bits: tc.bits(mean), Reason: "both are given as the mother of one child"}
			before := slices.Clone(all)
			got, joined := l.reconsider(all, []household.Double{d})
			if joined != tc.want || len(got) != len(all)-tc.want {
				t.Fatalf("weight %v with %v bits: got %d joined and %d persons, want %d joined", mean, d.Bits, joined, len(got), tc.want)
			}
			if !reflect.DeepEqual(before, all) {
				t.Error("the persons given were changed")
			}
			if tc.want == 1 {
				checkUnion(t, got, sarah, tc.with, d)
			}
		})
	}
}

func checkUnion(t *testing.T, got []family.Person, a, b family.RecordRef, d household.Double) {
	t.Helper()
	if holder(got, a) != holder(got, b) {
		t.Fatal("the two records are not of one person")
	}
	for _, p := range got {
		if p.ID != holder(got, a) {
			continue
		}
		if len(p.Links) != 1 || len(p.Records) != 2 || len(p.Probability) != 2 || p.Probability[0] >= 1 {
			t.Fatalf("got %d links, %d records, probabilities %v", len(p.Links), len(p.Records), p.Probability)
		}
		link := p.Links[0]
		if sum := sumOf(link.Reasons); math.Abs(sum-link.Weight) > 0.01 {
			t.Errorf("got reasons that add up to %v, want the weight %v", sum, link.Weight)
		}
		if !slices.ContainsFunc(link.Reasons, func(r family.LinkReason) bool {
			return r.Comparison == "household" && r.Level == d.Reason && r.Weight == d.Bits
		}) {
			t.Errorf("got %v, want the household among the reasons", link.Reasons)
		}
	}
}

// TestEachPersonIsReconsideredOnce: of two proposals about one person the
// weightier holds, whatever their order.
func TestEachPersonIsReconsideredOnce(t *testing.T) {
	l, all := theTwo(t)
	a, b := holder(all, ref(family.Police, "p1", family.Subject)), holder(all, ref(family.Benefits, "b1", family.Subject))
	ds := []household.Double{
		{A: min(a, b), B: max(a, b), Bits: 30, Reason: "one"}, {A: min(a, b), B: max(a, b), Bits: 20, Reason: "two"},
	}
	first, n := l.reconsider(all, ds)
	slices.Reverse(ds)
	second, m := l.reconsider(all, ds)
	if n != 1 || m != 1 {
		t.Errorf("got %d and %d joined, want one", n, m)
	}
	if !reflect.DeepEqual(first, second) {
		t.Error("another order gives other persons")
	}
}
