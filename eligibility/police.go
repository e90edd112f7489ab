package eligibility

import (
	"fmt"

	"github.com/hearthmatch/hearth/family"
)

// policeEvent is a number of police events in which a member has one of the
// roles. A list that is not given allows every value, of orders also none.
type policeEvent struct {
	EventTypes []string `yaml:"event_types"`
	OrderTypes []string `yaml:"order_types"`
	Roles      []string `yaml:"roles"`
	Outcomes   []int    `yaml:"outcomes"`
	Count      bound    `yaml:"count"` // at least 1 if not given
	Within     window   `yaml:"within"`
}

func (t *policeEvent) check(c *checker) {
	c.values("event_types", t.EventTypes, eventTypes)
	c.values("order_types", t.OrderTypes, orderTypes)
	c.values("roles", t.Roles, policeRoles)
	c.filled("roles", len(t.Roles)) // without it a victim would count
	for i, o := range t.Outcomes {
		c.between(fmt.Sprintf("outcomes[%d]", i), o, 1, 22)
	}
	if t.Count.text == "" {
		t.Count = atLeastOne
	}
	c.count("count", t.Count)
	c.months("within", t.Within)
}

func (t *policeEvent) judge(fs *facts, who ages) answer {
	from, to := t.Within.span(fs.asAt)
	var f found
	events := 0
	for m := range fs.concerned(who) {
		rows, n := t.count(m, from, to)
		if t.Count.meets(int64(n), 1) {
			f.met = append(f.met, m.id)
			f.proof = append(f.proof, rows...)
			events += n
		}
	}
	if !fs.cov.Complete(family.Police, from) {
		f.unknown = fs.concernedIDs(who)
	}
	return f.answer(from, to, func(s family.Status) string {
		switch s {
		case family.Met:
			return fmt.Sprintf("%s with %s since %s", plural(len(f.met), "member", "members"),
				plural(events, "such police event", "such police events"), from)
		case family.Unknown:
			return "police data not declared complete for the area since " + from.String()
		}
		return "no such police event since " + from.String()
	})
}

// count returns the member's rows that count, and how many events they are:
// however many rows an event has, it is one.
func (t *policeEvent) count(m *member, from, to family.Date) (rows []seen, events int) {
	for i := range m.events {
		e := &m.events[i]
		if !within(e.day, from, to) || !t.matches(e) {
			continue
		}
		fresh := true
		for _, r := range rows {
			fresh = fresh && (r.row.Agency != e.row.Agency || r.row.Text(family.ColEventRef) != e.reference)
		}
		if fresh {
			events++
		}
		rows = append(rows, seen{e.row, e.day})
	}
	return rows, events
}

func (t *policeEvent) matches(e *event) bool {
	if len(t.OrderTypes) > 0 && e.order == "" || !listed(t.OrderTypes, e.order) {
		return false
	}
	return listed(t.EventTypes, e.kind) && listed(t.Roles, e.role) && listed(t.Outcomes, e.outcome)
}
