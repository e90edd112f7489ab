package pipeline

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"slices"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
)

// Kept is what one night keeps for the next of the same process, which need not
// score a household again where nothing has changed that its candidates follow
// from: as-at, coverage, framework, the household, its people's rows and its
// nominations. It is not changed once made.
type Kept struct {
	seed     maphash.Seed
	asAt     family.Date
	coverage eligibility.Coverage
	rules    []*eligibility.Framework
	basis    map[string]uint64 // by household: a hash of the rest
}

// Last is the night before.
type Last struct {
	Kept *Kept // its Result.Kept
	// Candidates yields its candidates of a framework, in any order.
	Candidates func(framework string, yield func(*family.Candidate) error) error
}

// basis hashes what the candidates of each household follow from, but for what
// is the same for all. Equal ones of one seed are taken for equal: to be wrong
// once takes 2^64 households that have changed.
func (n *night) basis(seed maphash.Seed, nominated map[string][]eligibility.Nomination) []uint64 {
	people := make([]uint64, len(n.out.Persons))
	at := make(map[string]int, len(people))
	for i := range n.out.Persons {
		at[n.out.Persons[i].ID] = i
	}
	parallel(n.Workers, len(people), func(from, to int) {
		for i := from; i < to; i++ {
			d := newDigest(seed)
			d.person(&n.out.Persons[i])
			people[i] = d.h.Sum64()
		}
	})
	out := make([]uint64, len(n.out.Households))
	parallel(n.Workers, len(out), func(from, to int) {
		for i := from; i < to; i++ {
			h := &n.out.Households[i]
			d := newDigest(seed)
			d.household(h, func(id string) {
				if p, ok := at[id]; ok {
					d.num(people[p])
				}
			})
			for _, x := range nominated[h.ID] {
				d.nomination(&x)
			}
			out[i] = d.h.Sum64()
		}
	})
	return out
}

// reused is what of the last night's scoring still holds.
type reused struct {
	same       []bool                // by household: nothing has changed
	known      []bool                // by framework: candidates of the same are there
	candidates [][]*family.Candidate // by framework and household; nil for none
}

// again finds what of the last night still holds, and keeps this one's basis if
// that is asked for.
func (n *night) again(frameworks []*eligibility.Framework, cov eligibility.Coverage, nominated map[string][]eligibility.Nomination) *reused {
	r := &reused{
		same: make([]bool, len(n.out.Households)), known: make([]bool, len(frameworks)),
		candidates: make([][]*family.Candidate, len(frameworks)),
	}
	for j := range frameworks {
		r.candidates[j] = make([]*family.Candidate, len(n.out.Households))
	}
	if !n.Keep {
		return r
	}
	kept := &Kept{seed: maphash.MakeSeed(), asAt: n.out.AsAt, coverage: cov, rules: frameworks}
	if n.Last != nil {
		kept.seed = n.Last.Kept.seed
	}
	basis := n.basis(kept.seed, nominated)
	kept.basis = make(map[string]uint64, len(basis))
	for i, b := range basis {
		kept.basis[n.out.Households[i].ID] = b
	}
	if n.Last != nil && n.Last.Kept.asAt == kept.asAt && n.Last.Kept.coverage == cov {
		n.reuse(r, frameworks, basis)
	}
	n.out.Kept = kept
	return r
}

// reuse takes over the candidates of the households whose basis is the same. A
// framework whose candidates cannot be read is scored anew.
func (n *night) reuse(r *reused, frameworks []*eligibility.Framework, basis []uint64) {
	at := make(map[string]int, len(basis))
	for i, b := range basis {
		id := n.out.Households[i].ID
		if was, ok := n.Last.Kept.basis[id]; ok && was == b {
			r.same[i], at[id] = true, i
		}
	}
	for j, fw := range frameworks {
		if !slices.Contains(n.Last.Kept.rules, fw) {
			continue
		}
		err := n.Last.Candidates(fw.ID(), func(c *family.Candidate) error {
			if i, ok := at[c.HouseholdID]; ok {
				r.candidates[j][i] = c
			}
			return nil
		})
		if r.known[j] = err == nil; err != nil {
			clear(r.candidates[j])
		}
	}
}

// digest hashes values one after the other, so that different ones differ.
type digest struct{ h maphash.Hash }

func newDigest(seed maphash.Seed) *digest {
	d := &digest{}
	d.h.SetSeed(seed)
	return d
}

func (d *digest) num(x uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], x)
	_, _ = d.h.Write(b[:]) // never fails
}

func (d *digest) nums(all ...int64) {
	for _, x := range all {
		d.num(uint64(x))
	}
}

func (d *digest) float(x float64) { d.num(math.Float64bits(x)) }

func (d *digest) flags(all ...bool) {
	for _, x := range all {
		if x {
			d.num(1)
		} else {
			d.num(0)
		}
	}
}

func (d *digest) texts(all ...string) {
	for _, s := range all {
		d.num(uint64(len(s)))
		_, _ = d.h.WriteString(s) // never fails
	}
}

func (d *digest) list(all []string) {
	d.num(uint64(len(all)))
	d.texts(all...)
}

// person takes in who somebody is and the versions of the rows: one place of the
// journal is one version of one row. Why the rows are of one person no need asks.
func (d *digest) person(p *family.Person) {
	d.texts(p.ID)
	d.nums(int64(p.Profile.DOB), int64(p.Profile.Sex), int64(p.Profile.Died), int64(len(p.Records)))
	for i, r := range p.Records {
		d.nums(int64(r.Row.Feed)<<8|int64(r.Part), int64(r.Row.Seq))
		if i < len(p.Probability) {
			d.float(p.Probability[i])
		}
	}
}

func (d *digest) nomination(x *eligibility.Nomination) {
	d.texts(x.ID, x.Framework, x.Agency)
	d.list(x.Needs)
	d.list(x.Persons)
	d.num(uint64(x.Day))
}

// household takes in who lives there and who is what to whom, with the people
// by means of person; not what is only shown: where they lived before, what
// happened, and why it is thought so.
func (d *digest) household(h *family.Household, person func(id string)) {
	d.texts(h.ID, h.Area.Ward, h.Area.District, h.Area.Cluster, h.Area.LSOA)
	d.flags(h.Protected)
	d.float(h.Certainty)
	d.nums(int64(len(h.Members)), int64(len(h.Relations)))
	for i := range h.Members {
		m := &h.Members[i]
		d.texts(m.PersonID)
		d.nums(int64(m.Role)<<8|int64(m.Kind), int64(m.From), int64(m.To), int64(m.Deceased))
		d.float(m.Confidence)
		person(m.PersonID)
	}
	for i := range h.Relations {
		r := &h.Relations[i]
		d.texts(r.A, r.B)
		d.nums(int64(r.Kind), int64(r.From), int64(r.To))
		d.float(r.Confidence)
		person(r.A)
		person(r.B)
	}
}
