package draw

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

const (
	named    = 210.0 // where the time axis begins
	wide     = 640.0 // how long it is
	rowDeep  = 40.0
	barDeep  = 20.0
	axisDeep = 64.0
	mostYear = 12 // how many years back a timeline goes
)

// Timeline draws where the people of a household have lived, and what has
// happened to it. It does not block. Of a protected stay no address is written.
func Timeline(in Input) Picture {
	t := newTimeline(&in)
	text := t.words()
	c := &canvas{}
	height := axisDeep + rowDeep*float64(len(t.people)) + 20
	t.axis(c, height-14)
	for row, id := range t.people {
		t.row(c, row, id)
	}
	if len(t.people) == 0 {
		c.text(12, axisDeep+14, "start", ink, "No stays are known that may be shown.")
		height += 30
	}
	t.changes(c, height-14)
	height = t.legend(c, height)
	title := "Where the people of the household have lived, to " + in.AsAt.String()
	return Picture{c.svg("timeline", named+wide+30, height, title, text), text}
}

type timeline struct {
	in        *Input
	people    []string
	stays     map[string][]family.Stay
	addresses []string
	said      map[int]bool // addresses that the legend has
	from, to  family.Date
}

func newTimeline(in *Input) *timeline {
	t := &timeline{in: in, stays: map[string][]family.Stay{}, said: map[int]bool{}, to: in.AsAt, from: in.AsAt.AddYears(-1)}
	for _, s := range in.Household.Stays {
		if len(t.stays[s.PersonID]) == 0 {
			t.people = append(t.people, s.PersonID)
		}
		t.stays[s.PersonID] = append(t.stays[s.PersonID], s)
		if s.From != 0 {
			t.from = min(t.from, s.From)
		}
		if a := place(s); !slices.Contains(t.addresses, a) {
			t.addresses = append(t.addresses, a)
		}
	}
	t.from = max(t.from, in.AsAt.AddYears(-mostYear))
	// The present home has the first colour, whoever comes first.
	home := addressWords(in.Household.Address)
	slices.SortStableFunc(t.addresses, func(a, b string) int { return -cmp.Compare(b2i(a == home), b2i(b == home)) })
	slices.SortStableFunc(t.people, func(a, b string) int { // children first, the youngest first
		x, y := in.Of(a).Born, in.Of(b).Born
		return cmp.Or(cmp.Compare(b2i(x == 0), b2i(y == 0)), cmp.Compare(y, x))
	})
	return t
}

// place is what a stay's bar says.
func place(s family.Stay) string {
	if s.Protected {
		return "protected address"
	}
	return addressWords(s.Address)
}

func addressWords(a family.Address) string {
	var parts []string
	for _, s := range []string{a.Line1, a.Line2, a.Postcode} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return "address not known"
	}
	return strings.Join(parts, ", ")
}

// x is where a day stands.
func (t *timeline) x(day family.Date) float64 {
	day = min(max(day, t.from), t.to)
	return named + wide*float64(day-t.from)/float64(max(1, t.to-t.from))
}

// axis draws a line for the first of January of each year, as many as have room.
func (t *timeline) axis(c *canvas, bottom float64) {
	span := t.from.AgeAt(t.to) + 1
	every := max(1, span/8)
	for year := t.to.Year() - span; year <= t.to.Year(); year++ {
		day := family.MustDate(fmt.Sprintf("%04d-01-01", year))
		if day < t.from || day > t.to || (t.to.Year()-year)%every != 0 {
			continue
		}
		c.line(t.x(day), axisDeep-16, t.x(day), bottom, "#b1b4b6", "")
		c.text(t.x(day), axisDeep-24, "middle", ink, fmt.Sprint(year))
	}
}

// row draws one person's stays.
func (t *timeline) row(c *canvas, row int, id string) {
	at := axisDeep + rowDeep*float64(row)
	name := t.in.caption(id)
	c.text(12, at+15, "start", ink, fit(name, named-24))
	for _, s := range t.stays[id] {
		if s.To != 0 && s.To <= t.from {
			continue
		}
		t.bar(c, at, s)
	}
}

func (t *timeline) bar(c *canvas, at float64, s family.Stay) {
	from, to := t.x(s.From), t.x(cmp.Or(s.To, t.to))
	colour, dash := palette[slices.Index(t.addresses, place(s))%len(palette)], ""
	fill := colour
	if s.Probability < least {
		colour, fill, dash = unsure, back, "4 3"
	}
	c.group(t.stayWords(s))
	c.rect(from, at, max(3, to-from), barDeep, fill, colour, dash, "")
	if room := to - from - 12; room >= 12 {
		label, ink := t.letter(s), back
		if whole := label + ": " + place(s); width(whole) <= room {
			label = whole
		}
		if s.Probability < least {
			label += "?"
		}
		if s.Probability < least || colour == palette[1] || colour == palette[3] {
			ink = "#0b0c0c" // white would be too faint
		}
		c.text(from+6, at+15, "start", ink, fit(label, room))
	}
	c.end()
}

// letter stands for the place of a stay where the bar is too short for it.
func (t *timeline) letter(s family.Stay) string {
	n := slices.Index(t.addresses, place(s))
	if n < 26 {
		return string(rune('A' + n))
	}
	return fmt.Sprint(n + 1)
}

// legend says beneath the bars which letter is which place, and returns where it
// ends.
func (t *timeline) legend(c *canvas, at float64) float64 {
	for _, id := range t.people {
		for _, s := range t.stays[id] {
			if n := slices.Index(t.addresses, place(s)); !t.said[n] {
				t.said[n] = true
				y := at + 24*float64(n)
				c.rect(12, y, 14, 14, palette[n%len(palette)], palette[n%len(palette)], "", "")
				c.text(34, y+12, "start", ink, t.letter(s)+": "+place(s))
			}
		}
	}
	return at + 24*float64(len(t.addresses)) + 8
}

// changes marks the days on which something happened, and says what where there
// is room.
func (t *timeline) changes(c *canvas, bottom float64) {
	right := wide + named
	for _, ch := range t.in.Household.Changes { // the latest first
		if ch.Day < t.from || ch.Day > t.to {
			continue
		}
		at := t.x(ch.Day)
		c.group(t.changeWords(ch))
		c.line(at, 14, at, bottom, palette[2], "2 4")
		fmt.Fprintf(&c.b, `<path d="M%s 8 l6 8 l-12 0 z" fill="%s"/>`+"\n", num(at), palette[2])
		if words := kindWords(ch); at-10-8*float64(len(words)) > 0 && at <= right {
			c.text(at-10, 18, "end", palette[2], words)
			right = at - 20 - 8*float64(len(words))
		}
		c.end()
	}
}

func kindWords(ch family.Change) string { return strings.ReplaceAll(ch.Kind.String(), "_", " ") }

func (t *timeline) stayWords(s family.Stay) string {
	from, to := "at first not known", "to now"
	if s.From != 0 {
		from = "from " + s.From.String()
		if !s.FromStated {
			from = "seen from " + s.From.String()
		}
	}
	if s.To != 0 {
		to = "to " + s.To.String()
		if !s.ToStated {
			to = "last seen " + s.To.String()
		}
	}
	return fmt.Sprintf("%s: %s, %s %s, %.0f in 100", t.in.caption(s.PersonID), place(s), from, to, 100*s.Probability)
}

func (t *timeline) changeWords(ch family.Change) string {
	return ch.Day.String() + ": " + kindWords(ch) + ", " + t.who(ch.Persons)
}

func (t *timeline) who(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = t.in.caption(id)
	}
	return strings.Join(out, "; ")
}

// words says what the timeline shows: each person's stays, then what happened.
func (t *timeline) words() []string {
	var out []string
	for _, id := range t.people {
		out = append(out, t.in.caption(id))
		for _, s := range t.stays[id] {
			_, rest, _ := strings.Cut(t.stayWords(s), t.in.caption(id)+": ")
			out = append(out, "  "+rest)
		}
	}
	for _, ch := range t.in.Household.Changes {
		out = append(out, t.changeWords(ch))
	}
	return out
}
