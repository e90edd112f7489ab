package splink

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestKernelsAsDuckDB compares with what DuckDB 1.3.2 says of random texts.
func TestKernelsAsDuckDB(t *testing.T) {
	f, err := os.Open("testdata/kernels.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	kernels := []func(*scratch, string, string) float64{jaro, jaroWinkler, levenshtein, damerau, jaccard}
	var s scratch
	for _, r := range rows {
		for i, k := range kernels {
			want, err := strconv.ParseFloat(r[2+i], 64)
			if err != nil {
				t.Fatal(err)
			}
			if got := k(&s, r[0], r[1]); math.Abs(got-want) > 1e-12 {
				t.Errorf("kernel %d of %q and %q: got %v, want %v", i, r[0], r[1], got, want)
			}
		}
	}
	if len(rows) < 500 {
		t.Errorf("only %d rows", len(rows))
	}
}

// TestExpressionsAsDuckDB compares single expressions with DuckDB's answers.
func TestExpressionsAsDuckDB(t *testing.T) {
	data, err := os.ReadFile("testdata/expressions.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		p := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		got, err := evaluate(p[0])
		if err != nil {
			t.Errorf("%s: %v", p[0], err)
			continue
		}
		want := p[2]
		if g, errG := strconv.ParseFloat(got, 64); errG == nil {
			if w, errW := strconv.ParseFloat(want, 64); errW == nil && math.Abs(g-w) <= 1e-9*max(1, math.Abs(w)) {
				continue
			}
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", p[0], got, want)
		}
	}
}

// evaluate works out SQL that looks at no column and writes what comes out.
func evaluate(sql string) (string, error) {
	n, err := parse(sql, "duckdb", false)
	if err != nil {
		return "", err
	}
	c := &checker{sql: sql}
	if err := c.check(n); err != nil {
		return "", err
	}
	b := newBinder(&frame{words: newWords()}, nil, "|")
	x, err := b.build(n)
	if err != nil {
		return "", err
	}
	e := b.env()
	if x.typ == typNull || !present(x, e) {
		return "NULL", nil
	}
	v := cellOf(x, e)
	switch {
	case x.typ == typText:
		return v.s, nil
	case x.typ == typBool:
		return strconv.FormatBool(v.n == 1), nil
	}
	return strconv.FormatFloat(v.n, 'g', -1, 64), nil
}

func TestKernelsAreSymmetricAndBounded(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("abcd ")), 0, 80, -1)
	var s scratch
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		if x, y := levenshtein(&s, a, b), levenshtein(&s, b, a); x != y || x > float64(max(len(a), len(b))) {
			t.Errorf("levenshtein %v and %v", x, y)
		}
		if x, y := damerau(&s, a, b), levenshtein(&s, a, b); x > y || x != damerau(&s, b, a) || (x == 0) != (a == b) {
			t.Errorf("damerau %v, levenshtein %v", x, y)
		}
		if x := jaroWinkler(&s, a, b); x < jaro(&s, a, b) || x > 1 || a != "" && a == b && x != 1 {
			t.Errorf("jaro-winkler %v", x)
		}
	})
}

func TestKernelsDoNotAllocate(t *testing.T) {
	var s scratch
	got := testing.AllocsPerRun(100, func() {
		jaroWinkler(&s, "LUSCOMBE", "LUSCOMB")
		levenshtein(&s, "LUSCOMBE", "LUSCOMB")
		damerau(&s, "LUSCOMBE", "LUSCOMB")
		jaccard(&s, "LUSCOMBE", "LUSCOMB")
	})
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
}
