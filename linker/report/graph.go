package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// graph draws a cluster: its records as numbered discs, its scored pairs as
// lines. Which record a number is the table beside it says.
func graph(id string, c *Cluster, members int, threshold float64) *drawing {
	d := &drawing{ID: id, W: drawnWidth, H: 260, Title: "Records of the cluster and the pairs that hold it together"}
	places := arrange(members, c.Edges)
	bridges, drawn := 0, 0
	for _, e := range c.Edges {
		if !inside(e, members) {
			continue
		}
		drawn++
		a, b := places[e.A], places[e.B]
		d.line(edgeClass(e, threshold), a.x, a.y, b.x, b.y)
		if e.Bridge {
			bridges++
			d.text("bridge-mark", (a.x+b.x)/2, (a.y+b.y)/2+4, "middle", "bridge")
		}
	}
	r := 13.0
	if members > 20 {
		r = 9
	}
	for i, p := range places {
		d.circle("node", p.x, p.y, r)
		d.text("node-name", p.x, p.y+4, "middle", strconv.Itoa(i+1))
	}
	d.Desc = fmt.Sprintf("%d records, %d scored pairs, %d of them bridges.", members, drawn, bridges)
	return d
}

func inside(e Edge, members int) bool {
	return e.A >= 0 && e.B >= 0 && e.A < members && e.B < members && e.A != e.B
}

// edgeClass says how a pair is drawn: solid if by itself it would be linked,
// thicker the surer it is.
func edgeClass(e Edge, threshold float64) string {
	class := "edge weak"
	switch {
	case e.Weight >= threshold+10:
		class = "edge strong"
	case e.Weight >= threshold:
		class = "edge"
	}
	if e.Bridge {
		class += " bridge"
	}
	return class
}

// arrange places records by Fruchterman and Reingold's springs ("Graph Drawing
// by Force-directed Placement", 1991) from a circle, so that equal clusters are
// always drawn alike. Every product is rounded before it is added to, which
// keeps processors with a fused multiply-add to the same picture.
func arrange(n int, edges []Edge) []point {
	at := circle(n)
	if n > 3 {
		const rounds = 120
		for i := range rounds {
			relax(at, edges, 0.12*float64(rounds-i)/rounds)
		}
	}
	return fit(at)
}

func circle(n int) []point {
	at := make([]point, n)
	for i := range at {
		angle := 2 * math.Pi * float64(i) / float64(max(n, 1))
		at[i] = point{coarse(math.Sin(angle)), coarse(-math.Cos(angle))}
	}
	return at
}

// coarse rounds to 1/1024, below which processors may differ.
func coarse(v float64) float64 { return math.Round(v*1024) / 1024 }

// relax moves every record a little, at most by heat.
func relax(at []point, edges []Edge, heat float64) {
	k := 1.4 / math.Sqrt(float64(len(at)))
	push := make([]point, len(at))
	for i := range at {
		for j := range i {
			dx, dy := at[i].x-at[j].x, at[i].y-at[j].y
			square := max(float64(dx*dx)+float64(dy*dy), 1e-4)
			f := float64(k*k) / square
			shove(push, i, j, float64(dx*f), float64(dy*f))
		}
	}
	for _, e := range edges {
		if !inside(e, len(at)) {
			continue
		}
		dx, dy := at[e.A].x-at[e.B].x, at[e.A].y-at[e.B].y
		f := math.Sqrt(float64(dx*dx)+float64(dy*dy)) / k
		shove(push, e.A, e.B, float64(-dx*f), float64(-dy*f))
	}
	for i, p := range push {
		size := math.Sqrt(float64(p.x*p.x) + float64(p.y*p.y))
		if size > 0 {
			by := min(size, heat) / size
			at[i] = point{coarse(at[i].x + float64(p.x*by)), coarse(at[i].y + float64(p.y*by))}
		}
	}
}

func shove(push []point, i, j int, x, y float64) {
	push[i].x, push[i].y = push[i].x+x, push[i].y+y
	push[j].x, push[j].y = push[j].x-x, push[j].y-y
}

// fit scales places to the drawing.
func fit(at []point) []point {
	lo, hi := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, p := range at {
		lo = point{min(lo.x, p.x), min(lo.y, p.y)}
		hi = point{max(hi.x, p.x), max(hi.y, p.y)}
	}
	x, y := scale{lo.x, hi.x, 24, drawnWidth - 24}, scale{lo.y, hi.y, 24, 236}
	if x.lo == x.hi {
		x = scale{lo.x - 1, lo.x + 1, 24, drawnWidth - 24}
	}
	if y.lo == y.hi {
		y = scale{lo.y - 1, lo.y + 1, 24, 236}
	}
	out := make([]point, len(at))
	for i, p := range at {
		out[i] = point{x.at(p.x), y.at(p.y)}
	}
	return out
}

// strongest picks the edges to draw: bridges, then by weight.
func strongest(all []Edge, members, most int) []Edge {
	var out []Edge
	for _, e := range all {
		if inside(e, members) && finite(e.Weight) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(x, y Edge) int {
		switch {
		case x.Bridge != y.Bridge && x.Bridge:
			return -1
		case x.Bridge != y.Bridge:
			return 1
		}
		return cmp.Or(cmp.Compare(y.Weight, x.Weight), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	return first(out, most)
}
