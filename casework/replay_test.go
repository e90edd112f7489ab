package casework

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

// TestReplayAnswersAsTheBook: in every view the nominations in force are those
// of the whole book.
func TestReplayAnswersAsTheBook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		book, replay := NewBook(), NewReplay()
		for range rapid.IntRange(10, 120).Draw(t, "events") {
			e := anyEvent(t, book)
			if e.Kind == family.Nominated && rapid.Bool().Draw(t, "of all") {
				e.Needs = []string{"5.1"}
			}
			e.ID = eventID(book.Place() + 1)
			if book.Apply(e) != nil {
				continue
			}
			if err := replay.Apply(e); err != nil {
				t.Fatal(err)
			}
		}
		for range 20 {
			v := View{Place: uint64(rapid.IntRange(0, int(book.Place())).Draw(t, "place"))}
			if rapid.Bool().Draw(t, "at a day") {
				v.Day = opened + family.Date(rapid.IntRange(0, int(book.Place())/4+3).Draw(t, "day"))
			}
			if diff := cmp.Diff(book.NominationsInForce(v), replay.NominationsInForce(v)); diff != "" {
				t.Fatalf("in %+v (-book +replay):\n%s", v, diff)
			}
		}
	})
}

// TestReplayOfACounty: of a county's journal too.
func TestReplayOfACounty(t *testing.T) {
	events := journal(600)
	replay, book := NewReplay(), NewBook()
	for _, e := range events {
		if err := errors.Join(replay.Apply(e), book.Apply(e)); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range []View{{}, {Day: opened + 100}, {Day: opened + 400}, {Place: uint64(len(events) / 2)}, {Day: opened + 300, Place: uint64(len(events) / 2)}} {
		want := book.NominationsInForce(v)
		if diff := cmp.Diff(want, replay.NominationsInForce(v)); diff != "" || len(want) == 0 {
			t.Errorf("in %+v, %d (-book +replay):\n%s", v, len(want), diff)
		}
	}
}

func TestReplayRefusesWhatCannotBe(t *testing.T) {
	for name, e := range map[string]family.CaseEvent{
		"no id": {Kind: family.Nominated}, "unknown kind": {ID: "E1", Kind: 250}, "no case": {ID: "E1", Kind: family.CaseClosed, Subject: "E0"},
		"no nomination": {ID: "E1", Kind: family.NominationWithdrawn, Subject: "E7"}, "no event": {ID: "E1", Kind: family.CaseEventUndone},
		"joins nothing": {ID: "E1", Kind: family.Nominated, Into: "E7"}, "of nothing": {ID: "E1", Kind: family.CaseIdentified, Nomination: "E7"},
	} {
		if err := NewReplay().Apply(e); !errors.Is(err, family.ErrCorrupt) {
			t.Errorf("%s: got %v, want it corrupt", name, err)
		}
	}
}

// BenchmarkReplay replays 200,000 events, as a night does.
func BenchmarkReplay(b *testing.B) {
	events := journal(37_500)[:200_000]
	for name, apply := range map[string]func() func(family.CaseEvent) error{
		"book":   func() func(family.CaseEvent) error { return NewBook().Apply },
		"replay": func() func(family.CaseEvent) error { return NewReplay().Apply },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f := apply()
				for _, e := range events {
					if err := f(e); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
