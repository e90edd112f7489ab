package store

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dgraph-io/badger/v4/options"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/store/journal"
)

var text = rapid.StringOfN(rapid.Rune(), 0, 12, -1)

var refs = rapid.Custom(func(t *rapid.T) family.RowRef {
	return family.RowRef{Feed: rapid.SampledFrom(family.Feeds()).Draw(t, "feed"), ID: text.Draw(t, "id")}
})

var records = rapid.Custom(func(t *rapid.T) family.RecordRef {
	return family.RecordRef{RowRef: refs.Draw(t, "row"), Part: family.Part(rapid.IntRange(0, 2).Draw(t, "part"))}
})

var dates = rapid.Map(rapid.IntRange(-5, 800000), func(n int) family.Date { return family.Date(n) })

var rows = rapid.Custom(func(t *rapid.T) *family.Row {
	var values []family.Value
	for range rapid.IntRange(0, 8).Draw(t, "n") {
		values = append(values, family.Value{Column: family.Column(rapid.IntRange(1, family.NumColumns-1).Draw(t, "column")), Text: text.Draw(t, "text")})
	}
	r := family.NewRow(rapid.SampledFrom(family.Feeds()).Draw(t, "feed"), text.Draw(t, "id"), values)
	r.Deleted = rapid.Bool().Draw(t, "deleted")
	return r
})

var sameRow = cmp.Options{cmp.AllowUnexported(family.Row{}), cmpopts.EquateEmpty()}

func TestRowRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rows.Draw(t, "row")
		entry := appendRow(nil, want, rapid.Bool().Draw(t, "reported"))
		got, err := decodeRow(entry, want.Feed, &slab{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, sameRow); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if id, _, err := entryID(entry); err != nil || string(id) != want.ID {
			t.Fatalf("id %q, %v", id, err)
		}
	})
}

// TestKeyOrder: row keys sort by feed, id, then latest day and place first,
// and no record's versions stand among another's.
func TestKeyOrder(t *testing.T) {
	type version struct {
		ref  family.RowRef
		asAt family.Date
		seq  uint64
	}
	draw := rapid.Custom(func(t *rapid.T) version {
		id := rapid.StringOfN(rapid.SampledFrom([]rune{0, 1, 'a', 'b', 255}), 0, 4, -1).Draw(t, "id")
		return version{family.RowRef{Feed: rapid.SampledFrom(family.Feeds()).Draw(t, "feed"), ID: id}, dates.Draw(t, "day"), rapid.Uint64().Draw(t, "seq")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw.Draw(t, "a"), draw.Draw(t, "b")
		ka := appendRowTail(rowPrefix(a.ref), a.asAt, a.seq)
		kb := appendRowTail(rowPrefix(b.ref), b.asAt, b.seq)
		want := a.ref.Compare(b.ref)
		if want == 0 {
			ra, rb := family.Row{AsAt: a.asAt, Seq: a.seq}, family.Row{AsAt: b.asAt, Seq: b.seq}
			switch {
			case ra.Later(&rb):
				want = -1
			case rb.Later(&ra):
				want = 1
			}
		}
		if got := bytes.Compare(ka, kb); got != max(-1, min(1, want)) {
			t.Fatalf("%v %v: got %d, want %d", a, b, got, want)
		}
		id, ok := rowKeyID(ka)
		asAt, seq := rowTailOf(ka[len(ka)-rowTail:])
		if !ok || string(id) != a.ref.ID || asAt != a.asAt || seq != a.seq {
			t.Fatalf("read back %q %v %d %t", id, asAt, seq, ok)
		}
	})
}

func TestFrameRoundTrips(t *testing.T) {
	when := rapid.Map(rapid.Int64Range(-1<<40, 1<<40), func(n int64) time.Time { return time.Unix(n, n&0xffff).UTC() })
	rapid.Check(t, func(t *rapid.T) {
		d := family.Delivery{Feed: rapid.SampledFrom(family.Feeds()).Draw(t, "feed"), Agency: text.Draw(t, "agency"), ID: text.Draw(t, "id"),
			AsAt: dates.Draw(t, "as at"), From: dates.Draw(t, "from"), To: dates.Draw(t, "to"),
			Organisations: rapid.SliceOf(text).Draw(t, "organisations"), DeclaredRows: rapid.Int64().Draw(t, "rows"), ContentHash: text.Draw(t, "hash")}
		got, err := decodeDelivery(encodeDelivery(&d))
		same(t, d, got, err)
		x := family.Decision{Kind: family.DecisionKind(rapid.IntRange(1, 5).Draw(t, "kind")), A: records.Draw(t, "a"), B: records.Draw(t, "b"),
			Undoes: text.Draw(t, "undoes"), By: text.Draw(t, "by"), At: when.Draw(t, "at"), Reason: text.Draw(t, "reason"), Expires: dates.Draw(t, "expires")}
		gotX, err := decodeDecision(encodeDecision(&x))
		same(t, x, gotX, err)
		a := family.AuditEntry{Time: when.Draw(t, "time"), Actor: text.Draw(t, "actor"), Method: text.Draw(t, "method"), Subjects: rapid.SliceOf(text).Draw(t, "subjects")}
		gotA, err := decodeAudit(string(encodeAudit(&a)))
		same(t, a, gotA, err)
		n := night{info: family.NightInfo{ID: text.Draw(t, "night"), Seq: rapid.Uint64().Draw(t, "seq"), AsAt: d.AsAt, Model: text.Draw(t, "model"), Trained: true,
			Rows: 1, Records: -2, Persons: 3, Households: 4, Families: 5, Frameworks: []family.FrameworkCount{{ID: "f", Scored: 1, Eligible: 2, OneShort: 3, PutForward: 1}},
			Start: x.At, End: a.Time, Stages: []family.StageTime{{Stage: "s", Seconds: rapid.Float64().Draw(t, "seconds")}}}, model: []byte(text.Draw(t, "json"))}
		gotN, err := decodeNight(n.encode())
		same(t, n.info, gotN.info, err)
		same(t, n.model, gotN.model, nil)
		old := n.encode() // as a journal of before has it, without the last count
		gotN, err = decodeNight(old[:len(old)-1])
		n.info.Frameworks[0].PutForward = 0
		same(t, n.info, gotN.info, err)
		s := seal{number: 3, state: family.DeliveryHeld, warnings: []string{text.Draw(t, "warning")}, tally: tally{1, 2, 3, 4}}
		gotS, err := decodeSeal(s.encode())
		if err != nil || !reflect.DeepEqual(s, gotS) {
			t.Fatalf("seal: %+v, %v", gotS, err)
		}
		z := settle{number: 3, release: true, by: x.By, reason: x.Reason, at: x.At}
		if gotZ, err := decodeSettle(z.encode()); err != nil || gotZ != z {
			t.Fatalf("settle: %+v, %v", gotZ, err)
		}
		r := family.Rejection{RecordID: text.Draw(t, "record"), Problems: []family.Problem{{Column: "dob", Reason: "R", Detail: text.Draw(t, "detail")}}}
		raw := []family.Value{{Column: family.ColDOB, Text: text.Draw(t, "raw")}}
		gotR, gotRaw, err := decodeRejected(appendRejection(nil, &r, raw))
		same(t, r, gotR, err)
		same(t, raw, gotRaw, nil)
	})
}

func same(t *rapid.T, want, got any, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
}

func drawPerson(t *rapid.T) family.StoredPerson {
	p := family.StoredPerson{ID: text.Draw(t, "id"), Refs: rapid.SliceOfN(records, 1, 5).Draw(t, "refs"),
		Probability: rapid.SliceOfN(rapid.Float64(), 0, 5).Draw(t, "probability"), HouseholdIDs: rapid.SliceOfN(text, 0, 3).Draw(t, "households"),
		Profile: family.Profile{Forename: text.Draw(t, "forename"), Surname: text.Draw(t, "surname"), DOB: dates.Draw(t, "dob"), Sex: 'F', Died: dates.Draw(t, "died")}}
	slices.SortFunc(p.Refs, family.RecordRef.Compare)
	for range rapid.IntRange(0, 4).Draw(t, "links") {
		l := family.Link{A: rapid.SampledFrom(p.Refs).Draw(t, "a"), B: records.Draw(t, "b"), Weight: rapid.Float64().Draw(t, "weight"), Probability: 0.5}
		for range rapid.IntRange(0, 3).Draw(t, "reasons") {
			l.Reasons = append(l.Reasons, family.LinkReason{Comparison: text.Draw(t, "comparison"), Level: text.Draw(t, "level"), Weight: rapid.Float64().Draw(t, "w")})
		}
		p.Links = append(p.Links, l)
	}
	return p
}

func drawHousehold(t *rapid.T) family.Household {
	h := family.Household{ID: text.Draw(t, "id"), Address: family.Address{Line1: text.Draw(t, "line"), Town: text.Draw(t, "town")},
		Area: family.Area{Ward: text.Draw(t, "ward")}, Protected: rapid.Bool().Draw(t, "protected")}
	for range rapid.IntRange(0, 3).Draw(t, "members") {
		h.Members = append(h.Members, family.Member{PersonID: text.Draw(t, "person"), Role: family.Associate, From: dates.Draw(t, "from"), To: dates.Draw(t, "to"),
			Confidence: rapid.Float64().Draw(t, "confidence"), Reason: text.Draw(t, "reason"), Evidence: rapid.SliceOfN(refs, 0, 3).Draw(t, "evidence"), Deceased: dates.Draw(t, "deceased"), Kind: family.PossibleMember,
			Weights: []family.Weight{{Fact: "alone", Bits: -1.5}, {Fact: "row", Bits: 2, Row: refs.Draw(t, "row"), Day: dates.Draw(t, "day")}}})
	}
	h.Certainty = rapid.Float64().Draw(t, "certainty")
	h.Stays = []family.Stay{{PersonID: "p", Address: family.Address{Line1: "1", UPRN: "2"}, From: 1, To: 2, FromStated: true, Probability: 0.5, Protected: true}}
	h.Relations = []family.Relation{{A: "p", B: "q", Kind: family.Sibling, From: 3, To: 4, Confidence: 0.5, Evidence: rapid.SliceOfN(refs, 0, 3).Draw(t, "relation")}}
	h.Changes = []family.Change{{Day: 5, Kind: family.Born, Persons: []string{"p"}, Reason: "born"}}
	h.Contradictions = []family.Contradiction{{Kind: "too_old", Persons: []string{"p"}, Evidence: rapid.SliceOfN(refs, 0, 3).Draw(t, "contradiction"), Reason: "too old"}}
	return h
}

func drawCandidate(t *rapid.T) family.Candidate {
	c := family.Candidate{HouseholdID: text.Draw(t, "household"), Framework: text.Draw(t, "framework"), AsAt: dates.Draw(t, "as at"), Eligible: rapid.Bool().Draw(t, "eligible"),
		Headlines: []family.HeadlineResult{{ID: text.Draw(t, "headline"), Status: family.Unknown}}, Reason: text.Draw(t, "reason"), Area: family.Area{LSOA: text.Draw(t, "lsoa")},
		Certainty: rapid.Float64().Draw(t, "certainty"), PutForward: rapid.Bool().Draw(t, "put forward"), RestsOn: rapid.SliceOfN(text, 0, 3).Draw(t, "rests on")}
	for range rapid.IntRange(0, 3).Draw(t, "needs") {
		c.Needs = append(c.Needs, &family.Need{Criterion: text.Draw(t, "criterion"), Headline: "1", Status: family.Met, Persons: rapid.SliceOfN(text, 0, 3).Draw(t, "persons"),
			Evidence: rapid.SliceOfN(refs, 0, 3).Draw(t, "evidence"), From: dates.Draw(t, "from"), To: dates.Draw(t, "to"), Reason: text.Draw(t, "why"), Freshest: dates.Draw(t, "freshest"),
			Nominations: rapid.SliceOfN(text, 0, 2).Draw(t, "nominations"), NotCounted: rapid.Bool().Draw(t, "not counted")})
	}
	return c
}

func TestBlockRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := newBlockEnc()
		var persons []family.StoredPerson
		var households []family.Household
		var candidates []family.Candidate
		for range rapid.IntRange(0, 3).Draw(t, "n") {
			persons = append(persons, drawPerson(t))
			households = append(households, drawHousehold(t))
			candidates = append(candidates, drawCandidate(t))
		}
		encode := func() []byte {
			for i := range persons {
				e.person(&persons[i])
				e.household(&households[i], []listed{{1, uint64(i)}})
				e.candidate(&candidates[i])
			}
			return e.bytes()
		}
		b := encode()
		if !bytes.Equal(b, encode()) {
			t.Fatal("equal things make other bytes")
		}
		x, err := decodeBlock(b)
		if err != nil {
			t.Fatal(err)
		}
		for i := range persons {
			p, err := x.entry(3 * i).person(x.keys[3*i])
			same(t, &persons[i], p, err)
			h, places, err := x.entry(3*i + 1).household(x.keys[3*i+1])
			same(t, &households[i], h, err)
			if len(places) != 1 || places[0] != (listed{1, uint64(i)}) {
				t.Fatal(places)
			}
			c, err := x.entry(3*i + 2).candidate()
			same(t, &candidates[i], c, err)
		}
	})
}

func TestPack(t *testing.T) {
	for _, s := range []string{"", "a", strings.Repeat("a row much like the one before; ", 300)} {
		p := pack([]byte(s))
		got, err := unpack(nil, p)
		if err != nil || string(got) != s {
			t.Errorf("%d bytes: %d, %v", len(s), len(got), err)
		}
	}
}

// TestChecks: a value moved to another key, cut, emptied or changed fails.
func TestChecks(t *testing.T) {
	for _, key := range [][]byte{nil, make([]byte, 32)} {
		c := newChecker(key)
		stored := c.seal([]byte("key"), []byte("value"))
		if v, err := c.open([]byte("key"), stored); err != nil || string(v) != "value" {
			t.Errorf("got %q, %v", v, err)
		}
		if _, err := c.open([]byte("kez"), stored); err == nil {
			t.Error("another key passes")
		}
		for i := range stored {
			bad := bytes.Clone(stored)
			bad[i] ^= 4
			if _, err := c.open([]byte("key"), bad); err == nil {
				t.Errorf("byte %d changed passes", i)
			}
			if _, err := c.open([]byte("key"), stored[:i]); err == nil {
				t.Errorf("cut to %d passes", i)
			}
		}
	}
}

// TestGuards holds every option that badger's known faults call for.
func TestGuards(t *testing.T) {
	o := indexOptions("x", make([]byte, 32), memTableSize, &indexLog{})
	for _, g := range []struct {
		name string
		ok   bool
	}{
		{"writes are synced", o.SyncWrites},
		{"tables are verified when opened", o.ChecksumVerificationMode == options.OnTableRead},
		{"no value goes to the value log", o.ValueThreshold >= maxEntry+1024 && o.ValueThreshold > maxValue+1024},
		{"a sealed index has a cache for its indices", o.IndexCacheSize > 0 && o.BlockCacheSize > 0},
		{"memory is bounded", o.MemTableSize*int64(o.NumMemtables+1)+o.BlockCacheSize+o.IndexCacheSize <= 256<<20},
		{"the index is encrypted", len(o.EncryptionKey) == 32},
	} {
		if !g.ok {
			t.Errorf("not so: %s", g.name)
		}
	}
}

func FuzzDecoders(f *testing.F) {
	row := family.NewRow(family.Housing, "id", []family.Value{{Column: family.ColForename, Text: "Ann"}})
	f.Add(appendRow(nil, row, true))
	f.Add(encodeDelivery(&family.Delivery{Feed: family.Housing, Agency: "a", ID: "b"}))
	f.Add((&night{info: family.NightInfo{ID: "N"}}).encode())
	claim := claimEvent(1, "evidence")
	f.Add(encodeCase(&claim))
	f.Add(encodeEvent(&claim))
	f.Add(encodePublished(&family.PublishedFramework{ID: "x", File: []byte("id: x")}))
	e := newBlockEnc()
	e.person(&family.StoredPerson{ID: "P", Refs: []family.RecordRef{{RowRef: family.RowRef{Feed: family.Housing, ID: "x"}}}})
	f.Add(e.bytes())
	f.Add(appendRowTail(rowPrefix(family.RowRef{Feed: family.Police, ID: "a\x00b"}), 5, 6))
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := decodeRow(b, family.Housing, &slab{}); err == nil {
			if again := appendRow(nil, r, b[0]&entryReported != 0); b[0] < 8 && b[1] < 128 && len(again) > len(b) {
				t.Error("a row grew")
			}
		}
		entryID(b)
		decodeRejected(b)
		decodeDelivery(b)
		decodeSeal(b)
		decodeSettle(b)
		decodeDecision(b)
		decodeAudit(string(b))
		decodeNight(b)
		if x, err := decodeEvent(string(b)); err == nil && !bytes.Equal(encodeEvent(&x), b) {
			t.Error("an event has two forms")
		}
		splitCase(b)
		decodePublished(b)
		eachOf(b, 5, func(family.CaseEvent) error { return nil })
		newState().caseEvent(b, journal.Position{})
		decodeApplied(string(b), [16]byte{})
		decodeDirectory(b)
		decodeNightMarker(b)
		decodeMarker(b, nil)
		rowKeyID(b)
		if h, packed, err := decodeRowsHead(b); err == nil && h.count < 1000 {
			if body, err := unpack(nil, packed); err == nil {
				nextEntry(body)
			}
		}
		if x, err := decodeBlock(b); err == nil {
			for i := range x.values {
				x.entry(i).person("")
				x.entry(i).household("")
				x.entry(i).candidate()
			}
		}
	})
}
