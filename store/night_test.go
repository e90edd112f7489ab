package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hearthmatch/hearth/family"
)

// councilRows are a small fictional council's rows.
func councilRows(n int) []*family.Row {
	var rows []*family.Row
	for i := range n {
		rows = append(rows, family.NewRow(family.Housing, fmt.Sprintf("h%06d", i), []family.Value{
			{Column: family.ColForename, Text: fmt.Sprintf("Fore%d", i%97)},
			{Column: family.ColSurname, Text: fmt.Sprintf("Sur%d Name", i%211)},
			{Column: family.ColDOB, Text: (family.MustDate("1980-01-01") + family.Date(i%9000)).String()},
			{Column: family.ColSex, Text: "F"},
			{Column: family.ColAddress1, Text: fmt.Sprintf("%d Example Street", i/5)},
			{Column: family.ColPostcode, Text: "M1 1AE"},
			{Column: family.ColTenancyRef, Text: fmt.Sprintf("T%d", i/5)},
			{Column: family.ColPersonRole, Text: "tenant"},
		}))
	}
	return rows
}

// makeNight derives something like a night from the live rows: a person of
// each three rows, a household of each two persons, two frameworks.
func makeNight(t testing.TB, s *Store) *Night {
	t.Helper()
	n := &Night{Info: family.NightInfo{ID: "N1", Seq: s.Seq(), AsAt: day, Model: "m1", Trained: true,
		Frameworks: []family.FrameworkCount{{ID: "fa", Scored: 1}}, Start: time.Unix(1, 5).UTC(), End: time.Unix(2, 0).UTC(),
		Stages: []family.StageTime{{Stage: "link", Seconds: 1.5}}}, ModelJSON: []byte(`{"u":1}`), Candidates: map[string][]family.Candidate{}}
	var records []*family.Record
	err := s.LiveRows(n.Info.Seq, family.Housing, func(r *family.Row) error {
		for _, x := range family.Records(r) {
			records = append(records, &x)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(records); i += 3 {
		n.Persons = append(n.Persons, makePerson(len(n.Persons), records[i:min(len(records), i+3)]))
	}
	for i := 0; i+1 < len(n.Persons); i += 2 {
		n.Households = append(n.Households, makeHousehold(len(n.Households), n.Persons[i:i+2]))
	}
	for _, f := range []string{"fb", "fa"} {
		for i := len(n.Households) - 1; i >= 0; i-- {
			n.Candidates[f] = append(n.Candidates[f], makeCandidate(f, &n.Households[i]))
		}
	}
	return n
}

func makePerson(i int, records []*family.Record) family.Person {
	p := family.Person{ID: fmt.Sprintf("P%016x", uint64(i)*7919), Records: records,
		Profile: family.Profile{Forename: records[0].Forename, Surname: records[0].Surname, DOB: records[0].DOB, Sex: 'F'}}
	for k, r := range records {
		p.Probability = append(p.Probability, 1-float64(k)/7)
		if k > 0 {
			p.Links = append(p.Links, family.Link{A: records[k-1].Ref(), B: r.Ref(), Weight: 12.25 + float64(i%50), Probability: 0.99,
				Reasons: []family.LinkReason{{Comparison: "surname", Level: "exact", Weight: 7.5}, {Comparison: "dob", Level: "exact", Weight: 6.25},
					{Comparison: "forename", Level: "exact", Weight: float64(i%40) / 8}, {Comparison: "postcode", Level: "exact", Weight: 4},
					{Comparison: "address", Level: "same", Weight: 3}, {Comparison: "sex", Level: "agrees", Weight: 1}}})
		}
	}
	return p
}

func makeHousehold(i int, persons []family.Person) family.Household {
	h := family.Household{ID: fmt.Sprintf("H%016x", uint64(i)*104729), Address: family.Address{Line1: fmt.Sprintf("%d Example Street", i), Postcode: "M1 1AE"},
		Area: family.Area{Ward: "Northfold", District: "D1"}}
	for k := range persons {
		m := family.Member{PersonID: persons[k].ID, Role: family.Adult, From: day - 100, Confidence: 0.93, Reason: "tenant since 2025-11-21"}
		for _, r := range persons[k].Records {
			m.Evidence = append(m.Evidence, r.Row.Ref())
		}
		h.Members = append(h.Members, m)
	}
	return h
}

func makeCandidate(f string, h *family.Household) family.Candidate {
	c := family.Candidate{HouseholdID: h.ID, Framework: f, AsAt: day, Eligible: h.ID[16]%2 == 0, Reason: "two of three headlines are met", Area: h.Area}
	for _, id := range []string{"1", "2", "3", "4", "5", "6"} {
		c.Headlines = append(c.Headlines, family.HeadlineResult{ID: id, Status: family.Met})
		for k := range 3 {
			n := &family.Need{Criterion: fmt.Sprintf("%s.%d", id, k), Headline: id, Status: family.NotMet, From: day - 365, To: day, Reason: "no row says so", Freshest: day}
			if k == 0 {
				n.Status, n.Persons, n.Evidence = family.Met, []string{h.Members[0].PersonID}, h.Members[0].Evidence
				n.Reason = fmt.Sprintf("%d unauthorised sessions of 190", len(h.ID)+int(h.ID[15]))
			}
			c.Needs = append(c.Needs, n)
		}
	}
	return c
}

// sameNight checks that everything the store says of a night is n.
func sameNight(t *testing.T, s *Store, n *Night) {
	t.Helper()
	opts := cmp.Options{cmp.AllowUnexported(family.Row{}), cmpopts.EquateEmpty()}
	i := 0
	err := s.Persons(func(p *family.StoredPerson) error {
		if p.ID != n.Persons[i].ID {
			t.Fatalf("person %d: got %s, want %s", i, p.ID, n.Persons[i].ID)
		}
		i++
		return nil
	})
	if err != nil || i != len(n.Persons) {
		t.Fatalf("persons: %d of %d, %v", i, len(n.Persons), err)
	}
	for i := range n.Persons {
		want := &n.Persons[i]
		got, households, err := s.Person(want.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(*want, got, opts); diff != "" {
			t.Fatalf("person (-want +got):\n%s", diff)
		}
		if i/2 < len(n.Households) && fmt.Sprint(households) != fmt.Sprint([]string{n.Households[i/2].ID}) {
			t.Fatalf("person's households: %v", households)
		}
		for _, r := range want.Records {
			if id, err := s.PersonOfRecord(r.Ref()); err != nil || id != want.ID {
				t.Fatalf("person of record: %q, %v", id, err)
			}
		}
	}
	for i := range n.Households {
		got, err := s.Household(n.Households[i].ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(n.Households[i], got, opts); diff != "" {
			t.Fatalf("household (-want +got):\n%s", diff)
		}
		k := len(n.Households) - 1 - i
		cs, err := s.HouseholdCandidates(got.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]family.Candidate{n.Candidates["fa"][k], n.Candidates["fb"][k]}, cs, opts); diff != "" {
			t.Fatalf("household's candidates (-want +got):\n%s", diff)
		}
	}
	var got []family.Candidate
	from := len(n.Candidates["fa"]) / 3
	err = s.Candidates("fa", from, func(i int, c *family.Candidate) error {
		if i != from+len(got) {
			t.Fatalf("candidate index %d, want %d", i, from+len(got))
		}
		got = append(got, *c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(n.Candidates["fa"][from:], got, opts); diff != "" {
		t.Fatalf("candidates (-want +got):\n%s", diff)
	}
}

func TestNight(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	if _, _, err := s.Person("P0"); !errors.Is(err, family.ErrState) {
		t.Errorf("before the first night: %v", err)
	}
	deliver(t, s, testDelivery("d1", day), councilRows(1000)...)
	n := makeNight(t, s)
	for range 2 {
		if err := s.PublishNight(n); err != nil {
			t.Fatal(err)
		}
		sameNight(t, s, n)
	}
	checkFind(t, s, n)
	if _, err := s.Household("H1"); !errors.Is(err, family.ErrNotFound) {
		t.Errorf("no such household: %v", err)
	}
	deliver(t, s, testDelivery("d2", day+1), withdrawal("h000001"))
	s.Close()
	s = mustOpen(t, dir)
	sameNight(t, s, n) // its persons still read the rows of its day
	s.Close()
	s, err := open(Options{Dir: dir, RebuildIndex: true}, roomy())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if info, ok := s.LastNight(); !ok || !s.NightMissing() || !cmp.Equal(info, n.Info) {
		t.Errorf("after a rebuild: %v, %t, missing %t", info, ok, s.NightMissing())
	}
	if name, json, ok := s.Model(); !ok || name != "m1" || string(json) != `{"u":1}` {
		t.Errorf("model: %q %q %t", name, json, ok)
	}
	if _, err := s.Household(n.Households[0].ID); !errors.Is(err, family.ErrState) {
		t.Errorf("while the night is missing: %v", err)
	}
	if err := s.RestoreNight(n); err != nil {
		t.Fatal(err)
	}
	if s.NightMissing() {
		t.Error("the night is still missing")
	}
	sameNight(t, s, n)
}

func checkFind(t *testing.T, s *Store, n *Night) {
	t.Helper()
	for _, tc := range []struct {
		token  string
		prefix bool
		has    func(*family.Record) bool
	}{
		{"sn:SUR3 NAME", false, func(r *family.Record) bool { return r.Surname == "Sur3 Name" }},
		{"sn:SUR3", false, func(r *family.Record) bool { return r.Surname == "Sur3 Name" }},
		{"fn:FORE9", true, func(r *family.Record) bool { return r.Forename[:5] == "Fore9" }},
		{"pc:M1 1AE", false, func(*family.Record) bool { return true }},
		{"dob:1980-01-0", true, func(r *family.Record) bool { return r.DOB < family.MustDate("1980-01-10") }},
		{"sn:NOBODY", true, func(*family.Record) bool { return false }},
	} {
		var want []string
		for i := range n.Persons {
			for _, r := range n.Persons[i].Records {
				if tc.has(r) {
					want = append(want, n.Persons[i].ID)
					break
				}
			}
		}
		var got []string
		after := ""
		for { // page by page
			page, err := s.FindPersons(tc.token, tc.prefix, after, 7)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, page...)
			if len(page) < 7 {
				break
			}
			after = page[6]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("find %s (-want +got):\n%s", tc.token, diff)
		}
	}
}

// TestReadDuringPublish reads persons while nights that read other rows are
// published: each answer is wholly of one night.
func TestReadDuringPublish(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	deliver(t, s, testDelivery("d0", day), councilRows(60)...)
	if err := s.PublishNight(makeNight(t, s)); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() { readUntil(t, s, stop) })
	}
	for n := range 6 {
		d := testDelivery(fmt.Sprintf("e%d", n), day+family.Date(n)+1)
		deliver(t, s, d, testRow("h000000", fmt.Sprintf("New%d", n)))
		if err := s.PublishNight(makeNight(t, s)); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	readers.Wait()
	if s.rebuilds > 0 {
		t.Error("the index was rebuilt")
	}
}

func readUntil(t *testing.T, s *Store, stop chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		p, _, err := s.Person("P0000000000000000")
		if err != nil {
			t.Errorf("reading: %v", err)
			return
		}
		if f := p.Records[0].Forename; f != p.Profile.Forename {
			t.Errorf("the profile is of %s and the record of %s", p.Profile.Forename, f)
			return
		}
	}
}

// TestNightOfAnotherVersion: results in blocks of another form are missing at
// the next opening, and not misread.
func TestNightOfAnotherVersion(t *testing.T) {
	for name, change := range map[string]func(marker []byte) []byte{
		"the oldest": func(b []byte) []byte { return b[:len(b)-1] },
		"an older":   func(b []byte) []byte { b[len(b)-1]--; return b },
		"a newer":    func(b []byte) []byte { b[len(b)-1]++; return b },
		"the same":   func(b []byte) []byte { return b },
	} {
		dir := t.TempDir()
		s := mustOpen(t, dir)
		deliver(t, s, testDelivery("d1", day), councilRows(9)...)
		n := makeNight(t, s)
		if err := s.PublishNight(n); err != nil {
			t.Fatal(err)
		}
		err := s.index.db.Update(func(txn *badger.Txn) error {
			b, err := s.index.get(txn, nightKey)
			if err != nil {
				return err
			}
			return txn.Set(nightKey, s.index.check.seal(nightKey, change(b)))
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = mustOpen(t, dir)
		if got, want := s.NightMissing(), name != "the same"; got != want {
			t.Errorf("%s: missing %t, want %t", name, got, want)
		}
		if !s.NightMissing() {
			continue
		}
		if err := s.RestoreNight(n); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Household(n.Households[0].ID); err != nil {
			t.Errorf("%s: restored: %v", name, err)
		}
	}
}
