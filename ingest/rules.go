package ingest

import (
	"strconv"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// rules checks what lies between columns: what must be there, that ends do not
// come before their starts, that counts agree with one another and with the
// register.
func (c *checker) rules(nobody bool) {
	for _, column := range c.layout.required {
		c.need(column)
	}
	if !nobody && !c.layout.feed.Reference() && !c.somebody() {
		c.refuse(0, reasonNobody)
	}
	for _, span := range c.layout.spans {
		from, to := c.date(span[0]), c.date(span[1])
		if from != 0 && to != 0 && to < from {
			c.refuse(span[1], reasonEnd)
		}
	}
	if c.layout.feed == family.Attendance {
		c.register()
		c.sessions()
	}
}

// somebody says whether the row names its person. A name that was refused is
// not also missing.
func (c *checker) somebody() bool {
	for _, column := range [...]family.Column{family.ColSurname, family.ColForename} {
		if c.refusedAt[column] {
			return true
		}
		if text := c.text(column); text != "" && family.NameText(text) != "" {
			return true
		}
	}
	return false
}

// register reads the marks, compares the counts that are given with theirs,
// and fills in those that are not.
func (c *checker) register() {
	marks, start := c.text(family.ColMarks), c.date(family.ColPeriodStart)
	if marks == "" || start == 0 {
		return
	}
	register, err := family.ParseRegister(marks, start)
	if err != nil {
		c.refuseWith(family.ColMarks, reasonMarks, strings.TrimSuffix(err.Error(), ": "+family.ErrInvalid.Error()))
		return
	}
	if end := c.date(family.ColPeriodEnd); end != 0 && register.End() > end {
		c.refuse(family.ColMarks, reasonMarksPeriod)
	}
	counts := register.Counts(0, 0)
	c.agree(family.ColSessionsPossible, counts.Possible)
	c.agree(family.ColSessionsAuthorised, counts.Authorised)
	c.agree(family.ColSessionsUnauthorised, counts.Unauthorised)
}

// agree refuses a count that differs from the marks' and fills in a missing
// one.
func (c *checker) agree(column family.Column, n int) {
	text := c.text(column)
	switch {
	case c.refusedAt[column]:
	case text == "":
		c.keep(column, strconv.Itoa(n))
	case text != strconv.Itoa(n):
		c.refuse(column, reasonMarksCounts)
	}
}

// sessions refuses absences that are more than the possible sessions.
func (c *checker) sessions() {
	possible, err := strconv.Atoi(c.text(family.ColSessionsPossible))
	if err != nil {
		return // not given, or refused already
	}
	authorised, _ := strconv.Atoi(c.text(family.ColSessionsAuthorised))
	unauthorised, _ := strconv.Atoi(c.text(family.ColSessionsUnauthorised))
	if authorised+unauthorised > possible {
		c.refuse(family.ColSessionsPossible, reasonSessions)
	}
}
