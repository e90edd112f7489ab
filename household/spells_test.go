package household

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/family"
)

// TestStays reads testdata/stays/stays.txt: stories as TestScenarios reads, and
// where each member has lived. An end or a start in brackets is when a feed
// was last or first seen to say so.
func TestStays(t *testing.T) {
	const file = "testdata/stays/stays.txt"
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
		t.Run(name, func(t *testing.T) {
			got = history(Form(readStory(t, body)))
			if !*rewrite && strings.TrimSpace(got) != strings.TrimSpace(want) {
				t.Errorf("stays (-want +got):\n%s", cmp.Diff(strings.TrimSpace(want), strings.TrimSpace(got)))
			}
		})
		out += "=== " + strings.TrimSpace(input) + "\n---\n" + got + "\n"
	}
	if *rewrite {
		if err := os.WriteFile(file, []byte(strings.TrimSpace(out)+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// history writes the stays of households as text.
func history(hs []family.Household) string {
	var b strings.Builder
	day := func(d family.Date, stated bool) string {
		if d == 0 || stated {
			return d.String()
		}
		return "(" + d.String() + ")"
	}
	for _, h := range hs {
		for _, s := range h.Stays {
			fmt.Fprintf(&b, "%s %s %s..%s %.2f %v", s.PersonID, s.Address.Line1, day(s.From, s.FromStated), day(s.To, s.ToStated), s.Probability, s.Evidence)
			if s.Protected {
				b.WriteString(" protected")
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}
