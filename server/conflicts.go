package server

import (
	"context"
	"slices"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/family"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

// ListConflicts implements the casework service.
func (c *caseworks) ListConflicts(ctx context.Context, req *caseworkpb.ListConflictsRequest) (*caseworkpb.ListConflictsResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	p, err := c.page(info, req)
	if err != nil {
		return nil, err
	}
	book, done, err := c.read(info)
	if err != nil {
		return nil, err
	}
	all := book.Conflicts()
	done()
	out, subjects := &caseworkpb.ListConflictsResponse{}, []string{"conflicts"}
	for i := range all {
		ok, err := c.conflictShown(info, &all[i], req.IncludeProtected)
		if err != nil {
			return nil, err
		}
		if !ok || !p.takes() {
			continue
		}
		out.Conflicts = append(out.Conflicts, &caseworkpb.Conflict{
			HouseholdId: all[i].Household, CaseIds: all[i].Cases, ClaimIds: all[i].Claims, Text: all[i].Reason,
		})
		for _, id := range all[i].Cases {
			subjects = append(subjects, "case/"+id)
		}
	}
	slices.Sort(subjects[1:])
	out.TotalSize, out.NextPageToken = p.total, p.next()
	return out, c.trail.write(ctx, slices.Compact(subjects)...)
}

// conflictShown says whether each case of a conflict may be shown: of one that
// may not nothing is told, not even that there is another.
func (c *caseworks) conflictShown(info family.NightInfo, x *casework.Conflict, includeProtected bool) (bool, error) {
	for _, id := range x.Cases {
		book, done, err := c.read(info)
		if err != nil {
			return false, err
		}
		one, found := book.Case(id)
		done()
		_, ok, err := c.shown(info, one, includeProtected)
		if err != nil || !ok || !found {
			return false, err
		}
	}
	return true, nil
}
