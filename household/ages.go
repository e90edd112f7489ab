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
	pupil, adult := f.pupilTooOld(p), f.childAsAdult(p)
	if f.tooOld(p) || pupil != nil && !f.grown(p) || len(adult) > 1 {
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
// pupil has, nil without one.
func (f *former) pupilTooOld(p *family.Person) *family.Row {
	dob := p.Profile.DOB
	if dob == 0 || dob.AgeAt(f.asAt) < oldestPupil {
		return nil
	}
	for _, rec := range p.Records {
		if rec.Row.Feed == family.Attendance && rec.Part == family.Subject {
			if day := cmp.Or(rec.Row.Date(family.ColPeriodStart), rec.Row.AsAt); day <= f.asAt && dob.AgeAt(day) >= oldestPupil {
				return rec.Row
			}
		}
	}
	return nil
}

// childAsAdult returns rows, each of another feed, that have the person do as a
// child what only a grown person does; nil without any.
func (f *former) childAsAdult(p *family.Person) (rows []family.RowRef) {
	dob := p.Profile.DOB
	if dob == 0 || dob.AgeAt(f.asAt) >= youngestPartner {
		return nil
	}
	for _, rec := range p.Records {
		if rec.Row.Feed == family.Attendance && rec.Part == family.Subject {
			continue
		}
		ref := rec.Row.Ref()
		if rec.NINO == "" && !slices.ContainsFunc(rows, func(r family.RowRef) bool { return r.Feed == ref.Feed }) && f.grownBy(p, rec) {
			rows = append(rows, ref)
		}
	}
	return rows
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
		case row.Feed == family.Benefits:
			end := cmp.Or(row.Date(family.ColSpellEnd), row.AsAt, f.asAt)
			child = child || row.Text(family.ColRole) == "dependant" && end+recent > f.asAt
		case row.Feed == family.Housing:
			end := cmp.Or(earliest(row.Date(family.ColMovedOut), row.Date(family.ColTenancyEnd)), row.AsAt, f.asAt)
			child = child || row.Text(family.ColRelationshipToTenant) == "child" && end+recent > f.asAt
		}
	}
	return child && !f.grown(p)
}

// grown says whether a row up to as-at has the person do what only a grown
// person does, or knows of the person for eighteen years.
func (f *former) grown(p *family.Person) bool {
	for _, rec := range p.Records {
		if f.grownBy(p, rec) {
			return true
		}
	}
	return false
}

func (f *former) grownBy(p *family.Person, rec *family.Record) bool {
	row := rec.Row
	since := func(c family.Column) family.Date { return cmp.Or(row.Date(c), row.AsAt) }
	long := func(c family.Column) bool { return row.Date(c) != 0 && row.Date(c).AddYears(18) <= f.asAt }
	switch {
	case rec.Part != family.Subject:
		if of, ok := f.pupils[row]; ok && f.people[of.person] == p {
			return false // named as the own contact, by mistake
		}
		kind := relationOf(rec.Relationship)
		return kind != 0 && kind != family.Sibling && since(family.ColPeriodStart) <= f.asAt
	case rec.NINO != "":
		return true // given shortly before the sixteenth birthday
	case row.Feed == family.Housing:
		if long(family.ColMovedIn) {
			return true
		}
		role, to := row.Text(family.ColPersonRole), parseToTenant(row.Text(family.ColRelationshipToTenant))
		tenant := role == "tenant" || role == "joint_tenant" || to == toTenantPartner || to == toTenantParent
		return tenant && since(family.ColTenancyStart) <= f.asAt
	case row.Feed == family.Benefits:
		switch row.Text(family.ColBenefit) {
		case "DLA", "PIP", "none":
			return false // a child may have one of its own
		}
		role := row.Text(family.ColRole)
		return (role == "claimant" || role == "partner") && since(family.ColSpellStart) <= f.asAt
	case row.Feed == family.Involvement:
		return long(family.ColStart)
	}
	return false
}
