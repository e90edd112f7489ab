package ingest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/family"
)

var rewrite = flag.Bool("rewrite", false, "write what came out into the testdata files")

// testToday is the day on which every test checks.
var testToday = family.MustDate("2026-03-02")

// goodRows has a row of each feed that is accepted as it is.
var goodRows = map[family.Feed]string{
	family.Attendance:  "record_id=a1 | surname=Okafor | forename=Ada | period_start=2025-09-01 | period_end=2025-12-19",
	family.Police:      "record_id=p1 | event_ref=E1 | event_type=asb | role=suspect | surname=Okafor",
	family.Housing:     "record_id=h1 | tenancy_ref=T1 | person_role=tenant | surname=Okafor",
	family.Benefits:    "record_id=b1 | benefit=UC | role=claimant | surname=Okafor",
	family.Involvement: "record_id=i1 | agency_kind=health | episode_type=visit | surname=Okafor",
	family.Addresses:   "uprn=100023336956 | address_1=1 Elm Row",
	family.Schools:     "urn=123456 | name=Elm Primary",
	family.Population:  "area=Elmfield | population=1200",
	family.Targets:     "area=Elmfield | target_families=40",
}

// valuesOf reads column=value pairs separated by bars; a value in quotes is in
// Go's notation.
func valuesOf(t *testing.T, text string) []family.Value {
	t.Helper()
	var out []family.Value
	for pair := range strings.SplitSeq(text, " | ") {
		name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
		c := family.ParseColumn(name)
		if !ok || c == 0 {
			t.Fatalf("testdata: %q is no column=value", pair)
		}
		if strings.HasPrefix(value, `"`) {
			var err error
			if value, err = strconv.Unquote(value); err != nil {
				t.Fatalf("testdata: %q: %v", pair, err)
			}
		}
		// {x*2001} is a text of 2,001 times x.
		if letter, times, ok := strings.Cut(strings.Trim(value, "{}"), "*"); ok && strings.HasPrefix(value, "{") {
			n, err := strconv.Atoi(times)
			if err != nil {
				t.Fatalf("testdata: %q: %v", pair, err)
			}
			value = strings.Repeat(letter, n)
		}
		out = append(out, family.Value{Column: c, Text: value})
	}
	return out
}

// goodRow is the feed's good row with some values changed or added.
func goodRow(t *testing.T, feed family.Feed, changes string) []family.Value {
	t.Helper()
	values := valuesOf(t, goodRows[feed])
	if changes == "" {
		return values
	}
next:
	for _, v := range valuesOf(t, changes) {
		for i := range values {
			if values[i].Column == v.Column {
				values[i].Text = v.Text
				continue next
			}
		}
		values = append(values, v)
	}
	return values
}

// result writes what Check said, a line each.
func result(row *family.Row, refused, reported []family.Problem, was []family.Value) string {
	var b strings.Builder
	for _, p := range refused {
		fmt.Fprintf(&b, "refused  %s %s\n", cmpOr(p.Column, "-"), p.Reason)
	}
	for _, p := range reported {
		fmt.Fprintf(&b, "reported %s %s\n", cmpOr(p.Column, "-"), p.Reason)
	}
	if row == nil {
		return b.String()
	}
	fmt.Fprintf(&b, "row      %s", short(row.ID))
	if row.Deleted {
		b.WriteString(" deleted")
	}
	for _, v := range row.Values() {
		same := false
		for _, w := range was {
			same = same || w == v
		}
		if !same {
			fmt.Fprintf(&b, " %s=%q", v.Column, short(v.Text))
		}
	}
	b.WriteString("\n")
	return b.String()
}

// short abbreviates long texts.
func short(s string) string {
	if n := utf8.RuneCountInString(s); n > 100 {
		return fmt.Sprintf("%s… %d characters", string([]rune(s)[:3]), n)
	}
	return s
}

func cmpOr(s, or string) string {
	if s == "" {
		return or
	}
	return s
}

// TestCheckCases runs testdata/check_*.txt. A case is a line "== what it
// shows", a line with the feed and what differs from its good row, and what
// comes out: the reasons, or the row's key and the values that are not the
// good row's.
func TestCheckCases(t *testing.T) {
	files, err := filepath.Glob("testdata/check_*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got := checkCases(t, string(data))
		if *rewrite {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if diff := cmp.Diff(string(data), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}

func checkCases(t *testing.T, text string) string {
	t.Helper()
	intro, rest, _ := strings.Cut(text, "== ")
	out := intro
	for c := range strings.SplitSeq(rest, "\n== ") {
		lines := strings.SplitN(c, "\n", 3)
		name, changes, _ := strings.Cut(lines[1], " ")
		feed, err := family.ParseFeed(name)
		if err != nil {
			t.Fatalf("case %q: %v", lines[0], err)
		}
		values := goodRow(t, feed, changes)
		row, refused, reported := Check(feed, values, testToday)
		if (row == nil) != (len(refused) > 0) {
			t.Errorf("case %q: row %v with %d reasons", lines[0], row, len(refused))
		}
		out += fmt.Sprintf("== %s\n%s\n%s\n", lines[0], lines[1], result(row, refused, reported, valuesOf(t, goodRows[feed])))
	}
	return strings.TrimSuffix(out, "\n")
}

func TestGoodRowsAreAccepted(t *testing.T) {
	for _, feed := range family.Feeds() {
		row, refused, reported := Check(feed, goodRow(t, feed, ""), testToday)
		if row == nil || len(reported) > 0 {
			t.Errorf("%s: refused %v, reported %v", feed, refused, reported)
		}
	}
}

func TestCheckLeavesValuesAlone(t *testing.T) {
	values := goodRow(t, family.Attendance, "dob=02/03/2015 | sex=f | deleted=")
	want := append([]family.Value(nil), values...)
	Check(family.Attendance, values, testToday)
	if diff := cmp.Diff(want, values); diff != "" {
		t.Errorf("values changed (-want +got):\n%s", diff)
	}
}

// TestReasonsHaveSentences holds that no problem is without its sentence.
func TestReasonsHaveSentences(t *testing.T) {
	for reason, detail := range details {
		if detail == "" || strings.ToUpper(reason) != reason {
			t.Errorf("%s: detail %q", reason, detail)
		}
	}
	for _, feed := range family.Feeds() {
		for _, c := range feed.Columns() {
			f := layouts[feed].fields[c]
			if f.limit == 0 || f.kind == kindListed && f.choose == "" {
				t.Errorf("%s.%s: %+v", feed, c, f)
			}
		}
	}
}

func TestCheckRefusesAColumnGivenTwice(t *testing.T) {
	values := append(goodRow(t, family.Police, "town=A"), family.Value{Column: family.ColTown, Text: "B"})
	_, refused, _ := Check(family.Police, values, testToday)
	if len(refused) != 1 || refused[0].Reason != reasonTwice {
		t.Errorf("refused %v, want %s", refused, reasonTwice)
	}
}

func TestCheckOfNoFeed(t *testing.T) {
	if row, refused, _ := Check(0, nil, testToday); row != nil || len(refused) == 0 {
		t.Errorf("row %v, refused %v", row, refused)
	}
}
