package eligibility

import (
	"fmt"

	"github.com/hearthmatch/hearth/family"
)

// absence is a share of the possible sessions missed, summed for each child
// over all rows and schools of the window.
type absence struct {
	Measure     string `yaml:"measure"` // unauthorised or total
	Share       bound  `yaml:"share"`
	MinPossible int    `yaml:"min_possible"`
	Within      window `yaml:"within"`
}

func (t *absence) check(c *checker) {
	c.oneOf("measure", t.Measure, "unauthorised", "total")
	c.share("share", t.Share)
	c.between("min_possible", t.MinPossible, 1, 1000)
	c.terms(t.Within)
}

func (t *absence) judge(fs *facts, who ages) answer {
	from, to := t.Within.span(fs.asAt)
	var f found
	var worst share
	for m := range fs.concerned(who) {
		s, rows := t.sum(m, from, to)
		switch {
		case s.possible < int64(t.MinPossible):
			if compulsorySchoolAge(m.dob, fs.asAt) {
				f.unknown = append(f.unknown, m.id)
				f.insufficient = append(f.insufficient, rows...)
			}
			continue
		case t.Share.meets(s.missed, s.possible):
			f.met = append(f.met, m.id)
			f.proof = append(f.proof, rows...)
		}
		if worst.less(s) {
			worst = s
		}
	}
	return f.answer(from, to, func(s family.Status) string {
		switch {
		case s == family.Met:
			return fmt.Sprintf("%s; highest %s", plural(len(f.met), "child", "children"), t.figures(worst))
		case s == family.Unknown:
			return tooFew(len(f.unknown), t.MinPossible) + fs.cov.silence()
		case worst.possible > 0:
			return "highest " + t.figures(worst)
		}
		return "no child has enough sessions, and none is of compulsory school age"
	})
}

// share is a part of possible sessions.
type share struct{ missed, possible int64 }

// less orders shares by size, then by the sessions behind them.
func (s share) less(o share) bool {
	if a, b := s.missed*o.possible, o.missed*s.possible; a != b || s.possible == 0 {
		return a < b || s.possible == 0
	}
	return s.possible < o.possible
}

// sum adds up the rows that give what the measure needs.
func (t *absence) sum(m *member, from, to family.Date) (share, []seen) {
	var s share
	var rows []seen
	for i := range m.attendance {
		a := &m.attendance[i]
		total := t.Measure == "total"
		if !a.possible || !a.unauthorised || total && !a.authorised {
			continue
		}
		c, ok := a.within(from, to)
		if !ok {
			continue
		}
		missed := c.Unauthorised
		if total {
			missed = c.Absent()
		}
		s.missed += int64(missed)
		s.possible += int64(c.Possible)
		rows = append(rows, seen{a.row, min(a.end, to)})
	}
	return s, rows
}

func (t *absence) figures(s share) string {
	what := "unauthorised absence"
	if t.Measure == "total" {
		what = "absence"
	}
	return fmt.Sprintf("%s %s (%d of %d sessions) over %s, where %s counts",
		what, percentage(s.missed, s.possible), s.missed, s.possible, t.Within.text, t.Share.text)
}

// enough says whether the possible sessions of the window reach the least
// number.
func enough(m *member, least int, from, to family.Date) bool {
	n := 0
	for i := range m.attendance {
		if c, ok := m.attendance[i].within(from, to); ok {
			n += c.Possible
		}
	}
	return n >= least
}

func tooFew(children, least int) string {
	return fmt.Sprintf("%s of compulsory school age with fewer than %d possible sessions in the window",
		plural(children, "child", "children"), least)
}

// suspensions is a number of suspensions of one child.
type suspensions struct {
	Count       bound  `yaml:"count"`
	MinPossible int    `yaml:"min_possible"`
	Within      window `yaml:"within"`
}

func (t *suspensions) check(c *checker) {
	c.count("count", t.Count)
	c.between("min_possible", t.MinPossible, 1, 1000)
	c.terms(t.Within)
}

func (t *suspensions) judge(fs *facts, who ages) answer {
	return judgeRecord(fs, who, t.Within, t.MinPossible, t.Count, "suspension", "suspensions",
		func(a *attendance) int { return a.suspensions })
}

// permanentExclusion is a permanent exclusion of a child.
type permanentExclusion struct {
	MinPossible int    `yaml:"min_possible"`
	Within      window `yaml:"within"`
}

func (t *permanentExclusion) check(c *checker) {
	c.between("min_possible", t.MinPossible, 1, 1000)
	c.terms(t.Within)
}

func (t *permanentExclusion) judge(fs *facts, who ages) answer {
	return judgeRecord(fs, who, t.Within, t.MinPossible, atLeastOne, "permanent exclusion", "permanent exclusions",
		func(a *attendance) int {
			if a.excluded {
				return 1
			}
			return 0
		})
}

// atLeastOne is the bound of what counts at the first time.
var atLeastOne = parseBound("at least 1")

// judgeRecord adds up a number that rows carry, for each child over all rows
// of the window. It cannot be split, so that a row belongs to the term of its
// end. A blank is none.
func judgeRecord(fs *facts, who ages, w window, least int, b bound, one, many string, number func(*attendance) int) answer {
	from, to := w.span(fs.asAt)
	var f found
	most := 0
	for m := range fs.concerned(who) {
		n := 0
		var rows []seen
		for j := range m.attendance {
			a := &m.attendance[j]
			if k := number(a); k > 0 && within(a.end, from, to) {
				n += k
				rows = append(rows, seen{a.row, a.end})
			}
		}
		most = max(most, n)
		switch {
		case b.meets(int64(n), 1):
			f.met = append(f.met, m.id)
			f.proof = append(f.proof, rows...)
		case compulsorySchoolAge(m.dob, fs.asAt) && !enough(m, least, from, to):
			f.unknown = append(f.unknown, m.id)
			f.insufficient = append(f.insufficient, rows...)
		}
	}
	return f.answer(from, to, func(s family.Status) string {
		if s == family.Unknown {
			return tooFew(len(f.unknown), least) + fs.cov.silence()
		}
		figures := plural(most, one, many) + " over " + w.text
		if s == family.Met {
			return fmt.Sprintf("%s; most %s, where %s counts", plural(len(f.met), "child", "children"), figures, b.text)
		}
		return "at most " + figures
	})
}

// provisionNow is a child on roll in one of the provisions now.
type provisionNow struct {
	Provisions  []string `yaml:"provisions"`
	MinPossible int      `yaml:"min_possible"`
	Within      window   `yaml:"within"`
}

func (t *provisionNow) check(c *checker) {
	c.between("min_possible", t.MinPossible, 1, 1000)
	c.terms(t.Within)
	c.values("provisions", t.Provisions, provisions)
	c.filled("provisions", len(t.Provisions))
}

func (t *provisionNow) judge(fs *facts, who ages) answer {
	return judgeNow(fs, who, t.Within, t.MinPossible, "in such provision", func(rows []*attendance) []*attendance {
		var out []*attendance
		for _, a := range rows {
			if !a.offRoll && a.provision != "" && listed(t.Provisions, a.provision) {
				out = append(out, a)
			}
		}
		return out
	})
}

// notOnRollNow is a child whom every school now says is not on its roll, and
// none that they are in an excepted provision.
type notOnRollNow struct {
	Except      []string `yaml:"except"`
	MinPossible int      `yaml:"min_possible"`
	Within      window   `yaml:"within"`
}

func (t *notOnRollNow) check(c *checker) {
	c.values("except", t.Except, provisions)
	c.between("min_possible", t.MinPossible, 1, 1000)
	c.terms(t.Within)
}

func (t *notOnRollNow) judge(fs *facts, who ages) answer {
	return judgeNow(fs, who, t.Within, t.MinPossible, "not on roll", func(rows []*attendance) []*attendance {
		for _, a := range rows {
			if !a.offRoll || len(t.Except) > 0 && listed(t.Except, a.provision) {
				return nil
			}
		}
		return rows
	})
}

// judgeNow looks at each child's rows of now: those with the latest
// period_end, if that is on or after the first day of the last completed
// term. A period that has not begun at as-at is not now. It is unknown of a
// child of compulsory school age who has no such rows and too few sessions in
// the window.
func judgeNow(fs *facts, who ages, w window, least int, what string, proof func([]*attendance) []*attendance) answer {
	from, _ := lastTerms(fs.asAt, 1)
	first, last := w.span(fs.asAt)
	var f found
	silent := 0
	for m := range fs.concerned(who) {
		rows := m.now(from, fs.asAt)
		if len(rows) == 0 && compulsorySchoolAge(m.dob, fs.asAt) {
			if silent++; !enough(m, least, first, last) {
				f.unknown = append(f.unknown, m.id)
			}
		}
		if rows = proof(rows); len(rows) > 0 {
			f.met = append(f.met, m.id)
			for _, a := range rows {
				f.proof = append(f.proof, seen{a.row, min(a.end, fs.asAt)})
			}
		}
	}
	return f.answer(from, fs.asAt, func(s family.Status) string {
		switch {
		case s == family.Met:
			return plural(len(f.met), "child", "children") + " " + what
		case s == family.Unknown:
			return noRow(len(f.unknown), from) + fs.cov.silence()
		case silent > 0:
			return "no child " + what + ", but " + noRow(silent, from)
		}
		return "no child " + what
	})
}

func noRow(children int, from family.Date) string {
	return fmt.Sprintf("%s of compulsory school age without a row since %s",
		plural(children, "child", "children"), from)
}

// now returns the rows with the latest period_end on or after from.
func (m *member) now(from, asAt family.Date) []*attendance {
	var rows []*attendance
	latest := from
	for i := range m.attendance {
		a := &m.attendance[i]
		if a.end < latest || a.start > asAt {
			continue
		}
		if a.end > latest {
			rows, latest = rows[:0], a.end
		}
		rows = append(rows, a)
	}
	return rows
}
