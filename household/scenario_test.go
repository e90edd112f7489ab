package household

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/family"
)

var rewrite = flag.Bool("rewrite", false, "write what came out into testdata as what is expected")

// TestScenarios reads testdata/*.txt: stories of a few rows each and the
// households that have to come out of them. A story is
//
//	=== what it shows
//	asat 2025-03-14
//	address uprn=100; address_1=1 Oak Road; …
//	office Oakwood Primary School
//	FEED ID subject contact1 contact2: column=value; …
//	decision lives_with FEED/ID/part FEED/ID/part 2025-01-01
//	show relations contradictions
//	---
//	the households
//
// where subject and the rest name the person that the record is truly of (-
// for nobody). Everybody is invented.
func TestScenarios(t *testing.T) { stories(t, "testdata/*.txt", tell) }

// stories tells each story of the files and compares what is told with what
// stands there, or writes the files anew with -rewrite.
func stories(t *testing.T, pattern string, tell func(t *testing.T, body string) string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatal("no stories", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		head, rest, _ := strings.Cut(string(text), "=== ")
		out := head
		for _, story := range strings.Split(rest, "\n=== ") {
			input, want, _ := strings.Cut(story, "\n---\n")
			name, body, _ := strings.Cut(input, "\n")
			var got string
			t.Run(filepath.Base(file)+"/"+name, func(t *testing.T) {
				got = tell(t, body)
				if !*rewrite && strings.TrimSpace(got) != strings.TrimSpace(want) {
					t.Errorf("the story came out otherwise (-want +got):\n%s", cmp.Diff(strings.TrimSpace(want), strings.TrimSpace(got)))
				}
			})
			out += "=== " + strings.TrimSpace(input) + "\n---\n" + got + "\n"
		}
		if *rewrite {
			if err := os.WriteFile(file, []byte(out), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// tell forms the households of a story and writes them as text.
func tell(t *testing.T, body string) string {
	in := readStory(t, body)
	var b strings.Builder
	for _, h := range Form(in) {
		fmt.Fprintf(&b, "%s", h.Address.Line1)
		if h.Area.Ward != "" {
			fmt.Fprintf(&b, " (%s)", h.Area.Ward)
		}
		if h.Protected {
			b.WriteString(" protected")
		}
		b.WriteString("\n")
		for _, m := range h.Members {
			fmt.Fprintf(&b, "  %s %s", m.PersonID, m.Role)
			if shows(body, "kinds") && m.Kind != 0 {
				fmt.Fprintf(&b, " (%s)", m.Kind)
			}
			if m.From != 0 || m.To != 0 {
				fmt.Fprintf(&b, " %v..%v", m.From, m.To)
			}
			if m.Deceased != 0 {
				b.WriteString(" deceased")
			}
			fmt.Fprintf(&b, " %.2f: %s %v\n", m.Confidence, m.Reason, m.Evidence)
		}
		if shows(body, "changes") {
			for _, c := range h.Changes {
				fmt.Fprintf(&b, "  %v %v %v: %s %v\n", c.Day, c.Kind, c.Persons, c.Reason, c.Evidence)
			}
		}
		if shows(body, "relations") {
			tellRelations(&b, h.Relations)
		}
		if shows(body, "contradictions") {
			for _, c := range h.Contradictions {
				fmt.Fprintf(&b, "  %s %v: %s %v\n", c.Kind, c.Persons, c.Reason, c.Evidence)
			}
		}
	}
	return b.String()
}

// shows says whether the story asks for more of the households than their
// members.
func shows(body, what string) bool {
	for line := range strings.SplitSeq(body, "\n") {
		if words := strings.Fields(line); len(words) > 0 && words[0] == "show" && slices.Contains(words[1:], what) {
			return true
		}
	}
	return false
}

func tellRelations(b *strings.Builder, relations []family.Relation) {
	for _, r := range relations {
		fmt.Fprintf(b, "  %s is %v of %s %v..%v %.2f %v\n", r.A, r.Kind, r.B, r.From, r.To, r.Confidence, r.Evidence)
	}
}

func readStory(t *testing.T, body string) Input {
	t.Helper()
	in := Input{Workers: 2}
	var addresses []*family.Row
	who := map[string]string{}
	var rows []*family.Row
	for i, line := range strings.Split(body, "\n") {
		line = strings.TrimSpace(line)
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		switch words[0] {
		case "show": // see shows
		case "asat":
			in.AsAt = family.MustDate(words[1])
		case "address":
			addresses = append(addresses, storyRow(t, family.Addresses, fmt.Sprint(i), strings.TrimPrefix(line, "address"), in.AsAt))
		case "office":
			in.Offices = append(in.Offices, family.Address{Line1: strings.TrimSpace(strings.TrimPrefix(line, "office"))})
		case "decision":
			in.Decisions = append(in.Decisions, storyDecision(t, words, len(in.Decisions)))
		default:
			head, values, _ := strings.Cut(line, ":")
			feed, err := family.ParseFeed(words[0])
			if err != nil {
				t.Fatal(err)
			}
			parts := strings.Fields(head)
			row := storyRow(t, feed, parts[1], values, in.AsAt)
			for p, name := range parts[2:] {
				who[family.RecordRef{RowRef: row.Ref(), Part: family.Part(p)}.String()] = name
			}
			rows = append(rows, row)
		}
	}
	if addresses != nil {
		in.Gazetteer = NewGazetteer(addresses)
	}
	in.Persons = truePersons(rows, who)
	return in
}

func storyRow(t *testing.T, feed family.Feed, id, text string, asAt family.Date) *family.Row {
	t.Helper()
	columns := map[string]family.Column{}
	for _, c := range feed.Columns() {
		columns[c.String()] = c
	}
	var values []family.Value
	day := asAt
	for pair := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if name == "asat" { // the delivery's
			day = family.MustDate(value)
			continue
		}
		c, ok := columns[name]
		if !ok {
			t.Fatalf("row %s: no column %q in %s", id, name, feed)
		}
		values = append(values, family.Value{Column: c, Text: value})
	}
	row := family.NewRow(feed, id, values)
	row.AsAt, row.Agency = day, feed.String()
	return row
}

func storyDecision(t *testing.T, words []string, n int) family.Decision {
	t.Helper()
	d := family.Decision{ID: fmt.Sprintf("D%d", n+1), At: time.Date(2025, 1, n+1, 12, 0, 0, 0, time.UTC)}
	if words[1] == "undo" {
		d.Kind, d.Undoes = family.Undo, words[2]
		return d
	}
	d.Kind = map[string]family.DecisionKind{"lives_with": family.LivesWith, "does_not_live_with": family.DoesNotLiveWith}[words[1]]
	var err error
	if d.A, err = family.ParseRecordRef(words[2]); err != nil {
		t.Fatal(err)
	}
	if d.B, err = family.ParseRecordRef(words[3]); err != nil {
		t.Fatal(err)
	}
	if len(words) > 4 {
		d.Expires = family.MustDate(words[4])
	}
	return d
}
