package server

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/grpc"

	"github.com/hearthmatch/hearth/family"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// view is a night's result to walk through: the published one, or the same
// night computed for another day.
type view struct {
	info       family.NightInfo
	persons    func(yield func(*family.StoredPerson) error) error
	households func(yield func(*family.Household) error) error
	candidates func(framework string, yield func(*family.Candidate) error) error
	// unchanged fails if another night took the place of the one walked
	// through.
	unchanged func() error
}

// viewAt returns the last night at a day; "" is its own.
func (q *queries) viewAt(ctx context.Context, asAt string) (view, error) {
	info, err := q.night()
	if err != nil {
		return view{}, err
	}
	day, err := parseDate("as_at", asAt)
	if err != nil {
		return view{}, err
	}
	if day == 0 || day == info.AsAt {
		return q.published(info), nil
	}
	d, err := q.nights.At(ctx, day)
	if err != nil {
		return view{}, err
	}
	return computed(d), nil
}

func (q *queries) published(info family.NightInfo) view {
	return view{
		info: info, persons: q.index.Persons, households: q.index.Households,
		candidates: func(framework string, yield func(*family.Candidate) error) error {
			return q.index.Candidates(framework, 0, func(_ int, c *family.Candidate) error { return yield(c) })
		},
		unchanged: func() error { return q.sameNight(info) },
	}
}

func computed(d *Derived) view {
	return view{
		info: d.Info,
		persons: func(yield func(*family.StoredPerson) error) error {
			for i := range d.Persons {
				if err := yield(stored(&d.Persons[i])); err != nil {
					return err
				}
			}
			return nil
		},
		households: func(yield func(*family.Household) error) error { return each(d.Households, yield) },
		candidates: func(framework string, yield func(*family.Candidate) error) error {
			return each(d.Candidates[framework], yield)
		},
		unchanged: func() error { return nil },
	}
}

func each[T any](items []T, yield func(*T) error) error {
	for i := range items {
		if err := yield(&items[i]); err != nil {
			return err
		}
	}
	return nil
}

func stored(p *family.Person) *family.StoredPerson {
	s := &family.StoredPerson{ID: p.ID, Probability: p.Probability, Links: p.Links, Profile: p.Profile}
	for _, r := range p.Records {
		s.Refs = append(s.Refs, r.Ref())
	}
	return s
}

// residence is the household where a person lives.
type residence struct {
	household  string
	role       family.Role
	confidence float64
	protected  bool
}

// residences tells for each person who lives somewhere at the view's day
// where: of several households the surest, then that of the least id.
func (v view) residences() (map[string]residence, error) {
	out := make(map[string]residence)
	err := v.households(func(h *family.Household) error {
		for _, m := range h.Members {
			if !m.Current(v.info.AsAt) {
				continue
			}
			if old, ok := out[m.PersonID]; !ok || m.Confidence > old.confidence {
				out[m.PersonID] = residence{h.ID, m.Role, m.Confidence, h.Protected}
			}
		}
		return nil
	})
	return out, err
}

// ExportLinks implements the query service: a line for each record, in the
// order of the persons' ids and of the records within.
func (q *queries) ExportLinks(req *querypb.ExportLinksRequest, stream grpc.ServerStreamingServer[querypb.ExportLinksResponse]) error {
	v, err := q.viewAt(stream.Context(), req.AsAt)
	if err != nil {
		return err
	}
	if err := q.trail.write(stream.Context(), "export/links", "all"); err != nil {
		return err
	}
	homes, err := v.residences()
	if err != nil {
		return err
	}
	err = v.persons(func(p *family.StoredPerson) error {
		home := homes[p.ID]
		if home.protected && !req.IncludeProtected {
			home = residence{}
		}
		for i, ref := range p.Refs {
			line := &querypb.ExportLinksResponse{
				Record: refMessage(ref), PersonId: p.ID, Probability: 1,
				HouseholdId: home.household, HouseholdRole: home.role.String(),
			}
			if i < len(p.Probability) {
				line.Probability = p.Probability[i]
			}
			if err := stream.Send(line); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.unchanged()
}

// ExportHouseholds implements the query service: a line for each part of a
// person in a household, in the order of the households' ids.
func (q *queries) ExportHouseholds(req *querypb.ExportHouseholdsRequest, stream grpc.ServerStreamingServer[querypb.ExportHouseholdsResponse]) error {
	v, err := q.viewAt(stream.Context(), req.AsAt)
	if err != nil {
		return err
	}
	if err := q.trail.write(stream.Context(), "export/households", "all"); err != nil {
		return err
	}
	err = v.households(func(h *family.Household) error {
		if h.Protected && !req.IncludeProtected {
			return nil
		}
		for _, m := range slices.SortedStableFunc(slices.Values(h.Members), compareMembers) {
			err := stream.Send(&querypb.ExportHouseholdsResponse{
				HouseholdId: h.ID, PersonId: m.PersonID, Role: m.Role.String(),
				From: m.From.String(), To: m.To.String(), Confidence: m.Confidence,
				Kind: m.Kind.String(), Certainty: h.Certainty, Protected: h.Protected,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.unchanged()
}

func compareMembers(a, b family.Member) int {
	if c := strings.Compare(a.PersonID, b.PersonID); c != 0 {
		return c
	}
	if a.Role != b.Role {
		return int(a.Role) - int(b.Role)
	}
	return int(a.From) - int(b.From)
}
