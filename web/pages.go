package web

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// pageSize is how many candidates and deliveries the first page shows.
const pageSize = 50

var funcs = template.FuncMap{
	"people": namesOf, "sure": inHundred, "percent": percent, "words": words, "few": fewRows, "date": orDash, "feed": feedName, "state": stateName,
	"seconds": func(s float64) string { return fmt.Sprintf("%.1f s", s) },
	"outcome": func(s caseworkpb.OutcomeStatus) string { return enumWords(s.String(), "OUTCOME_STATUS_") },
	"event":   func(k caseworkpb.CaseEventKind) string { return enumWords(k.String(), "CASE_EVENT_KIND_") },
	"row":     func(r *caseworkpb.SnapshotRow) string { return r.Feed + "/" + r.RecordId },
	"anchor":  anchorOf,
}

// words writes a code such as not_met in words.
func words(code string) string { return strings.ReplaceAll(code, "_", " ") }

// inHundred writes a probability as so many in a hundred, never as certain;
// blank where nobody says.
func inHundred(p float64) string {
	switch {
	case p == 0:
		return ""
	case p > 0.99:
		return fmt.Sprintf("%.1f in 100", min(99.9, 100*p))
	}
	return fmt.Sprintf("%.0f in 100", 100*p)
}

// namesOf names people; one whom the household does not name is left as an id.
func namesOf(names map[string]string, ids []string) []string {
	var out []string
	for _, id := range ids {
		out = append(out, cmp.Or(names[id], id))
	}
	return out
}

// percent writes a probability so that it fits into a column.
func percent(p float64) string {
	if p == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f %%", min(99, 100*p))
}

// someRows are the rows behind an answer: those shown at once and the others.
type someRows struct{ First, Rest []string }

// fewRows keeps a long list of rows from filling a page.
func fewRows(rows []string) someRows {
	const few = 3
	if len(rows) <= few+1 { // "1 more" would take as much room as the row
		return someRows{First: rows}
	}
	return someRows{rows[:few], rows[few:]}
}

func orDash(date string) string {
	if date == "" {
		return "not known"
	}
	return date
}

func feedName(f feedpb.Feed) string {
	return strings.ToLower(strings.TrimPrefix(f.String(), "FEED_"))
}

func stateName(s feedpb.DeliveryState) string {
	return strings.ToLower(strings.TrimPrefix(s.String(), "DELIVERY_STATE_"))
}

// homeData is what the first page tells.
type homeData struct {
	Status     *adminpb.GetStatusResponse
	Deliveries []*feedpb.DeliveryInfo
	Framework  string
	Show       string // which candidates, as CandidateFilter.eligibility
	Shows      []choice
	Total      int64 // that may be listed
	Kept       int64 // the others, at protected addresses
	Candidates []*querypb.Candidate
	Next       string
}

// choice is one of several lists of candidates.
type choice struct{ Show, Name string }

// choices are the lists of candidates, the first the one shown unless asked
// otherwise.
var choices = []choice{
	{"eligible", "Eligible families"},
	{"put_forward", "Families put forward"},
	{"to_check", "Eligible families to be checked first"},
	{"all", "All families scored"},
}

// Heading names the list that is shown.
func (d homeData) Heading() string {
	for _, c := range choices {
		if c.Show == d.Show {
			return c.Name
		}
	}
	return ""
}

func (a *App) home(ctx context.Context, r *http.Request) (view, error) {
	st, err := a.admin.GetStatus(ctx, &adminpb.GetStatusRequest{})
	if err != nil {
		return view{}, err
	}
	list, err := a.feeds.ListDeliveries(ctx, &feedpb.ListDeliveriesRequest{PageSize: pageSize})
	if err != nil {
		return view{}, err
	}
	d := homeData{Status: st, Deliveries: list.Deliveries, Framework: framework(st, r.FormValue("framework"))}
	d.Show = choices[0].Show
	for _, c := range choices {
		if r.FormValue("show") == c.Show {
			d.Show = c.Show
		}
	}
	for _, c := range choices {
		if c.Show != d.Show {
			d.Shows = append(d.Shows, c)
		}
	}
	if d.Framework != "" {
		err = a.candidates(ctx, &d, r.FormValue("page"))
	}
	return view{Template: "home.html", Title: "Candidate families", Data: d}, err
}

// framework chooses the one asked for, else the last, which is the latest
// programme's.
func framework(st *adminpb.GetStatusResponse, asked string) string {
	chosen := ""
	for _, f := range st.GetLastNight().GetFrameworks() {
		if f.Framework == asked {
			return asked
		}
		if f.Framework == "sf-2022" || chosen == "" {
			chosen = f.Framework
		}
	}
	return chosen
}

func (a *App) candidates(ctx context.Context, d *homeData, token string) error {
	resp, err := a.queries.ListCandidates(ctx, &querypb.ListCandidatesRequest{
		Framework: d.Framework, PageSize: pageSize, PageToken: token,
		Filter: &querypb.CandidateFilter{Eligibility: d.Show},
	})
	if err != nil {
		return err
	}
	d.Candidates, d.Total, d.Next = resp.Candidates, resp.TotalSize, resp.NextPageToken
	for _, f := range d.Status.GetLastNight().GetFrameworks() {
		if f.Framework != d.Framework {
			continue
		}
		switch d.Show {
		case "all":
			d.Kept = max(0, f.Scored-d.Total)
		case "eligible":
			d.Kept = max(0, f.Eligible-d.Total)
		case "put_forward":
			d.Kept = max(0, f.PutForward-d.Total)
		case "to_check":
			d.Kept = max(0, f.Eligible-f.PutForward-d.Total)
		}
	}
	return nil
}

// householdData is what a household's page tells.
type householdData struct {
	*querypb.Household
	Names    map[string]string // of the people, by id
	Groups   []memberGroup
	Drawings []drawing
}

// memberGroup is the people of a household who count for the same.
type memberGroup struct {
	ID, Heading, Note string
	Members           []*querypb.Member
}

// drawing is a picture of the household and the same in words.
type drawing struct {
	ID, Heading string
	SVG         template.HTML
	Text        string
}

func (a *App) household(ctx context.Context, r *http.Request) (view, error) {
	resp, err := a.queries.GetHousehold(ctx, &querypb.GetHouseholdRequest{HouseholdId: r.PathValue("id")})
	if err != nil {
		return view{}, err
	}
	if resp.Household == nil {
		return view{}, status.Error(codes.NotFound, "no household")
	}
	d := householdData{Household: resp.Household, Names: make(map[string]string), Groups: groupMembers(resp.Household.Members)}
	for _, m := range resp.Household.Members {
		d.Names[m.PersonId] = strings.TrimSpace(m.Forename + " " + m.Surname)
	}
	if d.Drawings, err = a.drawings(ctx, d.Household); err != nil {
		return view{}, err
	}
	return view{Template: "household.html", Title: "Household " + d.HouseholdId, Data: d}, nil
}

// groupMembers parts people by what they count for; groups without anybody are
// left out.
func groupMembers(members []*querypb.Member) []memberGroup {
	all := []memberGroup{
		{ID: "members", Heading: "Lives here"},
		{ID: "second", Heading: "Second home", Note: "Lives here for part of the time, and counts in another household."},
		{ID: "possible", Heading: "Possible, not counted", Note: "May live here: the rows say too little to count the person."},
		{ID: "others", Heading: "Others", Note: "Lived here once, or has to do with the family. Does not count."},
	}
	for _, m := range members {
		g := &all[3]
		switch {
		case m.Current:
			g = &all[0]
		case m.Role == "dual_resident_child" && m.To == "" && m.Deceased == "":
			g = &all[1]
		case m.Kind == "possible_member":
			g = &all[2]
		}
		g.Members = append(g.Members, m)
	}
	return slices.DeleteFunc(all, func(g memberGroup) bool { return len(g.Members) == 0 })
}

// drawings asks for the pictures of a household. The service makes them of its
// own shapes and of text that it escapes, so that they can stand in the page.
func (a *App) drawings(ctx context.Context, h *querypb.Household) ([]drawing, error) {
	var out []drawing
	for _, d := range []struct {
		id, heading string
		kind        querypb.DrawingKind
	}{
		{"genogram", "Who is what to whom", querypb.DrawingKind_DRAWING_KIND_GENOGRAM},
		{"timeline", "Who lived where", querypb.DrawingKind_DRAWING_KIND_TIMELINE},
	} {
		if d.kind == querypb.DrawingKind_DRAWING_KIND_TIMELINE && len(h.Stays) == 0 { // nothing to draw
			continue
		}
		resp, err := a.queries.DrawHousehold(ctx, &querypb.DrawHouseholdRequest{HouseholdId: h.HouseholdId, Kind: d.kind})
		if status.Code(err) == codes.Unimplemented { // an older service
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, drawing{ID: d.id + "-picture", Heading: d.heading, SVG: template.HTML(resp.Svg),
			Text: strings.Join(resp.Text, "\n")})
	}
	return out, nil
}
