package household

import (
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// Counterfactual is something without which a household would be another.
type Counterfactual struct {
	// Rows are those left aside: one, or, where no single one of them would
	// change anything, all that one feed says of a person.
	Rows []family.RowRef
	// PersonID is whom the rows describe, where they are more than one.
	PersonID string
	// Decision is the reviewers' decision left aside, blank for none.
	Decision string
	// Leaves and Joins are who would not, and who would, live in the household,
	// sorted.
	Leaves, Joins []string
	// Gone: nobody of it would live together any more.
	Gone bool
}

const (
	// maxTrials bounds how often a household is formed again for one answer.
	maxTrials = 96
	// maxTriedRows bounds the rows of one person that are tried.
	maxTriedRows = 8
)

// WhatIf says without which single row, decision, or feed's word on a person
// the current members of a household would be others. It forms the households
// of in again for each, so in should hold those who bear on the household alone
// (see Explain); it does not block.
func WhatIf(in Input, h *family.Household) []Counterfactual {
	base := Form(in)
	at := sameHousehold(base, h, in.AsAt)
	if at < 0 {
		return nil
	}
	w := &trial{in: in, household: &base[at], now: residentsOf(&base[at], in.AsAt)}
	w.decisions()
	decisive := map[family.RowRef]bool{}
	rows, people := w.rows()
	for _, r := range rows {
		decisive[r] = w.try(Counterfactual{Rows: []family.RowRef{r}})
	}
	for _, p := range people {
		w.feeds(p, decisive)
	}
	return w.found
}

// trial collects what changes a household.
type trial struct {
	in        Input
	household *family.Household
	now       []string // who lives there
	done      int
	found     []Counterfactual
}

// try forms the household without what c names and keeps c if others live there.
func (w *trial) try(c Counterfactual) bool {
	if w.done >= maxTrials || slices.ContainsFunc(w.found, func(o Counterfactual) bool {
		return c.Decision == o.Decision && slices.Equal(c.Rows, o.Rows)
	}) {
		return false
	}
	w.done++
	in := w.in.Without(c.Rows, c.Decision)
	all := Form(in)
	then := []string(nil)
	if i := sameHousehold(all, w.household, in.AsAt); i >= 0 {
		then = residentsOf(&all[i], in.AsAt)
	}
	c.Leaves, c.Joins, c.Gone = missing(w.now, then), missing(then, w.now), len(then) == 0
	if len(c.Leaves)+len(c.Joins) == 0 || w.told(c) {
		return false
	}
	w.found = append(w.found, c)
	return true
}

// told says whether the same feed's word on somebody else has the same effect.
func (w *trial) told(c Counterfactual) bool {
	return c.PersonID != "" && slices.ContainsFunc(w.found, func(o Counterfactual) bool {
		return o.PersonID != "" && o.Rows[0].Feed == c.Rows[0].Feed && slices.Equal(o.Leaves, c.Leaves) && slices.Equal(o.Joins, c.Joins)
	})
}

func residentsOf(h *family.Household, asAt family.Date) (out []string) {
	for _, m := range h.Members {
		if m.Current(asAt) {
			out = append(out, m.PersonID)
		}
	}
	slices.Sort(out)
	return out
}

// missing are those of a that b lacks.
func missing(a, b []string) (out []string) {
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}

// decisions tries each decision in force about a person of the household.
func (w *trial) decisions() {
	of := map[string]bool{}
	for _, m := range w.household.Members {
		of[m.PersonID] = true
	}
	concerned := map[family.RecordRef]bool{}
	for _, p := range w.in.Persons {
		for _, r := range p.Records {
			concerned[r.Ref()] = concerned[r.Ref()] || of[p.ID]
		}
	}
	for _, d := range family.InForce(w.in.Decisions, w.in.AsAt) {
		if (d.Kind == family.LivesWith || d.Kind == family.DoesNotLiveWith) && (concerned[d.A] || concerned[d.B]) {
			w.try(Counterfactual{Decision: d.ID})
		}
	}
}

// rows lists the rows that speak for and against those who live there, who may
// and who are no longer there, and these people; those who live there first.
func (w *trial) rows() (rows []family.RowRef, people []string) {
	seen := map[family.RowRef]bool{}
	members := slices.Clone(w.household.Members)
	slices.SortStableFunc(members, func(a, b family.Member) int { return w.order(b) - w.order(a) })
	for _, m := range members {
		if w.order(m) == 0 {
			continue
		}
		people = append(people, m.PersonID)
		mine := []family.RowRef(nil)
		for _, x := range m.Weights {
			if x.Row != (family.RowRef{}) {
				mine = append(mine, x.Row)
			}
		}
		mine = append(mine, m.Evidence...)
		n := 0
		for _, r := range mine {
			if !seen[r] && n < maxTriedRows {
				seen[r], n = true, n+1
				rows = append(rows, r)
			}
		}
	}
	return rows, people
}

// order ranks members by how much they have to do with who lives there: 0 for
// those who were only met, or whom the family only knows.
func (w *trial) order(m family.Member) int {
	switch {
	case m.Current(w.in.AsAt):
		return 3
	case m.Kind == family.PossibleMember, m.Role == family.DualResidentChild:
		return 2
	case m.Deceased == 0 && m.Role != family.Associate:
		return 1
	}
	return 0
}

// feeds tries to leave out all that one feed says of a person, where none of it
// alone changes anything.
func (w *trial) feeds(personID string, decisive map[family.RowRef]bool) {
	i := slices.IndexFunc(w.in.Persons, func(p family.Person) bool { return p.ID == personID })
	if i < 0 {
		return
	}
	var by [32][]family.RowRef
	for _, r := range w.in.Persons[i].Records {
		f := int(r.Row.Feed) % len(by)
		if ref := r.Row.Ref(); !slices.Contains(by[f], ref) {
			by[f] = append(by[f], ref)
		}
	}
	for _, rows := range by {
		if len(rows) > 1 && !slices.ContainsFunc(rows, func(r family.RowRef) bool { return decisive[r] }) {
			w.try(Counterfactual{Rows: rows, PersonID: personID})
		}
	}
}

// Words says what would be, without naming anybody.
func (c Counterfactual) Words() string {
	var s string
	switch {
	case c.Decision != "":
		s = "without decision " + c.Decision
	case len(c.Rows) == 1:
		s = "without " + c.Rows[0].String()
	default:
		s = "without any " + c.Rows[0].Feed.String() + " row that names one of them"
	}
	var then []string
	if c.Gone {
		return s + " nobody would be known to live here"
	}
	if n := len(c.Leaves); n > 0 {
		then = append(then, howMany(n)+" fewer would live here")
	}
	if n := len(c.Joins); n > 0 {
		then = append(then, howMany(n)+" more would live here")
	}
	return s + " " + strings.Join(then, ", and ")
}

func howMany(n int) string {
	if n == 1 {
		return "one person"
	}
	const names = "two three four five six seven eight nine"
	if words := strings.Fields(names); n-2 < len(words) {
		return words[n-2] + " people"
	}
	return "many people"
}
