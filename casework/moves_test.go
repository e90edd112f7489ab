package casework

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hearthmatch/hearth/family"
)

// at builds a book with one case, E1, in a status.
func at(t *testing.T, s Status) *Book {
	t.Helper()
	b := NewBook()
	steps := map[Status][]family.CaseEventKind{
		Identified: {}, Contacted: {family.CaseContacted}, Agreed: {family.CaseContacted, family.CaseAgreed},
		Declined:   {family.CaseContacted, family.CaseDeclined},
		WorkedWith: {family.CaseContacted, family.CaseAgreed, family.CaseWorkedWith},
		Closed:     {family.CaseContacted, family.CaseAgreed, family.CaseWorkedWith, family.CaseClosed},
	}[s]
	apply(t, b, full(family.CaseIdentified))
	for _, kind := range steps {
		apply(t, b, full(kind))
	}
	if c, _ := b.Case("E1"); c.Status != s {
		t.Fatalf("the case is %s, want %s", c.Status, s)
	}
	return b
}

// apply checks and records an event.
func apply(t *testing.T, b *Book, e family.CaseEvent) {
	t.Helper()
	if err := b.Check(e, e.Day); err != nil {
		t.Fatalf("Check(%s) = %v", e.Kind, err)
	}
	e.ID = eventID(b.Place() + 1)
	if err := b.Apply(e); err != nil {
		t.Fatal(err)
	}
}

var opened = family.MustDate("2025-01-06")

// full is an event of a kind about case E1 that lacks nothing.
func full(kind family.CaseEventKind) family.CaseEvent {
	e := family.CaseEvent{
		Kind: kind, Subject: "E1", By: "Ann Example", Agency: "Council", Day: opened, Reason: "a reason", Framework: "sf-2022",
		Needs: []string{"1.1"}, LeadAgency: "Oak", Plan: "P-1", Outcome: EndedOther,
		Records: []family.RecordRef{{RowRef: family.RowRef{Feed: family.Attendance, ID: "1"}}},
	}
	switch kind {
	case family.CaseIdentified, family.Nominated:
		e.Subject = ""
	case family.CaseNeedsAdded:
		e.Needs = []string{"7.1"}
	case family.CaseClaimed:
		e.Outcome = "progress"
		if err := freeze(&e); err != nil {
			panic(err)
		}
	default:
	}
	return e
}

// TestMoves tries every kind of event in every status.
func TestMoves(t *testing.T) {
	legal := map[Status]string{
		Identified: "assigned contacted needs_added noted closed",
		Contacted:  "assigned agreed declined needs_added noted closed",
		Agreed:     "assigned declined planned worked_with needs_added noted closed",
		Declined:   "assigned contacted needs_added noted closed",
		WorkedWith: "assigned planned needs_added noted closed claimed need_met",
		Closed:     "noted reopened claimed need_met",
	}
	becomes := map[string]Status{"contacted": Contacted, "agreed": Agreed, "declined": Declined, "worked_with": WorkedWith,
		"closed": Closed, "reopened": WorkedWith}
	for from := Identified; from <= Closed; from++ {
		for kind := family.CaseAssigned; kind <= family.CaseNeedMet; kind++ {
			if kind > family.CaseClaimed && kind < family.CaseNeedMet {
				continue // not about a case's own steps
			}
			b := at(t, from)
			e := full(kind)
			err := b.Check(e, e.Day)
			want := slices.Contains(strings.Fields(legal[from]), kind.String())
			if got := err == nil; got != want {
				t.Errorf("%s when %s: Check = %v, want legal %v", kind, from, err, want)
				continue
			}
			if got := slices.Contains(Moves(from), kind); got != want {
				t.Errorf("Moves(%s) has %s = %v, want %v", from, kind, got, want)
			}
			if !want {
				if !errors.Is(err, family.ErrState) {
					t.Errorf("%s when %s: %v is not of the kind ErrState", kind, from, err)
				}
				e.ID = "E99"
				if err := b.Apply(e); err == nil {
					t.Errorf("%s when %s: Apply took what Check refuses", kind, from)
				}
				continue
			}
			apply(t, b, e)
			to, moved := becomes[kind.String()]
			if !moved {
				to = from
			}
			if c, _ := b.Case("E1"); c.Status != to {
				t.Errorf("%s when %s makes the case %s, want %s", kind, from, c.Status, to)
			}
		}
	}
}

// TestEndings tries every way to end the work in every status.
func TestEndings(t *testing.T) {
	refused := map[Status]string{
		Identified: "completed disengaged", Contacted: "completed", Agreed: "completed", Declined: "completed", WorkedWith: "",
	}
	for from := Identified; from <= WorkedWith; from++ {
		for _, ending := range endings {
			b := at(t, from)
			e := full(family.CaseClosed)
			e.Outcome = ending
			if ending == EndedDuplicate {
				other := full(family.CaseIdentified)
				other.Records[0].ID = "2"
				apply(t, b, other)
				e.Into = eventID(b.Place())
			}
			want := !slices.Contains(strings.Fields(refused[from]), ending)
			if err := b.Check(e, e.Day); (err == nil) != want {
				t.Errorf("closed as %s when %s: Check = %v, want legal %v", ending, from, err, want)
			}
		}
	}
}

// TestReopenedGivesBackTheStatus closes and reopens from every status.
func TestReopenedGivesBackTheStatus(t *testing.T) {
	for from := Identified; from <= WorkedWith; from++ {
		b := at(t, from)
		before, _ := b.Case("E1")
		apply(t, b, full(family.CaseClosed))
		apply(t, b, full(family.CaseReopened))
		after, _ := b.Case("E1")
		if after.Status != from || after.Closed != 0 || after.Ended != "" || after.Attached != before.Attached {
			t.Errorf("closed and reopened when %s: %s, closed %q, ended %q", from, after.Status, after.Closed, after.Ended)
		}
	}
}

// TestEachField leaves out or spoils one field of an event at a time and wants
// that field named, and nothing of what stood in it.
func TestEachField(t *testing.T) {
	const secret = "Percival Secret"
	spoil := map[string]func(*family.CaseEvent){
		"by": func(e *family.CaseEvent) { e.By = " " }, "day": func(e *family.CaseEvent) { e.Day = 0 },
		"reason": func(e *family.CaseEvent) { e.Reason = strings.Repeat(secret, 1000) }, "framework": func(e *family.CaseEvent) { e.Framework = "" },
		"records": func(e *family.CaseEvent) { e.Records = append(e.Records, e.Records...) },
		"needs":   func(e *family.CaseEvent) { e.Needs = []string{secret, ""} },
		"schools": func(e *family.CaseEvent) { e.Schools = []string{secret, secret} },
		"agency":  func(e *family.CaseEvent) { e.Agency = secret + "\xff" },
		"team":    func(e *family.CaseEvent) { e.Team = strings.Repeat(secret, 100) },
		"lead_agency": func(e *family.CaseEvent) {
			e.LeadAgency, e.LeadPractitioner = "", secret
		},
	}
	for field, change := range spoil {
		e := full(family.CaseIdentified)
		change(&e)
		err := NewBook().Check(e, opened)
		var fields family.FieldErrors
		if !errors.As(err, &fields) || len(fields) != 1 || fields[0].Field != field || !errors.Is(err, family.ErrInvalid) {
			t.Errorf("with %s spoilt: Check = %v, want one fault of that field", field, err)
		}
		if err != nil && strings.Contains(err.Error(), "Secret") {
			t.Errorf("with %s spoilt the error repeats the value: %v", field, err)
		}
	}
}

// TestApplyRefuses: what is no event of the journal is refused with its id,
// and changes nothing.
func TestApplyRefuses(t *testing.T) {
	b := at(t, Contacted)
	before := dump(b)
	cases := map[string]struct {
		e    family.CaseEvent
		kind error
	}{
		"no id":        {changed(full(family.CaseAgreed), func(e *family.CaseEvent) { e.ID = "" }), family.ErrCorrupt},
		"another id":   {changed(full(family.CaseAgreed), func(e *family.CaseEvent) { e.ID = "D7" }), family.ErrCorrupt},
		"a zero":       {changed(full(family.CaseAgreed), func(e *family.CaseEvent) { e.ID = "E07" }), family.ErrCorrupt},
		"an old id":    {changed(full(family.CaseAgreed), func(e *family.CaseEvent) { e.ID = "E2" }), family.ErrCorrupt},
		"unknown kind": {changed(full(family.CaseAgreed), func(e *family.CaseEvent) { e.ID, e.Kind = "E7", 99 }), family.ErrInvalid},
		"no kind":      {changed(full(family.CaseAgreed), func(e *family.CaseEvent) { e.ID, e.Kind = "E7", 0 }), family.ErrInvalid},
		"no case":      {changed(full(family.CaseAgreed), func(e *family.CaseEvent) { e.ID, e.Subject = "E7", "E5" }), family.ErrNotFound},
	}
	for name, c := range cases {
		err := b.Apply(c.e)
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.e.ID) {
			t.Errorf("%s: Apply = %v, want the kind %v and the id", name, err, c.kind)
		}
	}
	if got := dump(b); got != before {
		t.Errorf("refused events changed the book:\n%s\nwas\n%s", got, before)
	}
}

func changed(e family.CaseEvent, change func(*family.CaseEvent)) family.CaseEvent {
	change(&e)
	return e
}
