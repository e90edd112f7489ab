package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hearthmatch/hearth/family"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

// received is a return's tables, each row as COLUMN=TEXT.
func (o office) received(req *caseworkpb.StreamReturnRequest) (map[string][]map[string]string, error) {
	stream, err := o.StreamReturn(o.by("A. Nalyst"), req)
	if err != nil {
		return nil, err
	}
	out := map[string][]map[string]string{}
	var head *caseworkpb.ReturnTable
	for {
		m, err := stream.Recv()
		if err != nil {
			if err.Error() == "EOF" {
				return out, nil
			}
			return nil, err
		}
		if t := m.GetTable(); t != nil {
			head = t
			out[t.Name] = []map[string]string{}
			continue
		}
		row := map[string]string{}
		for i, c := range m.GetRow().Cells {
			switch v := c.Value.(type) {
			case *caseworkpb.ReturnCell_Text:
				row[head.Columns[i].Name] = v.Text
			case nil:
			default:
				row[head.Columns[i].Name] = strings.TrimSpace(fmt.Sprint(v))
			}
		}
		out[head.Name] = append(out[head.Name], row)
	}
}

// everything is all that a return says, in one text.
func everything(tables map[string][]map[string]string) string {
	var all []string
	for _, rows := range tables {
		for _, row := range rows {
			for _, text := range row {
				all = append(all, text)
			}
		}
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// wardedWorld has a case for the family of the first household, and one for the
// woman in the refuge.
func wardedWorld(t *testing.T) (*world, office) {
	t.Helper()
	w := newWorld(0)
	h := w.households[id('H', 1)]
	h.Area = family.Area{Ward: "Elm", District: "North"}
	w.households[h.ID] = h
	child := row(family.Attendance, "A1", h.Address, "Bea", "2015-06-01", family.ColUPN, "A123456789012", family.ColSchoolURN, "100001")
	w.person(2, "Bea", "2015-06-01", h.Address, child)
	o := officeOf(t, w)
	o.claimed(w)
	_, err := o.OpenCase(o.by("C. Ordinator"), &caseworkpb.OpenCaseRequest{HouseholdId: id('H', 2), Framework: sf, Reason: "x", Agency: "refuge",
		IncludeProtected: true, Day: "2025-02-20"})
	if err != nil {
		t.Fatal(err)
	}
	return w, o
}

func TestAggregateReturnIdentifiesNobody(t *testing.T) {
	_, o := wardedWorld(t)
	got, err := o.received(&caseworkpb.StreamReturnRequest{From: "2025-01-01", To: "2025-03-14", LaCode: "E08000099"})
	if err != nil {
		t.Fatal(err)
	}
	if len(got["family"]) != 2 || len(got["member"]) != 3 || len(got["need"]) != 2 || len(got["funnel"]) == 0 {
		t.Errorf("got %d families, %d members, %d needs; want 2, 3, 2", len(got["family"]), len(got["member"]), len(got["need"]))
	}
	all := everything(got)
	for _, secret := range []string{canary, "A123456789012", "AX1 1AA", "AX9 9ZZ", id('P', 1), id('H', 1), "2015-06-01", "E2", "K. Worker"} {
		if strings.Contains(all, secret) {
			t.Errorf("the return says %q", secret)
		}
	}
	again, err := o.received(&caseworkpb.StreamReturnRequest{From: "2025-01-01", To: "2025-03-14", LaCode: "E08000099"})
	if err != nil || everything(again) != all {
		t.Errorf("another return the second time: %v", err)
	}
}

func TestIdentifiedReturn(t *testing.T) {
	w, o := wardedWorld(t)
	req := &caseworkpb.StreamReturnRequest{From: "2025-01-01", To: "2025-03-14", Profile: caseworkpb.ReturnProfile_RETURN_PROFILE_IDENTIFIED,
		LegalBasis: "Digital Economy Act 2017, section 35", Framework: sf}
	got, err := o.received(req)
	if err != nil {
		t.Fatal(err)
	}
	if len(got["family"]) != 1 || len(got["member"]) != 2 {
		t.Fatalf("got %d families and %d members, want 1 and 2: the refuge is left out", len(got["family"]), len(got["member"]))
	}
	if f := got["family"][0]; f["ward"] != "Elm" || f["start"] != "2025-02-07" || f["lead_practitioner"] != "K. Worker" {
		t.Errorf("family %v", f)
	}
	if all := everything(got); !strings.Contains(all, "A123456789012") || strings.Contains(all, "AX9 9ZZ") || strings.Contains(all, canary) {
		t.Error("wants the pupil number, and neither a name nor the refuge")
	}
	if n := got["need"][0]; n["achieved"] == "" || n["evidence_ref"] != "attendance/A1" {
		t.Errorf("need %v", n)
	}
	last := w.entries()[len(w.entries())-1]
	if !slices.Contains(last.Subjects, "legal basis: Digital Economy Act 2017, section 35") || last.Actor != "A. Nalyst" {
		t.Errorf("audit entry %+v", last)
	}
	req.IncludeProtected = true
	got, err = o.received(req)
	if err != nil || len(got["family"]) != 2 || strings.Contains(everything(got), "AX9 9ZZ") {
		t.Errorf("asked for: %v, %v", got["family"], err)
	}
}

func TestReturnRefusals(t *testing.T) {
	_, o := wardedWorld(t)
	identified := caseworkpb.ReturnProfile_RETURN_PROFILE_IDENTIFIED
	for name, tc := range map[string]struct {
		req    *caseworkpb.StreamReturnRequest
		fields string
	}{
		"no period":      {&caseworkpb.StreamReturnRequest{}, "to"},
		"upside down":    {&caseworkpb.StreamReturnRequest{From: "2025-02-01", To: "2025-01-01"}, "to"},
		"in the future":  {&caseworkpb.StreamReturnRequest{From: "2025-02-01", To: "2025-04-01"}, "to"},
		"no such table":  {&caseworkpb.StreamReturnRequest{From: "2025-01-01", To: "2025-02-01", Tables: []string{"names"}}, "tables"},
		"no legal basis": {&caseworkpb.StreamReturnRequest{From: "2025-01-01", To: "2025-02-01", Profile: identified, LegalBasis: " "}, "legal_basis"},
		"no such rules":  {&caseworkpb.StreamReturnRequest{From: "2025-01-01", To: "2025-02-01", Framework: "x", Profile: 9}, "profile framework"},
	} {
		_, err := o.received(tc.req)
		if _, fields := detailsOf(t, err); status.Code(err) != codes.InvalidArgument || strings.Join(fields, " ") != tc.fields {
			t.Errorf("%s: got %v with %v, want %s", name, err, fields, tc.fields)
		}
	}
	stream, err := o.StreamReturn(t.Context(), &caseworkpb.StreamReturnRequest{From: "2025-01-01", To: "2025-02-01", Profile: identified, LegalBasis: "x"})
	if err == nil {
		_, err = stream.Recv()
	}
	if _, fields := detailsOf(t, err); strings.Join(fields, " ") != "hearth-actor" {
		t.Errorf("identified, without a name: got %v", err)
	}
	if got, err := o.received(&caseworkpb.StreamReturnRequest{From: "2025-01-01", To: "2025-02-03", Tables: []string{"family"}}); err != nil || len(got) != 1 || len(got["family"]) != 1 {
		t.Errorf("one table of a period before: %v, %v", got, err)
	}
}
