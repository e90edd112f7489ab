package report

import (
	"fmt"
	"math"
)

// rowHeight is the room of one step of a waterfall: its words and, below them,
// its bar.
const rowHeight = 36

// step is one bar of a waterfall, from one sum to the next.
type step struct {
	name, words string
	from, to    float64
	total       bool
}

// steps are the prior, each part and the final weight.
func steps(p *Pair, most int) []step {
	sum := p.Prior
	out := []step{{name: "before any comparison", from: 0, to: sum}}
	for i, part := range p.Parts {
		if i == most {
			rest := p.Weight - sum
			out = append(out, step{name: fmt.Sprintf("%d more", len(p.Parts)-most), words: "together", from: sum, to: sum + rest})
			break
		}
		out = append(out, step{name: name(part.Comparison), words: name(part.Level), from: sum, to: sum + part.Weight})
		sum += part.Weight
	}
	return append(out, step{name: "all together", words: verdict(p.Probability), to: p.Weight, total: true})
}

// waterfall draws how a pair's weight comes about. The line at zero is where
// one person and two are equally likely.
func waterfall(id string, p *Pair, threshold float64, most int) *drawing {
	all := steps(p, most)
	lo, hi := 0.0, 0.0
	for _, s := range all {
		lo, hi = min(lo, s.from, s.to), max(hi, s.from, s.to)
	}
	pad := max((hi-lo)/20, 1)
	d := &drawing{ID: id, W: drawnWidth, H: num(34 + rowHeight*len(all)), Title: "How the weight comes about"}
	x := scale{lo - pad, hi + pad, 4, 306}
	bottom := float64(d.H) - 20
	d.line("zero", x.at(0), 4, x.at(0), bottom)
	d.text("tick", x.at(0), bottom+14, "middle", "even chance")
	if finite(threshold) && threshold > x.lo && threshold < x.hi {
		d.line("threshold", x.at(threshold), 4, x.at(threshold), bottom)
		if math.Abs(x.at(threshold)-x.at(0)) > 80 {
			d.text("tick", x.at(threshold), bottom+14, "middle", "threshold")
		}
	}
	for i, s := range all {
		d.step(x, s, float64(rowHeight*i))
	}
	d.Desc = fmt.Sprintf("From %s before any comparison to %s after %d parts.", bits(p.Prior), bits(p.Weight), len(p.Parts))
	return d
}

func (d *drawing) step(x scale, s step, top float64) {
	class, from, to := "for", x.at(s.from), x.at(s.to)
	words := s.name
	if s.words != "" {
		words += ": " + s.words
	}
	switch {
	case s.total:
		class = "total"
	case s.to < s.from:
		class = "against"
	}
	d.text("step", 4, top+13, "start", label(words, 52))
	d.rect(class, min(from, to), top+18, max(math.Abs(to-from), 1), 13)
	if !s.total {
		d.line("join", to, top+31, to, top+rowHeight+18)
	}
	d.text("value", drawnWidth-2, top+29, "end", bits(s.to-s.from))
}
