package casework

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

func claimsNamed(ids ...string) []Claim {
	out := make([]Claim, len(ids))
	for i, id := range ids {
		out[i].ID = id
	}
	return out
}

func numbered(n int) []Claim {
	out := make([]Claim, n)
	for i := range out {
		out[i].ID = eventID(uint64(i + 1))
	}
	return out
}

// TestSampleIsFixed: a draw has to be repeatable by anybody, for ever. What is
// wanted was drawn by hand, by the order of the sums that this prints for each id:
//
//	printf '\0\0\0\0\0\0\0\052E1' | sha256sum
func TestSampleIsFixed(t *testing.T) {
	ten := numbered(10)
	cases := []struct {
		seed    uint64
		percent int
		want    []string
	}{
		{42, 10, []string{"E1"}},
		{42, 30, []string{"E1", "E3", "E7"}},
		{43, 30, []string{"E2", "E4", "E8"}},
		{42, 100, []string{"E1", "E10", "E2", "E3", "E4", "E5", "E6", "E7", "E8", "E9"}},
		{42, 250, []string{"E1", "E10", "E2", "E3", "E4", "E5", "E6", "E7", "E8", "E9"}},
		{42, 0, nil},
		{42, -5, nil},
	}
	for _, c := range cases {
		if diff := cmp.Diff(c.want, Sample(ten, c.seed, c.percent)); diff != "" {
			t.Errorf("Sample(ten, %d, %d) (-want +got):\n%s", c.seed, c.percent, diff)
		}
	}
	if got := Sample(nil, 42, 10); got != nil {
		t.Errorf("Sample(none) = %v, want nil", got)
	}
	if got := Sample(claimsNamed("E1", "E1"), 42, 50); len(got) != 1 {
		t.Errorf("a claim named twice counts once: %v", got)
	}
}

func TestSampleLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := numbered(rapid.IntRange(1, 400).Draw(t, "claims"))
		seed, percent := rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 100).Draw(t, "percent")
		got := Sample(claims, seed, percent)
		n := len(claims)
		if len(got)*100 < n*percent || (len(got)-1)*100 >= n*percent {
			t.Fatalf("%d of %d claims are not %d per cent, rounded up", len(got), n, percent)
		}
		if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Fatalf("%v is not sorted, or names a claim twice", got)
		}
		shuffled := slices.Clone(claims)
		rand.New(rand.NewPCG(seed, 1)).Shuffle(n, func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if again := Sample(shuffled, seed, percent); !slices.Equal(got, again) {
			t.Fatalf("another order of the claims draws %v, not %v", again, got)
		}
		// More per cent only adds.
		more := Sample(claims, seed, min(percent+20, 100))
		for _, id := range got {
			if !slices.Contains(more, id) {
				t.Fatalf("%s is lost when more is drawn", id)
			}
		}
	})
}

// TestSampleIsFair: over many seeds each claim is drawn about as often.
func TestSampleIsFair(t *testing.T) {
	const seeds, percent = 2000, 10
	claims := numbered(50)
	times := map[string]int{}
	for seed := range uint64(seeds) {
		for _, id := range Sample(claims, seed, percent) {
			times[id]++
		}
	}
	// 200 each are expected with a standard deviation of 13.4: five of them is 67.
	for _, c := range claims {
		if n := times[c.ID]; n < 133 || n > 267 {
			t.Errorf("%s was drawn %d times of %d, want about %d", c.ID, n, seeds, seeds*percent/100)
		}
	}
}

// TestNobodyDrawsWhatWasAudited: a verdict on a claim that was never drawn is not
// hidden by a later draw.
func TestNobodyDrawsWhatWasAudited(t *testing.T) {
	b := at(t, WorkedWith)
	claim := full(family.CaseClaimed)
	apply(t, b, claim)
	before := b.Pool("", claim.Day, claim.Day, View{})
	audit := full(family.ClaimAudited)
	audit.Subject, audit.By, audit.Day, audit.Outcome = "E5", "Ida Audit", claim.Day, "valid"
	apply(t, b, audit)
	if after := b.Pool("", claim.Day, claim.Day, View{}); len(before) != 1 || len(after) != 0 {
		t.Errorf("Pool has %d claims before the verdict and %d after, want 1 and 0", len(before), len(after))
	}
}

// TestVerifySampleFinds: a journal whose draw is not what its seed draws does
// not replay, and a draw that was tampered with in memory is found.
func TestVerifySampleFinds(t *testing.T) {
	b := at(t, WorkedWith)
	apply(t, b, full(family.CaseClaimed))
	draw := full(family.ClaimsSampled)
	draw.Subject, draw.Percent, draw.From, draw.To, draw.Drawn = "", 10, draw.Day, draw.Day, []string{"E5"}
	apply(t, b, draw)
	if err := b.VerifySample("E6"); err != nil {
		t.Errorf("VerifySample = %v, want nil", err)
	}
	b.draws[0].event.Drawn = []string{"E4"}
	if err := b.VerifySample("E6"); !errors.Is(err, family.ErrCorrupt) || !strings.Contains(err.Error(), "E5") {
		t.Errorf("VerifySample of another draw = %v, want ErrCorrupt naming what is drawn", err)
	}
	if err := b.VerifySample("E5"); !errors.Is(err, family.ErrNotFound) {
		t.Errorf("VerifySample of no draw = %v, want ErrNotFound", err)
	}
}
