package matcher

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// levelOf compares two cells of a column of its own.
func levelOf(kind Kind, a, b []string) Level {
	builder := NewBuilder(kind, 2)
	builder.Add(a...)
	builder.Add(b...)
	c := builder.column("x")
	return c.compare(c.cells[0], c.cells[1])
}

func TestLevels(t *testing.T) {
	for _, tc := range []struct {
		name string
		kind Kind
		a, b []string
		want Level
	}{
		{"same forename", Forename, []string{"SARAH"}, []string{"SARAH"}, NameSame},
		{"missing", Forename, nil, []string{"SARAH"}, 0},
		{"known as", Forename, []string{"MARGARET", "PEG"}, []string{"PEG"}, NameOther},
		{"nickname", Forename, []string{"ELIZABETH"}, []string{"BETTY"}, NameNickname},
		{"short form", Forename, []string{"FI"}, []string{"FIONA"}, NameNickname},
		{"typing slip", Forename, []string{"KATHERINE"}, []string{"KATHERNE"}, NameClose},
		{"short name, one letter", Forename, []string{"MIA"}, []string{"MYA"}, NameSimilar},
		{"initial", Forename, []string{"S"}, []string{"SARAH"}, NameInitial},
		{"another initial", Forename, []string{"T"}, []string{"SARAH"}, NameDiffers},
		{"different", Forename, []string{"SARAH"}, []string{"TOM"}, NameDiffers},
		{"sounds roughly alike", Surname, []string{"PHELAN"}, []string{"PAULIN"}, NameRough},
		{"surname has no nicknames", Surname, []string{"ELIZABETH"}, []string{"BETTY"}, NameDiffers},
		{"one digit", Date, []string{"2014-03-02"}, []string{"2014-03-03"}, DateDigit},
		{"day and month", Date, []string{"2014-03-02"}, []string{"2014-02-03"}, DateSwapped},
		{"digits swapped", Date, []string{"2014-03-12"}, []string{"2014-03-21"}, DateTransposed},
		{"first of January", Date, []string{"1980-01-01"}, []string{"1980-07-29"}, DatePlaceholder},
		{"partly", Date, []string{"1980-07-05"}, []string{"1980-07-29"}, DatePartly},
		{"a generation", Date, []string{"1980-07-05"}, []string{"2003-11-29"}, DateGeneration},
		{"differs", Date, []string{"1980-07-05"}, []string{"1982-11-29"}, DateDiffers},
		{"sector", Postcode, []string{"BD3 4AB"}, []string{"BD3 4XY"}, PostSector},
		{"district", Postcode, []string{"BD3 4AB"}, []string{"BD3 5XY"}, PostDistrict},
		{"postcode slip", Postcode, []string{"BD3 4AB"}, []string{"BD3 4AD"}, PostEdit},
		{"one of two numbers", Identifier, []string{"A1", "B2"}, []string{"B2"}, IDSame},
		{"number differs", Identifier, []string{"A12345"}, []string{"B54321"}, IDDiffers},
		{"number with a slip", Identifier, []string{"A12345"}, []string{"A12354"}, IDEdit},
		{"born when", Span, []string{"1960-01-01/1999-01-01"}, []string{"1990-05-05/1990-05-05"}, SpanFits},
		{"too young", Span, []string{"1960-01-01/1999-01-01"}, []string{"2010-05-05/2010-05-05"}, SpanDiffers},
		{"contradicts itself", Span, []string{"1960-01-01/1961-01-01", "1970-01-01/1971-01-01"}, []string{"2010-05-05/2010-05-05"}, 0},
		{"same part", Role, []string{"t1=tenant"}, []string{"t1=tenant", "t2=tenant"}, Agrees},
		{"another part", Role, []string{"t1=tenant"}, []string{"t1=partner"}, Differs},
		{"another occasion", Role, []string{"t1=tenant"}, []string{"t2=partner"}, 0},
	} {
		if got := levelOf(tc.kind, tc.a, tc.b); got != tc.want {
			t.Errorf("%s: got %d (%s), want %d", tc.name, got, tc.kind.LevelName(got), tc.want)
		}
	}
}

func TestComparisonsAreSymmetric(t *testing.T) {
	values := map[Kind]*rapid.Generator[string]{
		Forename: rapid.StringMatching(`[A-E]{1,6}`), Surname: rapid.StringMatching(`[A-E]{1,6}( [A-E]{1,3})?`),
		Date:       rapid.StringMatching(`19[5-6][0-9]-0[1-9]-1[0-9]`),
		Postcode:   rapid.StringMatching(`A[1-3] [1-2]A[AB]`),
		Identifier: rapid.StringMatching(`[12]{3,4}`), Keys: rapid.StringMatching(`[a-c]`),
		Span: rapid.StringMatching(`19[1-5]0-01-01/19[5-8]0-01-01`), Role: rapid.StringMatching(`[ab]=[xy]`),
		Code: rapid.StringMatching(`[MF]`),
	}
	rapid.Check(t, func(t *rapid.T) {
		kind := Kind(rapid.IntRange(1, int(Role)).Draw(t, "kind"))
		cell := rapid.SliceOfN(values[kind], 0, 3)
		a, b := cell.Draw(t, "a"), cell.Draw(t, "b")
		x, y := levelOf(kind, a, b), levelOf(kind, b, a)
		if x != y || int(x) >= kind.levels() {
			t.Errorf("kind %d: %v with %v is %d, the other way %d", kind, a, b, x, y)
		}
	})
}

func FuzzCompareDates(f *testing.F) {
	f.Add("2014-03-02", "2014-02-03")
	f.Add("", "x")
	f.Fuzz(func(t *testing.T, a, b string) {
		if got := levelOf(Date, []string{a}, []string{b}); int(got) >= Date.levels() {
			t.Errorf("got level %d", got)
		}
	})
}

// TestStreetsAtAGlance: what is seen at a glance of two streets leaves out none
// that are near or similar.
func TestStreetsAtAGlance(t *testing.T) {
	words := []string{"HIGH", "HIGN", "MILL", "MILLS", "STREET", "ROAD", "OLD", "CHURCH", "STATION", "BARKING", "PARKING", "A", "KINGSWAY"}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 8).Draw(t, name), " ")
		}
		lines := newLines([]string{draw("a"), draw("b")})
		a, b := &lines[0], &lines[1]
		k := typingErrors(min(len(a.street), len(b.street)))
		if got, want := nearly(a, b), k > 0 && within(a.street, b.street, k); got != want {
			t.Errorf("%s, %s: got nearly the same %v, want %v", a.street, b.street, got, want)
		}
		if got, want := streetsAlike(a, b), a.pairs+b.pairs > 0 && sharedGrams(a.street, b.street) >= mostGrams; got != want {
			t.Errorf("%s, %s: got similar %v, want %v", a.street, b.street, got, want)
		}
	})
}
