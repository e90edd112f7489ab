package casework

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// Involvement is an agency that works with somebody of a family, as its rows
// say.
type Involvement struct {
	Kind          string // of agency, such as social_care
	Agency        string // who sent the row; blank where not known
	Episode       string // such as cp_plan
	Lead, Contact string // lead practitioner, and how to reach them
	Since, Until  family.Date
	Open          bool
	Row           family.RowRef
}

// InvolvementOf reads a row of the involvement feed as at a day; false for
// other feeds' rows, for withdrawn ones, and for those that say something of
// the person and nothing of work with them: a death, a nomination, NEET.
// An episode is open as criteria count it: its status is not closed and its
// end is blank or after the day.
func InvolvementOf(r *family.Row, at family.Date) (Involvement, bool) {
	if r == nil || r.Feed != family.Involvement || r.Deleted {
		return Involvement{}, false
	}
	kind := r.Text(family.ColEpisodeType)
	if kind == "death" || kind == "nomination" || kind == "neet" || r.Date(family.ColStart) > at {
		return Involvement{}, false
	}
	end := r.Date(family.ColEnd)
	return Involvement{
		Kind: r.Text(family.ColAgencyKind), Agency: r.Agency, Episode: kind, Lead: r.Text(family.ColLeadPractitioner),
		Contact: r.Text(family.ColLeadPractitionerContact), Since: r.Date(family.ColStart), Until: end,
		Open: r.Text(family.ColStatus) != "closed" && (end == 0 || end > at), Row: r.Ref(),
	}, true
}

// WarningKind is why a family is already known.
type WarningKind uint8

// The kinds of warning.
const (
	// KnownCase: another case over some of the same records is open.
	KnownCase WarningKind = iota + 1
	// KnownAgency: another agency works with the family.
	KnownAgency
	// KnownNomination: somebody else's nomination of the family is in force.
	KnownNomination
	// JoinsCase: the nomination joins a case of the family that is open.
	JoinsCase
	// KnownClaim: a result is already claimed for a case that shares people, too
	// few to be the same family.
	KnownClaim
)

// String returns the kind's name in exports.
func (k WarningKind) String() string {
	names := [...]string{"", "known_case", "known_agency", "known_nomination", "joins_case", "known_claim"}
	if int(k) < len(names) {
		return names[k]
	}
	return ""
}

// Warning says that a family is known already, and to whom.
type Warning struct {
	Kind WarningKind
	// Key names what is warned of, as family.CaseEvent.Acknowledged holds it: the
	// id of a case, nomination or claim, or the reference of an involvement's row.
	Key           string
	Agency        string
	AgencyKind    string
	Lead, Contact string
	Since         family.Date
	Shared, Of    int // how many of its records are of the family, and of how many
	// Acknowledge: the event is to be refused until its Acknowledged holds Key. A
	// warning once acknowledged for a case does not ask again.
	Acknowledge bool
	Text        string // a sentence without a personal value
}

// Warnings returns what is already known of the family that an event is about,
// cases first, each kind the oldest first: for a nomination the case that it
// joins; before a case is opened, its family contacted or support begun, the
// other open cases over the same records or at the same household, the open involvements of agencies
// other than the lead's, and the nominations in force that it was not opened
// on; for a claim, claims of cases that share people. known are the involvements
// of the family's members; those not open are passed over.
func (b *Book) Warnings(e family.CaseEvent, known []Involvement) []Warning {
	var out []Warning
	switch e.Kind {
	case family.Nominated:
		// A nomination starts no work: it is told, and refused nothing.
		out = slices.Concat(b.joins(&e), b.knownAgencies(e.Agency, known))
		for i := range out {
			out[i].Acknowledge = false
		}
	case family.CaseIdentified:
		lead := cmp.Or(e.LeadAgency, e.Agency)
		out = slices.Concat(b.knownCases(e.Records, nil), b.knownAgencies(lead, known), b.knownNominations(&e))
	case family.CaseContacted, family.CaseWorkedWith:
		f := b.files[e.Subject]
		if f == nil {
			return nil
		}
		lead := cmp.Or(e.LeadAgency, b.in(f, View{}).LeadAgency, f.entries[0].event.Agency, e.Agency)
		out = slices.Concat(b.knownCases(f.now.Records, f), b.knownAgencies(lead, known))
	case family.CaseClaimed:
		out = b.knownClaims(&e)
	default:
	}
	return b.acknowledged(&e, out)
}

// Unacknowledged returns the keys of the warnings that have to be acknowledged
// and that the event does not name, in their order.
func Unacknowledged(e family.CaseEvent, warnings []Warning) []string {
	var out []string
	for _, w := range warnings {
		if w.Acknowledge && !slices.Contains(e.Acknowledged, w.Key) {
			out = append(out, w.Key)
		}
	}
	return out
}

// acknowledged takes the demand off those warnings that an earlier event of
// the case acknowledged.
func (b *Book) acknowledged(e *family.CaseEvent, all []Warning) []Warning {
	f := b.files[e.Subject]
	if f == nil {
		return all
	}
	for i := range all {
		for _, en := range f.entries {
			if (View{}).sees(en) && slices.Contains(en.event.Acknowledged, all[i].Key) {
				all[i].Acknowledge = false
			}
		}
	}
	return all
}

func (b *Book) joins(e *family.CaseEvent) []Warning {
	f := b.openCaseOf(e)
	if f == nil || f.now.Status == 0 {
		return b.knownCases(e.Records, nil)
	}
	w := b.knownCase(f, e.Records)
	w.Kind = JoinsCase
	w.Text = "the family has an open case, " + w.Key + "; the nomination joins it"
	return []Warning{w}
}

func (b *Book) knownCases(records []family.RecordRef, but *file) []Warning {
	var out []Warning
	for _, f := range b.kin(records, true).files() {
		if f != but && f.now.Open() {
			out = append(out, b.knownCase(f, records))
		}
	}
	slices.SortStableFunc(out, func(x, y Warning) int { return cmp.Compare(placeOf(x.Key), placeOf(y.Key)) })
	return out
}

func (b *Book) knownCase(f *file, records []family.RecordRef) Warning {
	c := b.in(f, View{})
	w := Warning{
		Kind: KnownCase, Key: c.ID, Agency: c.LeadAgency, Lead: c.LeadPractitioner, Contact: c.LeadContact, Since: c.Identified,
		Shared: shared(c.Records, sorted(records)), Of: len(c.Records), Acknowledge: true,
	}
	of := " of some of the same people is "
	if w.Shared == 0 {
		of = " at the same household is "
	}
	w.Text = "case " + c.ID + of + c.Status.said() + with(c.LeadAgency)
	return w
}

func with(agency string) string {
	if agency == "" {
		return ", with nobody to lead it yet"
	}
	return ", led by " + agency
}

func sorted(records []family.RecordRef) []family.RecordRef {
	return slices.SortedFunc(slices.Values(records), family.RecordRef.Compare)
}

func (b *Book) knownAgencies(lead string, known []Involvement) []Warning {
	var out []Warning
	for _, in := range known {
		if !in.Open || lead != "" && (sameName(in.Agency, lead) || sameName(in.Kind, lead)) {
			continue
		}
		w := Warning{
			Kind: KnownAgency, Key: in.Row.String(), Agency: in.Agency, AgencyKind: in.Kind, Lead: in.Lead, Contact: in.Contact,
			Since: in.Since, Acknowledge: true,
		}
		w.Text = cmp.Or(in.Kind, "another agency") + " works with somebody of the family"
		if in.Since != 0 {
			w.Text += " since " + in.Since.String()
		}
		out = append(out, w)
	}
	slices.SortStableFunc(out, func(x, y Warning) int {
		return cmp.Or(cmp.Compare(x.Since, y.Since), strings.Compare(x.Key, y.Key))
	})
	return slices.CompactFunc(out, func(x, y Warning) bool { return x.Key == y.Key })
}

func (b *Book) knownNominations(e *family.CaseEvent) []Warning {
	var out []Warning
	for _, n := range b.kin(e.Records, true).nominations() {
		o := &n.event
		if o.ID == e.Nomination || sameName(o.Agency, cmp.Or(e.LeadAgency, e.Agency)) || !b.inForce(n, View{}) {
			continue
		}
		out = append(out, Warning{
			Kind: KnownNomination, Key: o.ID, Agency: o.Agency, Lead: o.By, Since: o.Day, Shared: shared(o.Records, sorted(e.Records)),
			Of: len(o.Records), Acknowledge: true,
			Text: "nomination " + o.ID + " of " + o.Agency + " is in force",
		})
	}
	return out
}

func (b *Book) knownClaims(e *family.CaseEvent) []Warning {
	f := b.files[e.Subject]
	if f == nil {
		return nil
	}
	var out []Warning
	for _, cl := range b.claims {
		n := shared(cl.file.now.Records, f.now.Records)
		if cl.file == f || n == 0 || !bars(&cl.event, e) || cl.state() == ClaimTakenBack {
			continue
		}
		out = append(out, Warning{
			Kind: KnownClaim, Key: cl.event.ID, Agency: cl.event.Agency, Since: cl.event.Day, Shared: n,
			Of: len(cl.file.now.Records), Acknowledge: true,
			Text: "claim " + cl.event.ID + " is about some of the same people",
		})
	}
	return out
}
