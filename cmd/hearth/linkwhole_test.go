package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// invented is a table of n invented people, every third of whom stands in it
// twice, the second time with a slip.
func invented(n int) string {
	forenames := []string{"Ann", "Bob", "Cathy", "David", "Emma", "Frank", "Grace", "Henry", "Isla", "Jack", "Karen"}
	surnames := []string{"Able", "Baker", "Carter", "Dyer", "Eastwood", "Fisher", "Glover", "Hooper", "Ingram", "Joiner", "Kemp", "Lister", "Mason"}
	var b strings.Builder
	b.WriteString("id,forename,surname,dob,postcode\n")
	id := 0
	row := func(i int, surname string) {
		id++
		fmt.Fprintf(&b, "r%d,%s,%s,%d-%02d-%02d,TQ%d %d%c%c\n", id, forenames[i*7%11], surname, 1940+i*13%70, 1+i*5%12, 1+i*11%28,
			1+i%14, i*3%10, 'A'+rune(i*17%8), 'P'+rune(i*19%9))
	}
	for i := range n {
		row(i, surnames[i*5%13])
		if i%3 == 0 {
			row(i, surnames[i*5%13]+"s")
		}
	}
	return b.String()
}

// linked runs hearth link and returns the clusters; both ends are allowed, as
// the estimate of so small a table may be below the bar.
func linked(t *testing.T, args ...string) string {
	t.Helper()
	code, out, talk := hearth(t, append([]string{"link", "--out", "-"}, args...)...)
	if code != exitDone && code != exitBelow {
		t.Fatalf("link %v: exit %d\n%s", args, code, talk)
	}
	return out
}

func TestTablesFromEndToEnd(t *testing.T) {
	people := write(t, "people.csv", invented(150))
	model := filepath.Join(t.TempDir(), "model.json")
	must(t, "train", people, "--out", model)

	one := linked(t, people, "--workers", "1")
	rows := readCSV(t, one)
	if len(rows) != 201 {
		t.Fatalf("%d rows of 200 records", len(rows)-1)
	}
	wrong := 0
	for i, record := 0, 1; i < 150; i++ {
		if i%3 == 0 {
			if rows[record][1] != rows[record+1][1] {
				wrong++
			}
			record++
		}
		record++
	}
	if wrong > 5 {
		t.Errorf("%d of 50 pairs are not found", wrong)
	}
	if three := linked(t, people, "--workers", "3"); three != one {
		t.Error("the answer depends on the workers")
	}
	if again := linked(t, people, "--model", model); again != one {
		t.Error("the model trained apart gives other clusters")
	}
	if out := must(t, "compare", model, model, people); !strings.Contains(out, "joined=0 parted=0 rearranged=0") {
		t.Errorf("a model differs from itself: %s", out)
	}
	if out := must(t, "explain", "r1", "r2", "--table", people, "--model", model); !strings.Contains(out, "in one cluster") {
		t.Errorf("explain: %s", out)
	}
	if out := must(t, "link", people, "--dry-run"); !strings.Contains(out, "pairs of 200 records to compare") {
		t.Errorf("dry run: %s", out)
	}
}

func TestModelForOtherColumns(t *testing.T) {
	people := write(t, "people.csv", invented(60))
	model := filepath.Join(t.TempDir(), "model.json")
	must(t, "train", people, "--out", model)
	var b strings.Builder
	b.WriteString("id,telephone,email\n")
	for i := range 60 {
		fmt.Fprintf(&b, "%d,0770090%04d,someone%d@example.org\n", i, i*37, i)
	}
	out := filepath.Join(t.TempDir(), "c.csv")
	code, _, talk := hearth(t, "link", write(t, "other.csv", b.String()), "--model", model, "--out", out)
	if code != exitFailed || strings.Count(talk[strings.LastIndex(talk, "hearth:"):], "\n") != 1 || !strings.Contains(talk, "column") {
		t.Errorf("exit %d, %s", code, talk)
	}
	code, _, talk = hearth(t, "link", people, "--model", people, "--out", out)
	if code != exitFailed || !strings.Contains(talk, "model") {
		t.Errorf("a table as the model: exit %d, %s", code, talk)
	}
}

func TestPoorTablesEndToEnd(t *testing.T) {
	same := "id,forename,surname\n"
	for i := range 200 {
		same += fmt.Sprintf("%d,Ann,Able\n", i)
	}
	for name, text := range map[string]string{
		"one row":        "id,forename,surname,dob\n1,Ann,Able,1990-01-02\n",
		"two rows":       "id,forename,surname,dob\n1,Ann,Able,1990-01-02\n2,Bob,Baker,1991-01-02\n",
		"blank columns":  "id,forename,surname,dob\n1,,,\n2,,,\n3,,,\n",
		"identical rows": same,
		"one column":     "surname\nAble\nBaker\nAble\n",
		"not UTF-8":      strings.ReplaceAll(invented(40), "Able", "\xc9ble"),
		"no id":          strings.ReplaceAll(invented(40), "id,", "forename2,"),
	} {
		code, out, talk := hearth(t, "link", write(t, "f.csv", text), "--out", "-")
		last := talk[strings.LastIndex(strings.TrimSuffix(talk, "\n"), "\n")+1:]
		switch {
		case code == exitFailed && strings.HasPrefix(last, "hearth: "):
		case (code == exitDone || code == exitBelow) && strings.Count(out, "\n") == strings.Count(text, "\n"):
		default:
			t.Errorf("%s: exit %d, %d lines\n%s", name, code, strings.Count(out, "\n"), talk)
		}
	}
}

// splinkModel is a small model as Splink writes them.
const splinkModel = `{"link_type": "dedupe_only", "unique_id_column_name": "id", "sql_dialect": "duckdb",
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
	people := write(t, "people.csv", invented(60))
	model := write(t, "splink.json", splinkModel)
	rows := readCSV(t, linked(t, people, "--model", model))
	if len(rows) != 81 || rows[1][1] != rows[2][1] || rows[2][1] == rows[3][1] {
		t.Errorf("got %d rows, %v", len(rows), rows[:4])
	}
	// 0.01/0.99 × 0.9/0.05 × 0.95/0.001 = 172.7, which is 7.4 bits.
	out := must(t, "explain", "r1", "r2", "--table", people, "--model", model)
	if !strings.Contains(out, "weight 7.4, probability 0.994") || !strings.Contains(out, "+9.9") {
		t.Errorf("explain: %s", out)
	}
	if out := must(t, "link", people, "--model", model, "--dry-run"); !strings.Contains(out, "dob") {
		t.Errorf("dry run: %s", out)
	}
	ours := filepath.Join(t.TempDir(), "model.json")
	must(t, "train", people, "--out", ours)
	if out := must(t, "compare", model, ours, people); !strings.Contains(out, "records=80 ") {
		t.Errorf("compare: %s", out)
	}
	strange := write(t, "strange.json", strings.Replace(splinkModel, `\"dob_l\" = \"dob_r\"`, `my_udf(\"dob_l\", \"dob_r\") > 3`, 1))
	code, _, talk := hearth(t, "link", people, "--model", strange, "--out", "-")
	if code != exitFailed || !strings.Contains(talk, "my_udf") {
		t.Errorf("a level that is not understood: exit %d, %s", code, talk)
	}
}

// TestSplinkExplainsClusters has a record without a forename between two people of
// one birthday: it reaches the threshold with each, and is in the cluster of one.
func TestSplinkExplainsClusters(t *testing.T) {
	people := write(t, "people.csv", "id,forename,dob\n1,Ann,1990-01-02\n2,Bob,1990-01-02\n3,,1990-01-02\n4,Ann,1990-01-02\n5,Bob,1990-01-02\n")
	model := write(t, "splink.json", strings.NewReplacer(`"m_probability": 0.1`, `"m_probability": 0.01`,
		`_match": 0.01`, `_match": 0.02`).Replace(splinkModel))
	together := 0
	for _, other := range []string{"1", "2"} {
		var got struct {
			Probability float64 `json:"probability"`
			Together    bool    `json:"same_cluster"`
		}
		if err := json.Unmarshal([]byte(must(t, "explain", "3", other, "--table", people, "--model", model, "--json")), &got); err != nil {
			t.Fatal(err)
		}
		if got.Probability < 0.95 {
			t.Errorf("3 and %s: probability %g", other, got.Probability)
		}
		if got.Together {
			together++
		}
	}
	if together != 1 {
		t.Errorf("3 is in the cluster of %d of the two", together)
	}
}

func TestModelLinksAnotherTable(t *testing.T) {
	dir := t.TempDir()
	model, page, clusters := filepath.Join(dir, "model.json"), filepath.Join(dir, "r.html"), filepath.Join(dir, "c.csv")
	must(t, "train", write(t, "people.csv", invented(150)), "--out", model)
	// of three rows nobody could tell what the columns are
	few := write(t, "few.csv", strings.Join(strings.SplitAfter(invented(150), "\n")[:4], ""))
	code, _, talk := hearth(t, "link", few, "--model", model, "--out", clusters, "--report", page)
	if code != exitDone && code != exitBelow {
		t.Fatalf("exit %d\n%s", code, talk)
	}
	rows := readCSV(t, read(t, clusters))
	if rows[1][1] != rows[2][1] || rows[2][1] == rows[3][1] {
		t.Errorf("got %v", rows)
	}
	if !strings.Contains(talk, "pairs of 3 records to compare") || !strings.Contains(read(t, page), "trained before") {
		t.Errorf("it does not say what it compares, or with what:\n%s", talk)
	}
}

func TestReportsEndToEnd(t *testing.T) {
	dir := t.TempDir()
	people := write(t, "people.csv", invented(90))
	for name, args := range map[string][]string{
		"one table":       {people},
		"two tables":      {people, write(t, "again.csv", invented(60))},
		"one to one":      {people, write(t, "again.csv", invented(60)), "--duplicate-free", "all"},
		"Splink's model":  {people, "--model", write(t, "splink.json", splinkModel)},
		"both, not apart": {people, write(t, "again.csv", invented(60)), "--both", "--duplicate-free", "none"},
	} {
		var pages [2]string
		for i, workers := range []string{"1", "3"} {
			path := filepath.Join(dir, "r.html")
			args := append([]string{"link", "--out", filepath.Join(dir, "c.csv"), "--report", path, "--workers", workers}, args...)
			if code, _, talk := hearth(t, args...); code != exitDone && code != exitBelow {
				t.Fatalf("%s: exit %d\n%s", name, code, talk)
			}
			whole := read(t, path)
			from, to := strings.Index(whole, "Where the time went"), strings.Index(whole, "On this page")
			if from < 0 || to < from || len(whole) > 2_000_000 {
				t.Fatalf("%s: a page of %d bytes", name, len(whole))
			}
			pages[i] = whole[:from] + whole[to:] // times differ
		}
		if pages[0] != pages[1] {
			t.Errorf("%s: the page depends on the workers", name)
		}
	}
	if code, _, talk := hearth(t, "link", people, "--out", "-", "--duplicate-free", "nobody"); code != exitUsage || !strings.Contains(talk, "--duplicate-free") {
		t.Errorf("exit %d, %s", code, talk)
	}
}
