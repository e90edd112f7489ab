package eligibility

import (
	"fmt"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// Answers to a match request. NO_MATCH and AMBIGUOUS say nothing.
const (
	onBenefit    = "ON_OOW_BENEFIT"
	notOnBenefit = "NOT_ON_OOW_BENEFIT"
)

// outOfWork is a member with an open spell of an out-of-work benefit, or whom
// DWP says has one.
type outOfWork struct {
	Benefits []string `yaml:"benefits"`
	// InWork are the values of in_work with which universal credit counts.
	InWork  []string `yaml:"universal_credit_in_work"`
	Roles   []string `yaml:"roles"`
	Answers []string `yaml:"answers"` // benefits whose rows say that DWP knows the person
}

func (t *outOfWork) check(c *checker) {
	c.values("benefits", t.Benefits, benefitNames)
	c.filled("benefits", len(t.Benefits))
	c.values("universal_credit_in_work", t.InWork, []string{"Y", "N"})
	c.values("roles", t.Roles, claimRoles)
	c.filled("roles", len(t.Roles))
	c.values("answers", t.Answers, benefitNames)
	c.filled("answers", len(t.Answers))
}

func (t *outOfWork) judge(fs *facts, who ages) answer {
	var f found
	for m := range fs.concerned(who) {
		if rows := t.proof(m, fs.asAt); len(rows) > 0 {
			f.met = append(f.met, m.id)
			f.proof = append(f.proof, rows...)
		} else if !answered(m, t.Roles, t.Answers) {
			f.unknown = append(f.unknown, m.id)
			f.insufficient = append(f.insufficient, benefitRows(m)...)
		}
	}
	return f.answer(0, 0, func(s family.Status) string {
		switch s {
		case family.Met:
			return plural(len(f.met), "adult", "adults") + " on an out-of-work benefit"
		case family.Unknown:
			return noAnswer(len(f.unknown))
		}
		return "every adult has an answer, and none is on an out-of-work benefit"
	})
}

// proof returns the rows that say that the member is on such a benefit. Of two
// answers the later holds, so that a row older than the last answer that says
// no proves nothing; on one day the answer that says yes holds.
func (t *outOfWork) proof(m *member, asAt family.Date) []seen {
	var said family.Date // the last answer that says no
	for i := range m.spells {
		if s := &m.spells[i]; s.result == notOnBenefit && t.counts(s) {
			said = max(said, s.answered)
		}
	}
	var rows []seen
	for i := range m.spells {
		s := &m.spells[i]
		if t.counts(s) && s.answered >= said && t.says(s, asAt) {
			rows = append(rows, seen{s.row, s.answered})
		}
	}
	return rows
}

// counts says whether the row is about a claimant or partner, and not from
// after as-at.
func (t *outOfWork) counts(s *spell) bool { return listed(t.Roles, s.role) && !s.answeredInFuture }

// says whether the row puts the person on an out-of-work benefit now.
func (t *outOfWork) says(s *spell, asAt family.Date) bool {
	switch s.result {
	case onBenefit:
		return s.end == 0 || s.end > asAt
	case "":
		if s.benefit == "UC" {
			return len(t.InWork) > 0 && listed(t.InWork, s.inWork) && s.open(asAt)
		}
		return listed(t.Benefits, s.benefit) && s.open(asAt)
	}
	return false
}

// answered says whether any row of the member is an answer: a spell of a
// listed benefit, or DWP's yes or no. Housing benefit, council tax reduction,
// NO_MATCH, AMBIGUOUS, silence and a dependant's row are none.
func answered(m *member, roles, benefits []string) bool {
	return slices.ContainsFunc(m.spells, func(s spell) bool {
		if !listed(roles, s.role) || s.answeredInFuture {
			return false
		}
		switch s.result {
		case onBenefit, notOnBenefit:
			return true
		case "":
			return listed(benefits, s.benefit)
		}
		return false
	})
}

func benefitRows(m *member) []seen {
	var rows []seen
	for i := range m.spells {
		rows = append(rows, seen{m.spells[i].row, m.spells[i].answered})
	}
	return rows
}

func noAnswer(n int) string {
	return fmt.Sprintf("%s without an answer on benefits", plural(n, "adult", "adults"))
}

// benefitOpen is a member with an open spell of one of the benefits, in
// whatever role.
type benefitOpen struct {
	Benefits []string `yaml:"benefits"`
	Answers  []string `yaml:"answers"`
}

func (t *benefitOpen) check(c *checker) {
	c.values("benefits", t.Benefits, benefitNames)
	c.filled("benefits", len(t.Benefits))
	c.values("answers", t.Answers, benefitNames)
	c.filled("answers", len(t.Answers))
}

func (t *benefitOpen) judge(fs *facts, who ages) answer {
	var f found
	for m := range fs.concerned(who) {
		met := false
		for j := range m.spells {
			s := &m.spells[j]
			if s.result == "" && listed(t.Benefits, s.benefit) && s.open(fs.asAt) {
				met = true
				f.proof = append(f.proof, seen{s.row, s.answered})
			}
		}
		if met {
			f.met = append(f.met, m.id)
		} else if m.adult && !answered(m, claimants, t.Answers) {
			f.unknown = append(f.unknown, m.id)
			f.insufficient = append(f.insufficient, benefitRows(m)...)
		}
	}
	return f.answer(0, 0, func(s family.Status) string {
		switch s {
		case family.Met:
			return plural(len(f.met), "member", "members") + " with an open spell of such a benefit"
		case family.Unknown:
			return noAnswer(len(f.unknown))
		}
		return "no open spell of such a benefit"
	})
}
