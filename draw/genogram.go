package draw

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

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
	k.levels()
	if !in.Household.Protected {
		k.enclose(c)
	}
	for _, cp := range k.couples {
		k.drawCouple(c, cp)
	}
	stems := k.stems()
	for i, b := range k.broods {
		k.drawBrood(c, b, stems[i], k.storey(i))
	}
	width, height := 0.0, 0.0
	for i := range k.nodes {
		k.drawNode(c, &in, i)
		width, height = max(width, k.nodes[i].x+margin), max(height, y(k.nodes[i].generation)+half+60)
	}
	width = max(width, 540)
	k.legend(c, height)
	title := "Genogram as at " + in.AsAt.String()
	c.text(12, 24, "start", ink, title)
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
	for j, s := range k.beside(i) {
		c.text(n.x, at+half+18+16*float64(j), "middle", stroke, s)
	}
	c.end()
}

// room is how wide a name may be beneath its sign.
const room = apart - 14

// lines breaks a name in two where it would run into its neighbour.
func lines(name string) []string {
	if width(name) <= room {
		return []string{name}
	}
	for i, r := range slices.Backward([]rune(name)) {
		if first := string([]rune(name)[:i]); r == ' ' && width(first) <= room {
			return []string{first, fit(string([]rune(name)[i+1:]), room)}
		}
	}
	return []string{fit(name, room)}
}

// width is about how wide a text is in print.
func width(s string) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune(" .,-'ijlftI", r):
			w += 4.4
		case unicode.IsUpper(r), strings.ContainsRune("mw%&", r):
			w += 10.2
		default:
			w += 7.8
		}
	}
	return w
}

// fit shortens a text to a width.
func fit(s string, most float64) string {
	if width(s) <= most {
		return s
	}
	runes := []rune(s)
	for len(runes) > 0 && width(string(runes)+"…") > most {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
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
		up := at - arch(cp.level)
		c.line(a.x+foot, at-half, a.x+foot, up, stroke, dash)
		c.line(a.x+foot, up, b.x-foot, up, stroke, dash)
		c.line(b.x-foot, up, b.x-foot, at-half, stroke, dash)
		at = up
	} else {
		c.line(a.x+half, at, b.x-half, at, stroke, dash)
	}
	if cp.parted {
		middle := (a.x + b.x) / 2
		c.line(middle-16, at+10, middle-4, at-10, stroke, "")
	}
}

// foot is how far from the middle of a sign an arch to a partner begins: in the
// middle the line to the parents ends.
const foot = 10

// arch is how high above the middle of its signs an arch runs: above the bars
// that their parents' lines end in.
func arch(level int) float64 { return half + 46 + 9*float64(level%3) }

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

// stems are where the lines of the broods go down: between the parents, and
// beside any other line or sign that one would run into.
func (k *kin) stems() []float64 {
	out := make([]float64, len(k.broods))
	for i, b := range k.broods {
		x := 0.0
		for _, p := range b.parents {
			x += k.nodes[p].x / float64(len(b.parents))
		}
		if left, spread := k.between(b); spread > 1 { // beneath an arch, between two signs
			x = left + apart/2
		}
		out[i] = x
		for n := 1; n < 9 && k.meets(out, i); n++ {
			side := 12 * float64((n+1)/2)
			if n%2 == 0 {
				side = -side
			}
			out[i] = x + side
		}
	}
	return out
}

// between is the left of two parents' places and how many places lie between
// them.
func (k *kin) between(b brood) (left float64, places int) {
	if len(b.parents) < 2 {
		return 0, 0
	}
	p, q := &k.nodes[b.parents[0]], &k.nodes[b.parents[1]]
	if p.at > q.at {
		p, q = q, p
	}
	return p.x, q.at - p.at
}

// meets says whether the line of brood i runs into that of one before it or into
// another brood's child.
func (k *kin) meets(stems []float64, i int) bool {
	generation := k.nodes[k.broods[i].children[0]].generation
	for j, b := range k.broods {
		if j == i || k.nodes[b.children[0]].generation != generation {
			continue
		}
		if j < i && near(stems[j], stems[i]) || slices.ContainsFunc(b.children, func(n int) bool { return near(k.nodes[n].x, stems[i]) }) {
			return true
		}
	}
	return false
}

func near(a, b float64) bool { return a-b < 9 && b-a < 9 }

// drawBrood hangs children from their parents by a line that goes down at x.
func (k *kin) drawBrood(c *canvas, b brood, x float64, storey int) {
	first := &k.nodes[b.children[0]]
	parent := &k.nodes[b.parents[0]]
	if parent.generation >= first.generation {
		return // a contradiction, which is listed
	}
	from := y(parent.generation)
	if _, places := k.between(b); places > 1 {
		from -= arch(k.level(b.parents[0], b.parents[1]))
	} else if places == 0 {
		from += k.beneath(b.parents[0])
	}
	to := y(first.generation)
	bar := to - half - 16 - 9*float64(storey)
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

// beneath is how far below the middle of a sign the words beneath it end.
func (k *kin) beneath(i int) float64 { return half + 8 + 16*float64(len(k.beside(i))) }

// level is that of the arch between two people.
func (k *kin) level(a, b int) int {
	for _, c := range k.couples {
		if c.a == a && c.b == b || c.a == b && c.b == a {
			return c.level
		}
	}
	return 0
}

// levels gives arches of one generation different heights.
func (k *kin) levels() {
	used := map[int]int{}
	for i := range k.couples {
		a, b := &k.nodes[k.couples[i].a], &k.nodes[k.couples[i].b]
		if d := a.at - b.at; a.generation == b.generation && (d > 1 || d < -1) {
			k.couples[i].level = used[a.generation]
			used[a.generation]++
		}
	}
}

// beside are the words beneath a sign: the name, and of somebody whom no line
// ties to anybody, what the person is to one of the others.
func (k *kin) beside(i int) []string {
	name := k.nodes[i].person.Name
	if name == "" {
		name = "Name not known"
	}
	out := lines(name)
	if what := k.nodes[i].untied; what != "" {
		out = append(out, what)
	}
	return out
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
			out = append(out, box{at.generation, at.x - apart/2 + 5, 0, y(at.generation) - half - 18, y(at.generation) + half + 46})
		}
		out[len(out)-1].right, run = at.x+apart/2-5, true
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
