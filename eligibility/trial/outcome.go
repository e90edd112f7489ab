package trial

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
)

// judged is what became of the case.
type judged struct {
	outcomes []family.Outcome
	alerts   []family.Alert
}

// outcomes are what became of the case; it is set up no further from here on.
func (c *scene) outcomes() *judged {
	if c.judged == nil {
		fam := c.family()
		c.judged = &judged{c.framework.Outcomes(c.enrollment, fam), c.framework.Alerts(c.enrollment, fam)}
	}
	return c.judged
}

func (c *scene) result(id string) (*family.Outcome, error) {
	for i := range c.outcomes().outcomes {
		if o := &c.judged.outcomes[i]; o.Result == id {
			return o, nil
		}
	}
	return nil, fmt.Errorf("%s has no result %s", c.framework.ID(), id)
}

// outcome finds a rule's verdict; need is blank where any will do.
func (c *scene) outcome(rule, need string) (*family.NeedOutcome, error) {
	for i := range c.outcomes().outcomes {
		for j := range c.judged.outcomes[i].Needs {
			if n := &c.judged.outcomes[i].Needs[j]; n.Rule == rule && (need == "" || n.Criterion == need) {
				return n, nil
			}
		}
	}
	if need != "" {
		return nil, fmt.Errorf("no rule %s was asked of need %s", rule, need)
	}
	return nil, fmt.Errorf("no rule %s was asked", rule)
}

func (s *step) readAttached(args []string) error {
	d, err := oneDay(args)
	s.do = func(c *scene) error { c.enrollment.Attached = d; return nil }
	return err
}

func (s *step) readClosed(args []string) error {
	d, err := oneDay(args)
	s.do = func(c *scene) error { c.enrollment.Closed = d; return nil }
	return err
}

func (s *step) readEntry(args []string) error {
	if len(args) == 0 {
		return errors.New("name the needs at entry, such as entry p1.unauth15 p1.oow")
	}
	s.do = func(c *scene) error { c.enrollment.Needs = append(c.enrollment.Needs, args...); return nil }
	return nil
}

// readConfirmed reads a professional's word that a need is met, such as
// "confirmed 5.1 2025-04-02".
func (s *step) readConfirmed(args []string) error {
	if len(args) != 2 {
		return errors.New("write a need and the day from which it has been met, such as confirmed 5.1 2025-04-02")
	}
	d, err := day(args[1])
	s.do = func(c *scene) error {
		e := &c.enrollment
		e.Confirmed = append(e.Confirmed, eligibility.Confirmation{Need: args[0], Event: fmt.Sprintf("E%d", len(e.Confirmed)+2), Day: d})
		return nil
	}
	return err
}

// readWithout takes away what casework holds of the case.
func (s *step) readWithout(args []string) error {
	if len(args) != 1 || args[0] != "plan" && args[0] != "lead_practitioner" {
		return errors.New("write plan or lead_practitioner")
	}
	s.do = func(c *scene) error {
		if args[0] == "plan" {
			c.enrollment.Plan = false
		} else {
			c.enrollment.LeadPractitioner = false
		}
		return nil
	}
	return nil
}

// readLeft reads somebody of the family at entry who is of the household no
// longer, such as "left P3 2010-05-05".
func (s *step) readLeft(args []string) error {
	if len(args) != 2 {
		return errors.New("write a name and a date of birth, such as left P3 2010-05-05")
	}
	born, err := day(args[1])
	s.do = func(c *scene) error {
		c.persons[args[0]] = &family.Person{ID: args[0], Profile: family.Profile{DOB: born}}
		c.enrollment.People = append(c.enrollment.People, args[0])
		return nil
	}
	return err
}

// outcomeStatuses are what a result or rule may come to.
var outcomeStatuses = []family.OutcomeStatus{family.NotAchieved, family.OutcomeUnknown, family.Regressed,
	family.OnTrack, family.Neutral, family.Achieved}

func readOutcomeStatus(word string) (family.OutcomeStatus, error) {
	i := slices.IndexFunc(outcomeStatuses, func(s family.OutcomeStatus) bool { return s.String() == word })
	if i < 0 {
		return 0, fmt.Errorf("%q is no status; write not_achieved, unknown, regressed, on_track, neutral or achieved", word)
	}
	return outcomeStatuses[i], nil
}

// readResult reads what a result is to be, such as
// "result continuous_employment on_track predicted=2025-11-02".
func (s *step) readResult(args []string) error {
	if len(args) < 2 {
		return errors.New("write a result and its status, such as result continuous_employment achieved")
	}
	want, err := readOutcomeStatus(args[1])
	if err != nil {
		return err
	}
	for _, w := range args[2:] {
		if !strings.HasPrefix(w, "predicted=") {
			return fmt.Errorf("%q is not known of a result; write predicted=DATE", w)
		}
	}
	s.do = func(c *scene) error {
		o, err := c.result(args[0])
		if err != nil {
			return err
		}
		if err := differs(args[0], o.Status.String(), want.String(), o.Reason); err != nil {
			return err
		}
		for _, w := range args[2:] {
			if err := differs(args[0]+" predicted", o.Predicted.String(), strings.TrimPrefix(w, "predicted="), o.Reason); err != nil {
				return err
			}
		}
		return nil
	}
	return nil
}

// ruleFigures are what may be wanted of a rule beside its status.
var ruleFigures = map[string]func(*family.NeedOutcome) string{
	"persons":   func(n *family.NeedOutcome) string { return strings.Join(n.Persons, ",") },
	"now":       func(n *family.NeedOutcome) string { return measured(n.Now) },
	"before":    func(n *family.NeedOutcome) string { return measured(n.Baseline) },
	"window":    func(n *family.NeedOutcome) string { return n.Now.From.String() + ".." + n.Now.To.String() },
	"baseline":  func(n *family.NeedOutcome) string { return n.Baseline.From.String() + ".." + n.Baseline.To.String() },
	"since":     func(n *family.NeedOutcome) string { return n.Since.String() },
	"predicted": func(n *family.NeedOutcome) string { return n.Predicted.String() },
	"freshest":  func(n *family.NeedOutcome) string { return n.Freshest.String() },
	"evidence":  func(n *family.NeedOutcome) string { return fmt.Sprint(len(n.Evidence)) },
	"confirmed": func(n *family.NeedOutcome) string { return n.Confirmed },
}

// measured writes a figure as cases do: 3, or 12/280 of a share.
func measured(m family.Measure) string {
	if m.Of == 1 {
		return fmt.Sprint(m.Value)
	}
	return fmt.Sprintf("%d/%d", m.Value, m.Of)
}

// readOutcome reads what a rule is to come to, such as
// "outcome p1.r.asb achieved need=p1.asb_order now=2 before=10".
func (s *step) readOutcome(args []string) error {
	if len(args) < 2 {
		return errors.New("write a rule and its status, such as outcome p1.r.asb achieved")
	}
	want, err := readOutcomeStatus(args[1])
	if err != nil {
		return err
	}
	s.wants, s.status = args[0], tried(want)
	need, wants := "", map[string]string{}
	var order []string
	for _, w := range args[2:] {
		key, value, _ := strings.Cut(w, "=")
		switch {
		case key == "need":
			need = value
			continue
		case ruleFigures[key] == nil:
			return fmt.Errorf("%q is not known of a rule; write need, persons, now, before, window, baseline, since, predicted, freshest, evidence or confirmed", w)
		}
		wants[key] = value
		order = append(order, key)
	}
	s.do = func(c *scene) error {
		n, err := c.outcome(args[0], need)
		if err != nil {
			return err
		}
		if err := differs(args[0], n.Status.String(), want.String(), n.Reason); err != nil {
			return err
		}
		for _, key := range order {
			if err := differs(args[0]+" "+key, ruleFigures[key](n), wants[key], n.Reason); err != nil {
				return err
			}
		}
		return nil
	}
	return nil
}

// tried is what wanting a status of a rule tries: that it is achieved, that it is
// not, or that it is not known.
func tried(s family.OutcomeStatus) family.Status {
	switch s {
	case family.Achieved:
		return family.Met
	case family.OutcomeUnknown:
		return family.Unknown
	}
	return family.NotMet
}

// readNotAsked reads a rule that must not have been asked.
func (s *step) readNotAsked(args []string) error {
	if len(args) != 1 {
		return errors.New("name one rule")
	}
	s.do = func(c *scene) error {
		if n, err := c.outcome(args[0], ""); err == nil {
			return differs(args[0], "asked", "not asked", n.Reason)
		}
		return nil
	}
	return nil
}

// readAlert reads an alert that there is to be, such as
// "alert p1.a.suspension 2025-07-18"; without a day, how many there are of a
// rule.
func (s *step) readAlert(args []string) error {
	if len(args) != 2 {
		return errors.New("write a rule and the day, or the number of alerts, such as alert p1.a.offence 0")
	}
	d, noDay := day(args[1])
	s.do = func(c *scene) error {
		n, days := 0, []string{}
		for _, a := range c.outcomes().alerts {
			if a.Rule != args[0] {
				continue
			}
			if a.Day == d {
				return nil
			}
			days = append(days, a.Day.String())
			n++
		}
		if noDay == nil {
			return differs(args[0]+" alerts", strings.Join(days, ", "), args[1], "")
		}
		return differs(args[0]+" alerts", fmt.Sprint(n), args[1], strings.Join(days, ", "))
	}
	return nil
}

// readTold reads words that the reason of a rule or result is to hold.
func (s *step) readTold([]string) error {
	words := after(s.text, 2)
	id, _, _ := strings.Cut(after(s.text, 1), " ")
	if words == "" {
		return errors.New("name a rule or result and write words that its reason is to hold")
	}
	s.do = func(c *scene) error {
		if o, err := c.result(id); err == nil {
			return holds(id, o.Reason, words)
		}
		n, err := c.outcome(id, "")
		if err != nil {
			return err
		}
		return holds(id, n.Reason, words)
	}
	return nil
}
