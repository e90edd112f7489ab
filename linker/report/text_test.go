package report

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestNumbersInWords(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{count(0), "0"}, {count(999), "999"}, {count(1000), "1,000"}, {count(-1234567), "−1,234,567"},
		{percent(0), "0%"}, {percent(1), "100%"}, {percent(0.5), "50.0%"}, {percent(0.99996), "99.996%"}, {percent(0.9999), "99.99%"},
		{percent(0.00004), "0.004%"}, {percent(0.0012), "0.12%"}, {percent(0.03), "3.0%"}, {percent(0.9971), "99.7%"}, {percent(1e-9), "under 0.0001%"}, {percent(1 - 1e-9), "over 99.9999%"}, {percent(math.NaN()), "not known"},
		{round(0.95), "95%"}, {round(0.955), "95.5%"}, {round(0.999), "99.9%"},
		{bits(0), "0.0"}, {bits(-0.04), "0.0"}, {bits(3.14), "+3.1"}, {bits(-12), "−12.0"}, {bits(math.Inf(1)), "not known"},
		{chance(1.0 / 14800), "1 in 14,800"}, {chance(0.25), "25.0%"}, {chance(0.09), "1 in 11"}, {chance(0), "not known"},
		{seconds(0.0214), "21 ms"}, {seconds(3), "3.0 s"}, {seconds(125), "2 min 5 s"}, {seconds(math.NaN()), "not known"},
		{bytesText(1), "1 MiB"}, {bytesText(3 << 30), "3.0 GiB"},
		{plural(1, "row", "rows"), "1 row"}, {plural(2000, "row", "rows"), "2,000 rows"},
		{points(0.01), "1.0 point"}, {points(0.0234), "2.3 points"}, {tens(0), "0"}, {tens(3), "1,000"}, {tens(12), "10¹²"},
		{whole(-0.2), "0"}, {whole(-20), "−20"}, {about(2.5), "2.5"}, {about(1e30), "not known"}, {some(3, 3), ""}, {some(12, 3400), "Showing 12 of 3,400."},
		{lines("a: 1\n  b: 2\n", 100), "a: 1\n  b: 2"}, {lines("abc\nd", 3), "abc\n…"},
		{label("王小明小明", 4), "王小…"}, {verdict(0.9995), "almost certainly one person"}, {verdict(0.2), "probably two people"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"short", 5, "short"}, {"longer", 5, "longe…"}, {"two\nlines\tand", 20, "two lines and"}, {"a\u202eb\u2069c\x00", 9, "a\ufffdb\ufffdc\ufffd"},
		{"\xff", 3, "\ufffd"}, {"می\u200cخواهم", 9, "می\u200cخواهم"}, {"", 0, ""},
	} {
		if got := clip(c.in, c.n); got != c.want {
			t.Errorf("clip(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s, n := rapid.String().Draw(t, "text"), rapid.IntRange(0, 20).Draw(t, "n")
		got := clip(s, n)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > n+1 {
			t.Fatalf("clip(%q, %d) = %q", s, n, got)
		}
	})
}

func show(pieces []piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Odd {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestMarked(t *testing.T) {
	for _, c := range []struct{ a, b, left, right string }{
		{"Catherine", "Cathrine", "Cath[e]rine", "Cathrine"},
		{"2012-11-02", "2012-02-11", "2012-[11]-[02]", "2012-[02]-[11]"},
		{"2011-01-04", "2001-01-04", "20[1]1-01-04", "20[0]1-01-04"},
		{"Smith", "Jones", "Smith", "Jones"},
		{"12 High Street", "21 High Street", "[1]2 High Street", "2[1] High Street"},
		{"Ann", "Ann Mary", "Ann", "Ann Mary"},
		{"same", "same", "same", "same"}, {"", "a", "", "a"},
	} {
		l, r := marked(c.a, c.b)
		if show(l) != c.left || show(r) != c.right {
			t.Errorf("marked(%q, %q) = %s, %s; want %s, %s", c.a, c.b, show(l), show(r), c.left, c.right)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ab1 \-]{0,12}`)
		a, b := text.Draw(t, "left"), text.Draw(t, "right")
		l, r := marked(a, b)
		whole := func(pieces []piece) (all, shared string) {
			for _, p := range pieces {
				all += p.Text
				if !p.Odd {
					shared += p.Text
				}
			}
			return all, shared
		}
		left, sharedLeft := whole(l)
		right, sharedRight := whole(r)
		if left != a || right != b {
			t.Fatalf("pieces make %q and %q", left, right)
		}
		if (len(l) > 1 || len(r) > 1) && sharedLeft != sharedRight {
			t.Fatalf("unmarked are %q and %q", sharedLeft, sharedRight)
		}
	})
}

func TestThin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length, n := rapid.IntRange(0, 200).Draw(t, "length"), rapid.IntRange(1, 70).Draw(t, "n")
		keep := rapid.IntRange(-1, max(length-1, -1)).Draw(t, "keep")
		got := thin(length, n, keep)
		has, last := keep < 0, -1
		for _, i := range got {
			if i <= last || i >= length {
				t.Fatalf("places %v", got)
			}
			last, has = i, has || i == keep
		}
		if length > 0 && (got[0] != 0 || last != length-1) || !has || len(got) > max(n, 2)+1 {
			t.Fatalf("%d of %d, keeping %d: %v", n, length, keep, got)
		}
	})
}

func TestGapSaysWhetherItMayBeChance(t *testing.T) {
	recall := rateOf{"Recall", func(g *Group) Estimate { return g.Recall }, true}
	groups := func(a, b Estimate) []Group {
		return []Group{{Name: "A", Recall: a}, {Name: "B", Recall: b}, {Name: "C"}}
	}
	for _, c := range []struct {
		a, b Estimate
		want string
	}{
		{est(0.9, 0.02), est(0.95, 0.02), "Recall: widest gap 5.0 points, from 90.0% (A) to 95.0% (B). The intervals do not meet: this is hardly chance."},
		{est(0.9, 0.04), est(0.95, 0.02), "Recall: widest gap 5.0 points, from 90.0% (A) to 95.0% (B). The intervals meet: this may be chance."},
		{Estimate{Known: true, Value: 0.9}, est(0.95, 0.02), "Recall: widest gap 5.0 points, from 90.0% (A) to 95.0% (B)."},
		{est(0.9, 0.04), est(0.9, 0.02), ""}, {Estimate{}, est(0.9, 0.02), ""},
	} {
		if got := strings.Join(gap(recall, groups(c.a, c.b)), ""); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if got := gap(recall, nil); got != nil {
		t.Errorf("no groups have a gap %q", got)
	}
}

func TestSizesAreClassed(t *testing.T) {
	var got []string
	for _, s := range sizes([]SizeCount{{1, 5}, {2, 2}, {7, 1}, {9, 1}, {5000, 1}, {0, 3}, {-4, 1}}) {
		got = append(got, s.Size+"="+s.Clusters)
	}
	want := "1 record=5, 2 records=2, 6 to 10 records=2, 1,001 to 5,000 records=1"
	if strings.Join(got, ", ") != want {
		t.Errorf("sizes %v, want %s", got, want)
	}
}
