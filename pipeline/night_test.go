package pipeline_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/ingest"
	"github.com/hearthmatch/hearth/pipeline"
	"github.com/hearthmatch/hearth/synth"
)

var asAt = family.NewDate(2025, 6, 30)

// council generates a fictional council and reads its files as a delivery
// would.
func council(t *testing.T, people int, seed uint64) ([]*family.Row, []family.Delivery) {
	t.Helper()
	dir := t.TempDir()
	if err := synth.Generate(synth.Options{People: people, Seed: seed, AsAt: asAt}, dir, nil); err != nil {
		t.Fatal(err)
	}
	var rows []*family.Row
	var deliveries []family.Delivery
	for _, feed := range family.Feeds() {
		rows = append(rows, readFile(t, feed, filepath.Join(dir, feed.String()+".csv"))...)
		deliveries = append(deliveries, family.Delivery{Feed: feed, Agency: feed.String(), ID: "1", AsAt: asAt})
	}
	return rows, deliveries
}

func readFile(t *testing.T, feed family.Feed, path string) []*family.Row {
	t.Helper()
	r, err := ingest.OpenFile(path, feed, ingest.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	live := map[string]*family.Row{}
	for seq := uint64(1); ; seq++ {
		values, unreadable, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || len(unreadable) > 0 {
			t.Fatalf("%s: %v %v", feed, unreadable, err)
		}
		if row, _, _ := ingest.Check(feed, values, asAt); row != nil {
			row.Agency, row.Delivery, row.AsAt, row.Seq = feed.String(), "1", asAt, seq
			live[row.ID] = row
		}
	}
	var rows []*family.Row
	for _, row := range live {
		if !row.Deleted {
			rows = append(rows, row)
		}
	}
	return rows
}

// digest renders everything that a night made, so that two nights can be
// compared to the byte.
func digest(r *pipeline.Result) string {
	h := sha256.New()
	for _, p := range r.Persons {
		fmt.Fprintln(h, p.ID, p.Probability, p.Links, p.Profile)
		for _, rec := range p.Records {
			fmt.Fprintln(h, rec.Ref())
		}
	}
	fmt.Fprintln(h, r.Households)
	for _, f := range r.Frameworks {
		fmt.Fprintln(h, f)
		for _, c := range r.Candidates[f.ID] {
			for _, n := range c.Needs {
				fmt.Fprintln(h, *n)
			}
			c.Needs = nil
			fmt.Fprintln(h, c)
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func run(t *testing.T, in pipeline.Input) *pipeline.Result {
	t.Helper()
	in.Frameworks = eligibility.Builtin()
	out, err := pipeline.Run(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Property 1 of architecture.md: neither the order of the rows nor the number
// of workers changes a byte.
func TestOrderAndWorkersDoNotMatter(t *testing.T) {
	rows, deliveries := council(t, 800, 77)
	want := digest(run(t, pipeline.Input{Rows: rows, Deliveries: deliveries, Workers: 1}))
	for _, workers := range []int{1, 2, 5} {
		shuffled := append([]*family.Row(nil), rows...)
		rand.New(rand.NewPCG(uint64(workers), 9)).Shuffle(len(shuffled), func(i, j int) {
			shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
		})
		got := digest(run(t, pipeline.Input{Rows: shuffled, Deliveries: deliveries, Workers: workers}))
		if got != want {
			t.Errorf("%d workers, rows shuffled: digest %s, want %s", workers, got, want)
		}
	}
}

// Every live row's people are in exactly one person, and nobody lives in two
// places at once.
func TestNobodyIsLostOrLivesTwice(t *testing.T) {
	rows, deliveries := council(t, 800, 78)
	out := run(t, pipeline.Input{Rows: rows, Deliveries: deliveries, Workers: 2})
	seen := map[family.RecordRef]bool{}
	for _, p := range out.Persons {
		for _, rec := range p.Records {
			if seen[rec.Ref()] {
				t.Errorf("record %v is in two persons", rec.Ref())
			}
			seen[rec.Ref()] = true
		}
	}
	want := 0
	for _, row := range rows {
		want += len(family.Records(row))
	}
	if got := len(seen); got != want || out.Records != want {
		t.Errorf("%d records in persons, %d counted, want %d", got, out.Records, want)
	}
	home := map[string]string{}
	for _, h := range out.Households {
		for _, m := range h.Members {
			if m.Current(out.AsAt) && home[m.PersonID] != "" {
				t.Errorf("a person is a current resident of %s and %s", home[m.PersonID], h.ID)
			} else if m.Current(out.AsAt) {
				home[m.PersonID] = h.ID
			}
		}
	}
}

// A later night with the kept model gives, for the same rows, what the night
// that trained it gave.
func TestKeptModelRepeatsTheNight(t *testing.T) {
	rows, deliveries := council(t, 600, 79)
	first := run(t, pipeline.Input{Rows: rows, Deliveries: deliveries, Workers: 2})
	again := run(t, pipeline.Input{Rows: rows, Deliveries: deliveries, Workers: 2, Model: first.Model})
	if !first.Trained || again.Trained {
		t.Errorf("trained = %v then %v, want true then false", first.Trained, again.Trained)
	}
	if got, want := digest(again), digest(first); got != want {
		t.Errorf("second night's digest = %s, want %s", got, want)
	}
}

func TestNightBeforeAnyDelivery(t *testing.T) {
	_, err := pipeline.Run(t.Context(), pipeline.Input{})
	if !errors.Is(err, family.ErrState) {
		t.Errorf("Run of nothing = %v, want family.ErrState", err)
	}
}
