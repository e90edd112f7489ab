package trial

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
)

// scene is a fictional household with its rows, as a case sets it up.
type scene struct {
	framework *eligibility.Framework
	named     func(id string) *eligibility.Framework
	asAt      family.Date
	household family.Household
	persons   map[string]*family.Person
	delivered map[family.Feed]*family.Delivery // nil: nothing; of the others everything
	schools   []*family.Row
	// nominations are what professionals said, in the order of the case.
	nominations []eligibility.Nomination
	rows        int
	scored      *family.Candidate // nil until something is wanted
	isFamily    bool
	// enrollment is the case that the family is, where one is; judged what has
	// become of it, nil until something of it is wanted.
	enrollment eligibility.Enrollment
	judged     *judged
}

// usualDay is scored at unless a case says another.
var usualDay = family.MustDate("2025-09-30")

func newScene(own *eligibility.Framework, named func(string) *eligibility.Framework) *scene {
	return &scene{
		framework: own, named: named, asAt: usualDay, persons: map[string]*family.Person{},
		household: family.Household{ID: "H1"}, delivered: map[family.Feed]*family.Delivery{},
		enrollment: eligibility.Enrollment{Case: "E1", Plan: true, LeadPractitioner: true},
	}
}

// use judges by another framework than the one that the cases stand beside.
func (c *scene) use(id string) error {
	if c.framework != nil && c.framework.ID() == id {
		return nil
	}
	f := c.named(id)
	if f == nil {
		return fmt.Errorf("no framework %s", id)
	}
	c.framework = f
	return nil
}

// add adds a member. Of one added twice the later profile holds, and the
// household lists both.
func (c *scene) add(m family.Member, profile family.Profile) {
	c.household.Members = append(c.household.Members, m)
	c.persons[m.PersonID] = &family.Person{ID: m.PersonID, Profile: profile}
}

// nominate adds a nomination; one without a day is of the day scored at.
func (c *scene) nominate(n eligibility.Nomination) {
	n.ID = fmt.Sprintf("E%d", len(c.nominations)+1)
	if n.Day == 0 {
		n.Day = c.asAt
	}
	c.nominations = append(c.nominations, n)
}

// row is a row to be delivered.
type row struct {
	feed   family.Feed
	person string
	agency string
	part   family.Part
	asAt   family.Date // 0: that of the case
	times  int         // delivered so many times, each an event of its own; 0 is once
	values []family.Value
}

// set gives the row a value, or says what it is about.
func (r *row) set(key, value string) (err error) {
	switch key {
	case "delivered":
		r.asAt, err = day(value)
		return err
	case "part":
		if value != family.Contact1.String() {
			return fmt.Errorf("%q is no part; write contact1", value)
		}
		r.part = family.Contact1
		return nil
	case "agency":
		r.agency = value
		return nil
	case "times":
		if r.times, err = strconv.Atoi(value); err != nil || r.times < 1 || r.times > 1000 {
			return fmt.Errorf("%q: write how many times, 1 to 1000", value)
		}
		return nil
	}
	col := family.ParseColumn(key)
	if col == 0 || !slices.Contains(r.feed.Columns(), col) {
		return fmt.Errorf("%q is no column of %s", key, r.feed)
	}
	r.values = append(r.values, family.Value{Column: col, Text: value})
	return nil
}

// deliver adds the row to its person's.
func (c *scene) deliver(r row) error {
	p := c.persons[r.person]
	if p == nil {
		return fmt.Errorf("no member %s; add them first", r.person)
	}
	for range max(r.times, 1) {
		c.rows++
		values := slices.Clone(r.values)
		if r.times > 0 && r.feed == family.Police {
			values = append(values, family.Value{Column: family.ColEventRef, Text: fmt.Sprintf("E%d", c.rows)})
		}
		row := family.NewRow(r.feed, fmt.Sprintf("r%d", c.rows), values)
		row.AsAt, row.Agency, row.Seq = r.asAt, r.agency, uint64(c.rows)
		if row.AsAt == 0 {
			row.AsAt = c.asAt
		}
		p.Records = append(p.Records, &family.Record{Row: row, Part: r.part})
	}
	return nil
}

// coverage is what the deliveries declare.
func (c *scene) coverage() eligibility.Coverage {
	var all []family.Delivery
	for _, feed := range family.Feeds() {
		d, said := c.delivered[feed]
		switch {
		case !said:
			all = append(all, family.Delivery{Feed: feed})
		case d != nil:
			all = append(all, *d)
		}
	}
	return eligibility.NewCoverage(all, c.schools)
}

// score is what the household scores; it is set up no further from here on.
func (c *scene) score() *family.Candidate {
	if c.scored == nil {
		cand, ok := c.framework.Score(c.family())
		c.scored, c.isFamily = &cand, ok
	}
	return c.scored
}

// family is the household as its rows describe it.
func (c *scene) family() *eligibility.Family {
	evidence := func(id string) *eligibility.Evidence {
		if p := c.persons[id]; p != nil {
			return eligibility.NewEvidence(p)
		}
		return nil
	}
	return eligibility.NewFamily(&c.household, evidence, c.nominations, c.coverage(), c.asAt)
}

// need is the answer of a criterion, or the status of a headline.
func (c *scene) need(id string) (family.Need, error) {
	scored := c.score()
	for _, n := range scored.Needs {
		if n.Criterion == id {
			return *n, nil
		}
	}
	for _, h := range scored.Headlines {
		if h.ID == id {
			return family.Need{Criterion: id, Status: h.Status}, nil
		}
	}
	if !c.isFamily {
		return family.Need{}, fmt.Errorf("the household is no family of %s, so that nothing is known of %s", c.framework.ID(), id)
	}
	return family.Need{}, fmt.Errorf("%s has no criterion or headline %s", c.framework.ID(), id)
}

// want compares what a criterion is with what it is to be.
func (c *scene) want(id string, status family.Status, more []string) error {
	need, err := c.need(id)
	if err != nil {
		return err
	}
	if need.Status != status {
		return differs(id, need.Status.String(), status.String(), need.Reason)
	}
	for _, w := range more {
		key, value, ok := strings.Cut(w, "=")
		got, what := strings.Join(need.Persons, ","), id+" persons"
		if !ok {
			value = w
		} else {
			what = id + " " + key
		}
		switch key {
		case "evidence":
			got = fmt.Sprint(len(need.Evidence))
		case "window":
			got = need.From.String() + ".." + need.To.String()
		case "freshest":
			got = need.Freshest.String()
		case "nominations":
			got = fmt.Sprint(len(need.Nominations))
		}
		if err := differs(what, got, value, need.Reason); err != nil {
			return err
		}
	}
	return nil
}
