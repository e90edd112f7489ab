package eligibility

import (
	"fmt"
	"strconv"

	"github.com/hearthmatch/hearth/family"
)

// answer is what one test found.
type answer struct {
	status      family.Status
	persons     []string // who meets it, or for whom it is unknown
	evidence    []seen
	nominations []string
	from, to    family.Date // window; zeros for a test of the present state
	note        string      // the figures, without a personal value
}

// answer is met if anybody meets the test, else unknown if it is unknown of
// anybody whom it concerns.
func (t *test) answer(s *stage, f *found) answer {
	a := answer{status: family.NotMet, from: f.w.from, to: f.w.to}
	switch {
	case len(f.met) > 0:
		a.status, a.persons, a.evidence = family.Met, f.met, f.proof
		if len(s.named) > 0 {
			a.nominations = append(a.nominations, s.named...)
		}
	case len(f.unknown) > 0:
		a.status, a.persons, a.evidence = family.Unknown, f.unknown, f.insufficient
	}
	if !s.quiet {
		a.note = t.reason(s, f, a.status)
	}
	return a
}

// reason is a sentence with the figures.
func (t *test) reason(s *stage, f *found, status family.Status) string {
	w := &t.words
	if t.figure != nil && t.figure.whole == nil && !f.worst.known {
		f.worst = measured{whole: 1, known: true} // a count of no rows is nought
	}
	switch {
	case status == family.Met && t.kind == tenancies:
		return plural(f.tenancies, "tenancy", "tenancies") + " " + w.fill(w.says, t.figures(f), f.w.from)
	case status == family.Met && t.figure != nil:
		return plural(len(f.met), w.noun, w.nouns) + "; " + t.most("most ", "highest ") + w.fill(w.says, t.figures(f), f.w.from) + w.bar
	case status == family.Met && t.kind == events && w.says == "":
		return fmt.Sprintf("%s with %s since %s", plural(len(f.met), "member", "members"),
			plural(int(f.events), "such police event", "such police events"), f.w.from)
	case status == family.Met && t.kind == episodes && w.says == "":
		return plural(len(f.met), "member", "members") + " with " + plural(len(f.proof), "episode", "episodes") + " of such involvement"
	case status == family.Met:
		return plural(len(f.met), w.noun, w.nouns) + " " + w.fill(w.or(t.kind), "", f.w.from)
	case status == family.Unknown:
		return s.once(t, status, len(f.unknown), func() string { return t.unknownReason(s, f) })
	case t.figure != nil && f.worst.known:
		return t.most("at most ", "highest ") + w.fill(w.says, t.figures(f), f.w.from) + t.most("", w.bar)
	}
	return s.once(t, status, f.remarked, func() string { return t.notMetReason(f) })
}

// most is how a count, or a share, is told.
func (t *test) most(count, share string) string {
	if t.figure.whole == nil {
		return count
	}
	return share
}

// figures writes the figure of a reason, such as "15.00 % (15 of 100 sessions)"
// or "3 suspensions".
func (t *test) figures(f *found) string {
	if t.figure == nil || !f.worst.known {
		return ""
	}
	if t.figure.whole == nil {
		return plural(int(f.worst.part), t.figure.one, t.figure.many)
	}
	return fmt.Sprintf("%s (%d of %d %s)", percentage(f.worst.part, f.worst.whole), f.worst.part, f.worst.whole, t.figure.many)
}

// kindWords are what a test says whose file says nothing: of those who meet it,
// and of those of whom it is unknown.
var kindWords = map[*kind]struct{ says, unknown string }{
	sessions:    {"with such attendance", "of whose attendance too little is known"},
	events:      {"with such a police event since {since}", ""},
	claims:      {"with such a claim", "without an answer on benefits"},
	tenancies:   {"with such a state", ""},
	episodes:    {"with such involvement", "of whose involvement nothing is known"},
	nominations: {"put forward by a professional", "of whose nomination nothing is known"},
}

// or returns the file's words, else the kind's.
func (w *words) or(k *kind) string {
	if w.says != "" {
		return w.says
	}
	return kindWords[k].says
}

func (t *test) unknownReason(s *stage, f *found) string {
	w := &t.words
	if w.unknown == "" && t.unknownOfAll {
		switch t.kind {
		case events:
			return "police data not declared complete for the area since " + f.w.from.String()
		case tenancies:
			return "no member is on a tenancy, and housing data are not declared complete for the area"
		}
	}
	says := w.unknown
	if says == "" {
		says = kindWords[t.kind].unknown
	}
	if says == "" {
		says = "of whom it is not known"
	}
	one, many := w.noun, w.nouns
	if t.kind == claims && w.unknown == "" {
		one, many = "adult", "adults" // the usual unknown is asked of adults
	}
	note := plural(len(f.unknown), one, many) + " " + w.fill(says, "", f.w.from)
	if t.kind == sessions {
		note += s.fam.cov.silence()
	}
	return note
}

func (t *test) notMetReason(f *found) string {
	w := &t.words
	noun := w.noun
	switch {
	case t.kind == tenancies:
		noun = "open tenancy"
	case t.figure != nil:
		return "no " + w.noun + " has rows enough to tell, and of none is it unknown"
	case t.kind == events && w.says == "":
		return "no such police event since " + f.w.from.String()
	case t.kind == episodes && w.says == "":
		return "no such involvement"
	}
	note := "no " + noun + " " + w.fill(w.or(t.kind), "", f.w.from)
	if f.remarked > 0 {
		note += ", but " + plural(f.remarked, w.noun, w.nouns) + " " + w.fill(w.remark, "", f.w.from)
	}
	return note
}

// onceKey names a reason that says the same of every family.
type onceKey struct {
	test   *test
	status family.Status
	count  int
	asAt   family.Date
	silent int
}

// once returns a reason that is the same for all families of which so many people
// are told, made once.
func (s *stage) once(t *test, status family.Status, count int, write func() string) string {
	key := onceKey{t, status, count, s.fam.asAt, s.fam.cov.silent}
	if note, ok := s.notes[key]; ok {
		return note
	}
	if len(s.notes) > 10_000 {
		clear(s.notes)
	}
	note := write()
	s.notes[key] = note
	return note
}

// plural writes a count with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// percentage writes part of whole to two places, cut off rather than rounded,
// so that a share below a bound never reads as one that reaches it.
func percentage(part, whole int64) string {
	if whole == 0 {
		return "no share"
	}
	h := part * 10000 / whole
	return fmt.Sprintf("%d.%02d %%", h/100, h%100)
}
