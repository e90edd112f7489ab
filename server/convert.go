package server

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/household"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// From the wire.

// checkID makes sure that an identifier has its kind's form: a capital letter
// and 16 hexadecimal digits.
func checkID(field, id string, kind byte) error {
	ok := len(id) == 17 && id[0] == kind
	for i := 1; ok && i < len(id); i++ {
		ok = strings.IndexByte("0123456789abcdef", id[i]) >= 0
	}
	if !ok {
		return invalid(field, "write %c and 16 hexadecimal digits", kind)
	}
	return nil
}

// rowRef reads a row's name; path is the field that holds it, "" for the
// request itself.
func rowRef(path, feed, recordID string) (family.RowRef, error) {
	if path != "" {
		path += "."
	}
	f, err := family.ParseFeed(feed)
	if err != nil {
		return family.RowRef{}, invalid(path+"feed", "choose one of %v", family.Feeds())
	}
	if recordID == "" {
		return family.RowRef{}, invalid(path+"record_id", "name the row by its record_id")
	}
	return family.RowRef{Feed: f, ID: recordID}, nil
}

func recordRef(path string, m *querypb.RecordRef) (family.RecordRef, error) {
	if m == nil {
		return family.RecordRef{}, invalid(path, "name a record by feed and record_id")
	}
	row, err := rowRef(path, m.Feed, m.RecordId)
	if err != nil {
		return family.RecordRef{}, err
	}
	ref := family.RecordRef{RowRef: row}
	switch m.Part {
	case "", family.Subject.String():
	case family.Contact1.String():
		ref.Part = family.Contact1
	case family.Contact2.String():
		ref.Part = family.Contact2
	default:
		return ref, invalid(path+".part", "write subject, contact1 or contact2")
	}
	return ref, nil
}

func parseDate(field, text string) (family.Date, error) {
	d, err := family.ParseDate(text)
	if err != nil {
		return 0, invalid(field, "%s", family.ErrDate)
	}
	return d, nil
}

// joined puts the field errors of several parts of a request together.
func joined(errs ...error) error {
	var all family.FieldErrors
	for _, err := range errs {
		var fields family.FieldErrors
		if errors.As(err, &fields) {
			all = append(all, fields...)
		} else if err != nil {
			return err
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// To the wire.

func refMessage(r family.RecordRef) *querypb.RecordRef {
	return &querypb.RecordRef{Feed: r.Feed.String(), RecordId: r.ID, Part: r.Part.String()}
}

func evidenceTexts(refs []family.RowRef) []string {
	out := make([]string, len(refs))
	for i, r := range refs {
		out[i] = r.String()
	}
	return out
}

func sexText(sex byte) string {
	if sex == 0 {
		return ""
	}
	return string(rune(sex))
}

// personMessage gives a person without records, links and households.
func personMessage(p *family.Person, asAt family.Date) *querypb.Person {
	return &querypb.Person{
		PersonId: p.ID, Forename: p.Profile.Forename, Surname: p.Profile.Surname,
		Dob: p.Profile.DOB.String(), Age: ageOf(p.Profile, asAt), Sex: sexText(p.Profile.Sex),
		Died: p.Profile.Died.String(),
	}
}

// ageOf is the age at asAt, or at death.
func ageOf(p family.Profile, asAt family.Date) int32 {
	if p.Died != 0 && p.Died < asAt {
		asAt = p.Died
	}
	return int32(p.DOB.AgeAt(asAt))
}

// recordMessages gives a person's records, without the addresses that are
// protected unless they may be shown.
func (q *queries) recordMessages(p *family.Person, includeProtected bool) ([]*querypb.Record, error) {
	out, watch := make([]*querypb.Record, len(p.Records)), q.watch()
	for i, r := range p.Records {
		m := &querypb.Record{
			Ref: refMessage(r.Ref()), Agency: r.Row.Agency, AsAt: r.Row.AsAt.String(),
			Forename: r.Forename, Surname: r.Surname, Dob: r.DOB.String(), Sex: sexText(r.Sex),
			Probability: 1,
		}
		if i < len(p.Probability) {
			m.Probability = p.Probability[i]
		}
		hide, err := watch.hidesRecord(r)
		if err != nil {
			return nil, err
		}
		if includeProtected || !hide {
			m.Address, m.Postcode, m.Uprn = addressLine(r.Address), r.Address.Postcode, r.Address.UPRN
		}
		out[i] = m
	}
	return out, nil
}

// addressLine writes the lines of an address in one, without its postcode.
func addressLine(a family.Address) string {
	var parts []string
	for _, p := range []string{a.Line1, a.Line2, a.Town} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

func linkMessages(links []family.Link) []*querypb.Link {
	out := make([]*querypb.Link, len(links))
	for i, l := range links {
		out[i] = linkMessage(l)
	}
	return out
}

func linkMessage(l family.Link) *querypb.Link {
	m := &querypb.Link{A: refMessage(l.A), B: refMessage(l.B), Weight: l.Weight, Probability: l.Probability}
	for _, r := range l.Reasons {
		m.Reasons = append(m.Reasons, &querypb.LinkReason{Comparison: r.Comparison, Level: r.Level, Weight: r.Weight})
	}
	return m
}

func rowMessage(row *family.Row, hide bool) *querypb.Row {
	m := &querypb.Row{
		Feed: row.Feed.String(), RecordId: row.ID, Agency: row.Agency,
		DeliveryId: row.Delivery, AsAt: row.AsAt.String(),
	}
	for _, v := range row.Values() {
		if !(hide && placeColumns[v.Column]) {
			m.Cells = append(m.Cells, &querypb.Cell{Column: v.Column.String(), Text: v.Text})
		}
	}
	return m
}

// householdMessage gives a household without members, involvements and
// candidates.
func householdMessage(h *family.Household) *querypb.Household {
	out := &querypb.Household{
		HouseholdId: h.ID, Address: addressLine(h.Address), Postcode: h.Address.Postcode,
		Uprn: h.Address.UPRN, Ward: h.Area.Ward, District: h.Area.District, Cluster: h.Area.Cluster,
		Protected: h.Protected, Certainty: h.Certainty,
	}
	for _, s := range h.Stays {
		out.Stays = append(out.Stays, &querypb.Stay{
			PersonId: s.PersonID, Address: addressLine(s.Address), Postcode: s.Address.Postcode, Uprn: s.Address.UPRN,
			From: s.From.String(), To: s.To.String(), FromStated: s.FromStated, ToStated: s.ToStated,
			Probability: s.Probability, Evidence: evidenceTexts(s.Evidence), Protected: s.Protected,
		})
	}
	for _, r := range h.Relations {
		out.Relations = append(out.Relations, &querypb.Relation{
			A: r.A, B: r.B, Kind: r.Kind.String(), From: r.From.String(), To: r.To.String(),
			Confidence: r.Confidence, Evidence: evidenceTexts(r.Evidence),
		})
	}
	for _, c := range h.Changes {
		out.Changes = append(out.Changes, &querypb.Change{
			Day: c.Day.String(), Kind: c.Kind.String(), PersonIds: c.Persons, Evidence: evidenceTexts(c.Evidence), Reason: c.Reason,
		})
	}
	for _, c := range h.Contradictions {
		out.Contradictions = append(out.Contradictions, &querypb.Contradiction{
			Kind: c.Kind, PersonIds: c.Persons, Evidence: evidenceTexts(c.Evidence), Reason: c.Reason,
		})
	}
	return out
}

func weightMessages(weights []family.Weight) []*querypb.Weight {
	var out []*querypb.Weight
	for _, w := range weights {
		m := &querypb.Weight{Fact: w.Fact, Bits: w.Bits, Day: w.Day.String(), Words: household.FactWords(w.Fact)}
		if w.Row != (family.RowRef{}) {
			m.Row = w.Row.String()
		}
		out = append(out, m)
	}
	return out
}

func memberMessage(m family.Member, p *family.Person, asAt family.Date) *querypb.Member {
	return &querypb.Member{
		PersonId: m.PersonID, Forename: p.Profile.Forename, Surname: p.Profile.Surname,
		Dob: p.Profile.DOB.String(), Age: ageOf(p.Profile, asAt), Role: m.Role.String(),
		From: m.From.String(), To: m.To.String(), Confidence: m.Confidence, Reason: m.Reason,
		Evidence: evidenceTexts(m.Evidence), Deceased: m.Deceased.String(), Current: m.Current(asAt),
		Kind: m.Kind.String(), Weights: weightMessages(m.Weights),
	}
}

func (q *queries) candidateMessage(c *family.Candidate) *querypb.Candidate {
	m := &querypb.Candidate{
		HouseholdId: c.HouseholdID, Framework: c.Framework, AsAt: c.AsAt.String(), Eligible: c.Eligible,
		Reason: c.Reason, District: c.Area.District, Ward: c.Area.Ward,
		Certainty: c.Certainty, PutForward: c.PutForward, RestsOn: c.RestsOn,
		OneShort: !c.Eligible && q.nights.OneShort(c), UnknownTips: !c.Eligible && q.nights.UnknownTips(c),
	}
	for _, h := range c.Headlines {
		m.Headlines = append(m.Headlines, &querypb.Headline{Id: h.ID, Status: h.Status.String()})
	}
	for _, n := range c.Needs {
		m.Needs = append(m.Needs, &querypb.Need{
			Criterion: n.Criterion, Headline: n.Headline, Status: n.Status.String(),
			PersonIds: n.Persons, Evidence: evidenceTexts(n.Evidence),
			From: n.From.String(), To: n.To.String(), Reason: n.Reason, Freshest: n.Freshest.String(),
			Nominations: n.Nominations, NotCounted: n.NotCounted,
		})
	}
	return m
}

// wanted reads the days and identifiers that must not be blank.
func wanted(field, text, what string) error {
	if strings.TrimSpace(text) == "" {
		return invalid(field, "%s", fmt.Sprintf("required: %s", what))
	}
	return nil
}
