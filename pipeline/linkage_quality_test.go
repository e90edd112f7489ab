package pipeline

import (
	"cmp"
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/matcher"
)

// council names a folder with the five feeds and truth_records.csv, as
// "hearth synth" writes them, to measure linkage on:
//
//	go test ./pipeline -run TestLinkageQuality -v -council DIR
//
// Several folders are parted by commas. -why explains some of the pairs that
// were missed or joined wrongly.
var (
	council     = flag.String("council", "", "folders of fictional councils to measure linkage on")
	explainSome = flag.Bool("why", false, "explain some of the wrong links")
)

func TestLinkageQuality(t *testing.T) {
	if *council == "" {
		t.Skip("no -council given")
	}
	for dir := range strings.SplitSeq(*council, ",") {
		measure(t, dir)
	}
}

func measure(t *testing.T, dir string) {
	records := readCouncil(t, dir)
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	most, stop := before.HeapAlloc, make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				var now runtime.MemStats
				runtime.ReadMemStats(&now)
				most = max(most, now.HeapAlloc)
			}
		}
	}()
	start := time.Now()
	m, err := TrainModel(context.Background(), records, runtime.NumCPU())
	if err != nil {
		t.Fatal(err)
	}
	trained := time.Since(start)
	persons, err := LinkRecords(context.Background(), records, m, nil, 0, runtime.NumCPU(), nil)
	if err != nil {
		t.Fatal(err)
	}
	stop <- true
	t.Logf("%s: %d records, %d persons, train %.1fs, link %.1fs, heap at most %d MB over the records", dir, len(records), len(persons),
		trained.Seconds(), (time.Since(start) - trained).Seconds(), (most-before.HeapAlloc)>>20)
	truth := readTruth(t, filepath.Join(dir, "truth_records.csv"))
	report(t, persons, truth)
	reportOrigins(t, persons, truth, filepath.Join(dir, "truth_persons.csv"))
	if *explainSome {
		why(t, records, m, truth)
	}
}

// why explains some of the pairs that were missed or joined wrongly.
func why(t *testing.T, records []*family.Record, m *matcher.Model, truth map[string]string) {
	l, err := matcher.Link(context.Background(), newPresenter(records).input(2), m, matcher.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	byPerson := make(map[string][]int32)
	byFound := make(map[int32][]int32)
	for i, r := range records {
		id := truth[r.Ref().String()]
		byPerson[id] = append(byPerson[id], int32(i))
		byFound[l.Person[i]] = append(byFound[l.Person[i]], int32(i))
	}
	var missed, wrong [][2]int32
	for _, id := range slices.Sorted(maps.Keys(byPerson)) {
		missed = append(missed, across(byPerson[id], func(i, j int32) bool { return l.Person[i] != l.Person[j] })...)
	}
	for _, p := range slices.Sorted(maps.Keys(byFound)) {
		wrong = append(wrong, across(byFound[p], func(i, j int32) bool {
			return truth[records[i].Ref().String()] != truth[records[j].Ref().String()]
		})...)
	}
	explainPairs(t, "MISSED", records, l, missed)
	explainPairs(t, "WRONG", records, l, wrong)
}

// across returns the pair nearest to each other of each two parts of a set.
func across(set []int32, apart func(i, j int32) bool) [][2]int32 {
	for a := range set {
		for b := range a {
			if apart(set[a], set[b]) {
				return [][2]int32{{set[b], set[a]}}
			}
		}
	}
	return nil
}

func explainPairs(t *testing.T, title string, records []*family.Record, l *matcher.Linked, pairs [][2]int32) {
	step := max(1, len(pairs)/25)
	for k := 0; k < len(pairs); k += step {
		i, j := pairs[k][0], pairs[k][1]
		line := fmt.Sprintf("%s of %d: %s %s\n     %s\n     %.1f:", title, len(pairs), records[i].Ref(), describe(records[i]), describe(records[j]), l.Weigh(i, j).Bits())
		for _, r := range l.Explain(nil, i, j) {
			line += fmt.Sprintf(" %s: %s %+.1f;", r.Comparison, r.Level, r.Weight.Bits())
		}
		t.Log(line)
	}
}

func readTruth(t *testing.T, path string) map[string]string {
	truth := make(map[string]string)
	eachRow(t, path, func(get func(string) string) {
		part := cmp.Or(get("part"), "subject")
		truth[get("feed")+"/"+get("record_id")+"/"+part] = get("person_id")
	})
	return truth
}

func eachRow(t *testing.T, path string, yield func(get func(string) string)) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	r.LazyQuotes = true
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	at := make(map[string]int)
	for i, h := range head {
		at[strings.TrimPrefix(strings.ToLower(strings.TrimSpace(h)), "\ufeff")] = i
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		yield(func(name string) string {
			if i, ok := at[name]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		})
	}
}

func readCouncil(t *testing.T, dir string) []*family.Record {
	live := make(map[family.RowRef]*family.Row)
	for _, feed := range []family.Feed{family.Attendance, family.Police, family.Housing, family.Benefits, family.Involvement} {
		eachRow(t, filepath.Join(dir, feed.String()+".csv"), func(get func(string) string) {
			var values []family.Value
			for _, c := range feed.Columns() {
				s := strings.Clone(get(c.String()))
				if len(s) == 10 && s[2] == '/' && s[5] == '/' {
					if d, err := family.ParseDate(s); err == nil {
						s = d.String()
					}
				}
				if s != "" && c != family.ColRecordID && c != family.ColDeleted && c != family.ColMarks {
					values = append(values, family.Value{Column: c, Text: s})
				}
			}
			row := family.NewRow(feed, strings.Clone(get("record_id")), values)
			row.Agency, row.AsAt = feed.String(), family.MustDate("2025-06-30")
			if get("deleted") == "Y" {
				delete(live, row.Ref())
				return
			}
			live[row.Ref()] = row
		})
	}
	var records []*family.Record
	for _, ref := range slices.SortedFunc(maps.Keys(live), family.RowRef.Compare) {
		for _, r := range family.Records(live[ref]) {
			records = append(records, &r)
		}
	}
	return records
}

func pairs(n int) float64 { return float64(n) * float64(n-1) / 2 }

func kindOf(r *family.Record) string {
	if r.Part != family.Subject {
		if r.DOB == 0 {
			return "contact-nodob"
		}
		return "contact"
	}
	if r.DOB == 0 {
		return r.Row.Feed.String() + "-nodob"
	}
	return r.Row.Feed.String()
}

func report(t *testing.T, persons []family.Person, truth map[string]string) {
	size := make(map[string]int)
	found := make(map[string]map[int][]*family.Record)
	var tp, claimed, actual, n, precision, recall float64
	unknown := 0
	falsePairs := make(map[string]int)
	for i, p := range persons {
		mix := make(map[string]int)
		k := 0
		for _, r := range p.Records {
			id, ok := truth[r.Ref().String()]
			if !ok {
				unknown++
				continue
			}
			k++
			mix[id]++
			size[id]++
			if found[id] == nil {
				found[id] = make(map[int][]*family.Record)
			}
			found[id][i] = append(found[id][i], r)
		}
		claimed += pairs(k)
		for _, m := range mix {
			tp += pairs(m)
			precision += float64(m) * float64(m) / float64(k)
		}
		n += float64(k)
		for a, r := range p.Records {
			for _, s := range p.Records[:a] {
				if truth[r.Ref().String()] != truth[s.Ref().String()] {
					x, y := kindOf(s), kindOf(r)
					falsePairs[min(x, y)+" + "+max(x, y)]++
				}
			}
		}
	}
	missed := make(map[string]int)
	for _, id := range slices.Sorted(maps.Keys(found)) {
		m := float64(size[id])
		actual += pairs(size[id])
		groups := slices.Sorted(maps.Keys(found[id]))
		for gi, g := range groups {
			k := float64(len(found[id][g]))
			recall += k * k / m
			for _, h := range groups[:gi] {
				for _, r := range found[id][g] {
					for _, s := range found[id][h] {
						x, y := kindOf(s), kindOf(r)
						missed[min(x, y)+" + "+max(x, y)]++
					}
				}
			}
		}
	}
	p, r := tp/claimed, tp/actual
	bp, br := precision/n, recall/n
	t.Logf("pairwise P %.4f R %.4f F1 %.4f | B3 P %.4f R %.4f F1 %.4f | true persons %d, unknown %d",
		p, r, 2*p*r/(p+r), bp, br, 2*bp*br/(bp+br), len(found), unknown)
	t.Logf("false %.0f: %s", claimed-tp, top(falsePairs))
	t.Logf("missed %.0f: %s", actual-tp, top(missed))
}

func top(m map[string]int) string {
	keys := slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		return cmp.Or(cmp.Compare(m[b], m[a]), cmp.Compare(a, b))
	})
	out := ""
	for _, k := range keys[:min(14, len(keys))] {
		out += fmt.Sprintf("\n      %7d  %s", m[k], k)
	}
	return out
}

func describe(r *family.Record) string {
	return fmt.Sprintf("[%s %s: %s|%s|%v %s %c|%s %s %s|%s|%s%s%s%s|%s|%s]", r.Row.Ref(), r.Part, r.Forename, r.Surname, r.DOB, strings.Join(r.KnownAs, ","),
		max(r.Sex, '-'), r.Address.Line1, r.Address.Postcode, r.Address.UPRN, r.Phone, r.UPN, r.NINO, r.NHSNumber, r.NominalID, r.Relationship,
		r.Row.Text(family.ColTenancyRef)+r.Row.Text(family.ColClaimRef))
}
