package linker_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/hearthmatch/hearth/linker/settings"
)

// TestRolesAreDocumented holds the table of roles in docs/linking.md, and the
// words of formats and rules, against the program's.
func TestRolesAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/linking.md")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(page)), " ")
	for _, r := range settings.Roles() {
		if row := fmt.Sprintf("| `%s` | %s |", r.Name, r.Means); !strings.Contains(text, row) {
			t.Errorf("docs/linking.md lacks %s", row)
		}
	}
	for _, word := range append(settings.Formats(), settings.RuleWords()...) {
		if !strings.Contains(text, word) {
			t.Errorf("docs/linking.md does not say %q", word)
		}
	}
}
