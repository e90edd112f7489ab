package splink

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzSQL asks that no SQL makes the reader or the evaluator panic, and that what
// one record says does not depend on which side it stands.
func FuzzSQL(f *testing.F) {
	data, err := os.ReadFile("testdata/expressions.txt")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		f.Add(strings.Split(line, "\t")[0], "duckdb", false)
	}
	for _, path := range []string{"levels", "places", "dates"} {
		m := loadGolden(f, "testdata/v4/"+path+".json")
		for _, c := range m.Comparisons {
			for _, l := range c.Levels {
				f.Add(l.SQL, "duckdb", false)
			}
		}
		for _, r := range m.Rules {
			f.Add(r, "duckdb", true)
		}
	}
	f.Add("`a_l`[0] = `a_r`[0] or a_l like '%\\''", "spark", false)
	tables := small([]string{"1", "[x, y]", "2"}, []string{"2", "1990-01-05", "3"}, []string{"3", "", "x"})
	f.Fuzz(func(t *testing.T, sql, dialect string, blocking bool) {
		data := levelJSON(dialect, sql)
		if blocking {
			data = ruleJSON("dedupe_only", sql)
		}
		m, err := Load(data)
		if err != nil {
			return
		}
		s, err := m.Bind(tables, Options{})
		if err != nil {
			return
		}
		_, _ = s.Predict(context.Background())
		_, _ = s.Score(2, 0)
	})
}

// FuzzLoad asks that no file makes Load panic, and that what it takes has levels
// whose weights are numbers.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/v4/*.json", "testdata/v5/*.json"} {
		paths, _ := filepath.Glob(pattern)
		for _, p := range paths {
			data, err := os.ReadFile(p)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Add(levelJSON("duckdb", "a_l = a_r"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Load(data)
		if err != nil {
			return
		}
		for _, c := range m.Comparisons {
			for _, l := range c.Levels {
				if w := l.Weight(); w != w {
					t.Errorf("level %q weighs %v", l.Label, w)
				}
			}
		}
		if len(m.Columns()) == 0 {
			t.Error("no columns")
		}
	})
}
