package household

import (
	"cmp"
	"math"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

const (
	// maxStays bounds the stays told of one person, the latest first, and
	// maxSpellRows the rows that one names.
	maxStays     = 12
	maxSpellRows = 8
	// handover is how many days a new home may overlap the old one: two months
	// of moving, and of rows that are late.
	handover = 62
	// leastStay is the least probability of a stay that is told.
	leastStay = 0.05
)

// spell is a time for which a person's own rows put the person at a dwelling.
type spell struct {
	dwelling             int32
	from, to             family.Date
	fromStated, toStated bool
	firm                 bool // on more than the police's word
	best                 [len(sources)]float64
	rows                 []family.RowRef
	refuge               bool // placed there as in one
}

// piece is the time of which one fact speaks: of a claim, an answer or the
// police the last day alone, as what they say of the address is true of that.
func (f *former) piece(fa fact) spell {
	s := spell{dwelling: fa.dwelling, from: fa.first, to: fa.seen, firm: fa.source != fromPolice}
	switch fa.source {
	case fromClaim, fromAnswer, fromPolice:
		s.from = fa.seen
	case fromTenancy:
		s.from, s.fromStated, s.toStated = cmp.Or(fa.from, fa.seen), fa.from != 0, fa.to != 0
		s.refuge = fa.rec.Row.Text(family.ColPlacement) == "refuge"
	}
	s.from = min(s.from, s.to)
	s.best[fa.source] = sayingBits[fa.saying][stFresh]
	if fa.source == fromContact && fa.saying == noSaying {
		s.best[fa.source] = tieBits[tieChildHere] // the school says that they live with the pupil
	}
	s.rows = []family.RowRef{fa.rec.Row.Ref()}
	return s
}

// stays is the person's dated residence history, the earliest first: spells of
// the person's own rows, cut where a later one elsewhere has begun, and the
// home at as-at, which others' rows may alone have told.
func (f *former) stays(p int32) []family.Stay {
	spells := f.spells(p)
	home := f.dwellingOf(p)
	now := -1
	for i := range spells {
		if spells[i].dwelling == home && (now < 0 || spells[i].to > spells[now].to) {
			now = i
		}
	}
	if now < 0 && home >= 0 {
		now = len(spells)
		spells = append(spells, spell{dwelling: home, rows: f.tellers(p, home)})
	}
	cut(spells, now)
	spells = plausible(spells, now)
	out := make([]family.Stay, 0, len(spells))
	for i := range spells {
		if s, ok := f.stay(p, &spells[i], spells[i].dwelling == home && spells[i].to == 0); ok {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b family.Stay) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(cmp.Or(a.To, math.MaxInt32), cmp.Or(b.To, math.MaxInt32)))
	})
	for i := 0; len(out) > maxStays; { // the earliest go, but never the home today
		if out[i].To == 0 {
			i++
			continue
		}
		out = slices.Delete(out, i, i+1)
	}
	return out
}

// staysOf lists the stays of a unit's people, who are sorted by id.
func (f *former) staysOf(u unit) (out []family.Stay) {
	for _, p := range u.people {
		out = append(out, f.stays(p)...)
	}
	return out
}

// stay tells one spell; ok is false for one that nobody would believe.
func (f *former) stay(p int32, s *spell, current bool) (out family.Stay, ok bool) {
	w := &f.where.list[s.dwelling]
	out = family.Stay{
		PersonID: f.people[p].ID, Address: w.address, From: s.from, To: s.to, FromStated: s.fromStated, ToStated: s.toStated,
		Evidence: s.rows, Protected: w.refuge || w.veiled || s.refuge || current && f.sheltered[p],
	}
	switch {
	case current && f.ruledIn(p):
		out.Probability = 1
	case current:
		out.Probability = f.chance(p, s.dwelling)
	default:
		bits := 0.0
		for _, b := range s.best {
			bits += b
		}
		out.Probability = chances([]float64{bits})[0]
	}
	out.Probability = math.Round(100*out.Probability) / 100
	return out, current || out.Probability >= leastStay
}

// tellers are the rows by which those tied to p put p at a dwelling.
func (f *former) tellers(p, d int32) (out []family.RowRef) {
	f.tieClues(p, func(j int, c clue) {
		if f.judged[p][j].dwelling == d && c.bits > 0 && c.rec != nil && len(out) < maxSpellRows {
			out = addRow(out, c.rec.Row.Ref())
		}
	})
	return out
}

// spells joins the pieces of each dwelling that nothing elsewhere comes
// between.
func (f *former) spells(p int32) []spell {
	facts := f.facts[p]
	pieces := make([]spell, len(facts))
	for i, fa := range facts {
		pieces[i] = f.piece(fa)
	}
	closeEnded(pieces)
	slices.SortStableFunc(pieces, func(a, b spell) int {
		return cmp.Or(cmp.Compare(a.dwelling, b.dwelling), cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to))
	})
	var out []spell
	for _, s := range pieces {
		if n := len(out); n > 0 && out[n-1].dwelling == s.dwelling && !between(pieces, out[n-1], s) {
			out[n-1].join(s)
			continue
		}
		out = append(out, s)
	}
	return out
}

// closeEnded ends what was said of a dwelling before a stated end there with
// that end: who repeats it since has not heard.
func closeEnded(pieces []spell) {
	for i := range pieces {
		s := &pieces[i]
		if s.toStated {
			continue
		}
		for _, o := range pieces {
			if o.toStated && o.dwelling == s.dwelling && s.from <= o.to && s.to > o.to && (!s.fromStated || s.from+handover < o.to) {
				s.to = o.to
			}
		}
	}
}

// between says whether anything better than the police's word begins elsewhere
// after s and before next.
func between(pieces []spell, s, next spell) bool {
	if next.from <= s.to+handover && !s.toStated || next.from <= s.to {
		return false
	}
	return slices.ContainsFunc(pieces, func(o spell) bool {
		return o.firm && o.dwelling != s.dwelling && o.from >= s.to && o.from <= next.from
	})
}

// join lengthens s by what follows it.
func (s *spell) join(o spell) {
	if o.fromStated && (!s.fromStated && o.from <= s.from+handover || o.from < s.from) {
		s.from, s.fromStated = o.from, true
	}
	if o.to > s.to || o.to == s.to && o.toStated {
		s.to, s.toStated = o.to, o.toStated
	}
	s.firm, s.refuge = s.firm || o.firm, s.refuge || o.refuge
	for i, b := range o.best {
		s.best[i] = max(s.best[i], b)
	}
	for _, r := range o.rows {
		if len(s.rows) < maxSpellRows {
			s.rows = addRow(s.rows, r)
		}
	}
}

func addRow(rows []family.RowRef, r family.RowRef) []family.RowRef {
	if slices.Contains(rows, r) {
		return rows
	}
	return append(rows, r)
}

// cut ends each spell where a later one elsewhere begins, but for the home at
// as-at, the now-th, which has no end.
func cut(spells []spell, now int) {
	for i := range spells {
		s := &spells[i]
		if i == now {
			s.to, s.toStated = 0, false
			continue
		}
		for j, o := range spells {
			if o.dwelling == s.dwelling || !o.firm && j != now || o.from <= s.from || s.to <= o.from {
				continue
			}
			if !s.toStated || s.to > o.from+handover {
				s.to, s.toStated = o.from, false
			}
		}
	}
}

// plausible leaves out what only the police were told and what is of a time at
// which better evidence puts the person elsewhere.
func plausible(spells []spell, now int) []spell {
	var out []spell
	for i, s := range spells {
		covered := func(j int) bool {
			o := &spells[j]
			return j != i && o.firm && o.dwelling != s.dwelling && o.from <= s.from && (j == now || o.to >= s.to)
		}
		hidden := false
		for j := range spells {
			hidden = hidden || i != now && covered(j) && (!s.firm || j == now && !s.fromStated)
		}
		if !hidden {
			out = append(out, s)
		}
	}
	return out
}
