package casework

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/family"
)

// frozen is a snapshot with every field filled.
func frozen() Snapshot {
	day := func(s string) Day { return Day(family.MustDate(s)) }
	return Snapshot{
		Version: SnapshotVersion, AsAt: day("2025-09-01"), By: "Clara Claims", Agency: "Council", Made: day("2025-09-02"), Place: 812,
		Framework: FrameworkAt{ID: "derby-2015", Version: 3, Programme: "tf-phase2-2015", Hash: strings.Repeat("ab", 32)},
		Case: CaseFrozen{ID: "E12", Household: "H0123456789abcdef", Identified: day("2025-01-06"), Agreed: day("2025-01-20"),
			Attached: day("2025-02-10"), Planned: day("2025-02-03"), Closed: day("2025-08-01"), Ended: EndedCompleted, Plan: "P-17",
			LeadAgency: "Oak <Trust> & Sons", LeadPractitioner: "Pat Sample", Team: "North", Ward: "Hill", District: "N", Cluster: "C1",
			Events: []string{"E12", "E13"}},
		Members: []MemberRow{{Person: "P1", Role: "child", From: day("2020-01-01"), Rows: []string{"attendance/1/subject"}}},
		Result:  ResultRow{ID: "sustained_progress", Name: "Progress", Status: "achieved", Reason: "each need is achieved"},
		Needs: []NeedRow{{Rule: "r1", Criterion: "p2.absence10", Headline: "education", Status: "achieved", Persons: []string{"P1"},
			Baseline: &MeasureRow{From: day("2024-08-01"), To: day("2025-01-31"), Text: "unauthorised", Value: 30, Of: 200},
			Now:      &MeasureRow{From: day("2025-02-10"), Value: 0, Of: 180}, Since: day("2025-02-10"), Reason: "0 of 180 sessions",
			Evidence: []string{"attendance/1"}}},
		Rows: []EvidenceRow{{Feed: "attendance", ID: "1", Agency: "School", Delivery: "d1", AsAt: day("2025-08-31"), Place: 700,
			Hash: strings.Repeat("0", 64), Columns: []ColumnRow{{Name: "sessions_possible", Text: "180"}}}},
	}
}

// TestSnapshotForm: the form is on disk for seven years, so it is written out.
func TestSnapshotForm(t *testing.T) {
	data, err := EncodeSnapshot(frozen())
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/snapshot-v1.json"
	if *rewrite {
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(data)); diff != "" {
		t.Errorf("EncodeSnapshot (-want +got):\n%s", diff)
	}
	back, err := VerifySnapshot(data, SnapshotHash(data))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(frozen(), back); diff != "" {
		t.Errorf("DecodeSnapshot (-want +got):\n%s", diff)
	}
}

// TestSnapshotOfAnyText: whatever a row's text holds can be frozen and read.
func TestSnapshotOfAnyText(t *testing.T) {
	for _, text := range []string{"\xff", `\ufffd`, "\u2028", "\x00", "<&>", `"`, "Zoë 🙂", "\xff\\ufffd"} {
		s := frozen()
		s.Rows[0].Columns[0].Text = text
		data, err := EncodeSnapshot(s)
		if err != nil {
			t.Fatal(err)
		}
		back, err := DecodeSnapshot(data)
		if want := strings.ToValidUTF8(text, "\uFFFD"); err != nil || back.Rows[0].Columns[0].Text != want {
			t.Errorf("%q comes back as %q (%v)", text, back.Rows[0].Columns[0].Text, err)
		}
	}
}

// TestSnapshotRefuses: bytes that are not those recorded, or not canonical.
func TestSnapshotRefuses(t *testing.T) {
	data, err := EncodeSnapshot(frozen())
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	cases := map[string]string{
		"nothing":          "",
		"no JSON":          "snapshot",
		"another version":  strings.Replace(text, `"version":1`, `"version":2`, 1),
		"an unknown field": strings.Replace(text, `"version":1`, `"version":1,"extra":true`, 1),
		"a field twice":    strings.Replace(text, `"by":"Clara Claims"`, `"by":"Percival Secret","by":"Clara Claims"`, 1),
		"capitals":         strings.Replace(text, `"by"`, `"By"`, 1),
		"a blank":          text + " ",
		"another after it": text + text,
		"an escape":        strings.Replace(text, "Clara", `\u0043lara`, 1),
		"a wrong type":     strings.Replace(text, `"by":"Clara Claims"`, `"by":7`, 1),
		"another date":     strings.Replace(text, "2025-09-01", "01/09/2025", 1),
		"no date":          strings.Replace(text, "2025-09-01", "2025-02-30", 1),
		"a field null":     strings.Replace(text, `"by":"Clara Claims"`, `"by":null`, 1),
		"cut off":          text[:len(text)-2],
	}
	for name, c := range cases {
		if c == text {
			t.Fatalf("%s: nothing was changed", name)
		}
		_, err := DecodeSnapshot([]byte(c))
		if !errors.Is(err, family.ErrCorrupt) {
			t.Errorf("%s: DecodeSnapshot = %v, want ErrCorrupt", name, err)
		}
		if err != nil && (strings.Contains(err.Error(), "Clara") || strings.Contains(err.Error(), "Secret")) {
			t.Errorf("%s: the error repeats a value: %v", name, err)
		}
		if _, err := VerifySnapshot([]byte(c), SnapshotHash(data)); !errors.Is(err, family.ErrCorrupt) {
			t.Errorf("%s: VerifySnapshot = %v, want ErrCorrupt", name, err)
		}
	}
	large := frozen()
	large.Result.Reason = strings.Repeat("x", maxSnapshot)
	if _, err := EncodeSnapshot(large); !errors.Is(err, family.ErrInvalid) {
		t.Errorf("EncodeSnapshot of too much = %v, want ErrInvalid", err)
	}
}

// TestClaimAndItsSnapshotAgree: a claim whose snapshot is missing, altered or
// of something else is refused.
func TestClaimAndItsSnapshotAgree(t *testing.T) {
	good := full(family.CaseClaimed)
	cases := map[string]struct {
		change func(*family.CaseEvent)
		want   string
	}{
		"none":              {func(e *family.CaseEvent) { e.Snapshot = nil }, "give the snapshot"},
		"altered":           {func(e *family.CaseEvent) { e.Snapshot = append(bytes.Clone(e.Snapshot), ' ') }, "not the SHA-256"},
		"no hash":           {func(e *family.CaseEvent) { e.SnapshotHash = "" }, "64 lower-case"},
		"a hash in capital": {func(e *family.CaseEvent) { e.SnapshotHash = strings.ToUpper(e.SnapshotHash) }, "64 lower-case"},
		"not canonical": {func(e *family.CaseEvent) {
			e.Snapshot = append([]byte(" "), e.Snapshot...)
			e.SnapshotHash = SnapshotHash(e.Snapshot)
		}, "canonical"},
		"another result": {func(e *family.CaseEvent) { e.Outcome = "work" }, "of another case, framework or result"},
	}
	for name, c := range cases {
		b, e := at(t, WorkedWith), good
		c.change(&e)
		err := b.Check(e, e.Day)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Check = %v, want %q", name, err, c.want)
		}
	}
	if err := at(t, WorkedWith).Check(good, good.Day); err != nil {
		t.Errorf("Check of the good one = %v", err)
	}
}

func attendance(id string, text ...string) *family.Row {
	values := []family.Value{{Column: family.ColSessionsPossible, Text: "180"}, {Column: family.ColSessionsUnauthorised, Text: "9"},
		{Column: family.ColSchoolURN, Text: "100001"}}
	for i := 0; i < len(text); i += 2 {
		values = append(values, family.Value{Column: family.ParseColumn(text[i]), Text: text[i+1]})
	}
	r := family.NewRow(family.Attendance, id, values)
	r.Agency, r.Delivery, r.AsAt, r.Seq = "School", "d1", family.MustDate("2025-08-31"), 7
	return r
}

// TestCorrected: which rows have since been corrected or withdrawn.
func TestCorrected(t *testing.T) {
	proving := []family.Column{family.ColSessionsPossible, family.ColSessionsUnauthorised}
	s := Snapshot{Needs: []NeedRow{
		{Criterion: "1.1", Evidence: []string{"attendance/1", "attendance/3"}}, {Criterion: "1.2", Evidence: []string{"attendance/3"}},
		{Rule: "whole", Evidence: []string{"attendance/3"}},
	}}
	for _, id := range []string{"1", "2", "3", "4", "5"} {
		s.Rows = append(s.Rows, EvidenceOf(attendance(id), proving))
	}
	again := attendance("1")
	again.Delivery, again.Seq, again.AsAt = "d2", 90, family.MustDate("2025-09-30")
	gone := attendance("4")
	gone.Deleted = true
	corrected := attendance("3", "sessions_unauthorised", "40")
	corrected.Delivery = "d2"
	live := map[string]*family.Row{"1": again, "2": attendance("2", "school_urn", "100002"), "3": corrected, "4": gone}
	ref := func(id string) family.RowRef { return family.RowRef{Feed: family.Attendance, ID: id} }
	want := []Correction{
		{Row: ref("2"), Agency: "School", Delivery: "d1", AsAt: family.MustDate("2025-08-31")},
		{Row: ref("3"), Columns: []string{"sessions_unauthorised"}, Needs: []string{"1.1", "1.2", "whole"}, Agency: "School", Delivery: "d2",
			AsAt: family.MustDate("2025-08-31")},
		{Row: ref("4"), Withdrawn: true, Agency: "School", Delivery: "d1", AsAt: family.MustDate("2025-08-31")},
		{Row: ref("5"), Withdrawn: true},
	}
	got := Corrected(&s, func(r family.RowRef) *family.Row { return live[r.ID] })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Corrected (-want +got):\n%s", diff)
	}
}

// TestRowHash: only what a row says enters.
func TestRowHash(t *testing.T) {
	a, b := attendance("1"), attendance("1")
	b.Agency, b.Delivery, b.Seq = "Other", "d9", 99
	if RowHash(a) != RowHash(b) {
		t.Error("the delivery changes the hash")
	}
	seen := map[string]string{RowHash(a): "the row"}
	for name, r := range map[string]*family.Row{
		"another id": attendance("2"), "another text": attendance("1", "school_urn", "100002"), "a column more": attendance("1", "nc_year", "7"),
		"text moved between columns": attendance("1", "sessions_possible", "1809", "sessions_unauthorised", ""),
	} {
		h := RowHash(r)
		if of, ok := seen[h]; ok {
			t.Errorf("%s has the hash of %s", name, of)
		}
		seen[h] = name
	}
}

// FuzzDecodeSnapshot: whatever is read is written again as the same bytes.
func FuzzDecodeSnapshot(f *testing.F) {
	data, err := EncodeSnapshot(frozen())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"version":1}`))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := DecodeSnapshot(data)
		if err != nil {
			if !errors.Is(err, family.ErrCorrupt) {
				t.Fatalf("DecodeSnapshot = %v, want ErrCorrupt", err)
			}
			return
		}
		again, err := EncodeSnapshot(s)
		if err != nil || !bytes.Equal(again, data) {
			t.Fatalf("read and written again: %q (%v)", again, err)
		}
		Corrected(&s, func(family.RowRef) *family.Row { return nil })
	})
}
