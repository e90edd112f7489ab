package eligibility_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
)

// council is a random household, the people of whom its rows speak, and what
// was delivered.
type council struct {
	base        family.Date // about which its days lie
	household   family.Household
	people      map[string]*family.Person
	read        map[string]*eligibility.Evidence
	coverage    eligibility.Coverage
	nominations []eligibility.Nomination
	// What the reference is told of coverage, in its own days.
	policeFrom, housingFrom time.Time
}

// TestReference compares the package with the reference on random households,
// each scored at every day on which one of its rows may begin or cease to
// count, the day before and the day after. For a long run: -rapid.checks=20000.
func TestReference(t *testing.T) {
	frameworks := eligibility.Builtin()
	for range 4 { // rapid's default of households is soon done
		rapid.Check(t, func(t *rapid.T) {
			c := drawCouncil(t)
			for _, at := range c.criticalDays() {
				for _, f := range frameworks {
					if diff := c.compare(f, at); diff != "" {
						t.Fatalf("%s at %s (-package +reference):\n%s%s", f.ID(), at, diff, c)
					}
				}
			}
		})
	}
}

// compare returns how the package's answer differs from the reference's, blank
// where it does not.
func (c *council) compare(f *eligibility.Framework, at family.Date) string {
	ref := c.reference(at)
	want := ref.answer(f.ID())
	got, ok := f.Score(eligibility.NewFamily(&c.household, c.evidence, c.nominations, c.coverage, at))
	if ok != want.family {
		return fmt.Sprintf("is a family: got %v, want %v\n", ok, want.family)
	}
	if !ok {
		return ""
	}
	gotHeadlines := map[string]family.Status{}
	for _, h := range got.Headlines {
		gotHeadlines[h.ID] = h.Status
	}
	diff := cmp.Diff(spelt(gotHeadlines), spelt(want.headlines))
	for _, n := range got.Needs {
		var by []string
		if n.Status == family.Met {
			by = n.Persons
		}
		if persons, asked := want.persons[n.Criterion]; asked && !slices.Equal(by, persons) {
			diff += fmt.Sprintf("%s: got met by %v, want by %v\n", n.Criterion, by, persons)
		}
	}
	if got.Eligible != want.eligible {
		diff += fmt.Sprintf("eligible: got %v, want %v\n", got.Eligible, want.eligible)
	}
	if f.OneShort(&got) != want.oneShort || f.UnknownTips(&got) != want.tips {
		diff += fmt.Sprintf("one short, unknown tips: got %v, %v, want %v, %v\n", f.OneShort(&got), f.UnknownTips(&got), want.oneShort, want.tips)
	}
	if want.eligible && !slices.Equal(got.RestsOn, ref.restsOn(f.ID())) {
		diff += fmt.Sprintf("rests on: got %v, want %v\n", got.RestsOn, ref.restsOn(f.ID()))
	}
	if diff != "" {
		for _, n := range got.Needs {
			diff += fmt.Sprintf("  %s %s %v: %s\n", n.Criterion, n.Status, n.Evidence, n.Reason)
		}
	}
	return diff
}

// evidence reads a person's rows once for all frameworks and days.
func (c *council) evidence(id string) *eligibility.Evidence {
	if c.read[id] == nil {
		c.read[id] = eligibility.NewEvidence(c.people[id])
	}
	return c.read[id]
}

func spelt(headlines map[string]family.Status) map[string]string {
	out := map[string]string{}
	for id, s := range headlines {
		out[id] = s.String()
	}
	return out
}

// reference is the household as the reference sees it at a day.
func (c *council) reference(at family.Date) *refFamily {
	f := &refFamily{asAt: day(at.String()), policeFrom: c.policeFrom, housingFrom: c.housingFrom,
		nominations: c.nominations}
	for _, m := range c.household.Members {
		here := m.From <= at && (m.To == 0 || m.To > at)
		if m.Role != family.Adult && m.Role != family.Child || m.Deceased != 0 || !here {
			continue
		}
		p := c.people[m.PersonID]
		one := refMember{id: p.ID, dob: day(p.Profile.DOB.String()), child: m.Role == family.Child}
		for _, r := range p.Records {
			if r.Part == family.Subject {
				one.rows = append(one.rows, r.Row)
			}
		}
		f.members = append(f.members, one)
	}
	return f
}

// String writes the household and its rows, to be read after a failure.
func (c *council) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "police from %.10s, housing from %.10s\n", c.policeFrom, c.housingFrom)
	for _, n := range c.nominations {
		fmt.Fprintf(&b, "nomination of %v for %v in %q on %s\n", n.Persons, n.Needs, n.Framework, n.Day)
	}
	for _, m := range c.household.Members {
		p := c.people[m.PersonID]
		fmt.Fprintf(&b, "%s %s born %s, from %q to %q died %q\n", m.PersonID, m.Role, p.Profile.DOB, m.From, m.To, m.Deceased)
		for _, r := range p.Records {
			fmt.Fprintf(&b, "  %s %s as at %s:", r.Part, r.Row.Feed, r.Row.AsAt)
			for _, v := range r.Row.Values() {
				if v.Column <= family.ColULN || v.Column >= family.ColContact1Forename && v.Column <= family.ColContact2Phone {
					continue // who it is, which is no matter here
				}
				fmt.Fprintf(&b, " %s=%s", v.Column, v.Text)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// criticalDays are those near each day at which an answer can change.
func (c *council) criticalDays() []family.Date {
	days := []family.Date{c.base}
	for _, p := range c.people {
		for _, age := range []int{5, 16, 17, 18, 19} {
			days = append(days, p.Profile.DOB.AddYears(age))
		}
		for _, r := range p.Records {
			for _, v := range r.Row.Values() {
				if d, err := family.ParseDate(v.Text); err == nil && d != 0 {
					days = append(days, d, d.AddMonths(6), d.AddYears(1))
				}
			}
		}
	}
	for _, n := range c.nominations {
		days = append(days, n.Day)
	}
	days = append(days, termEdges(c.base)...)
	var out []family.Date
	for _, d := range days {
		if d > c.base-600 && d < c.base+300 {
			out = append(out, d-1, d, d+1)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// termEdges are first and last days of terms about a day.
func termEdges(about family.Date) []family.Date {
	var out []family.Date
	for y := about.Year() - 2; y <= about.Year(); y++ {
		easter := family.MustDate(easterSunday(y).Format(time.DateOnly))
		out = append(out, family.NewDate(y, 1, 1), easter, easter+1, family.NewDate(y, 7, 31), family.NewDate(y, 8, 1),
			family.NewDate(y, 8, 31), family.NewDate(y, 9, 1), family.NewDate(y, 12, 31))
	}
	return out
}

// ---- drawing

// drawer draws one council.
type drawer struct {
	*rapid.T
	*council
	anchors []family.Date
	rows    int
	focus   string // the only feed, so that nothing hides what its rows do; blank for all
}

func drawCouncil(t *rapid.T) *council {
	base := pick(t, "as-at", "2025-03-14", "2025-02-28", "2024-02-29", "2024-02-28", "2024-08-31", "2024-09-01", "2024-04-01",
		"2025-04-20", "2025-04-21", "2025-08-01", "2024-12-31", "2025-01-01", "2023-11-07", "2016-03-28")
	c := &council{base: family.MustDate(base), people: map[string]*family.Person{},
		read: map[string]*eligibility.Evidence{}}
	d := &drawer{T: t, council: c, anchors: termEdges(family.MustDate(base))}
	d.anchors = append(d.anchors, c.base, c.base, c.base, c.base.AddMonths(-6), c.base.AddYears(-1), c.base.AddYears(-1))
	d.focus = pick(t, "focus", "", "attendance", "attendance", "police", "housing", "benefits", "involvement")
	d.drawCoverage()
	c.household = family.Household{ID: "H0", Certainty: 1}
	for i := range rapid.IntRange(1, 4).Draw(t, "members") {
		d.drawMember("P" + strconv.Itoa(i))
	}
	if d.chance(4) {
		d.drawNominations()
	}
	return c
}

func (d *drawer) drawNominations() {
	for i := range rapid.IntRange(1, 2).Draw(d.T, "nominations") {
		n := eligibility.Nomination{ID: "E" + strconv.Itoa(i), Day: d.near("nominated")}
		n.Framework = pick(d.T, "framework", "", "", "tf-phase1-2012", "tf-phase2-2015", "sf-2022")
		n.Needs = []string{pick(d.T, "named", "p1.oow", "p1.youth_proven", "work", "p2.debt", "p2.asb", "health", "crime_asb", "education",
			"1.1", "2.1", "5.3", "8.1", "9.2", "substance")}
		if d.chance(2) {
			n.Persons = []string{rapid.SampledFrom(d.household.Members).Draw(d.T, "nominated").PersonID}
		}
		d.nominations = append(d.nominations, n)
	}
}

func pick(t *rapid.T, label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(t, label)
}

// chance is true once in n.
func (d *drawer) chance(n int) bool { return rapid.IntRange(1, n).Draw(d.T, "chance") == 1 }

// near draws a day: near one on which something changes, or any of three years.
func (d *drawer) near(label string) family.Date {
	if d.chance(3) {
		return d.base - family.Date(rapid.IntRange(-60, 1000).Draw(d.T, label))
	}
	return rapid.SampledFrom(d.anchors).Draw(d.T, label) + family.Date(rapid.IntRange(-1, 1).Draw(d.T, "off by"))
}

// maybe is near, or blank once in n.
func (d *drawer) maybe(label string, n int) string {
	if d.chance(n) {
		return ""
	}
	return d.near(label).String()
}

func (d *drawer) drawCoverage() {
	var deliveries []family.Delivery
	d.policeFrom, deliveries = d.covers(family.Police, deliveries)
	d.housingFrom, deliveries = d.covers(family.Housing, deliveries)
	_, deliveries = d.covers(family.Benefits, deliveries)
	d.coverage = eligibility.NewCoverage(deliveries, nil)
}

// covers draws what is delivered of a feed and from when the whole area is covered.
func (d *drawer) covers(feed family.Feed, to []family.Delivery) (time.Time, []family.Delivery) {
	switch pick(d.T, "coverage of "+feed.String(), "all", "all", "from", "part", "none") {
	case "all":
		return time.Time{}, append(to, family.Delivery{Feed: feed})
	case "from":
		from := d.near("covered from")
		return day(from.String()), append(to, family.Delivery{Feed: feed, From: from, To: d.base})
	case "part":
		return never, append(to, family.Delivery{Feed: feed, Organisations: []string{"north"}})
	}
	return never, to
}

func (d *drawer) drawMember(id string) {
	p := &family.Person{ID: id}
	m := family.Member{PersonID: id, Role: family.Adult, Confidence: 1}
	years := rapid.SampledFrom([]int{4, 5, 9, 13, 15, 16, 17, 18, 19, 30, 40}).Draw(d.T, "age")
	switch pick(d.T, "birth", "birthday", "any", "school year", "leap day", "unknown") {
	case "birthday":
		p.Profile.DOB = d.base.AddYears(-years) + family.Date(rapid.IntRange(-1, 1).Draw(d.T, "off by"))
	case "any":
		p.Profile.DOB = d.base.AddYears(-years) - family.Date(rapid.IntRange(0, 364).Draw(d.T, "days"))
	case "school year":
		p.Profile.DOB = family.NewDate(d.base.Year()-years, 8, 31) + family.Date(rapid.IntRange(0, 1).Draw(d.T, "day"))
	case "leap day":
		p.Profile.DOB = family.NewDate(2008, 2, 29)
	}
	if p.Profile.DOB.AgeAt(d.base) < 18 && (p.Profile.DOB != 0 || years < 18) {
		m.Role = family.Child
	}
	if d.chance(6) {
		m.Role = rapid.SampledFrom([]family.Role{family.Adult, family.Child, family.NonResidentParent, family.Associate,
			family.DualResidentChild}).Draw(d.T, "role")
	}
	if d.chance(6) {
		m.From = d.near("from")
	}
	if d.chance(6) {
		m.To = max(m.From, d.near("to"))
	}
	if d.chance(20) {
		m.Deceased = d.base - 100
		p.Profile.Died = m.Deceased
	}
	d.household.Members = append(d.household.Members, m)
	d.people[id] = p
	for range rapid.IntRange(0, 5).Draw(d.T, "rows") {
		d.drawRow(p)
	}
}

// drawRow adds a row of which the person is the subject; once in a while one of
// school of which they are a contact, which says nothing of them.
func (d *drawer) drawRow(p *family.Person) {
	var row *family.Row
	part := family.Subject
	feed := d.focus
	if feed == "" {
		feed = pick(d.T, "feed", "attendance", "attendance", "police", "housing", "benefits", "benefits", "involvement")
	}
	switch feed {
	case "attendance":
		row = d.attendance()
		if d.chance(6) {
			part = family.Contact1
		}
	case "police":
		row = d.police()
	case "housing":
		row = d.housing()
	case "benefits":
		row = d.benefits()
	default:
		row = d.involvement()
	}
	p.Records = append(p.Records, &family.Record{Row: row, Part: part, DOB: p.Profile.DOB})
}

// row makes a row of columns and texts in turn.
func (d *drawer) row(feed family.Feed, pairs ...any) *family.Row {
	var values []family.Value
	for i := 0; i < len(pairs); i += 2 {
		values = append(values, family.Value{Column: pairs[i].(family.Column), Text: pairs[i+1].(string)})
	}
	d.rows++
	r := family.NewRow(feed, "r"+strconv.Itoa(d.rows), values)
	r.AsAt, r.Seq = d.near("delivered"), uint64(d.rows)
	return r
}

func (d *drawer) attendance() *family.Row {
	if d.chance(2) {
		return d.absence()
	}
	start := d.near("period start")
	length := rapid.SampledFrom([]int{0, 4, 30, 80, 110, 150}).Draw(d.T, "length")
	end := start + family.Date(length)
	if later := rapid.SampledFrom(d.anchors).Draw(d.T, "period end"); later >= start && later < start+200 && d.chance(2) {
		end = later
	}
	possible, authorised, unauthorised := d.counts()
	marks := ""
	switch rapid.IntRange(1, 9).Draw(d.T, "register") {
	case 1, 2, 3:
		marks = d.marks(start, end)
		possible, authorised, unauthorised = "", "", ""
	case 4:
		possible = ""
	case 5:
		authorised = ""
	case 6:
		unauthorised = ""
	}
	return d.row(family.Attendance,
		family.ColSchoolURN, pick(d.T, "school", "100001", "100002"),
		family.ColEnrolmentStatus, pick(d.T, "enrolment", "C", "M", "S", ""),
		family.ColOnRoll, pick(d.T, "on roll", "Y", "Y", "N", ""),
		family.ColProvision, pick(d.T, "provision", "mainstream", "mainstream", "pru", "ap", "ehe", "none", ""),
		family.ColPeriodStart, start.String(), family.ColPeriodEnd, end.String(),
		family.ColSessionsPossible, possible, family.ColSessionsAuthorised, authorised,
		family.ColSessionsUnauthorised, unauthorised, family.ColMarks, marks,
		family.ColSuspensions, pick(d.T, "suspensions", "", "0", "1", "2", "3"),
		family.ColPermanentExclusion, pick(d.T, "permanent", "", "N", "N", "N", "N", "Y"))
}

// absence is a row of a term about which nothing matters but its sessions.
func (d *drawer) absence() *family.Row {
	term := lastTerms(day(d.base.String()), rapid.IntRange(1, 4).Draw(d.T, "terms ago"))[0]
	possible, authorised, unauthorised := d.counts()
	return d.row(family.Attendance, family.ColSchoolURN, "100001", family.ColOnRoll, "Y", family.ColProvision, "mainstream",
		family.ColPeriodStart, term.first.Format(time.DateOnly), family.ColPeriodEnd, term.last.Format(time.DateOnly),
		family.ColSessionsPossible, possible, family.ColSessionsAuthorised, authorised, family.ColSessionsUnauthorised, unauthorised)
}

// counts draws sessions at and around the thresholds.
func (d *drawer) counts() (possible, authorised, unauthorised string) {
	p := rapid.SampledFrom([]int{0, 1, 10, 19, 20, 21, 40, 100, 100, 120, 10000}).Draw(d.T, "possible")
	share := rapid.SampledFrom([]int{0, 10, 15, 50}).Draw(d.T, "per cent")
	missed := min(p, max(0, p*share/100+rapid.IntRange(-1, 1).Draw(d.T, "off by")))
	allowed := 0
	if d.chance(2) {
		allowed = rapid.IntRange(0, missed).Draw(d.T, "authorised")
	}
	possible, authorised, unauthorised = strconv.Itoa(p), strconv.Itoa(allowed), strconv.Itoa(missed-allowed)
	return possible, authorised, unauthorised
}

// marks draws a register of codes that were in force, of at most the period's
// school days.
func (d *drawer) marks(start, end family.Date) string {
	var b strings.Builder
	absent := pick(d.T, "absent as", "O", "I", "N", "D", "S", "Y1", "H", "C2")
	other := pick(d.T, "or as", "O", "U", "D", "#", "L")
	every := rapid.SampledFrom([]int{2, 3, 4, 7, 10, 1000}).Draw(d.T, "one in")
	turns := rapid.IntRange(1, 4).Draw(d.T, "in turn")
	changed := family.MustDate("2024-08-19")
	n := 0
	for at := start; at <= end; at++ {
		if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			continue
		}
		for _, present := range []string{"/", `\`} {
			n++
			code := present
			if n%every == 0 {
				code = other
				if n/every%turns == 0 {
					code = absent
				}
			}
			if oneOf(code, "Y1", "C2") && at < changed || code == "H" && at >= changed {
				code = "L"
			}
			if len(code) == 2 {
				code = "[" + code + "]"
			}
			b.WriteString(code)
		}
	}
	return b.String()
}

func (d *drawer) police() *family.Row {
	return d.row(family.Police,
		family.ColEventRef, "E"+strconv.Itoa(d.rows),
		family.ColEventType, pick(d.T, "event", "crime", "crime", "asb", "asb", "domestic_abuse", "domestic_abuse", "missing", "missing", "callout"),
		family.ColRole, pick(d.T, "role", "offender", "offender", "suspect", "victim", "witness", "complainant", "missing_person",
			"missing_person", "child_present", "subject", "other"),
		family.ColOutcomeType, pick(d.T, "outcome", "", "1", "2", "3", "4", "8", "14"),
		family.ColOrderType, pick(d.T, "order", "", "", "", "abc", "cpn", "injunction", "cbo", "asbo"),
		family.ColOccurredFrom, d.maybe("occurred", 3),
		family.ColRecordedDate, d.maybe("recorded", 3),
		family.ColOutcomeDate, d.maybe("outcome date", 2))
}

func (d *drawer) housing() *family.Row {
	r := d.row(family.Housing,
		family.ColTenancyRef, pick(d.T, "tenancy", "T1", "T2"),
		family.ColTenure, pick(d.T, "tenure", "secure", "temporary", ""),
		family.ColPersonRole, pick(d.T, "person role", "tenant", "tenant", "joint_tenant", "household_member", "lodger", "other"),
		family.ColTenancyStart, d.maybe("tenancy start", 2), family.ColMovedIn, d.maybe("moved in", 3),
		family.ColTenancyEnd, d.rarely("tenancy end"),
		family.ColMovedOut, d.rarely("moved out"),
		family.ColArrearsWeeks, pick(d.T, "arrears", "", "0", "7", "8", "9"),
		family.ColNoticeType, pick(d.T, "notice", "", "nsp", "nsp", "noi", "section21", "possession-order", "warrant", "eviction"),
		family.ColNoticeGround, pick(d.T, "ground", "", "arrears", "arrears", "asb", "other"),
		family.ColNoticeDate, d.maybe("notice date", 4),
		family.ColASBRole, pick(d.T, "asb role", "", "perpetrator", "complainant"),
		family.ColASBStage, pick(d.T, "asb stage", "", "warning", "abc", "closed"),
		family.ColASBDate, d.maybe("asb date", 4),
		family.ColHomelessDuty, pick(d.T, "duty", "", "", "", "prevention", "relief", "main"),
		family.ColHomelessSince, d.maybe("homeless since", 3),
		family.ColPlacement, pick(d.T, "placement", "", "none", "bb", "hostel"))
	r.Agency = pick(d.T, "landlord", "north homes", "south homes")
	return r
}

func (d *drawer) benefits() *family.Row {
	role := pick(d.T, "claim role", "claimant", "claimant", "partner", "dependant")
	if d.chance(3) { // a claim and an answer of about the same days
		r := d.row(family.Benefits, family.ColBenefit, "none", family.ColRole, "claimant",
			family.ColMatchResult, pick(d.T, "match", "ON_OOW_BENEFIT", "NOT_ON_OOW_BENEFIT"),
			family.ColAnsweredOn, pick(d.T, "answered", "", (d.base-1).String(), d.base.String()))
		r.AsAt = d.base - family.Date(rapid.IntRange(0, 1).Draw(d.T, "delivered before"))
		return r
	}
	if d.chance(2) {
		return d.row(family.Benefits, family.ColBenefit, "none", family.ColRole, role,
			family.ColMatchResult, pick(d.T, "match", "ON_OOW_BENEFIT", "NOT_ON_OOW_BENEFIT", "NO_MATCH", "AMBIGUOUS"),
			family.ColAnsweredOn, d.maybe("answered", 4))
	}
	match, answered := "", ""
	if d.chance(4) { // an answer in which DWP named the benefit
		match, answered = pick(d.T, "match", "ON_OOW_BENEFIT", "NOT_ON_OOW_BENEFIT", "NO_MATCH"), d.maybe("answered", 4)
	}
	return d.row(family.Benefits, family.ColRole, role, family.ColMatchResult, match, family.ColAnsweredOn, answered,
		family.ColBenefit, pick(d.T, "benefit", "UC", "UC", "JSA", "ESA", "IS", "IB", "SDA", "CA", "PIP", "DLA", "HB", "CTR"),
		family.ColInWork, pick(d.T, "in work", "Y", "N", ""),
		family.ColSpellStart, d.maybe("spell start", 4), family.ColSpellEnd, d.maybe("spell end", 2))
}

func (d *drawer) involvement() *family.Row {
	return d.row(family.Involvement,
		family.ColAgencyKind, pick(d.T, "agency", "social_care", "early_help", "youth_offending", "probation", "health", "neet", "neet", "other"),
		family.ColEpisodeType, pick(d.T, "episode", "open_case", "cin", "referral", "neet", "neet", "visit", "treatment"),
		family.ColNeedCode, pick(d.T, "need", "", "1.4", "2.1", "2.2", "3.1", "4.1", "5.1", "6.3", "7.2", "8.1", "9.1", "10.2"),
		family.ColStatus, pick(d.T, "status", "", "open", "open", "closed"),
		family.ColStart, d.maybe("start", 4), family.ColEnd, d.maybe("end", 2))
}

// rarely is a day once in six, else blank.
func (d *drawer) rarely(label string) string {
	if d.chance(6) {
		return d.near(label).String()
	}
	return ""
}
