package trial

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
)

// wanting are the words of steps that can fail.
var wanting = map[string]bool{"family": true, "want": true, "eligible": true, "one-short": true, "reason": true, "says": true,
	"result": true, "outcome": true, "not-asked": true, "alert": true, "told": true}

// words are the steps that are not rows, with how each is read.
var words = map[string]func(*step, []string) error{
	"framework":         (*step).readFramework,
	"as-at":             (*step).readAsAt,
	"member":            (*step).readMember,
	"nothing-delivered": (*step).readSilent,
	"partly-delivered":  (*step).readPartly,
	"delivered-since":   (*step).readSince,
	"school":            (*step).readSchool,
	"nomination":        (*step).readNomination,
	"family":            (*step).readFamily,
	"want":              (*step).readWant,
	"eligible":          (*step).readEligible,
	"one-short":         (*step).readOneShort,
	"unknown-tips":      (*step).readTips,
	"reason":            (*step).readReason,
	"says":              (*step).readSays,
	"attached":          (*step).readAttached,
	"closed":            (*step).readClosed,
	"entry":             (*step).readEntry,
	"without":           (*step).readWithout,
	"confirmed":         (*step).readConfirmed,
	"left":              (*step).readLeft,
	"result":            (*step).readResult,
	"outcome":           (*step).readOutcome,
	"not-asked":         (*step).readNotAsked,
	"alert":             (*step).readAlert,
	"told":              (*step).readTold,
}

// described are the feeds whose rows a case may have.
var described = []family.Feed{family.Attendance, family.Police, family.Housing, family.Benefits, family.Involvement}

// read reads the step's text into what it does.
func (s *step) read() error {
	fields, err := split(s.text)
	if err != nil {
		return err
	}
	if feed, err := family.ParseFeed(fields[0]); err == nil && slices.Contains(described, feed) {
		return s.readRow(feed, fields[1:])
	}
	read := words[fields[0]]
	if read == nil {
		return errors.New("begin with a feed's name, or with framework, as-at, member, nothing-delivered, partly-delivered, " +
			"delivered-since, school, family, want, eligible, one-short, reason or says; of a case attached, closed, entry, confirmed, without, " +
			"left, result, outcome, not-asked, alert or told")
	}
	return read(s, fields[1:])
}

// split parts a step at its blanks, but for those within double quotes, which
// it takes away.
func split(s string) ([]string, error) {
	var out []string
	var word strings.Builder
	quoted, begun := false, false
	for _, c := range s {
		switch {
		case c == '"':
			quoted, begun = !quoted, true
		case (c == ' ' || c == '\t') && !quoted:
			if begun {
				out = append(out, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(c)
			begun = true
		}
	}
	if quoted {
		return nil, errors.New("a double quote is not closed")
	}
	if begun {
		out = append(out, word.String())
	}
	return out, nil
}

func (s *step) readFramework(args []string) error {
	if len(args) != 1 {
		return errors.New("name one framework")
	}
	s.do = func(c *scene) error { return c.use(args[0]) }
	return nil
}

func (s *step) readAsAt(args []string) error {
	day, err := oneDay(args)
	s.do = func(c *scene) error { c.asAt = day; return nil }
	return err
}

func oneDay(args []string) (family.Date, error) {
	if len(args) != 1 {
		return 0, errors.New("write one day, such as 2025-09-30")
	}
	return day(args[0])
}

func day(s string) (family.Date, error) {
	d, err := family.ParseDate(s)
	if err != nil || d == 0 {
		return 0, fmt.Errorf("%q is no day; write it as 2025-09-30", s)
	}
	return d, nil
}

// roles are those that a member may have.
var roles = map[string]family.Role{"adult": family.Adult, "child": family.Child,
	"non_resident_parent": family.NonResidentParent, "associate": family.Associate}

// readMember reads one, such as "member P1 adult 1985-01-01 to=2025-01-01".
func (s *step) readMember(args []string) error {
	if len(args) < 2 {
		return errors.New("write a name and a role, such as member P1 adult 1985-01-01")
	}
	role, ok := roles[args[1]]
	if !ok {
		return fmt.Errorf("%q is no role; write adult, child, non_resident_parent or associate", args[1])
	}
	m := family.Member{PersonID: args[0], Role: role}
	var profile family.Profile
	days := map[string]*family.Date{"dob": &profile.DOB, "died": &profile.Died,
		"from": &m.From, "to": &m.To, "deceased": &m.Deceased}
	for _, w := range args[2:] {
		key, value, ok := strings.Cut(w, "=")
		if !ok {
			key, value = "dob", w
		}
		if days[key] == nil {
			return fmt.Errorf("%q is not known of a member; write from, to, deceased or died", key)
		}
		var err error
		if *days[key], err = day(value); err != nil {
			return err
		}
	}
	s.do = func(c *scene) error { c.add(m, profile); return nil }
	return nil
}

// readRow reads one about a person, such as "police P1 role=offender".
func (s *step) readRow(feed family.Feed, args []string) error {
	if len(args) == 0 {
		return errors.New("name the person whom the row is about")
	}
	r := row{feed: feed, person: args[0], agency: "agency", part: family.Subject,
		values: []family.Value{{Column: family.ColSurname, Text: "Example"}}}
	for _, w := range args[1:] {
		key, value, ok := strings.Cut(w, "=")
		if !ok {
			return fmt.Errorf("%q: write a column and its value, such as role=offender", w)
		}
		if err := r.set(key, value); err != nil {
			return err
		}
	}
	s.do = func(c *scene) error { return c.deliver(r) }
	return nil
}

func (s *step) readSilent(args []string) error { return s.readCoverage(args, nil) }

func (s *step) readPartly(args []string) error {
	return s.readCoverage(args, &family.Delivery{Organisations: []string{"a part of the area"}})
}

func (s *step) readSince(args []string) error {
	if len(args) != 2 {
		return errors.New("write a feed and a day, such as delivered-since police 2025-01-01")
	}
	from, err := day(args[1])
	if err != nil {
		return err
	}
	return s.readCoverage(args[:1], &family.Delivery{From: from})
}

// readCoverage reads the name of a feed of which that is all there is.
func (s *step) readCoverage(args []string, d *family.Delivery) error {
	if len(args) != 1 {
		return errors.New("name one feed")
	}
	feed, err := family.ParseFeed(args[0])
	if err != nil {
		return err
	}
	if d != nil {
		d.Feed = feed
	}
	s.do = func(c *scene) error { c.delivered[feed] = d; return nil }
	return nil
}

// readSchool reads a line of the schools file.
func (s *step) readSchool(args []string) error {
	if len(args) == 0 {
		return errors.New("write the school's number, and whether it contributes, such as school 100001 contributes=N")
	}
	r := row{feed: family.Schools}
	for _, w := range args[1:] {
		key, value, _ := strings.Cut(w, "=")
		if err := r.set(key, value); err != nil {
			return err
		}
	}
	school := family.NewRow(family.Schools, args[0], r.values)
	s.do = func(c *scene) error { c.schools = append(c.schools, school); return nil }
	return nil
}

// readNomination reads a professional's word, such as "nomination p2.crime_nom
// agency=police day=2025-01-01".
func (s *step) readNomination(args []string) error {
	if len(args) == 0 {
		return errors.New("name the criteria or headlines that the family is put forward for, such as nomination p2.crime_nom")
	}
	n := eligibility.Nomination{Needs: sorted(args[0])}
	for _, w := range args[1:] {
		key, value, _ := strings.Cut(w, "=")
		var err error
		switch key {
		case "framework":
			n.Framework = value
		case "persons":
			n.Persons = sorted(value)
		case "agency":
			n.Agency = value
		case "day":
			n.Day, err = day(value)
		default:
			err = fmt.Errorf("%q is not known of a nomination; write framework, persons, agency or day", key)
		}
		if err != nil {
			return err
		}
	}
	s.do = func(c *scene) error { c.nominate(n); return nil }
	return nil
}

// sorted reads names with commas between.
func sorted(list string) []string {
	names := strings.Split(list, ",")
	slices.Sort(names)
	return names
}

func (s *step) readFamily(args []string) error {
	return s.readYesNo(args, "family", func(c *scene) (bool, string) { c.score(); return c.isFamily, "" })
}

func (s *step) readEligible(args []string) error {
	return s.readYesNo(args, "eligible", func(c *scene) (bool, string) { return c.score().Eligible, c.score().Reason })
}

func (s *step) readOneShort(args []string) error {
	return s.readYesNo(args, "one short", func(c *scene) (bool, string) {
		return c.framework.OneShort(c.score()), c.score().Reason
	})
}

func (s *step) readTips(args []string) error {
	return s.readYesNo(args, "unknown tips it", func(c *scene) (bool, string) {
		return c.framework.UnknownTips(c.score()), c.score().Reason
	})
}

// readYesNo reads what is wanted of an answer that is yes or no.
func (s *step) readYesNo(args []string, what string, answer func(*scene) (bool, string)) error {
	if len(args) != 1 || args[0] != "yes" && args[0] != "no" {
		return errors.New("write yes or no")
	}
	s.do = func(c *scene) error {
		got, why := answer(c)
		return differs(what, yesNo(got), args[0], why)
	}
	return nil
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func (s *step) readReason([]string) error {
	want := after(s.text, 1)
	if want == "" {
		return errors.New("write words that the reason is to hold")
	}
	s.do = func(c *scene) error { return holds("reason", c.score().Reason, want) }
	return nil
}

func (s *step) readSays(args []string) error {
	want := after(s.text, 2)
	if want == "" {
		return errors.New("name a criterion and write words that its reason is to hold")
	}
	s.do = func(c *scene) error {
		need, err := c.need(args[0])
		if err != nil {
			return err
		}
		return holds(args[0], need.Reason, want)
	}
	return nil
}

// after returns a step's text from its n-th word on, as it is written.
func after(s string, n int) string {
	for range n {
		_, rest, _ := strings.Cut(strings.TrimLeft(s, " \t"), " ")
		s = rest
	}
	return strings.TrimSpace(s)
}

// statuses are the answers that a criterion may have.
var statuses = []family.Status{family.Met, family.NotMet, family.Unknown}

// readWant reads what a criterion or headline is to be, such as
// "want p1.oow met P1 evidence=2".
func (s *step) readWant(args []string) error {
	if len(args) < 2 {
		return errors.New("write a criterion and its status, such as want p1.oow met")
	}
	i := slices.IndexFunc(statuses, func(st family.Status) bool { return st.String() == args[1] })
	if i < 0 {
		return fmt.Errorf("%q is no status; write met, not_met or unknown", args[1])
	}
	s.wants, s.status = args[0], statuses[i]
	for _, w := range args[2:] {
		if key, _, ok := strings.Cut(w, "="); ok && !slices.Contains([]string{"evidence", "window", "freshest", "nominations"}, key) {
			return fmt.Errorf("%q is not known of a criterion; write evidence, window, freshest or nominations", key)
		}
	}
	s.do = func(c *scene) error { return c.want(s.wants, s.status, args[2:]) }
	return nil
}
