package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/linker"
	"github.com/hearthmatch/hearth/linker/quality"
	"github.com/hearthmatch/hearth/linker/report"
	"github.com/hearthmatch/hearth/linker/table"
)

// people is a table of invented people: 1 and 3 are one of them.
const people = "id,forename,surname,dob\n1,Ann,Able,1990-01-02\n\"2,x\",Bob,Baker,1991-02-03\n3,Anne,Able,1990-01-02\n"

// fakeEngine links the first and the last record, and no other.
func fakeEngine(light quality.Light, seen *linkJob) engine {
	return engine{
		link: func(_ context.Context, j *linkJob) (*linkAnswer, error) {
			if seen != nil {
				*seen = *j
			}
			j.progress("compare", 1, 2)
			a := &linkAnswer{compared: 1200, model: []byte("{}\n"), report: &report.Report{},
				verdict: &quality.Verdict{Light: light, Sentences: []string{"It is so."},
					Advice: []quality.Advice{{Sentence: "Label twenty pairs."}}}}
			if light == quality.Green {
				a.verdict.Precision.Estimate, a.verdict.Recall.Estimate = 0.99, 0.98
			}
			n := 0
			for _, t := range j.tables {
				n += t.Rows
			}
			for i := range n {
				a.cluster = append(a.cluster, int32(i))
			}
			a.cluster[n-1], a.clusters = 0, max(n-1, 1)
			if string(j.model) == "apart" {
				a.cluster[n-1], a.clusters = int32(n-1), n
			}
			a.pairs = []linker.Pair{{A: 0, B: int32(n - 1), Probability: 0.96875, Weight: 4.954}}
			return a, nil
		},
		count: func(context.Context, *linkJob) (*pairPlan, error) {
			return &pairPlan{Records: 3, Pairs: 1200, Exact: true, Recall: 0.98, Least: 0.8,
				Rules: []rulePairs{{"surname", 1200, 1000, 0.9}}}, nil
		},
		train: func(context.Context, *linkJob) ([]byte, error) { return []byte("{\"model\":1}\n"), nil },
		explain: func(_ context.Context, _ *linkJob, a, b int32) (*pairAnswer, error) {
			return &pairAnswer{recordPair: recordPair{a, b, 0.96875, 4.954}, found: true,
				reasons: []pairReason{{"surname", "the same", 7}}}, nil
		},
	}
}

// withEngine runs a command line with an engine of the test's.
func withEngine(t *testing.T, e engine, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, talk bytes.Buffer
	p := newProgram(strings.NewReader(""), &out, &talk)
	p.engine = e
	code = p.Run(t.Context(), args)
	return code, out.String(), talk.String()
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestLinkWritesWhatIsAskedFor(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	code, out, talk := withEngine(t, fakeEngine(quality.Green, nil), "link", write(t, "people.csv", people), "--out", at("c.csv"),
		"--pairs", at("p.csv"), "--report", at("r.html"), "--model-out", at("m.json"))
	if code != exitDone {
		t.Fatalf("exit %d, %s", code, talk)
	}
	if got, want := read(t, at("c.csv")), "record_id,cluster_id\n1,1\n\"2,x\",2\n3,1\n"; got != want {
		t.Errorf("clusters: got %q, want %q", got, want)
	}
	want := "record_id_l,record_id_r,match_probability,match_weight,same_cluster\n1,3,0.968750,4.954,true\n"
	if got := read(t, at("p.csv")); got != want {
		t.Errorf("pairs: got %q, want %q", got, want)
	}
	if !strings.Contains(read(t, at("r.html")), "<html") || read(t, at("m.json")) != "{}\n" {
		t.Error("no report or no model")
	}
	if left, _ := filepath.Glob(at("*")); len(left) != 4 {
		t.Errorf("it left %v behind", left)
	}
	for _, want := range []string{
		"people: 3 rows, 4 columns", `records are named by column "id"`, "forename", "compare",
	} {
		if !strings.Contains(talk, want) {
			t.Errorf("it does not say %q:\n%s", want, talk)
		}
	}
	for _, want := range []string{"records=3 clusters=2 linked=2 largest=2 compared=1200 threshold=0.95\n", "seconds read_tables=", "quality GREEN"} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not print %q:\n%s", want, out)
		}
	}
	if strings.Contains(talk+out, "Able") {
		t.Error("it names somebody")
	}
}

func TestLinkOfSeveralTables(t *testing.T) {
	var seen linkJob
	a, b := write(t, "people.csv", people), write(t, "people.csv", people)
	code, out, talk := withEngine(t, fakeEngine(quality.Green, &seen), "link", a, b, "--out", "-", "--threshold", "0.8", "--workers", "3")
	if code != exitDone {
		t.Fatalf("exit %d, %s", code, talk)
	}
	want := "record_id,cluster_id,source\n1,1,people\n\"2,x\",2,people\n3,3,people\n1,4,people-2\n\"2,x\",5,people-2\n3,1,people-2\n"
	if out != want {
		t.Errorf("got %q, want %q", out, want)
	}
	if !strings.Contains(talk, "records=6") || !strings.Contains(talk, "who is in more than one table") {
		t.Errorf("the summary is not on standard error:\n%s", talk)
	}
	if seen.threshold != 0.8 || seen.workers != 3 {
		t.Errorf("got threshold %g and %d workers", seen.threshold, seen.workers)
	}
}

func TestLinkBelowTheBar(t *testing.T) {
	out := filepath.Join(t.TempDir(), "c.csv")
	code, text, talk := withEngine(t, fakeEngine(quality.Red, nil), "link", write(t, "people.csv", people), "--out", out, "--json")
	if code != exitBelow || !strings.Contains(talk, "below the bar") {
		t.Errorf("exit %d, %s", code, talk)
	}
	if !strings.HasPrefix(read(t, out), "record_id,") {
		t.Error("the clusters are not written")
	}
	var sum struct {
		Version int  `json:"version"`
		Records int  `json:"records"`
		Below   bool `json:"below_the_bar"`
		Columns []struct{ Column, As string }
	}
	if err := json.Unmarshal([]byte(text), &sum); err != nil || sum.Version != 1 || sum.Records != 3 || !sum.Below || len(sum.Columns) != 4 {
		t.Errorf("got %+v, %v from %s", sum, err, text)
	}
	code, text, _ = withEngine(t, fakeEngine(quality.Red, nil), "link", write(t, "people.csv", people), "--out", out)
	if code != exitBelow || !strings.Contains(text, "1. Label twenty pairs.") {
		t.Errorf("exit %d, %s", code, text)
	}
}

func TestLinkStopped(t *testing.T) {
	stopped, stop := context.WithCancel(t.Context())
	stop()
	var out, talk bytes.Buffer
	clusters := filepath.Join(t.TempDir(), "c.csv")
	code := newProgram(nil, &out, &talk).Run(stopped, []string{"link", write(t, "people.csv", people), "--out", clusters})
	if code != exitFailed || !strings.Contains(talk.String(), "hearth: stopped before it was done\n") {
		t.Errorf("exit %d, %s", code, talk.String())
	}
	if _, err := os.Stat(clusters); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something was written: %v", err)
	}
}

func TestDryRun(t *testing.T) {
	code, out, talk := withEngine(t, fakeEngine(quality.Green, nil), "link", write(t, "people.csv", people), "--dry-run")
	if code != exitDone || !strings.Contains(out, "1,200 pairs of 3 records") || !strings.Contains(out, "98.0%") {
		t.Errorf("exit %d, %s, %s", code, out, talk)
	}
	if _, out, _ = withEngine(t, fakeEngine(quality.Green, nil), "link", write(t, "people.csv", people), "-n", "--json"); !json.Valid([]byte(out)) {
		t.Errorf("no JSON: %s", out)
	}
}

func TestPairsToJudge(t *testing.T) {
	out := filepath.Join(t.TempDir(), "j.csv")
	e := fakeEngine(quality.Green, nil)
	link := e.link
	e.link = func(ctx context.Context, j *linkJob) (*linkAnswer, error) {
		a, err := link(ctx, j)
		a.verdict.Ask = [][2]int32{{0, 2}, {1, 2}}
		return a, err
	}
	code, text, talk := withEngine(t, e, "link", write(t, "people.csv", people), "--out", "-", "--to-judge", out)
	if code != exitDone || !strings.HasPrefix(text, "record_id,cluster_id\n") || !strings.Contains(talk, "--labels FILE") {
		t.Errorf("exit %d, %s, %s", code, text, talk)
	}
	if got, want := read(t, out), "record_id_l,record_id_r,match\n1,3,\n\"2,x\",3,\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTablesRefused(t *testing.T) {
	good := write(t, "people.csv", people)
	labels := write(t, "labels.csv", "record_id_l,record_id_r,match\n7,8,1\n")
	out := filepath.Join(t.TempDir(), "c.csv")
	for _, tc := range []struct {
		name string
		args []string
		code int
		say  string
	}{
		{"no table", []string{"link", "--out", out}, exitUsage, "missing: TABLE"},
		{"no output", []string{"link", good}, exitUsage, "--out is required"},
		{"two outputs", []string{"link", good, "--out", out, "--pairs", out}, exitUsage, "two outputs"},
		{"onto an input", []string{"link", good, "--out", good}, exitUsage, "would be overwritten"},
		{"onto the labels", []string{"link", good, "--out", out, "--labels", labels, "--to-judge", labels}, exitUsage, "would be overwritten"},
		{"settings onto an input", []string{"settings", good, "--out", good}, exitUsage, "would be overwritten"},
		{"a model onto an input", []string{"train", good, "--out", good}, exitUsage, "would be overwritten"},
		{"two modes", []string{"link", good, "--out", out, "--dedupe", "--both"}, exitUsage, "choose one of"},
		{"one table across", []string{"link", good, "--out", out, "--link-only"}, exitUsage, "at least two tables"},
		{"threshold above 1", []string{"link", good, "--out", out, "--threshold", "1.5"}, exitUsage, "--threshold"},
		{"threshold below 0", []string{"link", good, "--out", out, "--threshold=-0.1"}, exitUsage, "--threshold"},
		{"threshold 0", []string{"link", good, "--out", out, "--threshold", "0"}, exitUsage, "--threshold"},
		{"no number", []string{"link", good, "--out", out, "--threshold", "NaN"}, exitUsage, "--threshold"},
		{"no workers", []string{"link", good, "--out", out, "--workers", "0"}, exitUsage, "--workers"},
		{"no file", []string{"link", "no/such.csv", "--out", out}, exitFailed, "no such file"},
		{"a directory", []string{"link", t.TempDir(), "--out", out}, exitFailed, "is a directory"},
		{"empty", []string{"link", write(t, "f.csv", ""), "--out", out}, exitFailed, "is empty"},
		{"header alone", []string{"link", write(t, "f.csv", "id,name\n"), "--out", out}, exitFailed, "no rows"},
		{"ragged", []string{"link", write(t, "f.csv", "id,name\n1\n"), "--out", out}, exitFailed, "row 1 (line 2)"},
		{"Parquet cut short", []string{"link", write(t, "f.parquet", "PAR1xxxxxxxxxxxxxxx"), "--out", out}, exitFailed, "cut short"},
		{"no such id", []string{"link", good, "--out", out, "--id", "nhs"}, exitFailed, "its columns are id, forename"},
		{"ids twice", []string{"link", good, "--out", out, "--id", "surname"}, exitFailed, `rows 1 and 3 have the same id in column "surname"`},
		{"id blank", []string{"link", write(t, "f.csv", "id,name\n1,a\n,b\n"), "--out", out, "--id", "id"}, exitFailed, "row 2 has no id"},
		{"no settings", []string{"link", good, "--out", out, "--settings", "no/such"}, exitFailed, "no such file"},
		{"no model", []string{"link", good, "--out", out, "--model", "no/such"}, exitFailed, "no such file"},
		{"labels of others", []string{"link", good, "--out", out, "--labels", labels}, exitFailed, "no pair is of two records"},
		{"no labels", []string{"train", good, "--out", out, "--labels", good}, exitFailed, "record"},
		{"train without output", []string{"train", good}, exitUsage, "--out is required"},
		{"compare one", []string{"compare", "m.json"}, exitUsage, "missing: MODEL and TABLE"},
		{"compare none", []string{"compare", "a.json", "b.json", good}, exitFailed, "no such file"},
		{"settings of nothing", []string{"settings"}, exitUsage, "missing: TABLE"},
		{"no place for it", []string{"link", good, "--out", "no/such/dir/c.csv"}, exitFailed, "no such file or directory"},
		{"explain one", []string{"explain", "1", "--table", good}, exitUsage, "two records"},
		{"explain the same", []string{"explain", "1", "1", "--table", good}, exitUsage, "the same record"},
		{"explain nobody", []string{"explain", "1", "77", "--table", good}, exitFailed, "no record has the id given"},
		{"explain which", []string{"explain", "1", "3", "--table", good, "--table", good}, exitFailed, "write TABLE/ID"},
		{"explain by a service", []string{"explain", "1", "3", "--table", good, "--server", "x:1"}, exitUsage, "--table asks no service"},
		{"explain a model", []string{"explain", "1", "3", "--model", good}, exitUsage, "name the tables with --table"},
	} {
		code, stdout, talk := withEngine(t, fakeEngine(quality.Green, nil), tc.args...)
		if code != tc.code || !strings.Contains(talk, tc.say) || stdout != "" {
			t.Errorf("%s: exit %d, %q, %q; want exit %d and %q", tc.name, code, stdout, talk, tc.code, tc.say)
		}
	}
	if _, err := os.Stat(out); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something was written all the same: %v", err)
	}
}

func TestTablesTakenAsTheyAre(t *testing.T) {
	for name, text := range map[string]string{
		"no id column":  "forename,surname\nAnn,Able\nBob,Baker\nAnn,Able\n",
		"one row":       "id,forename,surname\n1,Ann,Able\n",
		"blank column":  "id,forename,surname,nothing\n1,Ann,Able,\n2,Bob,Baker,\n",
		"not UTF-8":     "id,forename,surname\n1,Zo\xeb,Able\n2,Bob,Baker\n",
		"semicolons":    "id;forename;surname\n1;Ann;Able\n2;Bob;Baker\n",
		"nothing known": "a,b\nq1w2,#\n!!,?\n",
	} {
		out := filepath.Join(t.TempDir(), "c.csv")
		code, _, talk := withEngine(t, fakeEngine(quality.Green, nil), "link", write(t, "f.csv", text), "--out", out)
		if code != exitDone {
			t.Errorf("%s: exit %d, %s", name, code, talk)
			continue
		}
		if got, want := strings.Count(read(t, out), "\n"), strings.Count(text, "\n"); got != want {
			t.Errorf("%s: %d lines, want %d", name, got, want)
		}
	}
}

func TestTrainAndSettings(t *testing.T) {
	good := write(t, "people.csv", people)
	model := filepath.Join(t.TempDir(), "m.json")
	if code, out, talk := withEngine(t, fakeEngine(quality.Green, nil), "train", good, "--out", model); code != exitDone || out != "" {
		t.Errorf("train: exit %d, %q, %s", code, out, talk)
	}
	if got := read(t, model); got != "{\"model\":1}\n" {
		t.Errorf("the model is %q", got)
	}
	yaml := must(t, "settings", good)
	if !strings.Contains(yaml, "forename") || strings.Contains(yaml, "Able") {
		t.Errorf("settings: %s", yaml)
	}
	file := write(t, "settings.yaml", yaml)
	code, _, talk := withEngine(t, fakeEngine(quality.Green, nil), "link", good, "--settings", file, "--out", filepath.Join(t.TempDir(), "c.csv"))
	if code != exitDone {
		t.Errorf("link with the settings proposed: exit %d, %s", code, talk)
	}
}

func TestExplainTables(t *testing.T) {
	good := write(t, "people.csv", people)
	code, out, talk := withEngine(t, fakeEngine(quality.Green, nil), "explain", "1", "2,x", "--table", good)
	if code != exitDone {
		t.Fatalf("exit %d, %s", code, talk)
	}
	for _, want := range []string{"1 and 2,x: in different clusters, weight 5.0, probability 0.969", "the same", "+7.0", "Baker"} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not print %q:\n%s", want, out)
		}
	}
	var e explanation
	_, out, _ = withEngine(t, fakeEngine(quality.Green, nil), "explain", "people/1", "people-2/3", "--table", good, "--table", good, "--json")
	if err := json.Unmarshal([]byte(out), &e); err != nil || e.B != "people-2/3" || len(e.Fields) != 4 || e.Fields[1].B != "Anne" {
		t.Errorf("got %+v, %v", e, err)
	}
}

func TestCompareModels(t *testing.T) {
	good := write(t, "people.csv", people)
	apart, together := write(t, "a.json", "apart"), write(t, "b.json", "together")
	code, out, talk := withEngine(t, fakeEngine(quality.Green, nil), "compare", apart, together, good)
	if code != exitDone {
		t.Fatalf("exit %d, %s", code, talk)
	}
	want := "records=3 clusters_before=3 clusters_after=2 unchanged=1\n" +
		"joined=1 parted=0 rearranged=0 records_in_them=2\npairs gained=1 lost=0 kept=0\njoined: [1] [3] → [1 3]\n"
	if out != want {
		t.Errorf("got %q, want %q", out, want)
	}
	_, out, _ = withEngine(t, fakeEngine(quality.Green, nil), "compare", together, apart, good, "--limit", "0")
	if !strings.Contains(out, "parted=1") || !strings.Contains(out, "and 1 more") {
		t.Errorf("got %q", out)
	}
}

func TestCompareClusters(t *testing.T) {
	got := compareClusters([]int32{0, 0, 1, 1, 2, 3, 3}, []int32{0, 1, 1, 0, 2, 3, 4}, numbered(7))
	got.Changes = nil
	want := &comparison{Records: 7, Before: 4, After: 5, Same: 1, Parted: 1, Rearranged: 1, Moved: 6,
		PairsGained: 2, PairsLost: 3, ChangesFound: 2}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(comparison{})); diff != "" {
		t.Error(diff)
	}
}

func TestEvaluateTables(t *testing.T) {
	clusters := write(t, "c.csv", "record_id,cluster_id\n1,1\n2,1\n3,2\n4,3\n")
	truth := write(t, "t.csv", "record_id,cluster_id,origin\n1,a,x\n2,a,x\n3,a,y\n4,b,y\n")
	pairs := write(t, "p.csv", "record_id_l,record_id_r,match_probability\n1,2,0.99\n2,3,0.6\n3,4,0.2\n")
	labels := write(t, "l.csv", "record_id_l,record_id_r,match\n1,2,1\n3,4,0\n")
	out := must(t, "evaluate", clusters, "--truth", truth, "--pairs", pairs, "--group", "origin")
	for _, want := range []string{"records=4 clusters=3 true_clusters=2", "pairs of records      1.0000  0.3333", "by origin", "by threshold", "calibration error"} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not print %q:\n%s", want, out)
		}
	}
	if out := must(t, "evaluate", clusters, "--labels", labels); !strings.Contains(out, "judged pairs=2 of_one_person=1") {
		t.Errorf("labels: %s", out)
	}
	if out := must(t, "evaluate", clusters, "--truth", truth, "--json"); !json.Valid([]byte(out)) {
		t.Errorf("no JSON: %s", out)
	}
	for _, tc := range []struct {
		args string
		code int
		say  string
	}{
		{clusters, exitUsage, "--truth or --labels is required"},
		{clusters + " --truth " + truth + " --links x", exitUsage, "leave CLUSTERS out"},
		{clusters + " --truth " + truth + " --threshold 2", exitUsage, "from 0 to 1"},
		{clusters + " --truth " + filepath.Dir(truth), exitFailed, "is a directory"},
		{"no/such.csv --truth " + truth, exitFailed, "no such file"},
		{clusters + " --truth " + truth + " --group shoe", exitFailed, "shoe"},
		{clusters + " b --truth " + truth, exitUsage, "one argument too many"},
		{"--truth x --links y --group z", exitUsage, "are for a file of clusters"},
	} {
		code, out, talk := hearth(t, append([]string{"evaluate"}, strings.Fields(tc.args)...)...)
		if code != tc.code || !strings.Contains(talk, tc.say) || out != "" {
			t.Errorf("evaluate %s: exit %d, %q, %q; want exit %d and %q", tc.args, code, out, talk, tc.code, tc.say)
		}
	}
}

// numbered names n records by their numbers.
func numbered(n int) *recordIDs {
	t := &table.Table{Name: "t", Rows: n}
	return &recordIDs{tables: []*table.Table{t}, ids: []*table.Column{nil}, from: []int{0, n}}
}
