package matcher

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// blockNodes makes nodes of the columns' texts, several alternatives parted by
// a slash; every record is a node.
func blockNodes(spec Spec, rows [][]string, source []uint16) *nodes {
	cols := make([]column, len(spec.Columns))
	for i, c := range spec.Columns {
		b := NewBuilder(c.Kind, len(rows))
		for _, r := range rows {
			b.Add(splitCell(r[i])...)
		}
		cols[i] = b.column(c.Name)
	}
	t := newNodes(newLayout(spec), cols, make([][]int32, len(rows)))
	t.source = source
	return t
}

func splitCell(s string) []string {
	var out []string
	for s != "" {
		i := slices.Index([]byte(s), '/')
		if i < 0 {
			return append(out, s)
		}
		out, s = append(out, s[:i]), s[i+1:]
	}
	return out
}

// slowly finds the candidates by comparing every two nodes in every rule, with
// blocks refined the way the documentation says.
func slowly(t *nodes) map[[2]int32]uint16 {
	found := map[[2]int32]uint16{}
	k := newKeyers(t, 1)
	for i, r := range t.spec.Rules {
		b := newBlocking(&pairSpace{t: t}, r, i, k)
		blocks := map[uint64][]int32{}
		list := &keyList{b: b}
		for n := range int32(t.n) {
			for _, key := range list.of(n) {
				blocks[key] = append(blocks[key], n)
			}
		}
		for _, block := range blocks {
			slowBlock(t, b, block, 0, uint16(1<<i), found)
		}
	}
	return found
}

func slowBlock(t *nodes, b *blocking, block []int32, depth int, bit uint16, found map[[2]int32]uint16) {
	if pairs := slowPairs(t, block); int64(len(pairs)) <= b.most {
		for _, p := range pairs {
			found[p] |= bit
		}
		return
	}
	if depth == len(b.fine) {
		return
	}
	finer := map[uint64][]int32{}
	for _, n := range block {
		for _, h := range b.fine[depth].leading(nil, n) {
			finer[h] = append(finer[h], n)
		}
	}
	for _, f := range finer {
		slowBlock(t, b, f, depth+1, bit, found)
	}
}

func slowPairs(t *nodes, block []int32) (pairs [][2]int32) {
	for i, x := range block {
		for _, y := range block[i+1:] {
			if t.source == nil || t.source[x] != t.source[y] || t.source[x] == severalSources {
				pairs = append(pairs, [2]int32{min(x, y), max(x, y)})
			}
		}
	}
	return pairs
}

var blockSpec = Spec{Columns: []ColumnSpec{
	{Name: "forename", Kind: Forename}, {Name: "surname", Kind: Surname},
	{Name: "born", Kind: Date}, {Name: "place", Kind: Text},
}}

var hows = map[string][]How{
	"forename": {Whole, Sound, Initial, Prefix3, Drop1}, "surname": {Whole, Sound, Drop1, Words},
	"born": {Whole, Unordered, Year, YearMonth, MonthDay}, "place": {Whole, Bag, Words, WordPairs, WordDrop1, Last},
}

func drawRules(t *rapid.T) []Rule {
	columns := []string{"forename", "surname", "born", "place"}
	part := func(label string) KeyPart {
		c := rapid.SampledFrom(columns).Draw(t, label)
		return KeyPart{Column: c, How: rapid.SampledFrom(hows[c]).Draw(t, label)}
	}
	var rules []Rule
	for range rapid.IntRange(1, 4).Draw(t, "rules") {
		r := Rule{Cap: rapid.IntRange(2, 12).Draw(t, "cap"), Either: rapid.Bool().Draw(t, "either")}
		for range rapid.IntRange(1, 3).Draw(t, "parts") {
			r.Parts = append(r.Parts, part("part"))
		}
		for range rapid.IntRange(0, 2).Draw(t, "refine") {
			r.Refine = append(r.Refine, part("refine"))
		}
		rules = append(rules, r)
	}
	return rules
}

func drawRows(t *rapid.T) [][]string {
	cells := [][]string{
		{"", "ANN", "ANNE", "ANNA/NAN", "TOM", "THOMAS", "JO"},
		{"", "SMITH", "SMYTH", "VAN DYKE", "DYKE VAN", "KHAN/TOM"},
		{"", "1980-05-06", "1980-06-05", "1981-05-06", "1980", "1980-05"},
		{"", "HIGH TOWN", "TOWN HIGH", "HIGH TWN", "UPPER HIGH TOWN"},
	}
	n := rapid.IntRange(0, 60).Draw(t, "records")
	rows := make([][]string, n)
	for i := range rows {
		for _, c := range cells {
			rows[i] = append(rows[i], rapid.SampledFrom(c).Draw(t, "cell"))
		}
	}
	return rows
}

func drawSources(t *rapid.T, n int) []uint16 {
	if !rapid.Bool().Draw(t, "between") {
		return nil
	}
	source := make([]uint16, n)
	for i := range source {
		source[i] = rapid.SampledFrom([]uint16{0, 1, 2, severalSources}).Draw(t, "source")
	}
	return source
}

// TestCandidates: a pair is found by a rule if and only if both are in one
// block of it that is small enough, refined ones included; each pair is found
// once, in order, and none is of one source if only sources are compared.
func TestCandidates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := blockSpec
		spec.Rules = drawRules(t)
		rows := drawRows(t)
		n := blockNodes(spec, rows, drawSources(t, len(rows)))
		want := slowly(n)
		got := n.candidates(2)
		if len(got) != len(want) {
			t.Fatalf("%d pairs, want %d", len(got), len(want))
		}
		for i, w := range got {
			a, b, rules := pairOf(w)
			if a >= b || want[[2]int32{a, b}] != rules {
				t.Fatalf("pair %d %d found by rules %b, want %b", a, b, rules, want[[2]int32{a, b}])
			}
			if i > 0 && got[i-1] >= w {
				t.Fatal("pairs are out of order")
			}
		}
	})
}

func TestPartsAreTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := blockSpec
		spec.Rules = drawRules(t)
		for i := range spec.Rules {
			spec.Rules[i].Window = rapid.IntRange(0, 3).Draw(t, "window")
		}
		rows := drawRows(t)
		n := blockNodes(spec, rows, drawSources(t, len(rows)))
		want := n.candidates(1)
		for _, workers := range []int{1, 3} {
			parts := make([][]uint64, rapid.IntRange(1, 9).Draw(t, "parts"))
			s := n.pairSpace(spec.Rules, workers)
			for i := range parts {
				parts[i] = s.part(nil, i, len(parts))
			}
			got := slices.Concat(parts...)
			slices.Sort(got)
			if !slices.Equal(got, want) || !slices.Equal(n.candidates(workers), want) {
				t.Fatalf("%d parts by %d workers are not the whole", len(parts), workers)
			}
		}
	})
}

// TestOneSlipSharesADeletion: texts one insertion, deletion or substitution
// apart share a key of Drop1, and so do two with neighbours exchanged.
func TestOneSlipSharesADeletion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[A-D]{5,15}`).Draw(t, "text")
		i := rapid.IntRange(0, len(s)-2).Draw(t, "at")
		x := appendDeletions(nil, s)
		for _, other := range []string{s[:i] + s[i+1:], s[:i] + "X" + s[i+1:], s[:i] + s[i+1:i+2] + s[i:i+1] + s[i+2:], s} {
			if y := appendDeletions(nil, other); !slices.ContainsFunc(x, func(h uint64) bool { return slices.Contains(y, h) }) {
				t.Fatalf("%s and %s share no key", s, other)
			}
		}
	})
}

func TestHashes(t *testing.T) {
	for _, tc := range []struct {
		how  How
		a, b string
		same bool
	}{
		{Unordered, "1980-05-06", "1980-06-05", true}, {Unordered, "1980-05-06", "1981-05-06", false},
		{Unordered, "1980", "1980", true}, {YearMonth, "1980-05-06", "1980-05", true},
		{MonthDay, "1980-05-06", "1990-05-06", true}, {Sector, "TQ13 8DF", "TQ13 8AB", true},
		{Sector, "TQ13 8DF", "TQ13 9DF", false}, {Outward, "TQ13 8DF", "TQ13 9DF", true},
		{Bag, "HIGH ST 12", "12 HIGH ST", true}, {Bag, "HIGH ST", "HIGH HIGH", false},
		{Words, "ACME TOOLS", "TOOLS LTD", true}, {WordSounds, "JON SMYTH", "SMITH ANN", true},
		{WordDrop1, "SMITHS BAKERY", "BAKRY", true}, {WordPairs, "A B C", "C X A", true},
		{WordPairs, "A B C", "C X Y", false}, {WordPairSounds, "JON SMYTH", "SMITH JOHN", true},
		{Last, "VAN DYKE", "DYKE", true}, {Local, "ann@one.example", "ann@two.example", true},
		{Grid, "51.50012,-0.12", "51.50419,-0.1299", true}, {Grid, "51.50,-0.12", "51.51,-0.12", false},
		{Numbers, "FLAT 2 14A HIGH ST", "2 THE 14A", true}, {Numbers, "14 HIGH ST", "15 HIGH ST", false},
	} {
		x, y := appendHashes(nil, tc.a, tc.how), appendHashes(nil, tc.b, tc.how)
		got := slices.ContainsFunc(x, func(h uint64) bool { return slices.Contains(y, h) })
		if got != tc.same {
			t.Errorf("%v of %q and %q: shared %v, want %v", KeyPart{How: tc.how}, tc.a, tc.b, got, tc.same)
		}
	}
	for _, how := range []How{MonthDay, YearMonth} {
		if got := appendHashes(nil, "1980", how); len(got) != 0 {
			t.Errorf("%v of a year alone makes a key", KeyPart{How: how})
		}
	}
	if got := appendHashes(nil, "HIGH STREET", Numbers); len(got) != 0 {
		t.Error("an address without numbers makes a key of them")
	}
}

// TestSameRowsAreBounded: whatever the blocks, a rule with a window compares
// each record with a few, and says what it gives up.
func TestSameRowsAreBounded(t *testing.T) {
	spec := blockSpec
	whole := func(c string) []KeyPart { return []KeyPart{{Column: c, How: Whole}} }
	spec.Rules = []Rule{
		{Parts: whole("surname"), Refine: whole("born"), Cap: 50, Window: 4},
		{Parts: whole("place"), Refine: whole("forename"), Cap: 50, Window: 4},
	}
	const n = 100_000
	rows := make([][]string, n)
	for i := range rows {
		rows[i] = []string{"ANN", "SMITH", "", ""}
	}
	x := blockNodes(spec, rows, nil)
	s := x.pairSpace(spec.Rules, 2)
	if got := len(x.candidates(2)); got < 4*(n-4) || got > 8*n {
		t.Errorf("%d pairs of %d equal records, want each with 4 to 8 others", got, n)
	}
	want := Loss{Blocks: 1, Records: n, Pairs: n * (n - 1) / 2}
	got := s.finds[0].lost
	if got.Blocks != want.Blocks || got.Records != want.Records || got.Pairs > want.Pairs || got.Pairs < want.Pairs-10*n {
		t.Errorf("given up: %+v, want about %+v", got, want)
	}
	if s.finds[1] != (blockCount{}) {
		t.Errorf("a blank column made blocks: %+v", s.finds[1])
	}
}

func BenchmarkCandidates(b *testing.B) {
	for _, n := range []int{10_000, 200_000} {
		records, _ := town(n, 9)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			base, err := newBase(input(records), 1)
			if err != nil {
				b.Fatal(err)
			}
			t := base.nodes(base.node, base.n, false)
			pairs := 0
			for b.Loop() {
				pairs = len(t.candidates(1))
			}
			b.ReportMetric(float64(pairs), "pairs")
		})
	}
}
