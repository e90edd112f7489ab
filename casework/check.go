package casework

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hearthmatch/hearth/family"
)

// The most that the texts and lists of an event may hold. They bound what one
// call can put into the journal.
const (
	maxReason = 10_000 // bytes
	maxText   = 500    // bytes
	maxList   = 1_000
)

// Check says whether an event would be legal if it were recorded on the day
// today: nil, or every fault at once, of the kinds family.ErrInvalid (a field),
// ErrNotFound (what it is about), ErrState (the move), ErrConflict (with what is
// recorded) and ErrDenied (by this person). The event needs no ID and no At. A
// claim is held to the rules of every framework; CheckClaim holds it to its own
// as well.
func (b *Book) Check(e family.CaseEvent, today family.Date) error {
	return b.judge(&e, &live{today: today})
}

// CheckClaim is Check for a CaseClaimed, with what its framework asks and how
// the result stands.
func (b *Book) CheckClaim(e family.CaseEvent, today family.Date, terms Terms) error {
	return b.judge(&e, &live{today: today, terms: &terms})
}

// Makes returns the case as it would be after an event that Check allows:
// the one opened, moved or taken back to what it was; its Status is 0 if there
// would be none any more. It is false for events that change no case.
func (b *Book) Makes(e family.CaseEvent) (Case, bool) {
	e.Snapshot = nil
	en := &entry{event: e, place: b.place + 1}
	gone := b.entries[e.Subject]
	f := b.fileOf(&e)
	_, changes := moves[e.Kind]
	var c Case
	switch {
	case e.Kind == family.CaseIdentified:
		c.step(en, nil)
	case e.Kind == family.CaseEventUndone && gone != nil:
		if f = b.fileOf(&gone.event); f == nil {
			return Case{}, false
		}
		c = b.fold(&file{entries: slices.DeleteFunc(slices.Clone(f.entries), func(en *entry) bool { return en == gone })}, View{})
	case f == nil || !changes:
		return Case{}, false
	default:
		c = f.now
		c.step(en, func() Assignment { return b.assigned(c.Area, View{Day: e.Day}) })
	}
	return c.led(b.assigned(c.Area, View{})), true
}

// rules are what is asked of each kind of event beyond what is asked of all.
var rules = map[family.CaseEventKind]func(*judging){
	family.Nominated: (*judging).nominated, family.NominationWithdrawn: (*judging).nominationWithdrawn,
	family.CaseIdentified: (*judging).identified, family.CaseAssigned: (*judging).assigned, family.CaseContacted: (*judging).moved,
	family.CaseAgreed: (*judging).moved, family.CaseDeclined: (*judging).moved, family.CasePlanned: (*judging).planned,
	family.CaseWorkedWith: (*judging).workedWith, family.CaseNeedsAdded: (*judging).needsAdded, family.CaseNoted: (*judging).noted,
	family.CaseClosed: (*judging).closed, family.CaseReopened: (*judging).reopened, family.CaseClaimed: (*judging).claimed,
	family.ClaimWithdrawn: (*judging).claimWithdrawn, family.ClaimsSampled: (*judging).sampled,
	family.ClaimAudited: (*judging).audited, family.ClaimAnswered: (*judging).answered,
	family.CaseEventUndone: (*judging).undone, family.AreaAssigned: (*judging).areaAssigned, family.CaseNeedMet: (*judging).needMet,
}

func (b *Book) judge(e *family.CaseEvent, l *live) error {
	rule := rules[e.Kind]
	if rule == nil {
		return fmt.Errorf("unknown kind of casework event %d; this version knows those up to %d: %w", e.Kind, family.CaseNeedMet, family.ErrInvalid)
	}
	j := &judging{CaseEvent: e, b: b, live: l}
	j.need(e.By, "by", "say who records it; nothing is recorded without a name")
	if e.Day <= 0 {
		j.field("day", "say on which day it happened")
	}
	if begins(e.Kind) && e.Subject != "" {
		j.field("subject", "leave it blank: the event begins something new")
	}
	if l != nil {
		j.bounded()
		if l.today != 0 && e.Day > l.today {
			j.field("day", "it lies in the future; give the day on which it happened, "+l.today.String()+" at the latest")
		}
	}
	rule(j)
	return j.err()
}

// begins says whether a kind of event begins something, whose id is the
// event's.
func begins(kind family.CaseEventKind) bool {
	return kind == family.Nominated || kind == family.CaseIdentified || kind == family.ClaimsSampled || kind == family.AreaAssigned
}

// bounded reports texts and lists that are too long, and text that is not
// UTF-8.
func (j *judging) bounded() {
	texts := []struct{ name, text string }{
		{"subject", j.Subject}, {"by", j.By}, {"agency", j.Agency}, {"household", j.Household}, {"framework", j.Framework},
		{"nomination", j.Nomination}, {"lead_agency", j.LeadAgency}, {"lead_practitioner", j.LeadPractitioner},
		{"lead_contact", j.LeadContact}, {"team", j.Team}, {"area_level", j.AreaLevel}, {"area_name", j.AreaName}, {"plan", j.Plan},
		{"outcome", j.Outcome}, {"programme", j.Programme}, {"into", j.Into},
	}
	for _, t := range texts {
		j.within(t.text, t.name, maxText)
	}
	j.within(j.Reason, "reason", maxReason)
	lists := []struct {
		name string
		n    int
	}{{"records", len(j.Records)}, {"schools", len(j.Schools)}, {"needs", len(j.Needs)}, {"excludes", len(j.Excludes)},
		{"acknowledged", len(j.Acknowledged)}}
	for _, l := range lists {
		if l.n > maxList {
			j.field(l.name, fmt.Sprintf("at most %d are taken", maxList))
		}
	}
}

func (j *judging) within(text, field string, most int) {
	switch {
	case len(text) > most:
		j.field(field, fmt.Sprintf("too long; at most %d bytes are kept", most))
	case !utf8.ValidString(text):
		j.field(field, "not UTF-8")
	}
}

// people reports what is missing of the people that an event is about.
func (j *judging) people() {
	if len(j.Records) == 0 {
		j.field("records", "name one record of each member of the family")
	}
	for i, r := range j.Records {
		if !r.Feed.Valid() || r.Feed.Reference() || r.ID == "" || r.Part > family.Contact2 ||
			i > 0 && j.Records[i-1].Compare(r) >= 0 {
			j.field("records", "list each record once, sorted, as feed/record_id/part")
			break
		}
	}
	j.ordered(j.Schools, "schools")
	j.ordered(j.Needs, "needs")
	j.need(j.Framework, "framework", "say under which framework")
}

func (j *judging) nominated() {
	j.people()
	j.need(j.Agency, "agency", "say which agency nominates")
	j.need(j.Reason, "reason", "say why the family is nominated")
	if len(j.Needs) == 0 {
		j.field("needs", "name the criteria or headlines that the nomination is for")
	}
	if f := j.b.files[j.Into]; j.Into != "" && (f == nil || !f.now.Open()) {
		j.refuse(family.ErrNotFound, "no open case%s to join; leave it out, or name one that is open", named(j.Into))
	}
	j.notTwice(j.CaseEvent, "")
}

// notTwice reports a nomination of the same family for the same need by the
// same agency.
func (j *judging) notTwice(e *family.CaseEvent, but string) {
	if o := j.b.renominated(e, but, j.live != nil); o != nil {
		j.refuse(family.ErrConflict, "the agency's nomination %s of %s for this family and %s is in force; withdraw it first, or leave that need out",
			o.event.ID, o.event.Day, strings.Join(common(o.event.Needs, e.Needs), ", "))
	}
}

func (j *judging) nominationWithdrawn() {
	j.need(j.Reason, "reason", "say why the nomination is withdrawn")
	n := j.nomination(j.Subject)
	if n == nil {
		return
	}
	if w := n.withdrawal(View{}); w != nil {
		j.refuse(family.ErrState, "nomination %s was withdrawn on %s already", n.event.ID, w.event.Day)
		return
	}
	if j.By != "" && !sameName(j.By, n.event.By) {
		j.refuse(family.ErrDenied, "nomination %s is withdrawn by whoever made it; if it was made in error, undo it", n.event.ID)
	}
	j.notBefore(n.event.Day, "the nomination was made")
}

// nomination finds the nomination of an id, or reports that there is none.
func (j *judging) nomination(id string) *nominated {
	n := j.b.nominatedBy[id]
	if n == nil || n.undone != 0 {
		j.refuse(family.ErrNotFound, "no nomination%s; list the nominations for those there are", named(id))
		return nil
	}
	return n
}

// notBefore reports a day before that of what it follows.
func (j *judging) notBefore(day family.Date, what string) {
	if j.Day > 0 && j.Day < day {
		j.field("day", what+" on "+day.String()+"; give that day or a later one")
	}
}

func (j *judging) identified() {
	j.people()
	if j.LeadPractitioner != "" || j.LeadContact != "" || j.Team != "" {
		j.need(j.LeadAgency, "lead_agency", "say for which agency the lead practitioner and the team work")
	}
	j.ofNomination()
	j.alone(j.Records, j.Framework, cmp.Or(j.LeadAgency, j.Agency))
}

// alone reports that an agency has an open case of the family under the
// framework, beside which it would have another.
func (j *judging) alone(records []family.RecordRef, framework, agency string) {
	k := j.b.kin(records, j.live != nil)
	for _, f := range k.files() {
		c := &f.now
		has := cmp.Or(c.LeadAgency, f.entries[0].event.Agency)
		if c.Open() && c.Framework == framework && k.is(c.Records) && sameName(has, agency) {
			j.refuse(family.ErrConflict, "the family has case %s with the same agency, opened on %s and %s now; go on with that one",
				c.ID, c.Identified, c.Status.said())
			return
		}
	}
}

func (j *judging) ofNomination() {
	if j.Nomination == "" {
		return
	}
	n := j.nomination(j.Nomination)
	if n == nil {
		return
	}
	switch f := j.b.caseOf(n, View{}); {
	case !j.b.inForce(n, View{}):
		j.refuse(family.ErrState, "nomination %s is not in force; ask for a new one, or open the case without it", n.event.ID)
	case f != nil:
		j.refuse(family.ErrConflict, "nomination %s is with case %s; go on with that one", n.event.ID, f.now.ID)
	case shared(n.event.Records, j.Records) == 0:
		j.field("nomination", "it is about none of the records of the case")
	}
	j.notBefore(n.event.Day, "the family was nominated")
}

// file finds the case that the event is about and reports if there is none, if
// its status does not allow the event, or if the day lies before its latest
// step. It returns nil where nothing more can be said.
func (j *judging) file() *file {
	f := j.b.files[j.Subject]
	if f == nil || f.now.Status == 0 {
		j.refuse(family.ErrNotFound, "no case%s; list the cases for those there are", named(j.Subject))
		return nil
	}
	c := &f.now
	if !slices.Contains(moves[j.Kind].from, c.Status) {
		j.refuse(family.ErrState, "case %s is %s and cannot be %s: %s", c.ID, c.Status.said(), verb(j.Kind), instead(j.Kind, c.Status))
		return nil
	}
	switch j.Kind {
	case family.CaseNoted:
		j.notBefore(c.Identified, "the case was opened")
	case family.CaseNeedMet:
		j.notBefore(c.Attached, "support began")
	default:
		j.notBefore(c.Latest, "the case's latest step was")
	}
	return f
}

// verb says in a sentence what an event would make of a case.
func verb(kind family.CaseEventKind) string {
	switch kind {
	case family.CaseWorkedWith:
		return "worked with"
	case family.CaseNeedsAdded:
		return "given further needs"
	case family.CaseClaimed:
		return "claimed for"
	case family.CaseNeedMet:
		return "confirmed to have its needs met"
	}
	return kind.String()
}

func (j *judging) moved() { j.file() }

func (j *judging) noted() {
	j.need(j.Reason, "reason", "write the note")
	j.file()
}

func (j *judging) reopened() {
	j.need(j.Reason, "reason", "say why the case is taken up again")
	if f := j.file(); f != nil {
		j.alone(f.now.Records, f.now.Framework, cmp.Or(f.now.LeadAgency, f.entries[0].event.Agency))
	}
}

func (j *judging) assigned() {
	if j.LeadAgency == "" && j.LeadPractitioner == "" && j.LeadContact == "" && j.Team == "" {
		j.field("lead_agency", "name the agency, the practitioner or the team that takes the case")
	}
	if f := j.file(); f != nil && !j.led(f) {
		j.field("lead_agency", "neither the case nor its area has a lead agency on that day; name it")
	}
}

// led says whether there is a lead agency once the event is recorded.
func (j *judging) led(f *file) bool {
	return j.LeadAgency != "" || f.now.LeadAgency != "" || j.b.assigned(f.now.Area, View{Day: j.Day}).LeadAgency != ""
}

func (j *judging) planned() {
	j.need(j.Plan, "plan", "give the reference of the single family plan")
	j.file()
}

func (j *judging) workedWith() {
	if f := j.file(); f != nil && !j.led(f) {
		j.field("lead_agency", "name the agency that works with the family; neither the case nor its area has one on that day")
	}
}

func (j *judging) needsAdded() {
	j.ordered(j.Needs, "needs")
	if len(j.Needs) == 0 {
		j.field("needs", "name the needs that were found")
	}
	f := j.file()
	if f == nil {
		return
	}
	if have := common(j.Needs, f.now.NeedIDs()); len(have) > 0 {
		j.refuse(family.ErrConflict, "case %s has %s already; leave out what it has", f.now.ID, strings.Join(have, ", "))
	}
}

func (j *judging) closed() {
	j.oneOf(j.Outcome, "outcome", endings)
	if j.Outcome == EndedOther {
		j.need(j.Reason, "reason", "say how the work ended")
	}
	f := j.file()
	switch {
	case f == nil:
	case j.Outcome == EndedCompleted && f.now.Status != WorkedWith:
		j.refuse(family.ErrState, "case %s is %s: only work that has begun can be completed; close it as moved_away, stepped_up or other",
			f.now.ID, f.now.Status.said())
	case j.Outcome == EndedDisengaged && f.now.Status == Identified:
		j.refuse(family.ErrState, "case %s is identified: a family that was never contacted cannot disengage; close it as moved_away or other",
			f.now.ID)
	case j.Outcome == EndedDuplicate:
		j.duplicate(f)
	}
	if j.Into != "" && j.Outcome != EndedDuplicate {
		j.field("into", "only a case closed as duplicate goes on in another; leave it blank")
	}
}

// duplicate reports what is wrong with closing a case in favour of another.
func (j *judging) duplicate(f *file) {
	into := j.b.files[j.Into]
	switch {
	case j.Into == "":
		j.field("into", "name the case of the family that goes on")
	case into == nil || into.now.Status == 0:
		j.refuse(family.ErrNotFound, "no case%s to go on with; list the cases for those there are", named(j.Into))
	case into == f:
		j.field("into", "it is the case itself; name the other one")
	case into.now.Ended == EndedDuplicate:
		j.refuse(family.ErrConflict, "case %s is itself closed as a duplicate of %s; name that one", j.Into, into.now.Into)
	}
	if cl := j.b.claimOf(f); cl != nil {
		j.refuse(family.ErrConflict, "claim %s was made for case %s; withdraw it, or close the other case as the duplicate", cl.event.ID, f.now.ID)
	}
}

// claimOf returns the first claim of a case that has not been withdrawn, nil
// if there is none.
func (b *Book) claimOf(f *file) *claimed {
	for _, id := range f.now.Claims {
		if cl := b.claimsBy[id]; cl.state() != ClaimTakenBack {
			return cl
		}
	}
	return nil
}

func (j *judging) areaAssigned() {
	j.oneOf(j.AreaLevel, "area_level", levels)
	j.need(j.AreaName, "area_name", "name the area")
	if j.LeadAgency == "" && (j.LeadPractitioner != "" || j.LeadContact != "" || j.Team != "") {
		j.field("lead_agency", "name the agency too; an assignment without one ends that of the area")
	}
}
