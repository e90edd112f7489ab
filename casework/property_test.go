package casework

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

// anyEvent draws an event that may be legal: about a few families, agencies
// and days, and mostly about something that there is.
func anyEvent(t *rapid.T, b *Book) family.CaseEvent {
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	some := func(label string, from ...string) []string {
		out := rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, len(from), rapid.ID).Draw(t, label)
		slices.Sort(out)
		return out
	}
	kind, subject := aim(t, b)
	e := family.CaseEvent{
		Kind: kind, By: pick("by", secret+"ann", secret+"ben"), Agency: pick("agency", "", secret+"council", secret+"school"),
		Reason: secret, Household: secret,
		Day:       opened + family.Date(int(b.Place())/4+rapid.IntRange(0, 2).Draw(t, "day")),
		Framework: pick("framework", "sf", "tf"), Needs: some("needs", "1.1", "5.1", "7.1"), LeadAgency: pick("lead", "", secret+"oak", secret+"elm"),
		Area: family.Area{Ward: pick("ward", "", "hill"), District: "north"}, Plan: secret, Seed: 7, Percent: 40, From: opened,
	}
	for _, r := range some("records", "1", "2", "3", "4") {
		e.Records = append(e.Records, family.RecordRef{RowRef: family.RowRef{Feed: family.Attendance, ID: r}})
	}
	e.Subject = subject
	if e.LeadAgency != "" {
		e.LeadPractitioner = secret + "kim"
	}
	if rapid.IntRange(0, 9).Draw(t, "unsaid") == 0 {
		e.Reason = ""
	}
	ofKind(t, b, &e, pick)
	return e
}

// secret marks what may stand in no refusal: names, reasons, plans.
const secret = "zq"

// unspoken asks the book all that can be asked of an event that may be
// impossible: nothing panics, and no refusal repeats what people wrote.
func unspoken(t *rapid.T, b *Book, e family.CaseEvent) {
	b.Warnings(e, nil)
	b.Makes(e)
	b.Joins(e)
	for _, err := range []error{b.Check(e, e.Day-1), b.CheckClaim(e, e.Day, Terms{Requires: Requirements{true, true}})} {
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Fatalf("a refusal repeats what somebody wrote: %v", err)
		}
	}
}

// aim chooses a kind of event and what it is about: mostly what may come next
// for something that there is, now and then anything at all.
func aim(t *rapid.T, b *Book) (family.CaseEventKind, string) {
	cases, claims, noms := b.Cases(Filter{}), b.Claims(Filter{}), b.Nominations(Filter{})
	kind := family.CaseEventKind(rapid.IntRange(1, int(family.CaseNeedMet)).Draw(t, "kind"))
	subject := ""
	if b.Place() > 0 && !begins(kind) {
		subject = "E" + strconv.Itoa(rapid.IntRange(1, int(b.Place())).Draw(t, "subject"))
	}
	switch rapid.IntRange(0, 9).Draw(t, "aim") {
	case 0, 1, 2, 3, 4:
		if len(cases) > 0 {
			c := rapid.SampledFrom(cases).Draw(t, "case")
			next := Moves(c.Status)
			for range 3 { // more often what leads on than what ends
				next = append(next, slices.DeleteFunc(slices.Clone(next), aside)...)
			}
			return rapid.SampledFrom(next).Draw(t, "move"), c.ID
		}
	case 5, 6:
		if len(claims) > 0 {
			for _, c := range claims {
				if c.State == ClaimQueried && rapid.Bool().Draw(t, "answer") {
					return family.ClaimAnswered, c.ID
				}
			}
			c := rapid.SampledFrom(claims).Draw(t, "claim")
			next := []family.CaseEventKind{family.ClaimWithdrawn, family.ClaimAudited, family.ClaimAudited, family.ClaimAudited}
			return rapid.SampledFrom(next).Draw(t, "next"), c.ID
		}
	case 7:
		if len(noms) > 0 {
			return family.NominationWithdrawn, rapid.SampledFrom(noms).Draw(t, "nominated").ID
		}
	case 8:
		if len(claims) > 0 {
			return family.ClaimsSampled, ""
		}
	default:
	}
	return kind, subject
}

// aside says whether a kind of event leads a case no further.
func aside(kind family.CaseEventKind) bool {
	return kind == family.CaseAssigned || kind == family.CaseDeclined || kind == family.CaseNoted || kind == family.CaseNeedsAdded ||
		kind == family.CaseClosed || kind == family.CaseReopened || kind == family.CasePlanned || kind == family.CaseNeedMet
}

// ofKind fills in what only some kinds have.
func ofKind(t *rapid.T, b *Book, e *family.CaseEvent, pick func(string, ...string) string) {
	switch e.Kind {
	case family.CaseClosed:
		e.Outcome = rapid.SampledFrom(endings).Draw(t, "ending")
		if e.Outcome == EndedDuplicate {
			e.Into = "E" + pick("into", "1", "2", "3")
		}
	case family.CaseNeedMet:
		if c, ok := b.Case(e.Subject); ok && len(c.Needs) > 0 {
			e.Needs = []string{rapid.SampledFrom(c.NeedIDs()).Draw(t, "met")}
		}
	case family.ClaimAudited:
		e.Outcome = rapid.SampledFrom(verdicts).Draw(t, "verdict")
	case family.AreaAssigned:
		e.AreaLevel, e.AreaName = pick("level", "ward", "district"), pick("area", "hill", "north")
	case family.CaseIdentified:
		if noms := b.Nominations(Filter{}); len(noms) > 0 {
			e.Nomination = pick("nomination", "", noms[0].ID, noms[len(noms)-1].ID)
		}
	case family.ClaimsSampled:
		e.To, e.Framework = e.Day, pick("of", "", "sf", "tf")
		e.Drawn = Sample(b.Pool(e.Framework, e.From, e.To, View{}), e.Seed, e.Percent)
	case family.CaseClaimed:
		e.Outcome, e.Needs = pick("result", "progress", "work"), nil
		if pick("excludes", "no", "yes") == "yes" && e.Outcome == "progress" {
			e.Excludes = []string{"work"}
		}
		if c, ok := b.Case(e.Subject); ok {
			e.Framework = c.Framework
		}
		if err := freeze(e); err != nil {
			t.Fatal(err)
		}
	default:
	}
}

// TestBookLaws records whatever Check allows of random events, and holds the
// book to its laws.
func TestBookLaws(t *testing.T) {
	allowed := map[family.CaseEventKind]int{}
	rapid.Check(t, func(t *rapid.T) {
		b := NewBook()
		var recorded []family.CaseEvent
		if rapid.Bool().Draw(t, "linked") {
			lives := rapid.SliceOfN(rapid.SampledFrom([]string{"", "H1", "H2"}), 5, 5).Draw(t, "lives")
			b.Relink(func(r family.RecordRef) string { return lives[r.ID[0]-'0'] })
		}
		steps := rapid.IntRange(50, 250).Draw(t, "steps")
		for range steps {
			e := anyEvent(t, b)
			unspoken(t, b, e)
			if b.Check(e, e.Day) != nil {
				continue
			}
			allowed[e.Kind]++
			before := standing(b)
			makes, changes := b.Makes(e)
			e = mustApply(t, b, e)
			recorded = append(recorded, e)
			if changes {
				id := makes.ID
				if id == "" {
					id = e.ID
				}
				got, _ := b.Case(id)
				makes.ID, got.ID, got.History, got.Nominations, makes.Claims, got.Claims = "", "", nil, nil, nil, nil
				makes.Confirmed = slices.Clone(makes.Confirmed)
				for i := range makes.Confirmed {
					if makes.Confirmed[i].Event == "" { // that of the event announced
						makes.Confirmed[i].Event = e.ID
					}
				}
				if diff := cmp.Diff(got, makes, cmp.AllowUnexported(Case{})); e.Kind != family.CaseEventUndone && diff != "" {
					t.Fatalf("%s was to make another case (-made +announced):\n%s", e.Kind, diff)
				}
			}
			if undo := undoOf(e); b.Check(undo, undo.Day) == nil && rapid.IntRange(0, 2).Draw(t, "undo") == 0 {
				recorded = append(recorded, mustApply(t, b, undo))
				if got := standing(b); got != before {
					t.Fatalf("undoing %s does not restore the book:\n%s", e.Kind, cmp.Diff(before, got))
				}
			}
			neverTwice(t, b)
		}
		replays(t, b, recorded)
	})
	t.Logf("allowed: %v", allowed)
	for kind := family.Nominated; kind <= family.CaseNeedMet; kind++ {
		if allowed[kind] == 0 {
			t.Errorf("no %s was ever allowed: the law was not tried on it", kind)
		}
	}
}

// standing is dump without the history, which keeps what was undone.
func standing(b *Book) string {
	out := fmt.Sprintf("%+v\n%+v\n%+v\n", b.Nominations(Filter{}), b.Claims(Filter{}), b.Teams(View{}))
	for _, c := range b.Cases(Filter{}) {
		full, _ := b.Case(c.ID)
		full.History = nil
		out += fmt.Sprintf("%+v\n", full)
	}
	return out
}

func undoOf(e family.CaseEvent) family.CaseEvent {
	return family.CaseEvent{Kind: family.CaseEventUndone, Subject: e.ID, By: "ann", Reason: "a slip", Day: e.Day}
}

func mustApply(t *rapid.T, b *Book, e family.CaseEvent) family.CaseEvent {
	e.ID = eventID(b.Place() + 1)
	if err := b.Apply(e); err != nil {
		t.Fatalf("Check allowed what Apply refuses: %v", err)
	}
	e.Snapshot = nil
	return e
}

// neverTwice: no two claims in force bar each other for one family.
func neverTwice(t *rapid.T, b *Book) {
	claims := b.Claims(Filter{InForce: true})
	for i, x := range claims {
		for _, y := range claims[:i] {
			cx, _ := b.Case(x.Case)
			cy, _ := b.Case(y.Case)
			one := SameFamily(cx.Records, cy.Records) || b.Household(cx.ID) != "" && b.Household(cx.ID) == b.Household(cy.ID)
			if bars(&b.entries[x.ID].event, &b.entries[y.ID].event) && one {
				t.Fatalf("claims %s and %s are both in force for one family", y.ID, x.ID)
			}
		}
	}
}

// replays: the journal gives the same book again, and what the book says was
// known at a place is what the journal up to there gives.
func replays(t *rapid.T, b *Book, recorded []family.CaseEvent) {
	again := NewBook()
	cut := rapid.IntRange(0, len(recorded)).Draw(t, "place")
	for i, e := range recorded {
		if i == cut && i > 0 {
			if diff := cmp.Diff(dump(again), dumpIn(b, View{Place: again.Place()})); diff != "" {
				t.Fatalf("known at %d is not the book at %d (-book +known):\n%s", again.Place(), again.Place(), diff)
			}
		}
		if err := again.Apply(e); err != nil {
			t.Fatalf("replay: %v", err)
		}
	}
	if diff := cmp.Diff(dump(b), dump(again)); diff != "" {
		t.Fatalf("the replayed book is another:\n%s", diff)
	}
	asAtDays(t, b, recorded)
	for _, d := range b.Draws(View{}) {
		if err := b.VerifySample(d.ID); err != nil {
			t.Fatal(err)
		}
	}
	// What had happened by the last day is everything.
	if diff := cmp.Diff(dump(b), dumpIn(b, View{Day: family.MustDate("2999-12-31")})); diff != "" {
		t.Fatalf("the far future is not now:\n%s", diff)
	}
}

// asAtDays: what a case was at a day follows from its own standing events of
// that day or earlier, and from what its area's assignments were known to be.
func asAtDays(t *rapid.T, b *Book, recorded []family.CaseEvent) {
	cases := b.Cases(Filter{})
	if len(cases) == 0 {
		return
	}
	id := rapid.SampledFrom(cases).Draw(t, "case as at").ID
	day := opened + family.Date(rapid.IntRange(0, 70).Draw(t, "as at"))
	alone := NewBook()
	for _, e := range recorded {
		own := (e.ID == id || e.Subject == id && (dated(e.Kind) || e.Kind == family.CaseNeedMet)) && e.Day <= day && b.entries[e.ID].undone == 0
		area := e.Kind == family.AreaAssigned
		if e.Kind == family.CaseEventUndone {
			area = b.entries[e.Subject].event.Kind == family.AreaAssigned
		}
		if !own && !area {
			continue
		}
		e.Nomination = ""
		if e.Outcome == EndedDuplicate {
			return // the case that goes on is not there
		}
		if err := alone.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	want, wantOK := alone.CaseAt(id, day)
	got, ok := b.CaseAt(id, day)
	for _, c := range []*Case{&want, &got} {
		c.History, c.Nominations, c.Nomination, c.Claims = nil, nil, "", nil
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Case{})); diff != "" || ok != wantOK {
		t.Fatalf("case %s as at %s (-its events +the book):\n%s", id, day, diff)
	}
}
