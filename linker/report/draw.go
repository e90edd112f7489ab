package report

import (
	"math"
	"strconv"
)

// num is a coordinate; a tenth of a unit is as fine as anybody sees.
type num float64

// String is the number as drawings write it.
func (n num) String() string {
	v := math.Round(float64(n)*10) / 10
	if v == 0 {
		v = 0 // never -0
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// drawing is an SVG image. Charts are drawn 360 units wide, so that their
// letters can still be read on a telephone.
type drawing struct {
	ID, Title, Desc string
	W, H            num
	Shapes          []shape
}

// shape is one mark of a drawing; which fields count depends on Tag.
type shape struct {
	Tag            string // rect, line, path, circle or text
	Class          string
	X, Y, W, H     num // of a line W, H are its other end, of a circle W its radius
	D, Text, Align string
}

const drawnWidth = 360

func (d *drawing) rect(class string, x, y, w, h float64) {
	d.Shapes = append(d.Shapes, shape{Tag: "rect", Class: class, X: num(x), Y: num(y), W: num(max(w, 0)), H: num(max(h, 0))})
}

func (d *drawing) line(class string, x1, y1, x2, y2 float64) {
	d.Shapes = append(d.Shapes, shape{Tag: "line", Class: class, X: num(x1), Y: num(y1), W: num(x2), H: num(y2)})
}

func (d *drawing) circle(class string, x, y, r float64) {
	d.Shapes = append(d.Shapes, shape{Tag: "circle", Class: class, X: num(x), Y: num(y), W: num(r)})
}

// text writes; align is start, middle or end.
func (d *drawing) text(class string, x, y float64, align, text string) {
	d.Shapes = append(d.Shapes, shape{Tag: "text", Class: class, X: num(x), Y: num(y), Align: align, Text: text})
}

// point is a place of a line in the units of the data.
type point struct{ x, y float64 }

// curve draws a line through points.
func (d *drawing) curve(class string, p plot, points []point) {
	path, pen := "", "M"
	for _, pt := range points {
		path += pen + num(p.x.at(pt.x)).String() + " " + num(p.y.at(pt.y)).String()
		pen = "L"
	}
	if path != "" {
		d.Shapes = append(d.Shapes, shape{Tag: "path", Class: class, D: path})
	}
}

// scale maps lo–hi of the data to from–to of the drawing.
type scale struct{ lo, hi, from, to float64 }

func (s scale) at(v float64) float64 {
	if s.hi <= s.lo {
		return s.from
	}
	v = min(max(v, s.lo), s.hi)
	return s.from + (s.to-s.from)*(v-s.lo)/(s.hi-s.lo)
}

// ticks are round numbers on the scale, at most about n.
func (s scale) ticks(n int) []float64 {
	span := s.hi - s.lo
	if !(span > 0) || !finite(span) {
		return []float64{s.lo}
	}
	const slack = 1e-9 // for steps that divide the span but for rounding
	step := math.Pow(10, math.Floor(math.Log10(span/float64(n))))
	for _, m := range []float64{1, 2, 5, 10} {
		if span/(step*m) <= float64(n)+slack {
			step *= m
			break
		}
	}
	var out []float64
	for k := math.Ceil(s.lo/step - slack); k*step <= s.hi+step/1e6; k++ {
		out = append(out, k*step+0) // + 0 makes a zero of -0
	}
	return out
}

// plot is the area of a chart with two axes.
type plot struct{ x, y scale }

// frame draws the axes with their ticks and names.
func (d *drawing) frame(p plot, xName, yName string, xTick, yTick func(float64) string, yTicks []float64) {
	for _, v := range yTicks {
		y := p.y.at(v)
		d.line("grid-line", p.x.from, y, p.x.to, y)
		d.text("tick", p.x.from-5, y+4, "end", yTick(v))
	}
	for _, v := range p.x.ticks(6) {
		x := p.x.at(v)
		d.line("axis", x, p.y.from, x, p.y.from+4)
		d.text("tick", x, p.y.from+17, "middle", xTick(v))
	}
	d.line("axis", p.x.from, p.y.from, p.x.to, p.y.from)
	d.text("label", (p.x.from+p.x.to)/2, p.y.from+34, "middle", xName)
	d.text("label", 2, 12, "start", yName)
}

// mark draws an upright line at a value of x with its name above.
func (d *drawing) mark(p plot, v float64, name string) {
	x := p.x.at(v)
	d.line("threshold", x, p.y.to, x, p.y.from)
	align := "middle"
	switch {
	case x > p.x.to-50:
		align = "end"
	case x < p.x.from+50:
		align = "start"
	}
	d.text("label", x, p.y.to-5, align, name)
}

func whole(v float64) string {
	v = math.Round(v)
	if v == 0 {
		return "0" // never -0
	}
	if v < 0 {
		return "−" + strconv.FormatFloat(-v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

func share(v float64) string { return strconv.FormatFloat(math.Round(100*v), 'f', 0, 64) + "%" }

// fine writes a share on an axis that may be close to one.
func fine(v float64) string { return strconv.FormatFloat(math.Round(1000*v)/10, 'f', -1, 64) + "%" }
