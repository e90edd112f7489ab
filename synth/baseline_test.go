package synth

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/internal/fold"
)

// The two naive baselines: people are the same whose names and date of birth
// are spelled alike, and people who are last said to be at one address live
// together. They show how hard a council is; the product must beat them.

// described is one person on one row, as written.
type described struct {
	feed, id, part    string
	forename, surname string
	dob               family.Date
	address           string
}

// readFeed reads a feed file as a map from column to text for each row.
func readFeed(t testing.TB, dir string, feed family.Feed, yield func(get func(string) string)) {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, feed.String()+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, h := range header {
		at[h] = i
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		yield(func(c string) string { return strings.Clone(row[at[c]]) })
	}
}

func addressKey(uprn, lines, postcode string) string {
	if u := family.UPRN(uprn); u != "" {
		return "u" + u
	}
	lines, postcode = fold.ASCII(lines), family.Postcode(postcode)
	if lines == "" || postcode == "" {
		return ""
	}
	return lines + "|" + postcode
}

func readDescribed(t testing.TB, dir string) []described {
	var out []described
	for _, feed := range []family.Feed{family.Attendance, family.Police, family.Housing, family.Benefits, family.Involvement} {
		readFeed(t, dir, feed, func(get func(string) string) {
			dob, _ := family.ParseDate(get("dob"))
			subject := described{feed: feed.String(), id: get("record_id"), part: "subject", forename: fold.ASCII(family.NameText(get("forename"))),
				surname: fold.ASCII(get("surname")), dob: dob,
				address: addressKey(get("uprn"), get("address_1")+" "+get("address_2"), get("postcode"))}
			if subject.forename != "" || subject.surname != "" {
				out = append(out, subject)
			}
			if feed != family.Attendance {
				return
			}
			for _, c := range []string{"contact1", "contact2"} {
				dob, _ := family.ParseDate(get(c + "_dob"))
				d := described{feed: "attendance", id: subject.id, part: c, forename: fold.ASCII(family.NameText(get(c + "_forename"))),
					surname: fold.ASCII(get(c + "_surname")), dob: dob, address: addressKey(get(c+"_uprn"), get(c+"_address_1"), get(c+"_postcode"))}
				if d.address == "" && get(c+"_same_address") == "Y" {
					d.address = subject.address
				}
				if d.forename != "" || d.surname != "" {
					out = append(out, d)
				}
			}
		})
	}
	return out
}

// exactNameAndBirth is the person baseline. alone says whether a record with
// no date of birth is a person of its own, or matches others with none.
func exactNameAndBirth(list []described, alone bool) []string {
	out := make([]string, len(list))
	for i, d := range list {
		out[i] = fmt.Sprintf("%s|%s|%d", d.forename, d.surname, d.dob)
		if alone && (d.dob == 0 || d.forename == "" || d.surname == "") {
			out[i] = fmt.Sprint("alone", i)
		}
	}
	return out
}

// sameAddress is the household baseline: by person, the address given most.
func sameAddress(list []described, person []string) map[string]string {
	count := map[string]map[string]int{}
	for i, d := range list {
		if d.address != "" {
			if count[person[i]] == nil {
				count[person[i]] = map[string]int{}
			}
			count[person[i]][d.address]++
		}
	}
	out := map[string]string{}
	for p, addresses := range count {
		best := ""
		for a, n := range addresses {
			if best == "" || n > addresses[best] || n == addresses[best] && a < best {
				best = a
			}
		}
		out[p] = best
	}
	return out
}

func evaluateBaseline(t testing.TB, dir string, alone bool) Report {
	t.Helper()
	list := readDescribed(t, dir)
	person := exactNameAndBirth(list, alone)
	home := sameAddress(list, person)
	links, homes := filepath.Join(t.TempDir(), "links.csv"), filepath.Join(t.TempDir(), "households.csv")
	var b strings.Builder
	b.WriteString("feed,record_id,part,person_id\n")
	for i, d := range list {
		fmt.Fprintf(&b, "%s,%s,%s,%q\n", d.feed, d.id, d.part, person[i])
	}
	write(t, links, b.String())
	b.Reset()
	b.WriteString("household_id,person_id,role,to\n")
	var people []string
	for p := range home {
		people = append(people, p)
	}
	sort.Strings(people)
	for _, p := range people {
		fmt.Fprintf(&b, "%q,%q,adult,\n", home[p], p)
	}
	write(t, homes, b.String())
	r, err := Evaluate(dir, links, homes, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkBaseline makes councils of 100,000 and prints what the baselines
// find in them.
func BenchmarkBaseline(b *testing.B) {
	for seed := uint64(1); seed <= 3; seed++ {
		b.Run(fmt.Sprint("seed", seed), func(b *testing.B) {
			dir := b.TempDir()
			for b.Loop() {
				if err := Generate(Options{People: 100_000, Seed: seed}, dir, nil); err != nil {
					b.Fatal(err)
				}
			}
			for _, alone := range []bool{true, false} {
				r := evaluateBaseline(b, dir, alone)
				b.Logf("no date of birth alone=%v: pairs P %.3f R %.3f F1 %.3f, B3 P %.3f R %.3f F1 %.3f, co-residence P %.3f R %.3f F1 %.3f",
					alone, r.Persons.Pairwise.Precision, r.Persons.Pairwise.Recall, r.Persons.Pairwise.F1,
					r.Persons.BCubed.Precision, r.Persons.BCubed.Recall, r.Persons.BCubed.F1,
					r.Households.CoResidence.Precision, r.Households.CoResidence.Recall, r.Households.CoResidence.F1)
			}
		})
	}
}
