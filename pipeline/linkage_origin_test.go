package pipeline

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hearthmatch/hearth/family"
)

// pairSums count the ordered pairs that a person's records form with any other:
// rightly claimed, claimed, and true.
type pairSums struct{ right, claimed, actual float64 }

func (s *pairSums) add(o pairSums) {
	s.right, s.claimed, s.actual = s.right+o.right, s.claimed+o.claimed, s.actual+o.actual
}

func (s pairSums) f1() float64 { return 2 * s.right / max(s.claimed+s.actual, 1) }

// drawn is how often the persons are drawn anew.
const drawn = 1000

// reportOrigins measures the records of each origin of names apart. A person
// with n records forms n² pairs, so that one social worker can make the figure
// of a small group: beside each stands the interval that nineteen in twenty
// draws of as many persons of the group give (Efron 1979), and beside the gap
// between the groups those that chance alone makes, where the origins are dealt
// out anew among the persons.
func reportOrigins(t *testing.T, persons []family.Person, truth map[string]string, path string) {
	group := make(map[string]string)
	eachRow(t, path, func(get func(string) string) { group[get("person_id")] = strings.Clone(get("name_origin")) })
	sums := sumsOfPersons(persons, truth)
	var ids, names []string
	for id := range sums {
		ids = append(ids, id)
		names = append(names, group[id])
	}
	slices.Sort(ids)
	slices.Sort(names)
	names = slices.Compact(names)
	members := make([][]pairSums, len(names))
	all := make([]pairSums, len(ids))
	for i, id := range ids {
		k, _ := slices.BinarySearch(names, group[id])
		members[k] = append(members[k], sums[id])
		all[i] = sums[id]
	}
	dice := rand.New(rand.NewPCG(1, 2))
	line := ""
	for k, name := range names {
		s := total(members[k])
		low, high := interval(members[k], dice)
		line += fmt.Sprintf("\n      %-10s %.4f [%.4f–%.4f] (P %.4f R %.4f, %.0f pairs);", name, s.f1(), low, high,
			s.right/s.claimed, s.right/s.actual, s.actual/2)
	}
	gap := gapOf(members)
	usual, seldom, asWide := gapsByChance(all, members, gap, dice)
	t.Logf("by origin of names, gap %.4f (by chance %.4f, one time in twenty over %.4f; as wide %.0f%% of the time):%s",
		gap, usual, seldom, 100*asWide, line)
}

func sumsOfPersons(persons []family.Person, truth map[string]string) map[string]pairSums {
	size := make(map[string]int)
	for _, p := range persons {
		for _, r := range p.Records {
			size[truth[r.Ref().String()]]++
		}
	}
	out := make(map[string]pairSums)
	for _, p := range persons {
		mix := make(map[string]int)
		for _, r := range p.Records {
			mix[truth[r.Ref().String()]]++
		}
		for id, n := range mix {
			s := out[id]
			s.add(pairSums{right: float64(n * (n - 1)), claimed: float64(n * (len(p.Records) - 1)),
				actual: float64(n * (size[id] - 1))})
			out[id] = s
		}
	}
	return out
}

func total(members []pairSums) pairSums {
	var s pairSums
	for _, m := range members {
		s.add(m)
	}
	return s
}

// interval returns the bounds of the middle nineteen twentieths of F1 over
// draws of as many persons, with replacement.
func interval(members []pairSums, dice *rand.Rand) (low, high float64) {
	f1 := make([]float64, drawn)
	for i := range f1 {
		var s pairSums
		for range members {
			s.add(members[dice.IntN(len(members))])
		}
		f1[i] = s.f1()
	}
	slices.Sort(f1)
	return f1[drawn/40], f1[drawn-1-drawn/40]
}

// gapOf is how far the worst group is behind the best.
func gapOf(groups [][]pairSums) float64 {
	best, worst := 0.0, 1.0
	for _, g := range groups {
		f1 := total(g).f1()
		best, worst = max(best, f1), min(worst, f1)
	}
	return best - worst
}

// gapsByChance deals the persons out to groups of the same sizes, and returns
// the middle gap, the one that one in twenty exceeds, and the share of gaps at
// least as wide as the one found.
func gapsByChance(all []pairSums, groups [][]pairSums, found float64, dice *rand.Rand) (middle, seldom, asWide float64) {
	all = slices.Clone(all)
	gaps := make([]float64, drawn/5)
	dealt := make([][]pairSums, len(groups))
	for i := range gaps {
		dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		from := 0
		for k, g := range groups {
			dealt[k] = all[from : from+len(g)]
			from += len(g)
		}
		gaps[i] = gapOf(dealt)
		if gaps[i] >= found {
			asWide += 1 / float64(len(gaps))
		}
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2], gaps[len(gaps)-1-len(gaps)/20], asWide
}

func TestOriginIntervals(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 4))
	good, bad := pairSums{right: 90, claimed: 90, actual: 90}, pairSums{right: 0, claimed: 90, actual: 90}
	same := slices.Repeat([]pairSums{good}, 50)
	if low, high := interval(same, dice); low != 1 || high != 1 {
		t.Errorf("interval of persons all right = %v–%v, want 1–1", low, high)
	}
	mixed := append(slices.Repeat([]pairSums{good}, 30), slices.Repeat([]pairSums{bad}, 10)...)
	low, high := interval(mixed, dice)
	if f1 := total(mixed).f1(); f1 != 0.75 || low >= f1 || high <= f1 || low < 0.5 || high > 0.95 {
		t.Errorf("interval = %v–%v about %v, want one about 0.75", low, high, f1)
	}
	groups := [][]pairSums{same, mixed}
	all := slices.Concat(same, mixed)
	if _, seldom, asWide := gapsByChance(all, groups, gapOf(groups), dice); asWide > 0.05 || seldom >= gapOf(groups) {
		t.Errorf("a gap of %v has chance %v, over %v one time in twenty; want it to be no chance", gapOf(groups), asWide, seldom)
	}
}
