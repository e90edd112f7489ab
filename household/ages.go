package household

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

const (
	// oldest is the greatest age, in years, that anybody is believed to have.
	oldest = 120
	// oldestPupil is the age, in years, that no pupil has: an education, health
	// and care plan ends by 25 (Children and Families Act 2014, section 46).
	oldestPupil = 26
	// oldestDependant is the age, in years, at which nobody is a child on a
	// claim any more: a qualifying young person is below 20 (Child Benefit
	// (General) Regulations 2006, regulation 3).
	oldestDependant = 20
	// keptDown is how many years a pupil may be behind: those of national
	// curriculum year n become n+5 in it, and few are taught out of their year.
	keptDown = 3
	// youngestPartner is the age, in years, below which nobody is anybody's
	// partner on a claim or a tenancy: below it nobody may marry, and none may
	// claim as one of two.
	youngestPartner = 16
)

// birth returns the person's date of birth, 0 where it is not known or not
// believed, whether the person is under 18 at as-at, and whether anything
// contradicts the date.
func (f *former) birth(p *family.Person) (born family.Date, minor, odd bool) {
	born = p.Profile.DOB
	if born == 0 {
		return 0, f.seemsMinor(p), false
	}
	pupil := f.pupilTooOld(p)
	adult, enough := f.childAsAdult(p)
	if f.tooOld(p) || pupil != nil && !f.grown(p) || enough {
		return 0, f.seemsMinor(p), true
	}
	return born, born.AgeAt(f.asAt) < 18, pupil != nil || adult != nil
}

// tooOld says whether the person's date of birth cannot be right.
func (f *former) tooOld(p *family.Person) bool {
	dob := p.Profile.DOB
	return dob != 0 && dob.AgeAt(f.asAt) > oldest && dob.AgeAt(cmp.Or(death(p, f.asAt), f.asAt)) > oldest
}

// pupilTooOld returns a row by which the person is a pupil at an age that no
// pupil has, or no pupil of that school year; nil without one.
func (f *former) pupilTooOld(p *family.Person) *family.Row {
	dob := p.Profile.DOB
	if dob == 0 || dob.AgeAt(f.asAt) < 18 {
		return nil
	}
	for _, rec := range p.Records {
		if rec.Row.Feed != family.Attendance || rec.Part != family.Subject {
			continue
		}
		day := cmp.Or(rec.Row.Date(family.ColPeriodStart), rec.Row.AsAt)
		if day > f.asAt {
			continue
		}
		most := oldestPupil - 1
		if year, ok := rec.Row.Int(family.ColNCYear); ok {
			most = min(most, year+5+keptDown)
		}
		if dob.AgeAt(day) > most {
			return rec.Row
		}
	}
	return nil
}

// childAsAdult returns rows, each of another feed, that have the person do as a
// child what only a grown person does, nil without any; and whether they are
// enough to take the date of birth for wrong.
func (f *former) childAsAdult(p *family.Person) (rows []family.RowRef, enough bool) {
	dob := p.Profile.DOB
	if dob == 0 || dob.AgeAt(f.asAt) >= youngestPartner {
		return nil, false
	}
	said, pupil, child := 0, int32(-1), false
	for _, rec := range p.Records {
		if rec.Row.Feed == family.Attendance && rec.Part == family.Subject || asChild(rec.Row) {
			child = true
			continue
		}
		weight := f.grownBy(p, rec)
		if weight == 0 {
			continue
		}
		ref := rec.Row.Ref()
		if of, ok := f.pupils[rec.Row]; ok && of.person != pupil { // a parent of two children says it twice
			said, pupil = said+weight, of.person
		}
		if !slices.ContainsFunc(rows, func(r family.RowRef) bool { return r.Feed == ref.Feed }) {
			rows = append(rows, ref)
			said += weight * b2i(ref.Feed != family.Attendance)
		}
	}
	return rows, len(rows) > 1 || said > 1 && !child
}

// asChild says whether the row lists its person as somebody's child.
func asChild(row *family.Row) bool {
	return row.Feed == family.Benefits && row.Text(family.ColRole) == "dependant" ||
		row.Feed == family.Housing && row.Text(family.ColRelationshipToTenant) == "child"
}

// seemsMinor says whether somebody without a date of birth is under 18: a pupil
// of the last eighteen months is; so is who stands as a dependant on a claim or
// as the tenant's child on a tenancy, unless something says otherwise that only
// a grown person does.
func (f *former) seemsMinor(p *family.Person) bool {
	child := false
	for _, rec := range p.Records {
		switch row := rec.Row; {
		case rec.Part != family.Subject:
		case row.Feed == family.Attendance:
			if cmp.Or(row.Date(family.ColPeriodEnd), row.AsAt)+recent > f.asAt {
				return true
			}
		case asChild(row):
			end := cmp.Or(row.Date(family.ColSpellEnd), earliest(row.Date(family.ColMovedOut), row.Date(family.ColTenancyEnd)), row.AsAt, f.asAt)
			child = child || end+recent > f.asAt
		}
	}
	return child && !f.grown(p)
}

// grown says whether a row up to as-at has the person do what only a grown
// person does, or knows of the person for eighteen years.
func (f *former) grown(p *family.Person) bool {
	for _, rec := range p.Records {
		if rec.NINO != "" || f.grownBy(p, rec) > 0 { // the number is given shortly before the sixteenth birthday
			return true
		}
	}
	return false
}

// grownBy says how surely the record has its person do what only a grown person
// does: 2 where a landlord or DWP dealt with the person as one, 1 where the
// person is named as one, 0 where nothing says so.
func (f *former) grownBy(p *family.Person, rec *family.Record) int {
	row := rec.Row
	since := func(c family.Column) family.Date { return cmp.Or(row.Date(c), row.AsAt) }
	long := func(c family.Column) bool { return row.Date(c) != 0 && row.Date(c).AddYears(18) <= f.asAt }
	switch {
	case rec.Part != family.Subject:
		if of, ok := f.pupils[row]; ok && f.people[of.person] == p {
			return 0 // named as the own contact, by mistake
		}
		kind := relationOf(rec.Relationship)
		return b2i(kind != 0 && kind != family.Sibling && since(family.ColPeriodStart) <= f.asAt)
	case row.Feed == family.Housing:
		if since(family.ColTenancyStart) > f.asAt {
			return 0
		}
		role, to := row.Text(family.ColPersonRole), parseToTenant(row.Text(family.ColRelationshipToTenant))
		if role == "tenant" || role == "joint_tenant" {
			return 2
		}
		return b2i(to == toTenantPartner || to == toTenantParent || long(family.ColMovedIn))
	case row.Feed == family.Benefits:
		if since(family.ColSpellStart) > f.asAt {
			return 0
		}
		switch row.Text(family.ColBenefit) {
		case "DLA", "PIP", "none":
			return 0 // a child may have one of its own
		}
		role := row.Text(family.ColRole)
		return 2*b2i(role == "claimant") + b2i(role == "partner")
	case row.Feed == family.Involvement:
		return b2i(long(family.ColStart))
	}
	return 0
}
