package server

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// involvements lists the agencies that work with a current member already:
// the episodes of the involvement feed, and the housing officer of an open
// tenancy with an antisocial behaviour case, a notice or a homelessness duty.
// The open ones come first, then the latest.
func involvements(h *family.Household, people map[string]*family.Person, asAt family.Date) []*querypb.Involvement {
	var out []*querypb.Involvement
	seen := make(map[string]bool)
	for _, m := range h.Members {
		if !m.Current(asAt) || seen[m.PersonID] {
			continue
		}
		seen[m.PersonID] = true
		for _, r := range people[m.PersonID].Records {
			switch r.Row.Feed {
			case family.Involvement:
				out = appendEpisode(out, m.PersonID, r.Row, asAt)
			case family.Housing:
				out = appendTenancy(out, m.PersonID, r.Row, asAt, seen)
			}
		}
	}
	slices.SortStableFunc(out, compareInvolvements)
	return out
}

func compareInvolvements(a, b *querypb.Involvement) int {
	if a.Open != b.Open {
		if a.Open {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(b.Start, a.Start), cmp.Compare(a.AgencyKind, b.AgencyKind),
		cmp.Compare(a.PersonId, b.PersonId), cmp.Compare(a.Evidence, b.Evidence), cmp.Compare(a.EpisodeType, b.EpisodeType))
}

// appendEpisode adds a row of the involvement feed. Deaths are no involvement.
func appendEpisode(out []*querypb.Involvement, personID string, row *family.Row, asAt family.Date) []*querypb.Involvement {
	kind := row.Text(family.ColEpisodeType)
	if kind == "death" {
		return out
	}
	start, end := row.Date(family.ColStart), row.Date(family.ColEnd)
	return append(out, &querypb.Involvement{
		PersonId: personID, AgencyKind: row.Text(family.ColAgencyKind), EpisodeType: kind,
		Start: start.String(), End: end.String(),
		LeadPractitioner:        row.Text(family.ColLeadPractitioner),
		LeadPractitionerContact: row.Text(family.ColLeadPractitionerContact),
		Evidence:                row.Ref().String(),
		Open:                    row.Text(family.ColStatus) != "closed" && start <= asAt && (end == 0 || end > asAt),
	})
}

// appendTenancy adds what the landlord is doing about an open tenancy. The
// state of a tenancy is repeated on its rows and is added once.
func appendTenancy(out []*querypb.Involvement, personID string, row *family.Row, asAt family.Date, seen map[string]bool) []*querypb.Involvement {
	end := row.Date(family.ColTenancyEnd)
	if row.Text(family.ColMovedOut) != "" || end != 0 && end <= asAt {
		return out
	}
	add := func(kind string, since family.Column, open bool) {
		key := row.Text(family.ColLandlord) + "\x00" + row.Text(family.ColTenancyRef) + "\x00" + kind + "\x00" + row.Text(since)
		if seen[key] {
			return
		}
		seen[key] = true
		out = append(out, &querypb.Involvement{
			PersonId: personID, AgencyKind: "housing", EpisodeType: kind, Start: row.Text(since),
			LeadPractitioner: row.Text(family.ColLandlord), Evidence: row.Ref().String(), Open: open,
		})
	}
	if row.Text(family.ColASBCaseRef) != "" || row.Text(family.ColASBRole) != "" {
		add("asb_case", family.ColASBDate, row.Text(family.ColASBStage) != "closed")
	}
	if row.Text(family.ColNoticeType) != "" {
		add("notice", family.ColNoticeDate, true)
	}
	if row.Text(family.ColHomelessDuty) != "" {
		add("homelessness_duty", family.ColHomelessSince, true)
	}
	return out
}
