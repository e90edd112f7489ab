package linker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/linker/report"
	"github.com/hearthmatch/hearth/linker/settings"
	"github.com/hearthmatch/hearth/linker/splink"
	"github.com/hearthmatch/hearth/linker/table"
	"github.com/hearthmatch/hearth/matcher"
)

// tableOf makes a table of rows.
func tableOf(name string, heads []string, rows [][]string) *table.Table {
	t := &table.Table{Name: name, Rows: len(rows)}
	for c, head := range heads {
		col := table.Column{Name: head, Values: []string{""}}
		at := map[string]uint32{"": 0}
		for _, row := range rows {
			id, ok := at[row[c]]
			if !ok {
				id = uint32(len(col.Values))
				at[row[c]] = id
				col.Values = append(col.Values, row[c])
			}
			col.Cells = append(col.Cells, id)
		}
		t.Columns = append(t.Columns, col)
	}
	return t
}

var (
	heads     = []string{"id", "forename", "surname", "dob", "postcode"}
	forenames = []string{"Ann", "Bob", "Cathy", "David", "Emma", "Frank", "Grace", "Henry", "Isla", "Jack", "Karen"}
	surnames  = []string{"Able", "Baker", "Carter", "Dyer", "Eastwood", "Fisher", "Glover", "Hooper", "Ingram", "Joiner", "Kemp", "Lister", "Mason"}
)

// person is the row of an invented person; slip is added to the surname.
func person(id, i int, slip string) []string {
	return []string{fmt.Sprintf("r%d", id), forenames[i*7%11], surnames[i*5%13] + slip,
		fmt.Sprintf("%d-%02d-%02d", 1940+i*13%70, 1+i*5%12, 1+i*11%28),
		fmt.Sprintf("TQ%d %d%c%c", 1+i%14, i*3%10, 'A'+rune(i*17%8), 'P'+rune(i*19%9))}
}

// people is a table of n people, every third of whom stands in it again with a
// slip, and every seventh unchanged.
func people(name string, n int) *table.Table {
	var rows [][]string
	for i := range n {
		rows = append(rows, person(len(rows), i, ""))
		if i%3 == 0 {
			rows = append(rows, person(len(rows), i, "s"))
		}
		if i%7 == 0 {
			rows = append(rows, person(len(rows), i, ""))
		}
	}
	return tableOf(name, heads, rows)
}

func link(t *testing.T, j *Job) *Result {
	t.Helper()
	if j.Workers == 0 {
		j.Workers = 2
	}
	r, err := Link(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func pageOf(t *testing.T, r *Result) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.Write(&out, r.Report()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAnswerDoesNotDependOnWorkers(t *testing.T) {
	tab := people("people", 150)
	one, three := link(t, &Job{Tables: []*table.Table{tab}, Workers: 1}), link(t, &Job{Tables: []*table.Table{tab}, Workers: 3})
	if diff := cmp.Diff(one.Cluster, three.Cluster); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(one.Pairs(), three.Pairs()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(one.Verdict(), three.Verdict()); diff != "" {
		t.Error(diff)
	}
	if pageOf(t, one) != pageOf(t, three) {
		t.Error("the pages differ")
	}
}

func TestPairsOfRecords(t *testing.T) {
	r := link(t, &Job{Tables: []*table.Table{people("people", 150)}})
	seen, equal := map[[2]int32]bool{}, 0
	for _, p := range r.Pairs() {
		k := [2]int32{min(p.A, p.B), max(p.A, p.B)}
		if p.A == p.B || seen[k] {
			t.Fatalf("%v is no pair, or there twice", k)
		}
		seen[k] = true
		if !(p.Probability >= 0 && p.Probability <= 1) {
			t.Errorf("%v has probability %v", k, p.Probability)
		}
		if p.Equal {
			equal++
			if r.Cluster[p.A] != r.Cluster[p.B] {
				t.Errorf("%v are equal and apart", k)
			}
		}
	}
	if want := 22; equal != want { // every seventh of 150
		t.Errorf("got %d equal pairs, want %d", equal, want)
	}
}

func TestVerdictKnowsColumns(t *testing.T) {
	r := link(t, &Job{Tables: []*table.Table{people("people", 150)}})
	for _, c := range r.columns() {
		if c.Completeness != 1 || !(c.Bits > 0) {
			t.Errorf("got %+v of a column that is always filled", c)
		}
	}
	v := r.Verdict()
	if v.Light == "" || v != r.Verdict() || len(v.Rules) != len(r.Plan.Rules) {
		t.Errorf("got %+v", v)
	}
}

func TestPlannedBeforeCompared(t *testing.T) {
	var stages []string
	j := &Job{Tables: []*table.Table{people("people", 150)}}
	j.Progress = func(stage string, _, _ int64) { stages = append(stages, stage) }
	pairs := int64(0)
	j.Planned = func(p *matcher.Plan) {
		if slices.Contains(stages, "cluster") {
			t.Error("it hears of the pairs after they were compared")
		}
		pairs = p.Pairs
		sum := int64(0)
		for _, rule := range p.Rules {
			sum += rule.New
			if rule.Only > rule.New || rule.New > rule.Found {
				t.Errorf("got %+v", rule.RuleFind)
			}
		}
		if sum != p.Pairs {
			t.Errorf("the rules bring %d pairs, together %d", sum, p.Pairs)
		}
	}
	if r := link(t, j); pairs == 0 || pairs != r.Compared {
		t.Errorf("%d pairs planned, %d compared", pairs, r.Compared)
	}
}

func TestReportOfPoorTables(t *testing.T) {
	hostile := `<script>alert("x")</script>`
	rows := [][]string{{"1", "Ann", "Able", "1990-01-02", "TQ1 1AA"}}
	for name, tab := range map[string]*table.Table{
		"one record":  tableOf("t", heads, rows),
		"no pairs":    tableOf("t", heads, [][]string{rows[0], {"2", "Bob", "Baker", "1950-10-12", "EX4 9ZZ"}}),
		"two alike":   tableOf("t", heads, [][]string{rows[0], {"2", "Ann", "Able", "1990-01-02", "TQ1 1AA"}}),
		"blank":       tableOf("t", heads, [][]string{{"1", "", "", "1990-01-02", ""}, {"2", "", "Able", "", ""}}),
		"hostile":     tableOf(hostile, heads, [][]string{{"1", hostile, hostile, "1990-01-02", "TQ1 1AA"}, {"2", hostile, hostile, "1990-01-02", hostile}}),
		"many alike":  tableOf("t", heads, slices.Repeat(rows, 300)),
		"large twice": people("t", 400),
	} {
		t.Run(name, func(t *testing.T) {
			s := &settings.Settings{ID: "none", Threshold: 0.95, Columns: []settings.Column{{Name: "forename", As: "forename"},
				{Name: "surname", As: "surname"}, {Name: "dob", As: "date of birth"}, {Name: "postcode", As: "postcode"}}}
			r := link(t, &Job{Tables: []*table.Table{tab}, Settings: s})
			page := pageOf(t, r)
			if !strings.Contains(page, "</html>") || len(page) > 2_000_000 || strings.Contains(page, "<script>alert") || strings.Contains(page, "NaN") {
				t.Errorf("a page of %d bytes", len(page))
			}
		})
	}
}

func TestReportTellsWhatWasFound(t *testing.T) {
	r := link(t, &Job{Tables: []*table.Table{people("people", 150)}})
	got := r.Report()
	linked, pairs := int64(0), int64(0)
	for _, c := range got.Clusters.Sizes {
		if c.Size > 1 {
			linked += c.Size * c.Clusters
			pairs += c.Clusters * c.Size * (c.Size - 1) / 2
		}
	}
	if a := got.Answer; a.Linked != linked || a.Pairs != pairs || a.Records != int64(len(r.Cluster)) || a.Persons != int64(r.Clusters) {
		t.Errorf("got %+v, want %d linked and %d pairs", a, linked, pairs)
	}
	choices := map[report.Choice]int{}
	for _, p := range got.Pairs {
		choices[p.Choice]++
		sum := p.Prior
		for _, x := range p.Parts {
			sum += x.Weight
		}
		if sum-p.Weight > 0.01 || p.Weight-sum > 0.01 {
			t.Errorf("the parts of a pair add up to %v, its weight is %v", sum, p.Weight)
		}
	}
	if choices[report.Surest] == 0 || len(got.Histogram) == 0 || len(got.Thresholds) == 0 || len(got.Columns) != len(heads) ||
		len(got.Model.Comparisons) != 4 || !got.Unlinkable.Known || got.Card.Settings == "" {
		t.Errorf("something is missing: %v", choices)
	}
	for i, x := range got.Thresholds[1:] {
		if before := got.Thresholds[i]; x.Pairs > before.Pairs || x.Recall.Value > before.Recall.Value {
			t.Errorf("a higher threshold links more: %+v after %+v", x, before)
		}
	}
}

func TestLabelsAreMeasured(t *testing.T) {
	tab := people("people", 150)
	j := &Job{Tables: []*table.Table{tab}}
	for i := range int32(60) {
		same := tab.Column("dob").Text(int(i)) == tab.Column("dob").Text(int(i)+1)
		j.Labels = append(j.Labels, matcher.Label{A: i, B: i + 1, Same: same})
	}
	r := link(t, j)
	got := r.Report()
	if got.Quality.Labels == 0 || got.Calibration.Labels == 0 || !got.Thresholds[0].MeasuredRecall.Known {
		t.Errorf("got %+v, %+v", got.Quality, got.Calibration)
	}
}

// twoTables are tables of n people of whom most stand in both; twice says that
// many stand in each more than once.
func twoTables(n int, twice bool) []*table.Table {
	var rows [2][][]string
	for i := range n {
		for k := range rows {
			if i%5 == 4 && k == 1 {
				continue
			}
			rows[k] = append(rows[k], person(len(rows[k]), i, ""))
			if twice && i%3 == 0 {
				rows[k] = append(rows[k], person(len(rows[k]), i, "s"))
			}
		}
	}
	return []*table.Table{tableOf("school", heads, rows[0]), tableOf("clinic", heads, rows[1])}
}

func TestTablesThatHoldNobodyTwice(t *testing.T) {
	for _, twice := range []bool{false, true} {
		r := link(t, &Job{Tables: twoTables(300, twice)})
		if got := len(r.Exclusive) == 2 && r.Exclusive[0] && r.Exclusive[1]; got == twice {
			t.Errorf("people stand twice in a table: %v; got %v, %v", twice, r.Exclusive, r.Notes)
		}
		if !twice && len(r.Notes) != 2 {
			t.Errorf("got notes %q", r.Notes)
		}
	}
	r := link(t, &Job{Tables: twoTables(300, true), DuplicateFree: []bool{true, true}})
	of := map[[2]int32]bool{}
	for i, c := range r.Cluster {
		tab, _ := r.Record(int32(i))
		if k := [2]int32{c, int32(tab)}; of[k] {
			t.Fatal("two records of one table in a cluster")
		} else {
			of[k] = true
		}
	}
	_, err := Link(t.Context(), &Job{Tables: twoTables(20, false), DuplicateFree: []bool{true}})
	if !errors.Is(err, ErrInput) {
		t.Errorf("got %v", err)
	}
}

func TestTrainedLinksAnotherTable(t *testing.T) {
	j := &Job{Tables: []*table.Table{people("people", 150)}, Workers: 1}
	m, err := Train(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	data, err := Trained{Model: m, Settings: j.Settings}.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseTrained(data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := got.Marshal()
	if err != nil || !bytes.Equal(again, data) {
		t.Errorf("it does not come back: %v", err)
	}
	// of two records the columns' contents say nothing
	rows := [][]string{person(1, 3, ""), person(2, 3, "s")}
	r := link(t, &Job{Tables: []*table.Table{tableOf("other", heads, rows)}, Model: got.Model, Settings: got.Settings})
	if r.Clusters != 1 || r.Report().Card.Model != "given, trained before" {
		t.Errorf("got %d clusters", r.Clusters)
	}
	bare, err := m.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ParseTrained(bare); err != nil || got.Settings != nil || got.Model == nil {
		t.Errorf("a bare model: %v", err)
	}
}

func TestParseTrainedRefuses(t *testing.T) {
	for _, text := range []string{"", "[]", "{}", "null", "id,forename\n", `{"hearth_model":99}`, `{"hearth_model":1}`,
		`{"hearth_model":1,"settings":"columns: [","model":{}}`} {
		if got, err := ParseTrained([]byte(text)); err == nil || got.Settings != nil {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
}

func FuzzParseTrained(f *testing.F) {
	f.Add([]byte(`{"hearth_model":1,"settings":"","model":{"version":1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := ParseTrained(data)
		if err == nil && got.Model == nil {
			t.Error("neither a model nor an error")
		}
	})
}

// TestGroupsByName has people of two traditions of names, those of the second
// mostly without a postcode.
func TestGroupsByName(t *testing.T) {
	others := []string{"Amara", "Chidi", "Ngozi", "Obi", "Ifeoma", "Emeka", "Adaeze", "Uche"}
	houses := []string{"Okoro", "Eze", "Nwosu", "Okafor", "Obiora", "Nnadi", "Ibe"}
	var rows [][]string
	draw := rand.New(rand.NewPCG(1, 2))
	for i := range 800 {
		row := []string{fmt.Sprint("r", i), forenames[draw.IntN(11)], surnames[draw.IntN(13)],
			fmt.Sprintf("%d-%02d-%02d", 1930+draw.IntN(80), 1+draw.IntN(12), 1+draw.IntN(28)),
			fmt.Sprintf("TQ%d %d%c%c", 1+draw.IntN(14), draw.IntN(10), 'A'+rune(draw.IntN(8)), 'P'+rune(draw.IntN(9)))}
		if i%4 == 3 {
			row[1], row[2] = others[draw.IntN(8)], houses[draw.IntN(7)]
			if i%8 == 3 {
				row[4] = ""
			}
		}
		rows = append(rows, row)
	}
	var first string
	for _, workers := range []int{1, 3} {
		r := link(t, &Job{Tables: []*table.Table{tableOf("people", heads, rows)}, Workers: workers})
		groups := r.Report().Groups
		if len(groups) == 0 || !groups[0].Values || !strings.Contains(groups[0].Note, "group of names, not of people") {
			t.Fatalf("no groups by name: %+v", groups)
		}
		by := groups[0].Groups
		if len(by) < 2 || len(by) > 3 || by[0].Records < 550 || by[1].Records < 180 || !(by[1].Filled.Value < by[0].Filled.Value-0.05) {
			t.Errorf("got %+v", by)
		}
		if second := by[1].Name; !slices.ContainsFunc(houses, func(h string) bool { return strings.Contains(second, h) }) {
			t.Errorf("the second group is called %q", second)
		}
		if first == "" {
			first = fmt.Sprint(groups)
		} else if got := fmt.Sprint(groups); got != first {
			t.Errorf("%d workers: got %s, want %s", workers, got, first)
		}
	}
}

// foreignModel is a small model as Splink writes them.
const foreignModel = `{"link_type": "dedupe_only", "unique_id_column_name": "id", "sql_dialect": "duckdb",
"probability_two_random_records_match": 0.01,
"blocking_rules_to_generate_predictions": [{"blocking_rule": "l.\"dob\" = r.\"dob\"", "sql_dialect": "duckdb"}],
"comparisons": [
 {"output_column_name": "forename", "comparison_levels": [
  {"sql_condition": "\"forename_l\" IS NULL OR \"forename_r\" IS NULL", "label_for_charts": "null", "is_null_level": true},
  {"sql_condition": "\"forename_l\" = \"forename_r\"", "label_for_charts": "the same", "m_probability": 0.9, "u_probability": 0.05},
  {"sql_condition": "ELSE", "label_for_charts": "else", "m_probability": 0.1, "u_probability": 0.95}]},
 {"output_column_name": "dob", "comparison_levels": [
  {"sql_condition": "\"dob_l\" IS NULL OR \"dob_r\" IS NULL", "label_for_charts": "null", "is_null_level": true},
  {"sql_condition": "\"dob_l\" = \"dob_r\"", "label_for_charts": "the same", "m_probability": 0.95, "u_probability": 0.001},
  {"sql_condition": "ELSE", "label_for_charts": "else", "m_probability": 0.05, "u_probability": 0.999}]}]}`

func TestModelsOfSplink(t *testing.T) {
	m, err := splink.Load([]byte(foreignModel))
	if err != nil {
		t.Fatal(err)
	}
	pages := make([]string, 2)
	for i, workers := range []int{1, 3} {
		r := link(t, &Job{Tables: []*table.Table{people("people", 60)}, Splink: m, Workers: workers,
			Settings: &settings.Settings{ID: "id", Threshold: 0.95}})
		if r.Cluster[0] != r.Cluster[1] || r.Verdict().Light == "" || r.Doubts() != nil || r.Misses(5) != nil {
			t.Errorf("got %v", r.Cluster[:3])
		}
		pages[i] = pageOf(t, r)
	}
	if pages[0] != pages[1] || !strings.Contains(pages[0], "model of Splink") {
		t.Error("the page depends on the workers, or does not say whose model it is")
	}
}

// TestBridgesOfSplinkAreCut has a record without a forename between two people born
// on one day: by itself it may be either's, and it joins both for Splink.
func TestBridgesOfSplinkAreCut(t *testing.T) {
	m, err := splink.Load([]byte(strings.Replace(foreignModel, `"m_probability": 0.1`, `"m_probability": 0.01`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	tab := tableOf("people", []string{"id", "forename", "dob"}, [][]string{
		{"1", "Ann", "1990-01-02"}, {"2", "Bob", "1990-01-02"}, {"3", "", "1990-01-02"}, {"4", "Ann", "1990-01-02"}, {"5", "Bob", "1990-01-02"}})
	r := link(t, &Job{Tables: []*table.Table{tab}, Splink: m, Threshold: 0.9, Settings: &settings.Settings{ID: "id"}})
	if r.Cluster[0] != r.Cluster[3] || r.Cluster[1] != r.Cluster[4] || r.Cluster[0] == r.Cluster[1] || r.Clusters > 3 {
		t.Errorf("got %v", r.Cluster)
	}
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "reach the threshold by themselves") {
		t.Errorf("it does not say what Splink would have joined: %q", r.Notes)
	}
}

func TestSplinkLinksDuplicateFreeTables(t *testing.T) {
	m, err := splink.Load([]byte(strings.Replace(foreignModel, "dedupe_only", "link_only", 1)))
	if err != nil {
		t.Fatal(err)
	}
	heads := []string{"id", "forename", "dob"}
	a := tableOf("a", heads, [][]string{{"1", "Ann", "1990-01-02"}, {"2", "Bob", "1980-03-04"}})
	b := tableOf("b", heads, [][]string{{"1", "Ann", "1990-01-02"}, {"2", "Ann", "1990-01-02"}, {"3", "Bob", "1980-03-04"}})
	for _, free := range [][]bool{nil, {true, true}} {
		r := link(t, &Job{Tables: []*table.Table{a, b}, Splink: m, DuplicateFree: free, Settings: &settings.Settings{ID: "id", Threshold: 0.95}})
		if r.Job.Mode != settings.LinkOnly || r.Cluster[1] != r.Cluster[4] {
			t.Errorf("mode %v, clusters %v", r.Job.Mode, r.Cluster)
		}
		if one := r.Cluster[2] == r.Cluster[3]; one != (free == nil) {
			t.Errorf("free of duplicates %v: got %v", free, r.Cluster)
		}
	}
	if _, err := Link(t.Context(), &Job{Tables: []*table.Table{a, b}, Splink: m, DuplicateFree: []bool{true}}); !errors.Is(err, ErrInput) {
		t.Errorf("got %v", err)
	}
}

// TestSplinkFindsDuplicateFreeTables has two tables of a hundred and fifty people,
// of whom the second holds one twice: too few to be more than chance.
func TestSplinkFindsDuplicateFreeTables(t *testing.T) {
	m, err := splink.Load([]byte(strings.Replace(foreignModel, "dedupe_only", "link_only", 1)))
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for i := range 450 {
		rows = append(rows, []string{fmt.Sprint(i), forenames[i%11], fmt.Sprintf("%d-%02d-%02d", 1900+i/11, 1+i%12, 1+i%28)})
	}
	heads := []string{"id", "forename", "dob"}
	a, b := tableOf("a", heads, rows), tableOf("b", heads, append(slices.Clone(rows), []string{"again", rows[0][1], rows[0][2]}))
	r := link(t, &Job{Tables: []*table.Table{a, b}, Splink: m, Settings: &settings.Settings{ID: "id", Threshold: 0.95}})
	if len(r.Exclusive) != 2 || !r.Exclusive[0] || !r.Exclusive[1] {
		t.Fatalf("got %v, %q", r.Exclusive, r.Notes)
	}
	if first, again := int32(450), int32(900); r.Cluster[first] == r.Cluster[again] {
		t.Error("a table without duplicates has two records in one cluster")
	}
}

func TestStoppedAndRefused(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Link(ctx, &Job{Tables: []*table.Table{people("people", 60)}}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	for _, j := range []*Job{{}, {Tables: []*table.Table{people("p", 9)}, Threshold: 1.5}, {Tables: []*table.Table{people("p", 9)}, Threshold: -1}} {
		if _, err := Link(t.Context(), j); !errors.Is(err, ErrInput) {
			t.Errorf("got %v", err)
		}
	}
}
