package draw

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// Genogram draws who is what to whom in a household. It does not block. A
// protected household is drawn without the line round those who live together.
func Genogram(in Input) Picture {
	k := kinOf(&in)
	text := k.words(&in)
	c := &canvas{}
	if len(k.nodes) == 0 {
		c.text(margin, top, "start", ink, "Nobody of this household may be shown.")
		return Picture{c.svg("genogram", 480, 2*top, "Genogram", text), text}
	}
	k.place()
	if !in.Household.Protected {
		k.enclose(c)
	}
	for _, cp := range k.couples {
		k.drawCouple(c, cp)
	}
	for i, b := range k.broods {
		k.drawBrood(c, b, k.storey(i))
	}
	width, height := 0.0, 0.0
	for i := range k.nodes {
		k.drawNode(c, &in, i)
		width, height = max(width, k.nodes[i].x+margin), max(height, y(k.nodes[i].generation)+top)
	}
	width = max(width, 540)
	k.legend(c, height)
	title := "Genogram as at " + in.AsAt.String()
	return Picture{c.svg("genogram", width, height+46, title, text), text}
}

// legend says what the signs mean that not everybody knows.
func (k *kin) legend(c *canvas, at float64) {
	c.text(12, at+10, "start", ink, "Square male, circle female, diamond not known; crossed: has died.")
	c.text(12, at+30, "start", ink, "Dotted line: live together. Broken line: no more is known. Grey and ?: not sure.")
}

// drawNode draws one person's sign with name and age beneath.
func (k *kin) drawNode(c *canvas, in *Input, i int) {
	n := &k.nodes[i]
	stroke, dash := ink, ""
	if n.doubtful {
		stroke, dash = unsure, "4 3"
	}
	at := y(n.generation)
	c.group(k.label(in, i))
	switch n.person.Sex {
	case 'M':
		c.rect(n.x-half, at-half, 2*half, 2*half, back, stroke, dash, "")
	case 'F':
		fmt.Fprintf(&c.b, `<circle cx="%s" cy="%s" r="%s" fill="%s" stroke="%s" stroke-width="2"%s/>`+"\n",
			num(n.x), num(at), num(half), back, stroke, dashed(dash))
	default:
		fmt.Fprintf(&c.b, `<path d="M%s %s l%s %s l-%s %s l-%s -%s z" fill="%s" stroke="%s" stroke-width="2"%s/>`+"\n",
			num(n.x), num(at-half), num(half), num(half), num(half), num(half), num(half), num(half), back, stroke, dashed(dash))
	}
	inside := in.age(n.person)
	if n.doubtful {
		inside += "?"
	}
	c.text(n.x, at+5, "middle", stroke, inside)
	if n.member.Deceased != 0 || n.person.Died != 0 {
		c.line(n.x-half, at-half, n.x+half, at+half, stroke, "")
		c.line(n.x-half, at+half, n.x+half, at-half, stroke, "")
	}
	name := n.person.Name
	if name == "" {
		name = "Name not known"
	}
	for j, s := range lines(name) {
		c.text(n.x, at+half+18+16*float64(j), "middle", stroke, s)
	}
	c.end()
}

// lines breaks a name in two where it would run into its neighbour.
func lines(name string) []string {
	runes := []rune(name)
	if len(runes) <= 18 {
		return []string{name}
	}
	for i := min(18, len(runes)-1); i > 0; i-- {
		if runes[i] == ' ' {
			second := runes[i+1:]
			return []string{string(runes[:i]), cut(second, 18)}
		}
	}
	return []string{cut(runes, 18)}
}

// cut shortens a text to so many letters.
func cut(s []rune, most int) string {
	if len(s) <= most {
		return string(s)
	}
	return string(s[:most-1]) + "…"
}

// drawCouple joins two people beneath their signs.
func (k *kin) drawCouple(c *canvas, cp couple) {
	a, b := &k.nodes[cp.a], &k.nodes[cp.b]
	if a.generation != b.generation {
		return
	}
	if a.x > b.x {
		a, b = b, a
	}
	stroke, dash := ink, ""
	if !cp.partner {
		dash = "8 5"
	}
	if !cp.sure {
		stroke = unsure
	}
	at := y(a.generation)
	if b.at-a.at > 1 { // over whoever stands between
		up := at - half - 14
		c.line(a.x, at-half, a.x, up, stroke, dash)
		c.line(a.x, up, b.x, up, stroke, dash)
		c.line(b.x, up, b.x, at-half, stroke, dash)
		at = up
	} else {
		c.line(a.x+half, at, b.x-half, at, stroke, dash)
	}
	if cp.parted {
		middle := (a.x + b.x) / 2
		c.line(middle-16, at+10, middle-4, at-10, stroke, "")
	}
}

// storey is how many broods before it hang in the same generation: each has a bar
// of its own height.
func (k *kin) storey(i int) int {
	n := 0
	for _, b := range k.broods[:i] {
		if k.nodes[b.children[0]].generation == k.nodes[k.broods[i].children[0]].generation {
			n++
		}
	}
	return n % 3
}

// drawBrood hangs children from their parents.
func (k *kin) drawBrood(c *canvas, b brood, storey int) {
	first := &k.nodes[b.children[0]]
	from, x := 0.0, 0.0
	for _, p := range b.parents {
		x += k.nodes[p].x / float64(len(b.parents))
		from = max(from, y(k.nodes[p].generation))
	}
	if len(b.parents) == 1 {
		from += half + 8 + 16*float64(len(lines(k.nodes[b.parents[0]].person.Name))) // beneath the name
	} else if d := k.nodes[b.parents[0]].at - k.nodes[b.parents[1]].at; d > 1 || d < -1 {
		from -= half + 14
	}
	to := y(first.generation)
	bar := to - half - 16 - 9*float64(storey)
	if k.nodes[b.parents[0]].generation >= first.generation {
		return // a contradiction, which is listed
	}
	dash := ""
	if b.foster {
		dash = "8 5"
	}
	c.line(x, from, x, bar, ink, dash)
	left, right := x, x
	for _, i := range b.children {
		at := k.stalk(b, i)
		left, right = min(left, at), max(right, at)
		c.line(at, bar, k.nodes[i].x, to-half, ink, dash)
	}
	if right > left {
		c.line(left, bar, right, bar, ink, dash)
	}
}

// stalk is the point of the bar from which a child hangs: one for twins.
func (k *kin) stalk(b brood, child int) float64 {
	born := k.nodes[child].person.Born
	sum, n := 0.0, 0
	for _, i := range b.children {
		if i == child || born != 0 && k.nodes[i].person.Born == born {
			sum, n = sum+k.nodes[i].x, n+1
		}
	}
	return sum / float64(n)
}

// box is what a dotted line goes round in one generation.
type box struct {
	generation                int
	left, right, above, below float64
}

// enclose draws a dotted line round those who live together: one line where they
// stand side by side in each generation, else one round each run of neighbours,
// so that it never holds anybody who does not.
func (k *kin) enclose(c *canvas) {
	boxes := k.boxes()
	whole := len(boxes) > 0
	for i := 1; i < len(boxes); i++ {
		a, b := boxes[i-1], boxes[i]
		whole = whole && b.generation == a.generation+1 && a.left < b.right && b.left < a.right
	}
	if !whole {
		for _, b := range boxes {
			c.around([]box{b})
		}
		return
	}
	c.around(boxes)
}

// around draws one dotted line round boxes that stand one beneath the other.
func (c *canvas) around(boxes []box) {
	var right, left []string
	for i, b := range boxes {
		above, below := b.above, b.below
		if i > 0 {
			above = (boxes[i-1].below + b.above) / 2
		}
		if i < len(boxes)-1 {
			below = (b.below + boxes[i+1].above) / 2
		}
		right = append(right, num(b.right)+" "+num(above), num(b.right)+" "+num(below))
		left = append(left, num(b.left)+" "+num(above), num(b.left)+" "+num(below))
	}
	slices.Reverse(left)
	fmt.Fprintf(&c.b, `<path d="M%s z" fill="none" stroke="%s" stroke-width="2" stroke-dasharray="2 5" stroke-linejoin="round"/>`+"\n",
		strings.Join(append(right, left...), " L"), palette[0])
}

// boxes are the runs of neighbours who live together, generation by generation.
func (k *kin) boxes() []box {
	order := make([]int, len(k.nodes))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(k.nodes[a].generation, k.nodes[b].generation), cmp.Compare(k.nodes[a].at, k.nodes[b].at))
	})
	var out []box
	run := false
	for n, i := range order {
		at := &k.nodes[i]
		run = run && n > 0 && k.nodes[order[n-1]].generation == at.generation
		if !at.here {
			run = false
			continue
		}
		if !run {
			out = append(out, box{at.generation, at.x - half - 30, 0, y(at.generation) - half - 18, y(at.generation) + half + 46})
		}
		out[len(out)-1].right, run = at.x+half+30, true
	}
	return out
}

// label is what assistive technology reads of a person.
func (k *kin) label(in *Input, i int) string {
	n := &k.nodes[i]
	s := in.caption(n.member.PersonID) + ": " + role(n.member, in.AsAt)
	if n.doubtful {
		s += ", not sure"
	}
	return s
}

// role says in words what somebody is to the household.
func role(m *family.Member, asAt family.Date) string {
	switch {
	case m.Deceased != 0:
		return "died on " + m.Deceased.String()
	case m.Kind == family.PossibleMember:
		return "may live here"
	case m.Role == family.Adult && !m.Current(asAt), m.Role == family.Child && !m.Current(asAt):
		return "lived here until " + m.To.String()
	case m.Role == family.Adult:
		return "adult, lives here"
	case m.Role == family.Child:
		return "child, lives here"
	case m.Role == family.DualResidentChild:
		return "child, lives here and with another parent"
	case m.Role == family.NonResidentParent:
		return "parent who lives elsewhere"
	}
	return "relative who lives elsewhere"
}

// words says what the genogram shows: each person, and beneath what the person
// is to others.
func (k *kin) words(in *Input) []string {
	var out []string
	for i := range k.nodes {
		out = append(out, k.label(in, i))
		id := k.nodes[i].member.PersonID
		for _, r := range in.Household.Relations {
			if r.A != id {
				continue
			}
			if _, drawn := k.of[r.B]; !drawn {
				continue
			}
			s := "  " + strings.ReplaceAll(r.Kind.String(), "_", " ") + " of " + in.caption(r.B)
			if r.To != 0 {
				s += " until " + r.To.String()
			}
			if r.Confidence < least {
				s += ", not sure"
			}
			out = append(out, s)
		}
	}
	return out
}
