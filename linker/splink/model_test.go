package splink

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/hearthmatch/hearth/linker/table"
	"pgregory.net/rapid"
)

// levelJSON is a model of one comparison with one level of this SQL.
func levelJSON(dialect, sql string) []byte {
	m := map[string]any{
		"link_type": "dedupe_only", "sql_dialect": dialect, "blocking_rules_to_generate_predictions": []string{},
		"comparisons": []any{map[string]any{"output_column_name": "c", "comparison_levels": []any{
			map[string]any{"sql_condition": sql, "label_for_charts": "the level"}, map[string]any{"sql_condition": "ELSE"}}}},
	}
	data, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return data
}

// ruleJSON is a model with one blocking rule.
func ruleJSON(link, rule string) []byte {
	m := map[string]any{
		"link_type": link, "blocking_rules_to_generate_predictions": []string{rule},
		"comparisons": []any{map[string]any{"output_column_name": "c", "comparison_levels": []any{
			map[string]any{"sql_condition": "a_l = a_r"}, map[string]any{"sql_condition": "ELSE"}}}},
	}
	data, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return data
}

func small(rows ...[]string) []*table.Table {
	return []*table.Table{makeTable("t", []string{"unique_id", "a", "b"}, rows)}
}

// level scores the first two rows and says whether the level held: 1, 0 or -1
// where the level is null in SQL's sense and so does not hold.
func level(t *testing.T, dialect, sql string, tables []*table.Table) int8 {
	t.Helper()
	m, err := Load(levelJSON(dialect, sql))
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	s, err := m.Bind(tables, Options{})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	p, err := s.Score(0, 1)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return p.Levels[0]
}

// TestOtherDialects reads SQL as Splink writes it for other databases.
func TestOtherDialects(t *testing.T) {
	names := small([]string{"1", "Tamsin", "1990-01-05"}, []string{"2", "Tamsyn", "1990-02-01"})
	lists := small([]string{"1", "[Tam, Sin]", "[1, 0]"}, []string{"2", "[Tom, Sin]", "[1, 1]"})
	tests := []struct {
		dialect, sql string
		tables       []*table.Table
		want         int8
	}{
		{"spark", "jaro_winkler(`a_l`, `a_r`) >= 0.9", names, 1},
		{"spark", "jaro_sim(`a_l`, `a_r`) >= 0.95", names, 0},
		{"spark", "abs(datediff(date(try_to_timestamp(`b_l`, 'yyyy-MM-dd')), date(try_to_timestamp(`b_r`, 'yyyy-MM-dd')))) <= floor(2592000 / 86400)", names, 1},
		{"spark", "ABS(UNIX_TIMESTAMP(date(try_to_timestamp(date(try_to_timestamp(`b_l`, 'yyyy-MM-dd')), 'yyyy-MM-dd'))) - UNIX_TIMESTAMP(date(try_to_timestamp(`b_r`, 'yyyy-MM-dd')))) <= 31557600.0", names, 1},
		{"spark", `try_to_timestamp(b_l, 'yyyy-MM-dd\'T\'HH:mm:ssXXX') IS NULL`, names, 1},
		{"spark", "SIZE(ARRAY_INTERSECT(`a_l`, `a_r`)) >= 1", lists, 1},
		{"spark", "`a_l`[0] = `a_r`[0]", lists, 0},
		{"spark", "`a_l`[1] = `a_r`[1]", lists, 1},
		{"spark", "element_at(`a_l`, -1) = element_at(`a_r`, -1)", lists, 1},
		{"spark", `array_min(transform(flatten(transform(a_l, x -> transform(a_r, y -> [x, y]))), pair -> levenshtein(pair[0], pair[1]))) <= 0`, lists, 1},
		{"spark", "(aggregate(zip_with(`b_l`, `b_r`, (x, y) -> x * y), CAST(0.0 AS DOUBLE), (acc, x) -> acc + x)) / " +
			"(nullif((sqrt(aggregate(transform(`b_l`, x -> x * x), CAST(0.0 AS DOUBLE), (acc, x) -> acc + x))) * " +
			"(sqrt(aggregate(transform(`b_r`, x -> x * x), CAST(0.0 AS DOUBLE), (acc, x) -> acc + x))), 0.0)) >= 0.7", lists, 1},
		{"sqlite", `"b_l" = DATE('1990-01-05')`, names, 1},
		{"sqlite", `min(length("a_l"), length("a_r")) = 6`, names, 1},
		{"postgres", `NULLIF(substring("a_l" from '(^[A-Z]{1,2})'), '') = 'T'`, names, 1},
		{"postgres", `SUBSTRING(LOWER("a_l") FROM 1 FOR 3) = SUBSTRING(LOWER("a_r") FROM 1 FOR 3)`, names, 1},
		{"postgres", `ABS(EXTRACT(EPOCH FROM try_cast_date(try_cast_date("b_l", 'YYYY-MM-DD'), 'YYYY-MM-DD')) - EXTRACT(EPOCH FROM try_cast_date("b_r", 'YYYY-MM-DD')))<= 2629800.0`, names, 1},
		{"postgres", `CARDINALITY(ARRAY_INTERSECT("a_l", "a_r")) >= 2`, lists, 0},
		{"postgres", `"a_l"[array_length("a_l", 1)] = "a_r"[array_length("a_r", 1)]`, lists, 1},
		{"athena", `levenshtein_distance("a_l", "a_r") <= 1`, names, 1},
	}
	for _, test := range tests {
		if got := level(t, test.dialect, test.sql, test.tables); got != test.want {
			t.Errorf("%s: %s: level %d, want %d", test.dialect, test.sql, got, test.want)
		}
	}
}

// TestNotUnderstood asks that an error names the comparison, the level and the
// piece of SQL.
func TestNotUnderstood(t *testing.T) {
	tests := []struct{ sql, want string }{
		{"soundalike(a_l, a_r) = 1", `“soundalike(a_l, a_r)”: the function "soundalike" is not known here`},
		{"a_l = ", "the SQL ends too early"},
		{"a = b_r", "“a” belongs to neither side of the pair"},
		{"levenshtein(a_l, a_r)", "it is a number and not a condition"},
		{"levenshtein(a_l) < 2", `"levenshtein" does not take 1 arguments`},
		{"regexp_extract(a_l, '(') = 'x'", "missing closing )"},
		{"try_strptime(a_l, '%Q') is null", "%Q is not understood"},
		{"list_max(list_transform(a_l, x -> length(x))) > 2", "a lambda like this one is not understood"},
		{"a_l['lat'] = 2", "fields of struct columns are not understood"},
		{"cast(a_l as blob) = a_r", `a cast to "blob" is not understood`},
		{"a_l = a_r; drop table x", "is not understood"},
		{"a_l = 'x", "a ' is not closed"},
		{"date_diff('fortnight', a_l, a_r) < 2", `the part "fortnight" of a date is not understood`},
		{"1 = 'x' or a_l = a_r", "the literal is not a number"},
		{"exists (select 1)", "“select” belongs to neither side"},
		{strings.Repeat("(", 5000) + "a_l = a_r", "nested more than"},
		{strings.Repeat("not ", 5000) + "a_l = a_r", "nested more than"},
	}
	for _, test := range tests {
		_, err := Load(levelJSON("duckdb", test.sql))
		if err == nil {
			t.Errorf("%s: no error", quoteSQL(test.sql))
			continue
		}
		for _, part := range []string{`comparison "c"`, `level "the level"`, test.want} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q does not say %q", quoteSQL(test.sql), err, part)
			}
		}
	}
}

func TestBadModels(t *testing.T) {
	tests := []struct{ json, want string }{
		{``, "EOF"},
		{`[]`, "not understood"},
		{`{}`, "link_type"},
		{`{"link_type":"dedupe_only"} {}`, "something follows"},
		{`{"link_type":"dedupe_only"}`, "no comparisons"},
		{`{"link_type":"dedupe_only","colour":1}`, `unknown field "colour"`},
		{`{"link_type":"dedupe_only","probability_two_random_records_match":2,"comparisons":[]}`, "above 0 and at most 1"},
		{`{"link_type":"dedupe_only","comparisons":[{"comparison_levels":[{"sql_condition":"ELSE"}]}]}`, "from 2 to"},
		{`{"link_type":"dedupe_only","comparisons":[{"comparison_levels":[{"sql_condition":"a_l=a_r","m_probability":-1},{"sql_condition":"ELSE"}]}]}`, "above 0 and at most 1"},
		{`{"link_type":"dedupe_only","comparisons":[{"comparison_levels":[{"sql_condition":"a_l=a_r","weight":-1},{"sql_condition":"ELSE"}]}]}`, `unknown field "weight"`},
		{`{"link_type":"dedupe_only","comparisons":[{"comparison_levels":[{"sql_condition":"a_l<a_r","tf_adjustment_column":"a"},{"sql_condition":"ELSE"}]}]}`, "no level for an exact match"},
		{string(ruleJSON("dedupe_only", "a_l = a_r")), "blocking rule 1"},
		{string(ruleJSON("dedupe_only", "x.a = r.a")), "belongs to neither side"},
	}
	for _, test := range tests {
		if _, err := Load([]byte(test.json)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one with %q", test.json, err, test.want)
		}
	}
}

// TestDefaults has the probabilities that Splink takes where a file gives none.
func TestDefaults(t *testing.T) {
	m, err := Load([]byte(`{"link_type":"dedupe_only","bayes_factor_column_prefix":"bf_","comparisons":[{"comparison_levels":[
		{"sql_condition":"a_l is null","is_null_level":true},
		{"sql_condition":"a_l=a_r","m_probability":0,"u_probability":0.5,"tf_adjustment_column":"a","tf_adjustment_weight":0},
		{"sql_condition":"a_l<a_r","m_probability":"level not observed in training dataset","u_probability":null},
		{"sql_condition":"ELSE"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Level{{Vector: -1}, {Vector: 2, M: 0.95, U: 0.5, TermWeight: 1}, {Vector: 1, M: 0.025, U: 0.025 / 8}, {Vector: 0, M: 0.025, U: 0.8}}
	for i, w := range want {
		l := m.Comparisons[0].Levels[i]
		if l.Vector != w.Vector || !near(l.M, w.M) || !near(l.U, w.U) || l.TermWeight != w.TermWeight {
			t.Errorf("level %d: got %+v, want %+v", i, l, w)
		}
	}
	if m.Version != 4 || m.Prior != 0.0001 || m.ID != "unique_id" || m.Source != "source_dataset" || m.Link != DedupeOnly {
		t.Errorf("model %+v", m)
	}
}

func TestBadTables(t *testing.T) {
	plain := levelJSON("duckdb", "a_l = a_r")
	number := levelJSON("duckdb", "abs(a_l - a_r) < 2")
	tests := []struct {
		model  []byte
		tables []*table.Table
		want   string
	}{
		{plain, nil, "no records"},
		{plain, small(), "no records"},
		{plain, []*table.Table{makeTable("t", []string{"x"}, [][]string{{"1"}})}, `table "t" has no column "unique_id"`},
		{plain, []*table.Table{makeTable("t", []string{"unique_id"}, [][]string{{"1"}})}, `table "t" has no column "a"`},
		{plain, small([]string{"1", "x", ""}, []string{"1", "y", ""}), `table "t", record 1 and table "t", record 2 have the same id`},
		{plain, small([]string{"1", "x", ""}, []string{"", "y", ""}), `table "t", record 2 has no id`},
		{number, small([]string{"1", "4", ""}, []string{"2", "secret", ""}), `table "t", record 2, column "a"`},
	}
	for _, test := range tests {
		m, err := Load(test.model)
		if err != nil {
			t.Fatal(err)
		}
		_, err = m.Predict(context.Background(), test.tables, Options{})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, want one with %q", err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error shows a cell: %v", err)
		}
	}
}

func TestTooManyPairs(t *testing.T) {
	m, err := Load(ruleJSON("dedupe_only", "l.b = r.b"))
	if err != nil {
		t.Fatal(err)
	}
	ids := table.Column{Name: "unique_id", Values: []string{""}}
	same := table.Column{Name: "b", Values: []string{"", "x"}}
	const rows = 200_000
	for i := range rows {
		ids.Values = append(ids.Values, string(rune('a'+i%26))+strings.Repeat("y", 0)+itoa(i))
		ids.Cells = append(ids.Cells, uint32(i+1))
		same.Cells = append(same.Cells, 1)
	}
	a := same
	a.Name = "a"
	_, err = m.Predict(context.Background(), []*table.Table{{Name: "t", Rows: rows, Columns: []table.Column{ids, same, a}}}, Options{})
	if err == nil || !strings.Contains(err.Error(), "blocking rule 1 puts forward 19999900000 pairs") {
		t.Errorf("error %v", err)
	}
}

func itoa(i int) string { b, _ := json.Marshal(i); return string(b) }

// TestWorkersDoNotMatter asks for the same pairs in the same order.
func TestWorkersDoNotMatter(t *testing.T) {
	for _, name := range []string{"levels", "exploded", "link_three"} {
		m := loadGolden(t, "testdata/v4/"+name+".json")
		names := goldenTables[name]
		if names == nil {
			names = []string{""}
		}
		tables := readPeople(t, names...)
		var first []Pair
		for workers := 1; workers < 5; workers++ {
			pairs, err := m.Predict(context.Background(), tables, Options{Workers: workers})
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = pairs
			} else if !reflect.DeepEqual(first, pairs) {
				t.Errorf("%s: %d workers give other pairs", name, workers)
			}
		}
	}
}

func loadGolden(t testing.TB, path string) *Model {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Load(data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestExplainAddsUp asks that the prior and the parts make the weight, and that
// Score and Predict agree.
func TestExplainAddsUp(t *testing.T) {
	m := loadGolden(t, "testdata/v5/names.json")
	s, err := m.Bind(readPeople(t, ""), Options{})
	if err != nil {
		t.Fatal(err)
	}
	pairs, err := s.Predict(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pairs[:50] {
		x, err := s.Explain(int(p.B), int(p.A))
		if err != nil {
			t.Fatal(err)
		}
		sum := x.Prior
		for i, part := range x.Parts {
			sum += part.Weight + part.Term
			if part.Vector != p.Levels[i] || part.Level == "" || part.Comparison == "" {
				t.Errorf("part %+v, level %d", part, p.Levels[i])
			}
		}
		if math.Abs(sum-p.Weight) > 1e-9 || x.Weight != p.Weight {
			t.Errorf("the parts make %v, the weight is %v", sum, p.Weight)
		}
		if scored, err := s.Score(int(p.B), int(p.A)); err != nil || !reflect.DeepEqual(scored, p) {
			t.Errorf("scored %+v (%v), predicted %+v", scored, err, p)
		}
		if got := s.Weigh(p.B, p.A); got != p.Weight {
			t.Errorf("weighed %v, predicted %v", got, p.Weight)
		}
	}
	if _, err := s.Score(3, 3); err == nil {
		t.Error("a record is compared with itself")
	}
	if got := s.Count(); len(got) != 3 || got[0] < 1 {
		t.Errorf("counts %v", got)
	}
}

// TestWeighingDoesNotAllocate holds for every pair once the kernels' memory is there.
func TestWeighingDoesNotAllocate(t *testing.T) {
	for _, name := range []string{"names", "thresholds", "dates", "places", "terms"} {
		s, err := loadGolden(t, "testdata/v4/"+name+".json").Bind(readPeople(t, ""), Options{})
		if err != nil {
			t.Fatal(err)
		}
		e := s.envs.Get().(*env)
		levels := make([]int8, len(s.comparisons))
		all := func() {
			for a := range int32(20) {
				for b := range a {
					e.set(a, b)
					s.weigh(e, levels)
					s.Weigh(a, b)
				}
			}
		}
		all()
		if got := testing.AllocsPerRun(3, all); got != 0 {
			t.Errorf("%s: %v allocations", name, got)
		}
	}
}

func TestColumns(t *testing.T) {
	m := loadGolden(t, "testdata/v4/exploded.json")
	got, want := m.Columns(), []string{"unique_id", "surname", "tags", "sounds", "sex", "city"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("columns %v, want %v", got, want)
	}
}

func TestMinWeightAndRowIDs(t *testing.T) {
	m := loadGolden(t, "testdata/v4/names.json")
	tables := readPeople(t, "")
	all, err := m.Predict(context.Background(), tables, Options{})
	if err != nil {
		t.Fatal(err)
	}
	some, err := m.Predict(context.Background(), tables, Options{HasMin: true, MinWeight: 0})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, p := range all {
		if p.Weight >= 0 {
			if !reflect.DeepEqual(p, some[n]) {
				t.Errorf("pair %d differs", n)
			}
			n++
		}
	}
	if n != len(some) {
		t.Errorf("%d pairs, want %d", len(some), n)
	}
	tables[0].Columns = tables[0].Columns[1:]
	rows, err := m.Predict(context.Background(), tables, Options{RowIDs: true})
	if err != nil || len(rows) != len(all) {
		t.Errorf("%d pairs without ids (%v), want %d", len(rows), err, len(all))
	}
	for _, p := range rows {
		if p.A >= p.B {
			t.Errorf("row %d is left of %d", p.A, p.B)
		}
	}
}

func TestCancel(t *testing.T) {
	m := loadGolden(t, "testdata/v4/names.json")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := m.Predict(ctx, readPeople(t, ""), Options{}); err == nil {
		t.Error("a cancelled context is let pass")
	}
}

// TestRulesAgainstAllPairs finds with keys what trying every pair finds.
func TestRulesAgainstAllPairs(t *testing.T) {
	rules := []string{"l.a = r.a", "l.a = r.b", "l.a = r.b and l.b = r.a", "l.a = r.a or l.b = r.b", "l.a < r.b and l.b = r.b",
		"(l.a = r.a or l.b = r.b) and l.a <> 'x'", "lower(l.a) || l.b = lower(r.a) || r.b", "l.a = 'x'", "not l.a = r.a"}
	cellOf := rapid.SampledFrom([]string{"", "x", "y", "X", "z"})
	rapid.Check(t, func(t *rapid.T) {
		rule := rapid.SampledFrom(rules).Draw(t, "rule")
		var rows [][]string
		for i := range rapid.IntRange(1, 12).Draw(t, "rows") {
			rows = append(rows, []string{itoa(i), cellOf.Draw(t, "a"), cellOf.Draw(t, "b")})
		}
		m, err := Load(ruleJSON("dedupe_only", rule))
		if err != nil {
			t.Fatal(err)
		}
		s, err := m.Bind(small(rows...), Options{})
		if err != nil {
			t.Fatal(err)
		}
		pairs, err := s.Predict(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		got, want := map[[2]int32]bool{}, map[[2]int32]bool{}
		for _, p := range pairs {
			got[[2]int32{p.A, p.B}] = true
		}
		n, err := parse(rule, "duckdb", true)
		if err != nil {
			t.Fatal(err)
		}
		if err := (&checker{sql: rule}).condition(n); err != nil {
			t.Fatal(err)
		}
		b := newBinder(s.frame, s.frame, "|")
		holds, err := b.condition(n)
		if err != nil {
			t.Fatal(err)
		}
		e := b.env()
		for i := range int32(len(rows)) {
			for j := i + 1; j < int32(len(rows)); j++ {
				if e.set(i, j); holds(e) == yes {
					want[[2]int32{i, j}] = true
				}
			}
		}
		if !reflect.DeepEqual(got, want) || len(pairs) != len(got) {
			t.Errorf("%s: got %v, want %v", rule, got, want)
		}
	})
}
