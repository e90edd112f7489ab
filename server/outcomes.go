package server

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

// judged is what has become of a case.
type judged struct {
	Judging
	outcomes  []family.Outcome
	household family.Household          // of most of its people at the day; without an id where nobody knows
	people    map[string]*family.Person // of the household and of the case
	asAt      family.Date
}

// judge asks the case's framework how far its results have come, at a day. Of
// another day than the last night's the family is as it was then: formed again if
// exactly asks for that, which takes a while, else by the days of membership
// that the last night knows.
func (c *caseworks) judge(ctx context.Context, info family.NightInfo, v *caseView, day family.Date, exactly bool) (*judged, error) {
	j, err := c.judging(ctx, info, v, day, exactly)
	if err != nil {
		return nil, err
	}
	j.outcomes, err = c.nights.Outcomes(ctx, j.Judging)
	return j, err
}

// judging gathers what a case is judged by.
func (c *caseworks) judging(ctx context.Context, info family.NightInfo, v *caseView, day family.Date, exactly bool) (*judged, error) {
	j := &judged{asAt: day, people: make(map[string]*family.Person)}
	if v.fw == nil {
		return nil, invalid("case_id", "its framework, %s, is in use no more; publish it again to judge its cases", v.Framework)
	}
	if err := c.familyAt(ctx, info, v, j, exactly); err != nil {
		return nil, err
	}
	j.Judging = Judging{Framework: v.Framework, Enrollment: enrollment(v), Household: &j.household, Evidence: evidence(j.people), AsAt: day}
	return j, nil
}

func enrollment(v *caseView) eligibility.Enrollment {
	e := eligibility.Enrollment{
		Case: v.ID, Attached: v.Attached, Closed: v.Closed, Needs: v.NeedIDs(), People: v.at.people,
		Plan: v.Plan != "", LeadPractitioner: v.LeadPractitioner != "",
	}
	for _, x := range v.Confirmed {
		e.Confirmed = append(e.Confirmed, eligibility.Confirmation{Need: x.Need, Event: x.Event, Day: x.Day})
	}
	return e
}

// familyAt finds the family of a case at the day of j.
func (c *caseworks) familyAt(ctx context.Context, info family.NightInfo, v *caseView, j *judged, exactly bool) error {
	if j.asAt == info.AsAt || !exactly || len(v.at.people) == 0 {
		return c.publishedFamily(v, j)
	}
	d, err := c.near(ctx, j.asAt, v.at.people)
	if err == nil {
		derivedFamily(d, v, j)
	}
	return err
}

func (c *caseworks) near(ctx context.Context, day family.Date, people []string) (*Derived, error) {
	in, err := c.nights.Around(ctx, day, people)
	if err != nil {
		return nil, err
	}
	return c.nights.NearAt(ctx, in)
}

// publishedFamily reads the family of a case as the last night has it.
func (c *caseworks) publishedFamily(v *caseView, j *judged) error {
	if home := v.at.home(); home != "" {
		h, err := c.index.Household(home)
		if err != nil {
			return err
		}
		j.household = h
		if j.people, err = c.people(&h); err != nil {
			return err
		}
	}
	for _, id := range v.at.people {
		if j.people[id] == nil {
			p, _, err := c.index.Person(id)
			if err != nil {
				return err
			}
			j.people[id] = &p
		}
	}
	return nil
}

// derivedFamily finds the family of a case in a night computed for another day:
// the household of most of its people, of two with as many the one of the least
// id.
func derivedFamily(d *Derived, v *caseView, j *judged) {
	most := 0
	for i := range d.Households {
		h, n := &d.Households[i], 0
		for _, id := range v.at.people {
			if isCurrent(h, id, j.asAt) {
				n++
			}
		}
		if n > most {
			most, j.household = n, *h
		}
	}
	for _, id := range slices.Concat(membersOf(&j.household), v.at.people) {
		at, ok := slices.BinarySearchFunc(d.Persons, id, func(p family.Person, id string) int { return strings.Compare(p.ID, id) })
		if ok {
			j.people[id] = &d.Persons[at]
		}
	}
}

// judgedAt reads the day to judge at; blank is that of the last night.
func (c *caseworks) judgedAt(info family.NightInfo, text string) (family.Date, error) {
	day, err := parseDate("as_at", text)
	if err == nil && day > c.today() {
		err = invalid("as_at", "in the future; give %s at the latest", c.today())
	}
	return cmp.Or(day, info.AsAt), err
}

// GetOutcomes implements the casework service.
func (c *caseworks) GetOutcomes(ctx context.Context, req *caseworkpb.GetOutcomesRequest) (*caseworkpb.GetOutcomesResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	day, err := c.judgedAt(info, req.AsAt)
	if err := joined(err, wanted("case_id", req.CaseId, "name the case")); err != nil {
		return nil, err
	}
	v, err := c.caseIn(info, req.CaseId, casework.View{Day: day}, req.IncludeProtected)
	if err != nil {
		return nil, err
	}
	j, err := c.judge(ctx, info, &v, day, true)
	if err != nil {
		return nil, err
	}
	alerts, err := c.nights.Alerts(ctx, j.Judging)
	if err != nil {
		return nil, err
	}
	out := &caseworkpb.GetOutcomesResponse{AsAt: day.String(), NightId: info.ID}
	for i := range j.outcomes {
		m := outcomeMessage(&j.outcomes[i])
		if m.ClaimId, err = c.claimable(ctx, info, &v, j, &j.outcomes[i]); err != nil {
			if _, known := statusOf(err); !known {
				return nil, err
			}
			m.NotClaimable = textOf(err)
		} else if m.ClaimId == "" {
			m.Claimable = true
		}
		out.Outcomes = append(out.Outcomes, m)
	}
	for i := range alerts {
		out.Alerts = append(out.Alerts, alertMessage(&alerts[i]))
	}
	if err := c.trail.write(ctx, subjectsOfCase(&v)...); err != nil {
		return nil, err
	}
	return out, nil
}

// claimable returns the claim that stands for a result; "" where there is none
// and one could be made, and otherwise why not.
func (c *caseworks) claimable(ctx context.Context, info family.NightInfo, v *caseView, j *judged, o *family.Outcome) (claim string, err error) {
	book, done, err := c.read(info)
	if err != nil {
		return "", err
	}
	claims := book.Claims(casework.Filter{Case: v.ID, Result: o.Result, InForce: true})
	done()
	if len(claims) > 0 {
		return claims[0].ID, nil
	}
	d, err := c.claimDraft(ctx, info, v, j, o, c.today(), "")
	if err != nil {
		return "", err
	}
	_, done, err = c.read(info)
	if err != nil {
		return "", err
	}
	defer done()
	return "", c.check(d)
}

// ListAlerts implements the casework service.
func (c *caseworks) ListAlerts(ctx context.Context, req *caseworkpb.ListAlertsRequest) (*caseworkpb.ListAlertsResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	day, errDay := c.judgedAt(info, req.AsAt)
	since, errSince := parseDate("since", req.Since)
	p, errPage := c.page(info, req)
	if err := joined(errDay, errSince, errPage); err != nil {
		return nil, err
	}
	out, subjects := &caseworkpb.ListAlertsResponse{AsAt: day.String()}, []string{"alerts"}
	f := casework.Filter{View: casework.View{Day: day}, Open: true, Framework: req.Framework, District: req.District,
		Ward: req.Ward, Cluster: req.Cluster, Team: req.Team, LeadAgency: req.LeadAgency}
	err = c.eachCase(info, f, req.IncludeProtected, func(v *caseView) error {
		if v.Attached == 0 || v.fw == nil {
			return ctx.Err()
		}
		alerts, err := c.alertsOf(ctx, info, v, day)
		if err != nil {
			return err
		}
		for i := range alerts {
			if alerts[i].Day < since || !p.takes() {
				continue
			}
			out.Alerts = append(out.Alerts, alertMessage(&alerts[i]))
			subjects = append(subjects, "case/"+v.ID)
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	out.TotalSize, out.NextPageToken = p.total, p.next()
	return out, c.trail.write(ctx, slices.Compact(subjects)...)
}

// alerting remembers the alerts of cases in one night.
type alerting struct {
	mu    sync.Mutex
	night string
	of    map[string][]family.Alert // by what they follow from beside the night
}

// alertsOf returns what has got worse in a case, judged once for each night,
// day and state of the case.
func (c *caseworks) alertsOf(ctx context.Context, info family.NightInfo, v *caseView, day family.Date) ([]family.Alert, error) {
	key := fmt.Sprintf("%v %q %+v", day, v.Framework, enrollment(v))
	a := &c.alerts
	a.mu.Lock()
	if a.night != info.ID {
		a.night, a.of = info.ID, make(map[string][]family.Alert)
	}
	found, ok := a.of[key]
	a.mu.Unlock()
	if ok {
		return found, nil
	}
	j, err := c.judging(ctx, info, v, day, false)
	if err != nil {
		return nil, err
	}
	if found, err = c.nights.Alerts(ctx, j.Judging); err != nil {
		return nil, err
	}
	a.mu.Lock()
	if a.night == info.ID && len(a.of) < maxAlerting {
		a.of[key] = found
	}
	a.mu.Unlock()
	return found, nil
}

// maxAlerting bounds what is remembered: a county's cases at some days.
const maxAlerting = 200_000
