package server

import (
	"context"
	"strings"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/internal/fold"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// criterion is one thing known of the person looked for.
type criterion struct {
	token  string // as the index keeps it
	prefix bool
	holds  func(r *family.Record) bool
}

// SearchPeople implements the query service. Each thing given must hold for
// some record of the person, not all for the same one: a surname in one feed
// and a date of birth in another find the person.
func (q *queries) SearchPeople(ctx context.Context, req *querypb.SearchPeopleRequest) (*querypb.SearchPeopleResponse, error) {
	info, err := q.night()
	if err != nil {
		return nil, err
	}
	size, err := pageSize(req.PageSize)
	if err != nil {
		return nil, err
	}
	criteria, err := searchCriteria(req)
	if err != nil {
		return nil, err
	}
	after, err := parsePageToken(req.PageToken, info.ID, req)
	if err != nil {
		return nil, err
	}
	found, more, err := q.find(ctx, criteria, after, size, req.IncludeProtected)
	if err != nil {
		return nil, err
	}
	out, subjects := &querypb.SearchPeopleResponse{}, []string{"search"}
	for _, f := range found {
		m := personMessage(&f.person, info.AsAt)
		m.HouseholdIds = f.households
		out.Persons = append(out.Persons, m)
		subjects = append(subjects, f.person.ID)
	}
	if more {
		out.NextPageToken = pageToken(info.ID, req, found[len(found)-1].person.ID)
	}
	if err := q.trail.write(ctx, subjects...); err != nil {
		return nil, err
	}
	return out, nil
}

// searchCriteria reads the request, the most telling criterion first.
func searchCriteria(req *querypb.SearchPeopleRequest) ([]criterion, error) {
	var out []criterion
	var faults []error
	add := func(token string, prefix bool, holds func(*family.Record) bool) {
		out = append(out, criterion{token, prefix, holds})
	}
	if req.Identifier != "" {
		if ids := identifiers(req.Identifier); len(ids) > 0 {
			add("id:"+ids[0], false, nil)
		} else {
			faults = append(faults, invalid("identifier", "not a UPN, NINO, NHS number, PNC identifier or ULN that passes its check"))
		}
	}
	if req.Dob != "" {
		d, err := parseDate("dob", req.Dob)
		faults = append(faults, err)
		add("dob:"+d.String(), false, func(r *family.Record) bool { return r.DOB == d })
	}
	if req.Postcode != "" {
		pc := family.Postcode(req.Postcode)
		if pc == "" {
			faults = append(faults, invalid("postcode", "not a postcode"))
		}
		add("pc:"+pc, false, func(r *family.Record) bool { return r.Address.Postcode == pc })
	}
	for _, name := range []struct {
		field, text, token string
		of                 func(*family.Record) []string
	}{
		{"surname", req.Surname, "sn:", surnames}, {"forename", req.Forename, "fn:", forenames},
	} {
		if name.text == "" {
			continue
		}
		start := fold.ASCII(name.text)
		if start == "" {
			faults = append(faults, invalid(name.field, "write at least one letter"))
		}
		add(name.token+start, true, func(r *family.Record) bool { return anyBegins(name.of(r), start) })
	}
	if len(out) == 0 && len(faults) == 0 {
		return nil, invalid("surname", "give at least one of forename, surname, dob, postcode and identifier")
	}
	return out, joined(faults...)
}

// identifiers reads an identifier as each kind that it could be.
func identifiers(s string) []string {
	var out []string
	for _, read := range []func(string) string{family.UPN, family.NINO, family.NHSNumber, family.PNC, family.ULN} {
		if id := read(s); id != "" {
			out = append(out, id)
		}
	}
	return out
}

func surnames(r *family.Record) []string {
	out := append([]string{r.Surname}, r.FormerSurname...)
	for _, a := range r.Aliases {
		out = append(out, a.Surname)
	}
	return out
}

func forenames(r *family.Record) []string {
	out := append([]string{r.Forename}, r.KnownAs...)
	for _, a := range r.Aliases {
		out = append(out, a.Forename)
	}
	return out
}

// anyBegins says whether a name, or a word of one, begins so; the index finds
// names in the same way.
func anyBegins(names []string, start string) bool {
	for _, n := range names {
		n = fold.ASCII(n)
		if strings.HasPrefix(n, start) || strings.Contains(n, " "+start) {
			return true
		}
	}
	return false
}

// found is a person found, with the households that may be shown.
type found struct {
	person     family.Person
	households []string
}

// find walks the persons of the first criterion in the order of their ids and
// keeps those for whom the others hold too, up to size; more says that there
// is at least one beyond.
func (q *queries) find(ctx context.Context, criteria []criterion, after string, size int, includeProtected bool) (out []found, more bool, err error) {
	first := criteria[0]
	for ctx.Err() == nil {
		ids, err := q.index.FindPersons(first.token, first.prefix, after, maxPage)
		if err != nil {
			return nil, false, err
		}
		for _, id := range ids {
			f, ok, err := q.fits(id, criteria[1:], includeProtected)
			if err != nil {
				return nil, false, err
			}
			if !ok {
				continue
			}
			if len(out) == size {
				return out, true, nil
			}
			out = append(out, f)
		}
		if len(ids) < maxPage {
			return out, false, nil
		}
		after = ids[len(ids)-1]
	}
	return nil, false, ctx.Err()
}

// fits reads a person and says whether every criterion holds and the person
// may be shown.
func (q *queries) fits(id string, criteria []criterion, includeProtected bool) (found, bool, error) {
	p, households, err := q.index.Person(id)
	if err != nil {
		return found{}, false, err
	}
	for _, c := range criteria {
		if !anyRecord(p.Records, c.holds) {
			return found{}, false, nil
		}
	}
	if includeProtected {
		return found{p, households}, true, nil
	}
	h, err := q.homeOf(id, households)
	return found{p, h.open}, err == nil && !h.protected, err
}

func anyRecord(records []*family.Record, holds func(*family.Record) bool) bool {
	for _, r := range records {
		if holds(r) {
			return true
		}
	}
	return false
}
