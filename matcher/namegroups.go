package matcher

import (
	"cmp"
	"math"
	"slices"
)

// NameGroups divides records by the tradition of their names: groups of forenames
// and surnames that go together in these records, found without knowing anything
// of languages, peoples or persons. It is for looking at how groups fare, never for
// saying what somebody is: many people's names are of another tradition than they.
type NameGroups struct {
	// Group numbers each record's group from 0, the group of most persons first;
	// -1 where a name is missing or does not tell.
	Group []int32
	// Forenames and Surnames are, for each group, some that are common in it and
	// hardly elsewhere. Each was met in many persons.
	Forenames, Surnames [][]string
}

const (
	// often is in how many persons a name has to be met to say which traditions
	// there are, or to be shown.
	often = 10
	// leastGroup is the fewest persons that make a group.
	leastGroup = 50
	// surely is the probability from which a name is taken to be of a group.
	surely = 0.8
	// exemplary is how many names stand for a group.
	exemplary = 3
)

// NameGroups finds the traditions of the names, from one name of each person, and
// gives each record its own. It is nil where forename and surname are not both
// compared, or where the names show no traditions: those of a homogeneous people
// go together no more than by chance. It takes time in proportion to the different
// names.
func (l *Linked) NameGroups() *NameGroups {
	t := l.t
	if t.forename < 0 || t.surname < 0 {
		return nil
	}
	at, members := index(l.Person, l.Persons)
	f, s := &l.base.cols[t.plain[t.forename]], &l.base.cols[t.plain[t.surname]]
	pf, ps := f.merged(at, members), s.merged(at, members)
	persons := &nodes{layout: t.layout, n: l.Persons}
	pairs := persons.namePairs(&pf, &ps)
	if len(pairs) == 0 {
		return nil
	}
	x := newNameClasses(&pf, &ps, pairs)
	x.unite()
	if x.number(); x.groups < 2 {
		return nil
	}
	out := &NameGroups{Group: make([]int32, len(l.Person))}
	for i := range out.Group {
		out.Group[i] = x.groupOf(f.cells[i], s.cells[i], f, s)
	}
	for g := range int32(x.groups) {
		out.Forenames = append(out.Forenames, x.examples(g, pf.text, x.forename))
		out.Surnames = append(out.Surnames, x.examples(g, ps.text, x.surname))
	}
	return out
}

// nameClasses are the classes of the latent model, some of them united.
type nameClasses struct {
	share, pf, ps []float64
	pairs         []namePair
	of            []int // class of each pair
	into          [traditionCount]int
	// forename and surname count, for each class, the persons of each name.
	forename, surname [traditionCount]map[uint32]float64
	group             [traditionCount]int32
	groups            int
}

func newNameClasses(f, s *column, pairs []namePair) *nameClasses {
	x := &nameClasses{pairs: pairs}
	x.share, x.pf, x.ps = latent(f, s, pairs)
	for k := range x.into {
		x.into[k] = k
		x.forename[k], x.surname[k] = map[uint32]float64{}, map[uint32]float64{}
	}
	for _, p := range pairs {
		k, _ := x.likeliest(p.forename, p.surname)
		x.of = append(x.of, k)
		x.forename[k][p.forename] += p.n
		x.surname[k][p.surname] += p.n
	}
	return x
}

// likeliest is the likeliest class of a whole name, or of the one part that is not
// 0, and its probability, counting united classes as one.
func (x *nameClasses) likeliest(f, s uint32) (int, float64) {
	var sum [traditionCount]float64
	total := 0.0
	for k, share := range x.share {
		v := max(share, 1e-9)
		if f != 0 {
			v *= x.pf[int(f)*traditionCount+k] / max(share, 1e-9)
		}
		if s != 0 {
			v *= x.ps[int(s)*traditionCount+k] / max(share, 1e-9)
		}
		sum[x.into[k]] += v
		total += v
	}
	best := 0
	for k, v := range sum {
		if v > sum[best] {
			best = k
		}
	}
	return best, sum[best] / max(total, 1e-300)
}

// unite makes one of classes that the names give no reason to tell apart. The fit
// always finds as many as it is asked for, if need be by dealing out forenames at
// random; such classes have their surnames in common. Two are united while the
// likelihood lost is less than what the numbers saved are worth (BIC; Schwarz
// 1978), going by names met often.
func (x *nameClasses) unite() {
	f, s, all := x.often()
	worth := math.Log(max(all, 2)) / 2
	for {
		best, a, b := 0.0, -1, -1
		for i := range f {
			for j := range i {
				if len(f[i]) == 0 || len(f[j]) == 0 {
					continue
				}
				lostF, savedF := joined(f[i], f[j])
				lostS, savedS := joined(s[i], s[j])
				n, m := sumOf(f[i]), sumOf(f[j])
				lost := lostF + lostS + entropic(n+m) - entropic(n) - entropic(m)
				if gain := worth*(savedF+savedS+1) - lost; gain > best {
					best, a, b = gain, j, i
				}
			}
		}
		if a < 0 {
			break
		}
		pour(f[a], f[b])
		pour(s[a], s[b])
		pour(x.forename[a], x.forename[b])
		pour(x.surname[a], x.surname[b])
		for k, to := range x.into {
			if to == b {
				x.into[k] = a
			}
		}
	}
}

// often counts the names of persons both of whose names are met often.
func (x *nameClasses) often() (f, s [traditionCount]map[uint32]float64, all float64) {
	nf, ns := map[uint32]float64{}, map[uint32]float64{}
	for _, p := range x.pairs {
		nf[p.forename] += p.n
		ns[p.surname] += p.n
	}
	for k := range f {
		f[k], s[k] = map[uint32]float64{}, map[uint32]float64{}
	}
	for i, p := range x.pairs {
		if nf[p.forename] >= often && ns[p.surname] >= often {
			f[x.of[i]][p.forename] += p.n
			s[x.of[i]][p.surname] += p.n
			all += p.n
		}
	}
	return f, s, all
}

func entropic(n float64) float64 {
	if n <= 0 {
		return 0
	}
	return n * math.Log(n)
}

// joined says how much less likely the names of two classes are as those of one,
// but for the classes' own sizes, and how many numbers that saves. Counts are whole,
// so that sums of them do not depend on their order.
func joined(a, b map[uint32]float64) (lost, saved float64) {
	var both []float64
	for name, n := range a {
		if m := b[name]; m > 0 {
			both = append(both, entropic(n)+entropic(m)-entropic(n+m))
		}
	}
	slices.Sort(both)
	for _, x := range both {
		lost += x
	}
	return lost, float64(len(both))
}

func sumOf(m map[uint32]float64) (sum float64) {
	for _, n := range m {
		sum += n
	}
	return sum
}

// pour counts all that is in from in to.
func pour(to, from map[uint32]float64) {
	for name, n := range from {
		to[name] += n
	}
	clear(from)
}

// number numbers the classes that are large enough, the largest first.
func (x *nameClasses) number() {
	var order []int
	size := make([]float64, traditionCount)
	for k := range x.group {
		x.group[k] = -1
		if size[k] = sumOf(x.forename[k]); size[k] >= leastGroup {
			order = append(order, k)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(size[b], size[a]) })
	for g, k := range order {
		x.group[k] = int32(g)
	}
	x.groups = len(order)
}

// groupOf is the group of a record with such cells.
func (x *nameClasses) groupOf(fc, sc uint32, f, s *column) int32 {
	var forename, surname uint32
	if fc != 0 {
		forename = f.tuple(fc)[0]
	}
	if sc != 0 {
		surname = s.tuple(sc)[0]
	}
	if forename == 0 && surname == 0 {
		return -1
	}
	if k, p := x.likeliest(forename, surname); p >= surely {
		return x.group[k]
	}
	return -1
}

// examples are names that are common in a group and hardly elsewhere.
func (x *nameClasses) examples(g int32, text []string, counts [traditionCount]map[uint32]float64) []string {
	type example struct {
		name string
		much float64
	}
	var out []example
	at := slices.Index(x.group[:], g)
	for name, n := range counts[at] {
		all := 0.0
		for k := range counts {
			all += counts[k][name]
		}
		if n >= often {
			out = append(out, example{text[name], n * n / all})
		}
	}
	slices.SortFunc(out, func(a, b example) int { return cmp.Or(cmp.Compare(b.much, a.much), cmp.Compare(a.name, b.name)) })
	var names []string
	for _, e := range out[:min(len(out), exemplary)] {
		names = append(names, e.name)
	}
	return names
}
