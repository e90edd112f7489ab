package server

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/grpc"

	"github.com/hearthmatch/hearth/family"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// filter chooses candidates.
type filter struct {
	want             *querypb.CandidateFilter
	oneShort         func(*family.Candidate) bool
	unknownTips      func(*family.Candidate) bool
	includeProtected bool
	checked          bool // the names that it gives are the framework's
}

// newFilter checks a request's filter; nil chooses all.
func (q *queries) newFilter(want *querypb.CandidateFilter, includeProtected bool) (filter, error) {
	if want == nil {
		want = &querypb.CandidateFilter{}
	}
	switch want.Eligibility {
	case "", "all", "eligible", "not_eligible", "one_short", "put_forward", "to_check":
	default:
		return filter{}, invalid("filter.eligibility", "write all, eligible, not_eligible, one_short, put_forward or to_check")
	}
	if want.MinHeadlines < 0 {
		return filter{}, invalid("filter.min_headlines", "write 0 or more")
	}
	return filter{want: want, oneShort: q.nights.OneShort, unknownTips: q.nights.UnknownTips, includeProtected: includeProtected}, nil
}

// admits says whether c is chosen. It fails where the filter names what the
// framework does not have: no candidates would look like an answer.
func (f *filter) admits(c *family.Candidate) (bool, error) {
	if !f.checked {
		if err := f.names(c); err != nil {
			return false, err
		}
		f.checked = true
	}
	return f.holds(c), nil
}

// names checks the filter against any candidate of the framework: each bears
// all its headlines and criteria.
func (f *filter) names(c *family.Candidate) error {
	headlines, criteria := make([]string, len(c.Headlines)), make([]string, len(c.Needs))
	for i, h := range c.Headlines {
		headlines[i] = h.ID
	}
	for i, n := range c.Needs {
		criteria[i] = n.Criterion
	}
	var errs []error
	if w := f.want.Headline; w != "" && !slices.Contains(headlines, w) {
		errs = append(errs, invalid("filter.headline", "the headlines of %s are %s", c.Framework, strings.Join(headlines, ", ")))
	}
	if w := f.want.Criterion; w != "" && !slices.Contains(criteria, w) {
		errs = append(errs, invalid("filter.criterion", "the criteria of %s are %s", c.Framework, strings.Join(criteria, ", ")))
	}
	return joined(errs...)
}

func (f filter) holds(c *family.Candidate) bool {
	w := f.want
	if c.Protected && !f.includeProtected {
		return false
	}
	switch {
	case w.Eligibility == "eligible" && !c.Eligible,
		w.Eligibility == "not_eligible" && c.Eligible,
		w.Eligibility == "put_forward" && !c.PutForward,
		w.Eligibility == "to_check" && (!c.Eligible || c.PutForward),
		(w.Eligibility == "one_short" || w.OneShort) && (c.Eligible || !f.oneShort(c)),
		w.UnknownTips && (c.Eligible || !f.unknownTips(c)),
		w.District != "" && w.District != c.Area.District,
		w.Ward != "" && w.Ward != c.Area.Ward,
		w.Headline != "" && !slices.Contains(c.HeadlinesMet(), w.Headline),
		w.Criterion != "" && !meets(c, w.Criterion):
		return false
	}
	return len(c.HeadlinesMet()) >= int(w.MinHeadlines)
}

func meets(c *family.Candidate, criterion string) bool {
	return slices.ContainsFunc(c.Needs, func(n *family.Need) bool {
		return n.Criterion == criterion && n.Status == family.Met
	})
}

// checkFramework makes sure that the night scored the framework.
func checkFramework(info family.NightInfo, framework string) error {
	ids := make([]string, len(info.Frameworks))
	for i, f := range info.Frameworks {
		ids[i] = f.ID
	}
	if !slices.Contains(ids, framework) {
		return invalid("framework", "the last night scored these: %s", strings.Join(ids, ", "))
	}
	return nil
}

// ListCandidates implements the query service.
func (q *queries) ListCandidates(ctx context.Context, req *querypb.ListCandidatesRequest) (*querypb.ListCandidatesResponse, error) {
	info, err := q.night()
	if err != nil {
		return nil, err
	}
	size, errSize := pageSize(req.PageSize)
	f, errFilter := q.newFilter(req.Filter, req.IncludeProtected)
	if err := joined(checkFramework(info, req.Framework), errSize, errFilter); err != nil {
		return nil, err
	}
	place, err := parsePageToken(req.PageToken, info.ID, req)
	if err != nil {
		return nil, err
	}
	skip, _ := strconv.ParseInt(place, 10, 64) // blank on the first page
	out, subjects := &querypb.ListCandidatesResponse{}, []string{"framework/" + req.Framework}
	err = q.index.Candidates(req.Framework, 0, func(_ int, c *family.Candidate) error {
		if ok, err := f.admits(c); !ok {
			return err
		}
		if out.TotalSize >= skip && len(out.Candidates) < size {
			out.Candidates = append(out.Candidates, q.candidateMessage(c))
			subjects = append(subjects, c.HouseholdID)
		}
		out.TotalSize++
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	if next := skip + int64(len(out.Candidates)); next < out.TotalSize && len(out.Candidates) > 0 {
		out.NextPageToken = pageToken(info.ID, req, strconv.FormatInt(next, 10))
	}
	if err := q.sameNight(info); err != nil {
		return nil, err
	}
	if err := q.trail.write(ctx, subjects...); err != nil {
		return nil, err
	}
	return out, nil
}

// StreamCandidates implements the query service.
func (q *queries) StreamCandidates(req *querypb.StreamCandidatesRequest, stream grpc.ServerStreamingServer[querypb.StreamCandidatesResponse]) error {
	v, err := q.viewAt(stream.Context(), req.AsAt)
	if err != nil {
		return err
	}
	f, errFilter := q.newFilter(req.Filter, req.IncludeProtected)
	if err := joined(checkFramework(v.info, req.Framework), errFilter); err != nil {
		return err
	}
	if err := q.trail.write(stream.Context(), "framework/"+req.Framework, "all"); err != nil {
		return err
	}
	err = v.candidates(req.Framework, func(c *family.Candidate) error {
		if ok, err := f.admits(c); !ok {
			return err
		}
		return stream.Send(&querypb.StreamCandidatesResponse{Candidate: q.candidateMessage(c)})
	})
	if err != nil {
		return err
	}
	return v.unchanged()
}
