package names

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

func TestKey(t *testing.T) {
	for _, same := range [][]string{
		{"MOHAMMED", "MUHAMMAD", "MOHAMED", "MUHAMMED", "MOHAMAD"},
		{"HUSSAIN", "HUSSEIN", "HUSAYN", "HOSSAIN"},
		{"HASSAN", "HASAN"}, {"MAHMOOD", "MAHMUD", "MEHMOOD"},
		{"YUSUF", "YOUSEF", "YOUSSEF", "JUSUF"}, {"KHALID", "KALID"},
		{"IBRAHIM", "EBRAHIM", "IBRAHEEM"}, {"OMAR", "UMAR"}, {"FATIMA", "FATIMAH", "FATEMA"},
		{"SZYMANSKI", "SHYMANSKI", "SIMANSKI"}, {"WOJCIK", "VOJCIK"}, {"CZARNECKI", "CHARNECKI"},
		{"YURIY", "JURIJ"}, {"CLARKE", "CLARK"}, {"MACDONALD", "MCDONALD"}, {"KNIGHT", "NIGHT"},
		{"GHANI", "GANI"}, {"OSCAR", "OSKAR"}, {"ELIZABETH", "ELISABETH"}, {"PHILIP", "FILIP"},
		{"", " ", "42"},
	} {
		for _, n := range same[1:] {
			if got, want := Key(n), Key(same[0]); got != want {
				t.Errorf("Key(%q) = %q, Key(%q) = %q, want them equal", n, got, same[0], want)
			}
		}
	}
	for _, pair := range [][2]string{
		{"HASSAN", "HUSSAIN"}, {"MOHAMMED", "MAHMOOD"}, {"AMIR", "OMAR"}, {"AMINA", "AMIN"},
		{"KHAN", "KHANUM"}, {"SARA", "ZARA"}, {"JOHN", "JANE"}, {"SMITH", "SMART"},
	} {
		if Key(pair[0]) == Key(pair[1]) {
			t.Errorf("%s and %s share the key %q, want two", pair[0], pair[1], Key(pair[0]))
		}
	}
}

func FuzzKey(f *testing.F) {
	for _, s := range []string{"", "MOHAMMED", "SZYMAŃSKI", "H", "GH", "MACC", "\xff\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Key(s)
		if len(got) > maxKey || strings.Trim(got, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			t.Errorf("got %q", got)
		}
	})
}

func TestTheFilesAreSound(t *testing.T) {
	for _, part := range []string{"forenames", "surnames"} {
		if _, err := readGroups(data, part); err != nil {
			t.Errorf("%s: %v", part, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const header = "# culture: X\n# part: forenames\n# source: Y\n"
	for name, text := range map[string]string{
		"no header":          "spelling ANN ANNE\n",
		"another part":       "# culture: X\n# part: surnames\n# source: Y\n",
		"one name":           header + "spelling ANN\n",
		"a name twice":       header + "spelling ANN ANNE ANN\n",
		"a line twice":       header + "spelling ANN ANNE\nspelling ANN ANNE\n",
		"small letters":      header + "spelling ANN Anne\n",
		"two spaces":         header + "spelling ANN  ANNE\n",
		"space at the end":   header + "spelling ANN ANNE \n",
		"neither short form": header + "ANN ANNE\n",
		"not ASCII":          header + "spelling ANN ÁNN\n",
	} {
		files := fstest.MapFS{"data/x.forenames": {Data: []byte(text)}}
		if _, err := readGroups(files, "forenames"); err == nil {
			t.Errorf("%s: read without an error", name)
		}
	}
}

func TestShortFormsHoldForEverySpelling(t *testing.T) {
	b := newBook([]group{
		{short: true, names: []string{"CATHERINE", "KATE"}},
		{names: []string{"CATHERINE", "KATHRYN"}},
	})
	if got := b.ShortForms("KATHRYN"); !slices.Equal(got, b.ShortForms("KATE")) || len(got) != 1 {
		t.Errorf("KATHRYN is in groups %v, want that of KATE, %v", got, b.ShortForms("KATE"))
	}
}

func TestLookingUpDoesNotAllocate(t *testing.T) {
	b := Forenames()
	if n := testing.AllocsPerRun(100, func() { b.Spellings("CATHERINE"); b.ShortForms("BETTY") }); n != 0 {
		t.Errorf("got %v allocations, want none", n)
	}
}

func TestKeyIsOfLettersOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.StringMatching(`[A-Z]{1,12}`).Draw(t, "a")
		i := rapid.IntRange(0, len(a)).Draw(t, "i")
		if got, want := Key(a[:i]+" "+a[i:]), Key(a); got != want {
			t.Errorf("Key of %q with a space at %d = %q, want %q", a, i, got, want)
		}
	})
}
