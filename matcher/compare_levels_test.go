package matcher

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestLevelsOfEveryKind shows each level by a plain example.
func TestLevelsOfEveryKind(t *testing.T) {
	for _, tc := range []struct {
		kind Kind
		a, b string
		want Level
	}{
		{Forename, "MARY ANN", "MARYANN", NameWritten},
		{Forename, "ANN MARY", "MARY ANN", NameWritten},
		{Forename, "MOHAMMED", "MUHAMMAD", NameSpelling},
		{Forename, "CAOIMHE", "KEEVA", NameSpelling},
		{Forename, "ELIZABETH", "BETTY", NameNickname},
		{Forename, "KATHRYN", "KATE", NameNickname},
		{Forename, "MALGORZATA", "GOSIA", NameNickname},
		{Forename, "MARY BETHANY", "MARYBETHANI", NameClose},
		{Forename, "MARY", "MARY LOUISE", NamePart},
		{Forename, "JOHN P", "JOHN PETER", NamePart},
		{Forename, "J", "JOHN PETER", NameInitial},
		{Forename, "MOHAMMED TARIQ", "MOHAMMED OMAR", NameDiffers},
		{Forename, "GRACE TARIQ", "GRACE OMAR", NameShares},
		{Surname, "SMITH", "SMYTH", NameSpelling},
		{Surname, "VAN DER BERG", "VANDERBERG", NameWritten},
		{Surname, "AL HASHIMI", "HASHIMI", NameWritten},
		{Surname, "SMITH", "SMITH JONES", NamePart},
		{Surname, "JONES SMITH", "SMITH JONES", NameWritten},
		{Surname, "BROWN JONES", "SMITH JONES", NameShares},
		{Surname, "RAMASUBR", "RAMASUBRAMANIA", NameSimilar},
		{Surname, "ZAWADKO", "SAVADKA", NameDiffers},
		{Date, "1980", "1980-03-07", DateKnown},
		{Date, "1980-03", "1980-03-07", DateKnown},
		{Date, "1980-04", "1980-03-07", DateNearYear},
		{Date, "1980", "1981-03-07", DateNearYear},
		{Date, "1980-03-07", "1985-03-07", DateDigit},
		{Date, "1979-03-07", "1980-03-07", DateOtherYear},
		{Date, "1980-03-01", "1980-03-27", DatePlaceholder},
		{Date, "1980-01-01", "1980-08-27", DatePlaceholder},
		{Date, "1900-01-01", "1980-08-27", 0},
		{Date, "1980-03-07", "1981-11-28", DateNearYear},
		{Date, "1980-03-07", "1985-11-28", DateDiffers},
		{Date, "1980-03-07", "2003-11-28", DateGeneration},
		{Postcode, "BD3 4AB", "BD7 5XY", PostArea},
		{Postcode, "BD3", "BD3 4AB", PostDistrict},
		{Postcode, "BD3 4AB", "LS1 5XY", PostDiffers},
		{Postcode, "90210", "90211", PostEdit},
		{Postcode, "90210", "93301", PostDiffers},
		{Postcode, "90210", "90120", PostEdit},
		{Postcode, "90210", "90245", PostDistrict},
		{Postcode, "90210", "90777", PostArea},
		{Postcode, "2119", "5067", PostDiffers},
		{Identifier, "1234", "1235", IDDiffers},
		{Text, "NEW YORK", "NEWYORK", TextWritten},
		{Text, "YORK NEW", "NEW YORK", TextWritten},
		{Text, "CARPENTER", "CARPENTRE", TextClose},
		{Text, "LONDON", "CITY OF LONDON", TextPart},
		{Text, "J SMITH AND CO", "JOHN SMITH AND COMPANY", TextPart},
		{Text, "ROOM 12", "ROOM 13", TextSimilar},
		{Text, "HEAD TEACHER", "TEACHER OF MUSIC", TextShares},
		{Text, "LONDON", "PARIS", TextDiffers},
		{Address, "12 HIGH ST", "12 HIGH STREET", AddressWritten},
		{Address, "FLAT 2 14A HIGH STREET", "2 14 A HIGH ST", AddressWritten},
		{Address, "12 HIGH STREET", "12 HIGH STRET", AddressClose},
		{Address, "12 HIGH STREET", "HIGH STREET", AddressPart},
		{Address, "12 HIGH STREET LEEDS", "12 HIGH STREET", AddressClose},
		{Address, "12 HIGH STREET", "14 HIGH STREET", AddressStreet},
		{Address, "12 HIGH STREET", "14 HIGH ROAD", AddressSimilar},
		{Address, "12", "14", AddressDiffers},
		{Address, "12 HIGH STREET", "9 MILL LANE", AddressDiffers},
		{Address, "3 ST JOHNS RD", "3 SAINT JOHNS ROAD", AddressWritten},
		{Number, "1952", "1953", NumberDigit},
		{Number, "19", "91", NumberTransposed},
		{Number, "19", "20", NumberNear},
		{Number, "3", "4", NumberNear},
		{Number, "3", "7", NumberDiffers},
		{Email, "a.smith@here.example", "a.smith@there.example", EmailLocal},
		{Email, "robert255@smith.example", "roberta25@smith.example", EmailClose},
		{Email, "jane.doe@here.example", "janedoe7@there.example", EmailSimilar},
		{Email, "jane@firm.example", "omar@firm.example", EmailDomain},
		{Email, "jane@gmail.com", "omar@gmail.com", EmailDiffers},
		{Phone, "7700900123", "7700900124", PhoneDigit},
		{Phone, "7700900123", "7700900132", PhoneTransposed},
		{Phone, "1632960123", "960123", PhoneEnd},
		{Phone, "7700900123", "1632960555", PhoneDiffers},
		{Point, "51.5000,-0.1200", "51.5005,-0.1200", PointSame},
		{Point, "51.5000,-0.1200", "51.5050,-0.1200", PointNear},
		{Point, "51.5000,-0.1200", "51.5300,-0.1200", PointTown},
		{Point, "51.5000,-0.1200", "51.6500,-0.1200", PointRegion},
		{Point, "51.5000,-0.1200", "52.2000,-0.1200", PointCounty},
		{Point, "51.5000,-0.1200", "55.0000,-0.1200", PointFar},
		{Point, "0.0000,179.9995", "0.0000,-179.9999", PointSame},
	} {
		for range 2 {
			if got := levelOf(tc.kind, []string{tc.a}, []string{tc.b}); got != tc.want {
				t.Errorf("kind %d, %q with %q: got %d (%s), want %d (%s)", tc.kind, tc.a, tc.b,
					got, tc.kind.LevelName(got), tc.want, tc.kind.LevelName(tc.want))
			}
			tc.a, tc.b = tc.b, tc.a
		}
	}
}

func TestAnotherValueIsTheSame(t *testing.T) {
	for kind, want := range map[Kind]Level{Text: TextOther, Address: AddressOther, Email: EmailOther, Phone: PhoneOther,
		Forename: NameOther, Date: DateOther, Number: NumberSame} {
		if got := levelOf(kind, []string{"1", "2"}, []string{"2"}); got != want {
			t.Errorf("kind %d: got %d, want %d", kind, got, want)
		}
	}
}

// anyCell draws cells of few values that are often alike.
func anyCell(least int) *rapid.Generator[[]string] {
	return rapid.SliceOfN(rapid.OneOf(
		rapid.StringMatching(`[A-C]{1,4}( [A-C]{1,3}){0,2}`), rapid.StringMatching(`19[5-6][0-9](-0[1-3](-0[1-9])?)?`),
		rapid.StringMatching(`[1-3]{1,7}`), rapid.StringMatching(`A[1-3] [1-2]A[AB]`),
		rapid.StringMatching(`[a-c]{1,5}@[ab]\.c`), rapid.StringMatching(`5[0-2]\.[0-9]{2},[0-2]\.[0-9]`),
		rapid.StringMatching(`([1-3]{1,2}[AB]? )?(HIGH|MILL|OAK) (ST|STREET|RD)`),
	), least, 3)
}

func TestLevelsAreSymmetricAndAliasesDoNotHarm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := Kind(rapid.IntRange(int(Forename), int(Point)).Draw(t, "kind"))
		a, b := anyCell(1).Draw(t, "a"), anyCell(1).Draw(t, "b")
		x, y := levelOf(kind, a, b), levelOf(kind, b, a)
		if x != y || int(x) >= kind.levels() || kind.LevelName(x) == "" {
			t.Errorf("kind %d: %v with %v is %d, the other way %d", kind, a, b, x, y)
		}
		if kind != Span && levelOf(kind, a, a) != 1 {
			t.Errorf("kind %d: %v with itself is %d, want 1", kind, a, levelOf(kind, a, a))
		}
		if kind == Span || kind == Role || x == 0 {
			return
		}
		if z := levelOf(kind, append(a, anyCell(1).Draw(t, "alias")...), b); z > x {
			t.Errorf("kind %d: an alias made %d of %d", kind, z, x)
		}
	})
}

func TestComparingDoesNotAllocate(t *testing.T) {
	examples := map[Kind][2]string{
		Forename: {"MARY ANN", "MARIANNE LOUISE"}, Surname: {"WOJCIECHOWSKI", "VOICIEHOVSKY"}, Date: {"1980-03-07", "1981"},
		Postcode: {"BD3 4AB", "LS1 5XY"}, Identifier: {"A12345", "A12354"}, Text: {"HEAD TEACHER", "TEACHER OF MUSIC"},
		Address: {"12 HIGH ST", "14 HIGH ROAD"}, Number: {"19", "20"}, Email: {"jane.doe@a.example", "omar@b.example"},
		Phone: {"7700900123", "1632960555"}, Point: {"51.5,-0.12", "51.6,-0.12"}, Code: {"M", "F"}, Keys: {"A", "B"},
		Role: {"A=X", "A=Y"}, Span: {"1960-01-01/1999-01-01", "1990-05-05/1990-05-05"},
	}
	for kind := Forename; kind <= Point; kind++ {
		builder := NewBuilder(kind, 2)
		builder.Add(examples[kind][0])
		builder.Add(examples[kind][1], "X")
		c := builder.column("x")
		if n := testing.AllocsPerRun(100, func() { c.compare(c.cells[0], c.cells[1]) }); n != 0 {
			t.Errorf("kind %d: got %v allocations, want none", kind, n)
		}
	}
}

func TestEveryKindHasItsTables(t *testing.T) {
	for kind := Forename; kind <= Point; kind++ {
		if n := kind.levels(); n < 3 || n > 16 {
			t.Errorf("kind %d has %d levels, want 3 to 16", kind, n)
		}
		sum, table := 0.0, beliefs[kind]
		for l, p := range table {
			if l > 0 {
				sum += p
			}
			if p <= 0 {
				t.Errorf("kind %d: level %d has probability %v", kind, l, p)
			}
		}
		if len(table) != kind.levels() || math.Abs(sum-1) > 1e-9 {
			t.Errorf("kind %d: %d levels that sum to %v, want %d and 1", kind, len(table), sum, kind.levels())
		}
	}
}

func FuzzCompare(f *testing.F) {
	f.Add(uint8(1), "MARY ANN", "MARYANN")
	f.Add(uint8(10), " ", "\xff 1A")
	f.Add(uint8(12), "@", "a@")
	f.Add(uint8(14), "91,0", "NaN,NaN")
	f.Fuzz(func(t *testing.T, k uint8, a, b string) {
		kind := Kind(k)%Point + 1
		x, y := levelOf(kind, []string{a}, []string{b}), levelOf(kind, []string{b}, []string{a})
		if x != y || int(x) >= kind.levels() {
			t.Errorf("kind %d: %d, the other way %d", kind, x, y)
		}
	})
}

func benchCompare(b *testing.B, kind Kind, values []string) {
	builder := NewBuilder(kind, len(values))
	for _, v := range values {
		builder.Add(v)
	}
	c := builder.column("x")
	n := uint32(len(values))
	b.ReportAllocs()
	for i := uint32(0); b.Loop(); i++ {
		sink = float64(c.compare(c.cells[i%n], c.cells[(i*7+3)%n]))
	}
}

func BenchmarkCompareForename(b *testing.B) { benchCompare(b, Forename, benchNames()) }

func BenchmarkCompareDate(b *testing.B) {
	benchCompare(b, Date, []string{"1980-03-07", "1981-11-28", "1980-03-01", "1955-07-12", "1955-12-07", "2003-11-28", "1979"})
}

func BenchmarkCompareText(b *testing.B) {
	benchCompare(b, Text, []string{"HEAD TEACHER", "TEACHER OF MUSIC", "LONDON", "CITY OF LONDON", "CARPENTER", "JOINER", "NURSE"})
}

func BenchmarkCompareAddress(b *testing.B) {
	benchCompare(b, Address, []string{"12 HIGH STREET", "14 HIGH ROAD", "FLAT 2 9 MILL LANE", "3 ST JOHNS RD", "44 OAK AVENUE"})
}
