package settings

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func drawSettings(t *rapid.T) *Settings {
	printable := rapid.StringMatching(`[ -~é\t\n"\\:#-]{0,12}`)
	name := rapid.StringMatching(`[ -~ß王]{1,10}`)
	flag := rapid.SampledFrom([]*bool{nil, new(bool), ptr(true)})
	share := rapid.Float64Range(0, 1)
	s := &Settings{Threshold: share.Draw(t, "threshold"), ID: printable.Draw(t, "id"), Notes: rapid.SliceOfN(printable, 0, 3).Draw(t, "notes")}
	seen := map[string]bool{}
	for range rapid.IntRange(0, 4).Draw(t, "columns") {
		c := Column{
			Name: name.Draw(t, "name"), Table: printable.Draw(t, "table"), Into: printable.Draw(t, "into"), Group: printable.Draw(t, "group"),
			As: rapid.SampledFrom(append(roleNames(), "")).Draw(t, "as"), Why: printable.Draw(t, "why"), Confidence: share.Draw(t, "confidence"),
			Format:  rapid.SampledFrom(append(Formats(), "")).Draw(t, "format"),
			Missing: rapid.SliceOfN(printable, 0, 3).Draw(t, "missing"), Frequent: flag.Draw(t, "frequent"), Shared: flag.Draw(t, "shared"),
		}
		if !seen[c.Name+"\x00"+c.Table] {
			seen[c.Name+"\x00"+c.Table] = true
			s.Columns = append(s.Columns, c)
		}
	}
	s.Rules = rapid.SliceOfN(rapid.SampledFrom([]string{"surname + date of birth", "either way: forename + surname",
		"sound of surname + year of date of birth"}), 0, 3).Draw(t, "rules")
	return s
}

func ptr(b bool) *bool { return &b }

func TestParseReadsWhatMarshalWrote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawSettings(t)
		data, err := want.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		got, err := Parse(data)
		if err != nil {
			t.Fatalf("%v of\n%s", err, data)
		}
		if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("(-want +got)\n%s of\n%s", d, data)
		}
	})
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	for _, tc := range []struct{ yaml, want string }{
		{"columns:\n  - name: a\n    as: forname\n", `line 3: no role is called "forname"; did you mean "forename"?`},
		{"columns:\n  - name: a\n    az: forename\n", `line 3: a column has no "az"; did you mean "as"?`},
		{"colums: []\n", `line 1: the settings has no "colums"; did you mean "columns"?`},
		{"threshold: 1.5\n", "line 1: threshold should be a number between 0 and 1"},
		{"threshold: high\n", "line 1: threshold should be a number between 0 and 1"},
		{"columns:\n  - as: forename\n", "line 2: a column without name"},
		{"columns: 7\n", "line 1: a list is expected here"},
		{"columns:\n  - name: a\n  - name: a\n", `column "a" stands twice`},
		{"columns:\n  - name: a\n    format: dayfirst\n", `line 3: no format is called "dayfirst"; did you mean "day first"?`},
		{"columns:\n  - name: a\n    families share it: perhaps\n", "line 3: true or false is expected here"},
		{"rules:\n  - \"surname + \"\n", "line 2: a part is blank"},
		{"rules:\n  - \"either way: surname\"\n", "line 2: only one part where two may change places"},
		{"a: [\n", "not YAML"}, {"", "no settings in the file"}, {"- a\n", "the settings should be keys with values"},
		{"id: a\nid: b\n", ""},
	} {
		_, err := Parse([]byte(tc.yaml))
		if !errors.Is(err, ErrSettings) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("Parse(%q): %v, want %s", tc.yaml, err, tc.want)
		}
	}
}

func TestParseKeepsNumbersAsWritten(t *testing.T) {
	s, err := Parse([]byte("columns:\n  - name: 007\n    missing: [0000, 1900-01-01, 1e3]\n    as: leave out\n"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]Column{{Name: "007", Missing: []string{"0000", "1900-01-01", "1e3"}}}, s.Columns); d != "" {
		t.Error(d)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("threshold: 0.9\ncolumns:\n  - name: a\n    as: forename\nrules:\n  - surname + postcode\n"))
	f.Add([]byte("&a [*a]"))
	f.Add([]byte("columns:\n  - {name: !!str x, as: }\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse(data)
		if err != nil {
			if !errors.Is(err, ErrSettings) {
				t.Errorf("%v is not ErrSettings", err)
			}
			return
		}
		if _, err := s.Marshal(); err != nil {
			t.Error(err)
		}
	})
}
