package quality

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// trapped is a world in which it is known what blocking lost: true pairs with
// more or fewer mistakes in some parts, and rules made of the parts.
type trapped struct {
	rules []Rule
	c     captures
	lost  float64
	all   float64
}

// unevenness says how much worse kept than the average a pair is.
type unevenness struct {
	name string
	draw func(*rand.Rand) float64
}

var unevennesses = []unevenness{
	{"all alike", func(*rand.Rand) float64 { return 0 }},
	{"normal", func(r *rand.Rand) float64 { return 1.2 * r.NormFloat64() }},
	{"two sorts", func(r *rand.Rand) float64 {
		if r.IntN(5) == 0 {
			return 1.5
		}
		return -0.4
	}},
	{"heavy tail", func(r *rand.Rand) float64 { // Student's t with five degrees
		s := 0.0
		for range 5 {
			x := r.NormFloat64()
			s += x * x
		}
		return r.NormFloat64() / math.Sqrt(s/5)
	}},
}

func trap(r *rand.Rand, u unevenness) trapped {
	parts := 5 + r.IntN(4)
	w := trapped{c: captures{}, all: float64(500 + r.IntN(4500))}
	easy := make([]float64, parts)
	for i := range easy {
		p := 0.02 + 0.28*r.Float64()
		easy[i] = math.Log(p / (1 - p))
	}
	masks := map[uint32]bool{}
	for len(masks) < 4+r.IntN(6) {
		m := uint32(0)
		for range 2 + r.IntN(2) {
			m |= 1 << r.IntN(parts)
		}
		masks[m] = true
	}
	var order []uint32
	for m := range masks {
		order = append(order, m)
	}
	slices.Sort(order)
	for _, m := range order {
		rule := Rule{Name: fmt.Sprint(m)}
		for i := range parts {
			if m>>i&1 != 0 {
				rule.Parts = append(rule.Parts, Part{Name: fmt.Sprint("part", i), Column: fmt.Sprint("part", i)})
			}
		}
		w.rules = append(w.rules, rule)
	}
	for range int(w.all) {
		d, agree, h := u.draw(r), uint32(0), uint32(0)
		for i := range parts {
			if r.Float64() >= logistic(easy[i]+d) {
				agree |= 1 << i
			}
		}
		for i, m := range order {
			if agree&m == m {
				h |= 1 << i
			}
		}
		if h == 0 {
			w.lost++
		} else {
			w.c[h]++
		}
	}
	return w
}

func TestBlockingLossIsRecovered(t *testing.T) {
	const worlds = 60
	for _, without := range []bool{false, true} {
		for _, u := range unevennesses {
			r := rand.New(rand.NewPCG(5, 7))
			covered, bias, square := 0, 0.0, 0.0
			for range worlds {
				w := trap(r, u)
				if without {
					for i := range w.rules {
						w.rules[i].Parts = nil
					}
				}
				l := w.c.loss(w.rules)
				truth := w.lost / w.all
				if l.share.Low <= truth && truth <= l.share.High {
					covered++
				}
				d := l.share.Estimate - truth
				bias, square = bias+d/worlds, square+d*d/worlds
			}
			t.Logf("%-10s parts unknown %-5v bias %+.3f rmse %.3f covered %d of %d", u.name, without, bias, math.Sqrt(square), covered, worlds)
			if least := 50; covered < least {
				t.Errorf("%s, parts unknown %v: %d of %d intervals hold the truth, want %d", u.name, without, covered, worlds, least)
			}
			if limit := 0.03; !without && math.Abs(bias) > limit {
				t.Errorf("%s: bias %+.3f, want within %.2f", u.name, bias, limit)
			}
		}
	}
}
