package splink

import (
	"bufio"
	"context"
	"encoding/csv"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/hearthmatch/hearth/linker/table"
)

// golden may name another folder that testdata/make.py filled, with more people.
var golden = flag.String("golden", "testdata", "folder with people.csv and Splink's answers")

// readPeople reads the invented table that Splink had, or its parts.
func readPeople(t testing.TB, names ...string) []*table.Table {
	t.Helper()
	f, err := os.Open(filepath.Join(*golden, "people.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := make([]*table.Table, len(names))
	for i, name := range names {
		var own [][]string
		for _, r := range rows[1:] {
			if id, _ := strconv.Atoi(r[0]); len(names) == 1 || id%len(names) == i {
				own = append(own, r)
			}
		}
		out[i] = makeTable(name, rows[0], own)
	}
	return out
}

// makeTable makes a table of texts.
func makeTable(name string, head []string, rows [][]string) *table.Table {
	t := &table.Table{Name: name, Rows: len(rows)}
	for i, h := range head {
		c := table.Column{Name: h, Values: []string{""}}
		seen := map[string]uint32{"": 0}
		for _, r := range rows {
			n, ok := seen[r[i]]
			if !ok {
				n = uint32(len(c.Values))
				seen[r[i]] = n
				c.Values = append(c.Values, r[i])
			}
			c.Cells = append(c.Cells, n)
		}
		t.Columns = append(t.Columns, c)
	}
	return t
}

// addColumn adds a column that has one value.
func addColumn(t *table.Table, name, value string) {
	c := table.Column{Name: name, Values: []string{"", value}}
	for range t.Rows {
		c.Cells = append(c.Cells, 1)
	}
	t.Columns = append(t.Columns, c)
}

// answer is what Splink says of a pair.
type answer struct {
	a, b                string
	weight, probability float64
	vector              string
}

func readAnswers(t testing.TB, path string) (total int, out []answer) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Scan()
	total, _ = strconv.Atoi(s.Text())
	for s.Scan() {
		p := strings.Split(s.Text(), ",")
		a := answer{a: p[0] + "/" + p[1], b: p[2] + "/" + p[3], vector: p[6]}
		a.weight, a.probability = reading(p[4], math.Inf(-1)), reading(p[5], 0)
		out = append(out, a)
	}
	return total, out
}

func reading(s string, none float64) float64 {
	if s == "none" {
		return none
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

var goldenTables = map[string][]string{
	"link": {"north", "east"}, "both": {"north", "east"}, "sourced": {"north", "east"}, "link_three": {"north", "east", "south"},
}

// TestSplinkWeights compares with what Splink 4.0.16 and 5.0.0 say of the same
// models and tables: which pairs, which is left, which level, what weight.
func TestSplinkWeights(t *testing.T) {
	models, _ := filepath.Glob(filepath.Join(*golden, "v?", "*.json"))
	if len(models) < 20 {
		t.Fatalf("only %d models found", len(models))
	}
	for _, path := range models {
		version := filepath.Base(filepath.Dir(path))
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		t.Run(version+"/"+name, func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			m, err := Load(data)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := m.Version, int(version[1]-'0'); got != want {
				t.Errorf("version %d, want %d", got, want)
			}
			names := goldenTables[name]
			if names == nil {
				names = []string{""}
			}
			tables := readPeople(t, names...)
			if name == "sourced" { // Its tables say 9 and 8 themselves.
				for i, table := range tables {
					addColumn(table, "source_dataset", strconv.Itoa(9-i))
				}
			}
			pairs, err := m.Predict(context.Background(), tables, Options{Workers: 2})
			if err != nil {
				t.Fatal(err)
			}
			total, want := readAnswers(t, strings.TrimSuffix(path, ".json")+".csv")
			if len(pairs) != total {
				t.Errorf("%d pairs, want %d", len(pairs), total)
			}
			compareAnswers(t, m, tables, pairs, want)
		})
	}
}

func compareAnswers(t *testing.T, m *Model, tables []*table.Table, pairs []Pair, want []answer) {
	t.Helper()
	var ids []string
	for _, table := range tables {
		c, source := table.Column("unique_id"), table.Name
		if s := table.Column("source_dataset"); s != nil {
			source = s.Text(0)
		}
		for i := range table.Rows {
			ids = append(ids, source+"/"+c.Text(i))
		}
	}
	found := map[[2]string]Pair{}
	for _, p := range pairs {
		k := [2]string{ids[p.A], ids[p.B]}
		if _, twice := found[k]; twice {
			t.Errorf("%v twice", k)
		}
		found[k] = p
	}
	wrong := 0
	for _, w := range want {
		p, ok := found[[2]string{w.a, w.b}]
		same := ok && vectorText(p.Levels) == w.vector && near(p.Weight, w.weight) && near(p.Probability, w.probability)
		if same {
			continue
		}
		if wrong++; wrong < 8 {
			t.Errorf("%s %s: got %v %v %q (found %v), want %v %v %q", w.a, w.b, p.Weight, p.Probability,
				vectorText(p.Levels), ok, w.weight, w.probability, w.vector)
			explainDifference(t, m, vectorText(p.Levels), w.vector)
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d pairs differ", wrong, len(want))
	}
}

func explainDifference(t *testing.T, m *Model, got, want string) {
	t.Helper()
	g, w := strings.Fields(got), strings.Fields(want)
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Logf("  %s: level %s, want %s", m.Comparisons[i].Name, g[i], w[i])
		}
	}
}

func near(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 1e-6*max(1, math.Abs(b)/100)
}

func vectorText(levels []int8) string {
	out := make([]string, len(levels))
	for i, l := range levels {
		out[i] = strconv.Itoa(int(l))
		if l == NoLevel {
			out[i] = "none"
		}
	}
	return strings.Join(out, " ")
}
