package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/matcher"
	"github.com/hearthmatch/hearth/synth"
)

func smallCouncil(t *testing.T, people int, seed uint64) []*family.Record {
	t.Helper()
	dir := t.TempDir()
	opt := synth.Options{People: people, Seed: seed, AsAt: family.MustDate("2025-06-30")}
	if err := synth.Generate(opt, dir, nil); err != nil {
		t.Fatal(err)
	}
	return readCouncil(t, dir)
}

// model is learnt once from a small fictional council.
var model struct {
	once sync.Once
	m    *matcher.Model
}

func testModel(t *testing.T) *matcher.Model {
	t.Helper()
	model.once.Do(func() {
		m, err := TrainModel(context.Background(), smallCouncil(t, 2000, 41), 2)
		if err != nil {
			t.Fatal(err)
		}
		model.m = m
	})
	if model.m == nil {
		t.Fatal("the test model could not be trained")
	}
	return model.m
}

// row makes a row of "column=value" texts.
func row(feed family.Feed, id string, columns ...string) *family.Row {
	var values []family.Value
	for _, c := range columns {
		name, text, _ := strings.Cut(c, "=")
		col := family.ParseColumn(name)
		if col == 0 {
			panic("no column " + name)
		}
		values = append(values, family.Value{Column: col, Text: text})
	}
	r := family.NewRow(feed, id, values)
	r.Agency, r.AsAt = feed.String(), family.MustDate("2025-06-30")
	return r
}

func recordsOf(rows ...*family.Row) []*family.Record {
	var out []*family.Record
	for _, r := range rows {
		for _, rec := range family.Records(r) {
			out = append(out, &rec)
		}
	}
	return out
}

func ref(feed family.Feed, id string, part family.Part) family.RecordRef {
	return family.RecordRef{RowRef: family.RowRef{Feed: feed, ID: id}, Part: part}
}

// together lists each person's records as text, sorted.
func together(t *testing.T, records []*family.Record, decisions ...family.Decision) []string {
	t.Helper()
	persons, err := LinkRecords(context.Background(), records, testModel(t), decisions, family.MustDate("2025-06-30"), 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range persons {
		var refs []string
		for _, r := range p.Records {
			refs = append(refs, r.Ref().String())
		}
		out = append(out, strings.Join(refs, " "))
	}
	slices.Sort(out)
	return out
}

// aFamily is a mother without a date of birth at school, a tenant and a
// claimant elsewhere, with her daughter; and a stranger of her name.
func aFamily() []*family.Record {
	return recordsOf(
		row(family.Attendance, "a1", "forename=Aisha", "surname=Khan", "dob=2014-03-02", "sex=F", "upn=B801200005001",
			"postcode=HE1 2AB", "address_1=4 Mill Lane", "contact1_forename=Sarah", "contact1_surname=Khan",
			"contact1_relationship=mother", "contact1_same_address=Y"),
		row(family.Benefits, "b1", "claim_ref=c1", "role=claimant", "forename=Sarah", "surname=KHAN", "dob=1985-11-20",
			"sex=F", "nino=AB123456", "postcode=HE4 9XY", "address_1=9 Oak Road"),
		row(family.Benefits, "b2", "claim_ref=c1", "role=dependant", "forename=Aisha", "surname=KHAN", "dob=2014-03-02", "sex=F",
			"postcode=HE4 9XY", "address_1=9 Oak Road"),
		row(family.Police, "p1", "role=victim", "forename=Sarah", "surname=Khan", "dob=1962-01-30", "sex=F",
			"postcode=HE7 7QQ", "address_1=31 High Street", "nominal_id=N5"),
	)
}

func TestContactIsFoundThroughTheChild(t *testing.T) {
	want := []string{
		"attendance/a1/contact1 benefits/b1/subject",
		"attendance/a1/subject benefits/b2/subject",
		"police/p1/subject",
	}
	if diff := cmp.Diff(want, together(t, aFamily())); diff != "" {
		t.Errorf("persons (-want +got):\n%s", diff)
	}
}

// Through a social worker nobody is related: the mothers of two of her pupils
// share nothing, and she shares nothing with them.
func TestSocialWorkerIsNoRelative(t *testing.T) {
	pupil := func(id, forename, mother string) *family.Row {
		return row(family.Attendance, id, "forename="+forename, "surname=Reed", "dob=2014-03-02",
			"contact1_forename="+mother, "contact1_surname=Reed", "contact1_relationship=mother",
			"contact2_forename=Lorna", "contact2_surname=Ash", "contact2_relationship=social-worker")
	}
	p := newPresenter(sorted(recordsOf(pupil("1", "Tom", "Ada"), pupil("2", "Ben", "Eve"))))
	cell := func(i int) string {
		f := &folder{known: make(map[string]string)}
		p.together(f, i)
		return capacity(p.records[i].Relationship) + " " + strings.Join(f.out, " ")
	}
	got := []string{cell(0), cell(1), cell(2), cell(5)}
	want := []string{" p|TOM|REED|2014-03-02", "F p|TOM|REED|2014-03-02", "P wp|TOM|REED|2014-03-02", "P wp|BEN|REED|2014-03-02"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kind of contact and occasions (-want +got):\n%s", diff)
	}
}

func TestFamiliesStayApart(t *testing.T) {
	home := []string{"postcode=HE1 2AB", "address_1=4 Mill Lane", "tenancy_ref=t1", "person_role=household_member"}
	member := func(id string, columns ...string) *family.Row {
		return row(family.Housing, id, append(columns, home...)...)
	}
	for _, tc := range []struct {
		name string
		a, b *family.Row
	}{
		{"twins", member("1", "forename=Tom", "surname=Wren", "dob=2012-05-06", "sex=M"),
			member("2", "forename=Omar", "surname=Wren", "dob=2012-05-06", "sex=M")},
		{"father and son", member("1", "forename=Ivan", "surname=Wren", "dob=1975-05-06", "sex=M"),
			member("2", "forename=Ivan", "surname=Wren", "dob=2008-11-26", "sex=M")},
		{"sisters", member("1", "forename=Ella", "surname=Wren", "dob=2012-05-06", "sex=F"),
			member("2", "forename=Elsie", "surname=Wren", "dob=2015-09-16", "sex=F")},
		{"couple", member("1", "forename=Sarah", "surname=Wren", "sex=F"), member("2", "forename=Sam", "surname=Wren", "sex=M")},
	} {
		if got := together(t, recordsOf(tc.a, tc.b)); len(got) != 2 {
			t.Errorf("%s: got one person, want two", tc.name)
		}
	}
}

func TestDecisions(t *testing.T) {
	mother, claimant := ref(family.Attendance, "a1", family.Contact1), ref(family.Benefits, "b1", family.Subject)
	stranger := ref(family.Police, "p1", family.Subject)
	part := family.Decision{ID: "D1", Kind: family.DifferentPeople, A: claimant, B: mother}
	join := family.Decision{ID: "D2", Kind: family.SamePerson, A: stranger, B: claimant}
	expired := part
	expired.Expires = family.MustDate("2025-06-29")
	today := part
	today.Expires = family.MustDate("2025-06-30")
	undo := family.Decision{ID: "D3", Kind: family.Undo, Undoes: "D1"}
	later := family.Decision{ID: "D4", Kind: family.SamePerson, A: mother, B: claimant}
	for _, tc := range []struct {
		name      string
		decisions []family.Decision
		a         family.RecordRef
		same      bool // a and the claimant
	}{
		{"none", nil, mother, true}, {"different people", []family.Decision{part}, mother, false},
		{"expired", []family.Decision{expired}, mother, true}, {"on its last day", []family.Decision{today}, mother, false},
		{"undone", []family.Decision{part, undo}, mother, true}, {"the later holds", []family.Decision{part, later}, mother, true},
		{"none, stranger", nil, stranger, false}, {"same person", []family.Decision{join}, stranger, true},
	} {
		same := false
		for _, p := range together(t, aFamily(), tc.decisions...) {
			same = same || strings.Contains(p, tc.a.String()) && strings.Contains(p, claimant.String())
		}
		if same != tc.same {
			t.Errorf("%s: one person %v, want %v", tc.name, same, tc.same)
		}
	}
}

func TestOrderAndWorkersDoNotMatter(t *testing.T) {
	records := smallCouncil(t, 600, 42)
	r := rand.New(rand.NewPCG(3, 4))
	var first []family.Person
	var firstModel string
	for run, workers := range []int{1, 2, 4} {
		shuffled := slices.Clone(records)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		m, err := TrainModel(context.Background(), shuffled, workers)
		if err != nil {
			t.Fatal(err)
		}
		persons, err := LinkRecords(context.Background(), shuffled, m, nil, 0, workers, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := m.Marshal()
		if run == 0 {
			first, firstModel = persons, string(b)
			continue
		}
		if string(b) != firstModel {
			t.Errorf("%d workers, another order: the model differs", workers)
		}
		if fmt.Sprint(persons) != fmt.Sprint(first) {
			t.Errorf("%d workers, another order: the persons differ", workers)
		}
	}
}

func TestPersonsAreWhole(t *testing.T) {
	records := smallCouncil(t, 600, 43)
	persons, err := LinkRecords(context.Background(), records, testModel(t), nil, 0, 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[family.RecordRef]bool)
	for i, p := range persons {
		if i > 0 && persons[i-1].ID >= p.ID {
			t.Fatalf("persons %d and %d are not in order, or have one id", i-1, i)
		}
		if len(p.Links) != len(p.Records)-1 || len(p.Probability) != len(p.Records) {
			t.Fatalf("a person of %d records has %d links and %d probabilities", len(p.Records), len(p.Links), len(p.Probability))
		}
		for k, r := range p.Records {
			if seen[r.Ref()] {
				t.Fatal("a record is in two persons")
			}
			seen[r.Ref()] = true
			if k > 0 && p.Records[k-1].Ref().Compare(r.Ref()) >= 0 {
				t.Fatal("a person's records are not in order")
			}
		}
	}
	if len(seen) != len(records) {
		t.Errorf("%d records are in persons, want all %d", len(seen), len(records))
	}
}

func TestExplainPair(t *testing.T) {
	records := aFamily()
	a, b := ref(family.Benefits, "b1", family.Subject), ref(family.Attendance, "a1", family.Contact1)
	l, err := ExplainPair(records, testModel(t), a, b)
	if err != nil {
		t.Fatal(err)
	}
	if l.A != b || l.B != a {
		t.Errorf("got %v and %v, want the lesser reference first", l.A, l.B)
	}
	sum, child := 0.0, false
	for _, r := range l.Reasons {
		sum += r.Weight
		child = child || strings.Contains(r.Level, nameTogether)
	}
	if sum-l.Weight > 0.001 || l.Weight-sum > 0.001 || l.Weight < 3 || !child {
		t.Errorf("weight %.2f of reasons that add up to %.2f, by the child: %v; want over 3, equal, true", l.Weight, sum, child)
	}
	if _, err := ExplainPair(records, testModel(t), a, ref(family.Police, "none", family.Subject)); !errors.Is(err, family.ErrNotFound) {
		t.Errorf("a record that is not there: got %v, want ErrNotFound", err)
	}
}

func TestProfile(t *testing.T) {
	records := recordsOf(
		row(family.Police, "1", "role=victim", "forename=J", "surname=Reed", "dob=1980-01-01", "sex=M"),
		row(family.Benefits, "2", "forename=Jon", "surname=Reid", "dob=1980-06-07", "sex=M"),
		row(family.Housing, "3", "forename=Jon", "surname=Reed", "dob=1980-06-07"),
		row(family.Involvement, "4", "forename=Jonathan", "surname=Reid", "date_of_death=2025-01-02"),
		row(family.Involvement, "5", "forename=Jonathan", "surname=Reid", "date_of_death=2025-01-05"),
	)
	got := profile(records)
	want := family.Profile{Forename: "Jon", Surname: "Reid", DOB: family.MustDate("1980-06-07"), Sex: 'M', Died: family.MustDate("2025-01-02")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("profile (-want +got):\n%s", diff)
	}
}

func TestNamesAreShownInSmallLettersWhereTheyAreKnownSo(t *testing.T) {
	for _, tc := range []struct {
		spellings []string
		want      string
	}{
		{[]string{"MORRIS", "Morris", "MORRIS"}, "Morris"},
		{[]string{"MORRIS", "MORRIS"}, "MORRIS"},
		{[]string{"morris", "MORRIS", "MORRIS"}, "MORRIS"},
		{[]string{"O'NEILL", "O\u2019Neill", "O'NEILL"}, "O\u2019Neill"},
		{[]string{"MacDonald", "Macdonald", "MACDONALD"}, "MacDonald"},
		{[]string{"ZOE", "Zoë", "ZOE"}, "Zoë"},
		// Spellings that differ are still outvoted together.
		{[]string{"Reid", "REED", "Reed"}, "Reed"},
		{[]string{"Reid", "REED", "REED"}, "REED"},
	} {
		for range 2 {
			var rows []*family.Row
			for i, s := range tc.spellings {
				rows = append(rows, row(family.Housing, string(rune('a'+i)), "forename=Ada", "surname="+s))
			}
			if got := profile(recordsOf(rows...)).Surname; got != tc.want {
				t.Errorf("the surname of %q is %q, want %q", tc.spellings, got, tc.want)
			}
			slices.Reverse(tc.spellings)
		}
	}
}

func TestDwellingKeys(t *testing.T) {
	keys := func(line1, line2 string) string {
		f := &folder{known: make(map[string]string)}
		f.dwelling(family.Address{Line1: line1, Line2: line2, Postcode: "HE1 2AB"})
		return strings.Join(f.out, " ")
	}
	for _, tc := range []struct {
		a1, a2, b1, b2 string
		same           bool
	}{
		{"4 Mill Lane", "", "4, MILL LN", "", true},
		{"Flat 2, 4 Mill Lane", "", "Flat 2", "4 Mill Ln", true},
		{"Flat 2", "", "2 Mill Lane", "", false},
		{"4 Mill Lane", "", "6 Mill Lane", "", false},
		{"Rose Cottage", "", "ROSE COTTAGE", "", true},
		{"Rose Cottage", "", "Ivy Cottage", "", false},
		{"4A Mill Lane", "", "4 Mill Lane", "", false},
	} {
		if got := keys(tc.a1, tc.a2) == keys(tc.b1, tc.b2); got != tc.same {
			t.Errorf("%q %q and %q %q: same key %v, want %v", tc.a1, tc.a2, tc.b1, tc.b2, got, tc.same)
		}
	}
}

func TestFewRecords(t *testing.T) {
	for n := range 4 {
		records := aFamily()[:n]
		m, err := TrainModel(context.Background(), records, 2)
		if err != nil {
			t.Fatalf("%d records: %v", n, err)
		}
		persons, err := LinkRecords(context.Background(), records, m, nil, 0, 2, nil)
		if err != nil || len(persons) > n || n > 0 && len(persons) == 0 {
			t.Errorf("%d records: got %d persons, error %v", n, len(persons), err)
		}
	}
}

func TestModelCrossesTheWire(t *testing.T) {
	b, err := testModel(t).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.ParseModel(b)
	if err != nil {
		t.Fatal(err)
	}
	records := smallCouncil(t, 300, 44)
	first, err := LinkRecords(context.Background(), records, testModel(t), nil, 0, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	second, err := LinkRecords(context.Background(), records, m, nil, 0, 1, nil)
	if err != nil || fmt.Sprint(first) != fmt.Sprint(second) {
		t.Errorf("the model read back links otherwise (%v)", err)
	}
}
