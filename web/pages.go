package web

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// pageSize is how many candidates and deliveries the first page shows.
const pageSize = 50

var funcs = template.FuncMap{
	"words": words, "few": fewRows, "date": orDash, "feed": feedName, "state": stateName,
	"seconds": func(s float64) string { return fmt.Sprintf("%.1f s", s) },
}

// words writes a code such as not_met in words.
func words(code string) string { return strings.ReplaceAll(code, "_", " ") }

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
	Eligible   string // "eligible" or blank for all
	Total      int64  // that may be listed
	Kept       int64  // the others, at protected addresses
	Candidates []*querypb.Candidate
	Next       string
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
	if r.FormValue("show") != "all" {
		d.Eligible = "eligible"
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
		Filter: &querypb.CandidateFilter{Eligibility: d.Eligible},
	})
	if err != nil {
		return err
	}
	d.Candidates, d.Total, d.Next = resp.Candidates, resp.TotalSize, resp.NextPageToken
	for _, f := range d.Status.GetLastNight().GetFrameworks() {
		if f.Framework != d.Framework {
			continue
		}
		all := f.Scored
		if d.Eligible != "" {
			all = f.Eligible
		}
		d.Kept = max(0, all-d.Total)
	}
	return nil
}

// householdData is what a household's page tells.
type householdData struct {
	*querypb.Household
	Names map[string]string // of the people, by id
}

func (a *App) household(ctx context.Context, r *http.Request) (view, error) {
	resp, err := a.queries.GetHousehold(ctx, &querypb.GetHouseholdRequest{HouseholdId: r.PathValue("id")})
	if err != nil {
		return view{}, err
	}
	if resp.Household == nil {
		return view{}, status.Error(codes.NotFound, "no household")
	}
	d := householdData{Household: resp.Household, Names: make(map[string]string)}
	for _, m := range resp.Household.Members {
		d.Names[m.PersonId] = strings.TrimSpace(m.Forename + " " + m.Surname)
	}
	return view{Template: "household.html", Title: "Household " + d.HouseholdId, Data: d}, nil
}
