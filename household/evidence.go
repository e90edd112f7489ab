package household

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// source is what kind of row says that somebody lives at an address.
type source uint8

const (
	fromSchool  source = iota + 1 // the pupil's address
	fromContact                   // a pupil's contact
	fromTenancy
	fromClaim
	fromAnswer // DWP's answer to a match request
	fromCare   // involvement
	fromPolice // the home address that a person gave
)

// sources holds each source's reliability (0–1: how far its address alone
// makes a resident) and its name in reasons. The figures are judgements about
// agencies, not estimates from any one council: a landlord and DWP check an
// address, a school is told it, the police write down what was said.
var sources = [...]struct {
	weight float64
	name   string
}{
	fromSchool:  {0.90, "attendance"},
	fromContact: {0.60, "attendance"},
	fromTenancy: {1.00, "housing"},
	fromClaim:   {0.90, "benefits"},
	fromAnswer:  {0.50, "benefits"},
	fromCare:    {0.60, "involvement"},
	fromPolice:  {0.35, "police"},
}

// fact is one row's word that a person lives, or lived, at a dwelling.
type fact struct {
	dwelling int32
	source   source
	saying   saying
	weight   float64
	from     family.Date // stated start of living there, if any
	to       family.Date // stated end, on or before as-at; 0 while open
	first    family.Date // first day that the row speaks of
	seen     family.Date // last day that the row speaks of, not after as-at
	rec      *family.Record
	lodger   bool
	party    bool // tenant or joint tenant
}

// factOf reads a record's residence evidence at the dwelling of its address. ok
// is false where it has none: no address, not a home, or later than as-at.
func (f *former) factOf(rec *family.Record, dwelling int32) (out fact, ok bool) {
	row := rec.Row
	out = fact{rec: rec, dwelling: dwelling}
	switch row.Feed {
	case family.Attendance:
		ok = f.schoolFact(&out)
	case family.Housing:
		ok = f.tenancyFact(&out)
	case family.Benefits:
		ok = f.claimFact(&out)
	case family.Involvement:
		ok = f.careFact(&out)
	case family.Police:
		out.source, out.saying, out.weight = fromPolice, saysPolice, 1
		out.seen = eventDay(row)
		out.first = out.seen
		ok = out.seen <= f.asAt
	}
	out.weight *= sources[out.source].weight
	return out, ok && out.dwelling >= 0
}

// eventDay dates a police row: when it happened, else when it was recorded,
// else the delivery.
func eventDay(row *family.Row) family.Date {
	return cmp.Or(row.Date(family.ColOccurredFrom), row.Date(family.ColRecordedDate), row.AsAt)
}

func (f *former) schoolFact(out *fact) bool {
	row := out.rec.Row
	out.weight = 1
	out.first = row.Date(family.ColPeriodStart)
	out.seen = cmp.Or(row.Date(family.ColPeriodEnd), row.AsAt)
	if row.AsAt != 0 {
		out.seen = min(out.seen, row.AsAt)
	}
	if out.first > f.asAt {
		return false
	}
	out.seen = min(out.seen, f.asAt)
	if out.rec.Part == family.Subject {
		out.source, out.saying = fromSchool, saysPupil
		return true
	}
	out.source = fromContact
	link := f.contact(out.rec, out.dwelling)
	if !kin(out.rec.Relationship) {
		return false
	}
	switch link.lives {
	case livesHere:
		// That they live together is said, not where: see pulls.
		out.dwelling, out.weight = link.dwelling, 0
		return true
	case livesApart:
		out.saying = saysContact
		return out.dwelling != link.pupil
	}
	return false
}

func (f *former) tenancyFact(out *fact) bool {
	row := out.rec.Row
	out.source, out.saying, out.weight = fromTenancy, saysHousehold, 1
	switch row.Text(family.ColPersonRole) {
	case "tenant", "joint_tenant":
		out.saying, out.party = saysTenant, true
	case "household_member":
		out.weight = 0.85
	case "lodger":
		out.weight, out.lodger = 0.85, true
	default:
		out.weight = 0.5
		out.lodger = row.Text(family.ColRelationshipToTenant) == "not-related"
	}
	if row.Text(family.ColRelationshipToTenant) == "not-related" && !out.party {
		out.lodger = true
	}
	if out.lodger {
		out.saying = saysLodger
	}
	out.from = cmp.Or(row.Date(family.ColMovedIn), row.Date(family.ColTenancyStart))
	out.to = earliest(row.Date(family.ColMovedOut), row.Date(family.ColTenancyEnd))
	if p := row.Text(family.ColPlacement); p != "" && p != "none" {
		out.saying, out.weight = saysPlaced, 1.2 // somebody was placed there, on a day
	}
	f.span(out, row)
	return out.from <= f.asAt
}

func (f *former) claimFact(out *fact) bool {
	row := out.rec.Row
	out.source, out.saying, out.weight = fromClaim, saysClaimant, 1
	if row.Text(family.ColBenefit) == "none" {
		out.source, out.saying = fromAnswer, saysAnswer
		switch row.Text(family.ColMatchResult) {
		case "NO_MATCH", "AMBIGUOUS":
			out.saying, out.weight = saysNoMatch, 0.6 // our own question's address, which DWP did not confirm
		}
		out.seen = min(cmp.Or(row.Date(family.ColAnsweredOn), row.AsAt, f.asAt), f.asAt)
		out.first = out.seen
		return true
	}
	switch row.Text(family.ColRole) {
	case "partner":
		out.saying, out.weight = saysPartner, 0.9
	case "dependant":
		out.saying, out.weight = saysDependant, 0.9
	}
	start, end := row.Date(family.ColSpellStart), row.Date(family.ColSpellEnd)
	if start > f.asAt {
		return false
	}
	// A spell's start is not the start of living there, and its end is not
	// the end of it: they only date the address.
	out.seen = min(cmp.Or(end, row.AsAt, f.asAt), f.asAt)
	out.first = min(cmp.Or(start, out.seen), out.seen)
	return true
}

func (f *former) careFact(out *fact) bool {
	row := out.rec.Row
	out.source, out.saying, out.weight = fromCare, saysService, 1
	if row.Text(family.ColAgencyKind) == "prison" {
		out.saying, out.weight = saysPrison, 0.3
	}
	start, end := row.Date(family.ColStart), row.Date(family.ColEnd)
	if start > f.asAt {
		return false
	}
	out.first = cmp.Or(start, row.AsAt)
	switch {
	case end != 0:
		out.seen = end
	case row.Text(family.ColStatus) == "closed":
		out.seen = out.first
	default:
		out.seen = cmp.Or(row.AsAt, f.asAt)
	}
	out.seen = min(out.seen, f.asAt)
	out.first = min(out.first, out.seen)
	return true
}

// span fills what a dated stay says: an end after as-at has not come yet.
func (f *former) span(out *fact, row *family.Row) {
	if out.to > f.asAt {
		out.to = 0
	}
	out.seen = min(cmp.Or(out.to, row.AsAt, f.asAt), f.asAt)
	out.first = out.from
	if out.first == 0 || out.first > out.seen {
		out.first = out.seen
	}
}

func earliest(a, b family.Date) family.Date {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// sortFacts orders facts by dwelling, the latest and weightiest first, fully.
func sortFacts(facts []fact) {
	slices.SortFunc(facts, func(a, b fact) int {
		return cmp.Or(cmp.Compare(a.dwelling, b.dwelling), cmp.Compare(b.seen, a.seen),
			cmp.Compare(b.weight, a.weight), a.rec.Ref().Compare(b.rec.Ref()))
	})
}
