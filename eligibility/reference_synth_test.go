package eligibility_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/ingest"
	"github.com/hearthmatch/hearth/synth"
)

// TestReferenceOnCouncils compares package, reference and truth on fictional
// councils, with who is who and who lives with whom as the truth has them: the
// three must name the same eligible families.
func TestReferenceOnCouncils(t *testing.T) {
	for _, opt := range []synth.Options{
		{People: 2000, Seed: 31},
		{People: 2000, Seed: 32, Noise: synth.Other},
	} {
		t.Run(fmt.Sprintf("seed %d", opt.Seed), func(t *testing.T) {
			t.Parallel()
			if testing.Short() {
				opt.People = 500
			}
			opt.AsAt = family.MustDate("2025-03-14")
			c := readCouncil(t, opt)
			for _, f := range eligibility.Builtin() {
				compareWithTruth(t, c, f)
			}
			// On other days there is no truth, but the reference has an answer.
			for _, at := range []string{"2024-09-01", "2024-12-31", "2025-01-01", "2025-04-20", "2025-04-21", "2025-08-01"} {
				for _, f := range eligibility.Builtin() {
					for _, one := range c.homes {
						if diff := one.compare(f, family.MustDate(at)); diff != "" {
							t.Fatalf("%s at %s (-package +reference):\n%s%s", f.ID(), at, diff, one)
						}
					}
				}
			}
		})
	}
}

// synthCouncil is a fictional council: its households, and which of them the
// truth holds to be eligible, by framework.
type synthCouncil struct {
	asAt     family.Date
	homes    map[string]*council
	eligible map[string]map[string]bool
}

func compareWithTruth(t *testing.T, c *synthCouncil, f *eligibility.Framework) {
	t.Helper()
	eligible, wrong := 0, 0
	for _, id := range slices.Sorted(maps.Keys(c.homes)) {
		one := c.homes[id]
		if diff := one.compare(f, c.asAt); diff != "" {
			t.Errorf("%s: household %s (-package +reference):\n%s%s", f.ID(), id, diff, one)
			wrong++
		}
		got := one.reference(c.asAt).answer(f.ID())
		if got := got.family && got.eligible; got != c.eligible[f.ID()][id] {
			t.Errorf("%s: household %s: eligible by the reference %v, in truth %v\n%s", f.ID(), id, got, !got, one)
			wrong++
		}
		if wrong > 3 {
			t.Fatal("too many to go on")
		}
		if got.eligible {
			eligible++
		}
	}
	if eligible == 0 && !testing.Short() { // a short council may have none
		t.Errorf("%s: no household is eligible: nothing was compared", f.ID())
	}
}

// readCouncil makes a council and reads it.
func readCouncil(t testing.TB, opt synth.Options) *synthCouncil {
	t.Helper()
	dir := t.TempDir()
	if err := synth.Generate(opt, dir, nil); err != nil {
		t.Fatal(err)
	}
	people := readPeople(t, dir, readRows(t, dir, opt.AsAt))
	c := &synthCouncil{asAt: opt.AsAt, homes: map[string]*council{}, eligible: map[string]map[string]bool{}}
	roles := map[string]family.Role{"adult": family.Adult, "child": family.Child}
	for _, line := range readTable(t, filepath.Join(dir, "truth_households.csv")) {
		id := line["household_id"]
		if c.homes[id] == nil {
			c.homes[id] = &council{household: family.Household{ID: id, Certainty: 1}, people: people,
				read: map[string]*eligibility.Evidence{}, coverage: eligibility.CompleteCoverage()}
		}
		role, lives := roles[line["role"]]
		if !lives {
			role = family.Associate
		}
		c.homes[id].household.Members = append(c.homes[id].household.Members, family.Member{
			PersonID: line["person_id"], Role: role, From: family.MustDate(line["from"]), To: family.MustDate(line["to"])})
	}
	for _, line := range readTable(t, filepath.Join(dir, "truth_families.csv")) {
		if c.eligible[line["framework"]] == nil {
			c.eligible[line["framework"]] = map[string]bool{}
		}
		c.eligible[line["framework"]][line["household_id"]] = line["eligible"] == "Y"
	}
	return c
}

// readRows reads the five feeds as ingest takes them.
func readRows(t testing.TB, dir string, asAt family.Date) map[family.RowRef]*family.Row {
	t.Helper()
	rows := map[family.RowRef]*family.Row{}
	for _, feed := range []family.Feed{family.Attendance, family.Police, family.Housing, family.Benefits, family.Involvement} {
		r, err := ingest.OpenFile(filepath.Join(dir, feed.String()+".csv"), feed, ingest.FileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for seq := uint64(1); ; seq++ {
			values, unreadable, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			row, refused, _ := ingest.Check(feed, slices.Clone(values), asAt)
			if len(unreadable) > 0 || len(refused) > 0 {
				continue
			}
			row.AsAt, row.Seq = asAt, seq
			rows[row.Ref()] = row
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return rows
}

// readPeople puts the rows to the persons whom they truly describe.
func readPeople(t testing.TB, dir string, rows map[family.RowRef]*family.Row) map[string]*family.Person {
	t.Helper()
	people := map[string]*family.Person{}
	for _, line := range readTable(t, filepath.Join(dir, "truth_persons.csv")) {
		people[line["person_id"]] = &family.Person{ID: line["person_id"],
			Profile: family.Profile{DOB: family.MustDate(line["dob"]), Died: family.MustDate(line["died"])}}
	}
	parts := map[string]family.Part{"subject": family.Subject, "contact1": family.Contact1, "contact2": family.Contact2}
	for _, line := range readTable(t, filepath.Join(dir, "truth_records.csv")) {
		feed, err := family.ParseFeed(line["feed"])
		if err != nil {
			t.Fatal(err)
		}
		if row := rows[family.RowRef{Feed: feed, ID: line["record_id"]}]; row != nil && !row.Deleted {
			p := people[line["person_id"]]
			p.Records = append(p.Records, &family.Record{Row: row, Part: parts[line["part"]], DOB: p.Profile.DOB})
		}
	}
	return people
}

// readTable reads a CSV file, each line by its columns' names.
func readTable(t testing.TB, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		named := map[string]string{}
		for i, name := range lines[0] {
			named[name] = line[i]
		}
		out = append(out, named)
	}
	return out
}
