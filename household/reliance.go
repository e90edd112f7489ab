package household

import (
	"math"
	"slices"
)

const (
	// fewest is how many people's landlords must know better before an agency is
	// judged by them.
	fewest = 30
	// notice is how long, in days, an agency may take to hear of a move.
	notice = 120
)

// agency is one agency's rows of one kind.
type agency struct {
	source source
	name   string
}

// reliance is how often an agency's latest words agreed with a landlord.
type reliance struct{ agreed, contradicted int }

// most is the most bits that one word of the agency weighs: the odds that it
// agrees with a landlord who has had the person at an address for longer than
// it takes to hear of a move. One more of each keeps a short record from saying
// too much.
func (r reliance) most() float64 {
	if r.agreed+r.contradicted < fewest {
		return math.Inf(1)
	}
	return max(0, math.Log2(float64(r.agreed+1)/float64(r.contradicted+1)))
}

// rely judges each agency by what it shows: where a landlord let a dwelling to
// somebody a while ago, the agency has the person there by now, or is stale.
// What that leaves unchanged, as for most agencies, is not kept.
func (f *former) rely() {
	records := map[agency]*reliance{}
	var last []*fact // of each agency, of one person
	for _, facts := range f.facts {
		home := letting(facts)
		if home == nil {
			continue
		}
		last = last[:0]
		for i := range facts {
			if fa := &facts[i]; fa.source != fromTenancy && fa.saying != noSaying && fa.seen >= home.from+notice {
				last = latest(last, fa, home.dwelling)
			}
		}
		for _, fa := range last {
			r := records[fa.agency()]
			if r == nil {
				r = &reliance{}
				records[fa.agency()] = r
			}
			if fa.dwelling == home.dwelling {
				r.agreed++
			} else {
				r.contradicted++
			}
		}
	}
	f.limits = map[agency]float64{}
	for a, r := range records {
		if most := r.most(); most < boldest {
			f.limits[a] = most
		}
	}
}

// boldest is the most that any word but a landlord's weighs.
const boldest = 3.5

func (fa *fact) agency() agency { return agency{fa.source, fa.rec.Row.Agency} }

// letting is the latest start of an open tenancy among a person's facts, nil
// for none.
func letting(facts []fact) (out *fact) {
	for i := range facts {
		if fa := &facts[i]; fa.source == fromTenancy && fa.to == 0 && fa.from != 0 && (out == nil || fa.from > out.from) {
			out = fa
		}
	}
	return out
}

// latest keeps of each agency the fact seen last, of several the one of home.
func latest(last []*fact, fa *fact, home int32) []*fact {
	i := slices.IndexFunc(last, func(o *fact) bool { return o.agency() == fa.agency() })
	if i < 0 {
		return append(last, fa)
	}
	if o := last[i]; fa.seen > o.seen || fa.seen == o.seen && fa.dwelling == home {
		last[i] = fa
	}
	return last
}

// bitsOf is what a fact's word weighs in a state, as far as its agency may be
// relied on.
func (f *former) bitsOf(fa *fact, s state) float64 {
	b := sayingBits[fa.saying][s]
	if len(f.limits) > 0 {
		if most, ok := f.limits[fa.agency()]; ok {
			return min(b, most)
		}
	}
	return b
}
