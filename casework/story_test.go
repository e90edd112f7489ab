package casework

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/family"
)

var rewrite = flag.Bool("rewrite", false, "write what came out into testdata as what is expected")

// TestStories reads testdata/*.txt: events as people record them and, indented
// by two blanks, what the book answers. A story begins with "=== " and an empty
// book. Its lines are
//
//	DAY KIND SUBJECT key=value…        an event, as family.CaseEventKind spells it
//	today DAY                          the day on which it is recorded (2025-12-31)
//	known kind=… row=FEED/ID since=…   an involvement of somebody of the family
//	lives HOUSEHOLD FEED/ID…           where people live now
//	show ID, history ID, cases, nominations, claims, draws, conflicts, teams
//
// the last with asat=DAY and known=EVENT for the two senses of "as at".
// Everybody is invented.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no stories", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := tell(t, string(text))
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(strings.Split(string(text), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("the story came out otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

// tell writes the stories of a file anew with the answers as they are.
func tell(t *testing.T, text string) string {
	var out strings.Builder
	var s *teller
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if strings.HasPrefix(line, "  ") {
			continue
		}
		out.WriteString(line + "\n")
		if strings.HasPrefix(line, "=== ") {
			s.replayed(t)
			s = newTeller()
			continue
		}
		if s == nil || line == "" || line[0] == '#' {
			continue
		}
		s.out = &out
		if err := s.line(line); err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
	}
	s.replayed(t)
	return out.String()
}

// teller is a story under way.
type teller struct {
	book     *Book
	recorded []family.CaseEvent
	today    family.Date
	known    []Involvement
	lives    map[family.RecordRef]string
	out      *strings.Builder
}

func newTeller() *teller {
	return &teller{book: NewBook(), today: family.MustDate("2025-12-31"), lives: map[family.RecordRef]string{}}
}

func (s *teller) say(format string, args ...any) { fmt.Fprintf(s.out, "  "+format+"\n", args...) }

// replayed asserts that the journal of a story gives the book that it left.
func (s *teller) replayed(t *testing.T) {
	t.Helper()
	if s == nil {
		return
	}
	again := NewBook()
	for _, e := range s.recorded {
		if err := again.Apply(e); err != nil {
			t.Errorf("replay: %v", err)
		}
	}
	if diff := cmp.Diff(dump(s.book), dump(again)); diff != "" {
		t.Errorf("the replayed book is another (-told +replayed):\n%s", diff)
	}
}

// dump writes everything that a book answers about itself.
func dump(b *Book) string { return dumpIn(b, View{}) }

func dumpIn(b *Book, v View) string {
	var out strings.Builder
	for _, c := range b.Cases(Filter{View: v}) {
		full, _ := b.CaseIn(c.ID, v)
		fmt.Fprintf(&out, "%+v\n", full)
	}
	f := Filter{View: v}
	fmt.Fprintf(&out, "%+v\n%+v\n%+v\n%+v\n", b.Nominations(f), b.Claims(f), b.Draws(v), b.Teams(v))
	return out.String()
}

// words splits a line at blanks outside quotation marks.
func words(line string) []string {
	var out []string
	quoted, word := false, ""
	for _, r := range line {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ' ' && !quoted:
			if word != "" {
				out = append(out, word)
			}
			word = ""
		default:
			word += string(r)
		}
	}
	if word != "" {
		out = append(out, word)
	}
	return out
}

// split parts words into those that stand alone and those with a key.
func split(all []string) (alone []string, keys map[string]string) {
	keys = map[string]string{}
	for _, w := range all {
		if k, v, ok := strings.Cut(w, "="); ok {
			keys[k] = v
		} else {
			alone = append(alone, w)
		}
	}
	return alone, keys
}

func (s *teller) line(line string) error {
	alone, keys := split(words(line))
	view, err := viewOf(keys)
	if err != nil {
		return err
	}
	switch alone[0] {
	case "today":
		s.today = family.MustDate(alone[1])
	case "known":
		ref, err := family.ParseRecordRef(keys["row"])
		since, errDay := family.ParseDate(keys["since"])
		s.known = append(s.known, Involvement{Kind: keys["kind"], Agency: keys["agency"], Since: since, Lead: keys["lead"],
			Open: keys["open"] != "no", Row: ref.RowRef})
		return errors.Join(err, errDay)
	case "lives":
		refs, err := records(strings.Join(alone[2:], ","))
		for _, r := range refs {
			s.lives[r] = alone[1]
		}
		s.book.Relink(func(r family.RecordRef) string { return s.lives[r] })
		return err
	case "show":
		s.show(alone[1], view)
	case "history":
		for _, st := range s.book.History(alone[1]) {
			s.say("%s %s %s by %s%s%s", st.Event.ID, st.Event.Day, st.Event.Kind, st.Event.By, after(" → ", st.Status.String()), after(", undone by ", st.Undone))
		}
	case "cases":
		for _, c := range s.book.Cases(Filter{View: view, Ward: keys["ward"], LeadAgency: keys["lead"], Open: keys["open"] != ""}) {
			s.say("%s %s%s", c.ID, c.Status, after(", led by ", c.LeadAgency))
		}
	case "nominations":
		for _, n := range s.book.Nominations(Filter{View: view}) {
			s.say("%s %s of %s for %s%s: %s%s", n.ID, n.Day, n.Agency, strings.Join(n.Needs, ", "), after(" with case ", n.Case),
				map[bool]string{true: "in force", false: "not in force"}[n.InForce], after(", withdrawn ", n.Withdrawn.String()))
		}
	case "claims":
		for _, c := range s.book.Claims(Filter{View: view}) {
			s.say("%s %s for case %s: %s%s", c.ID, c.Result, c.Case, c.State, after(", drawn by ", strings.Join(c.Draws, ", ")))
		}
	case "draws":
		for _, d := range s.book.Draws(view) {
			s.say("%s: %s of %d with seed %d", d.ID, strings.Join(d.Drawn, ", "), d.Of, d.Seed)
			if err := s.book.VerifySample(d.ID); err != nil {
				s.say("%v", err)
			}
		}
	case "conflicts":
		for _, c := range s.book.Conflicts() {
			s.say("%s: %s", c.Household, c.Reason)
		}
	case "teams":
		for _, a := range s.book.Teams(view) {
			s.say("%s %s: %s%s since %s", a.Level, a.Name, a.LeadAgency, after(", ", a.Team), a.Since)
		}
	default:
		return s.event(alone, keys)
	}
	return nil
}

func after(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func viewOf(keys map[string]string) (View, error) {
	day, err := family.ParseDate(keys["asat"])
	return View{Day: day, Place: placeOf(keys["known"])}, err
}

// show writes a case as it is in view.
func (s *teller) show(id string, v View) {
	c, ok := s.book.CaseIn(id, v)
	if !ok {
		s.say("no case")
		return
	}
	dates := []string{}
	for _, d := range []struct {
		name string
		day  family.Date
	}{{"identified", c.Identified}, {"contacted", c.Contacted}, {"agreed", c.Agreed}, {"declined", c.Declined}, {"planned", c.Planned},
		{"attached", c.Attached}, {"closed", c.Closed}} {
		if d.day != 0 {
			dates = append(dates, d.name+" "+d.day.String())
		}
	}
	s.say("%s: %s", c.Status, strings.Join(dates, ", "))
	if c.LeadAgency != "" {
		s.say("led by %s%s%s%s", c.LeadAgency, after(", ", c.LeadPractitioner), after(", ", c.Team), map[bool]string{true: " (its area's)"}[c.FromArea])
	}
	s.say("needs %s%s%s", strings.Join(c.NeedIDs(), ", "), after("; nominations ", strings.Join(c.Nominations, ", ")), after("; claims ", strings.Join(c.Claims, ", ")))
	for _, x := range c.Confirmed {
		s.say("%s met since %s, %s by %s", x.Need, x.Day, x.Event, x.By)
	}
	s.say("plan %q, ended %q", c.Plan, strings.TrimSpace(c.Ended+" "+c.Into))
}

var kinds = func() map[string]family.CaseEventKind {
	out := map[string]family.CaseEventKind{}
	for k := family.Nominated; k <= family.CaseNeedMet; k++ {
		out[k.String()] = k
	}
	return out
}()

func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

func records(text string) ([]family.RecordRef, error) {
	var out []family.RecordRef
	for _, w := range list(text) {
		r, err := family.ParseRecordRef(w)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// eventOf reads "DAY KIND SUBJECT key=value…".
func eventOf(alone []string, keys map[string]string) (family.CaseEvent, error) {
	day, err := family.ParseDate(alone[0])
	if err != nil || len(alone) < 2 {
		return family.CaseEvent{}, fmt.Errorf("a day, a kind and a subject: %w", err)
	}
	kind, ok := kinds[alone[1]]
	if !ok {
		return family.CaseEvent{}, fmt.Errorf("unknown kind %s", alone[1])
	}
	refs, err := records(keys["records"])
	if err != nil {
		return family.CaseEvent{}, err
	}
	from, errFrom := family.ParseDate(keys["from"])
	to, errTo := family.ParseDate(keys["to"])
	seed, _ := strconv.ParseUint(keys["seed"], 10, 64)
	percent, _ := strconv.Atoi(keys["percent"])
	e := family.CaseEvent{
		Kind: kind, Day: day, By: "Ann Example", Agency: keys["agency"], Reason: keys["reason"], Household: keys["household"], Records: refs,
		Area:      family.Area{Ward: keys["ward"], Cluster: keys["cluster"], District: keys["district"]},
		Framework: keys["framework"], Needs: list(keys["needs"]), Nomination: keys["nomination"], LeadAgency: keys["lead"],
		LeadPractitioner: keys["practitioner"], Team: keys["team"], Plan: keys["plan"], Outcome: keys["outcome"], Into: keys["into"],
		Seed: seed, Percent: percent, From: from, To: to, Excludes: list(keys["excludes"]), Programme: keys["programme"],
		Acknowledged: list(keys["acknowledged"]), Schools: list(keys["schools"]),
	}
	if len(alone) > 2 {
		e.Subject = alone[2]
	}
	if by, ok := keys["by"]; ok {
		e.By = by
	}
	if level, name, ok := strings.Cut(keys["area"], ":"); ok {
		e.AreaLevel, e.AreaName = level, name
	}
	return e, errors.Join(errFrom, errTo)
}

// event records one, as the server would.
func (s *teller) event(alone []string, keys map[string]string) error {
	e, err := eventOf(alone, keys)
	if err != nil {
		return err
	}
	refusal := s.check(&e, keys)
	if refusal != nil {
		s.say("refused (%s): %v", kindsOf(refusal), refusal)
		return nil
	}
	warnings := s.book.Warnings(e, s.known)
	for _, w := range warnings {
		s.say("%s %s: %s%s", w.Kind, w.Key, w.Text, map[bool]string{true: " (to be acknowledged)"}[w.Acknowledge])
	}
	if keys := Unacknowledged(e, warnings); len(keys) > 0 {
		s.say("refused until acknowledged: %s", strings.Join(keys, ", "))
		return nil
	}
	return s.record(e)
}

func (s *teller) record(e family.CaseEvent) error {
	makes, changes := s.book.Makes(e)
	e.ID = eventID(s.book.Place() + 1)
	if err := s.book.Apply(e); err != nil {
		return fmt.Errorf("checked, and not applied: %w", err)
	}
	e.Snapshot = nil
	s.recorded = append(s.recorded, e)
	if !changes {
		s.say("%s", e.ID)
		return nil
	}
	if makes.ID == "" {
		makes.ID = e.ID
	}
	subject := makes.ID
	got, ok := s.book.Case(subject)
	if makes.Status == 0 || !ok {
		s.say("%s: no case any more", e.ID)
		return nil
	}
	s.say("%s: case %s is %s", e.ID, got.ID, got.Status)
	if makes.Status != got.Status || makes.LeadAgency != got.LeadAgency || makes.Attached != got.Attached || !slices.Equal(makes.NeedIDs(), got.NeedIDs()) {
		return fmt.Errorf("it was to make %+v and made %+v", makes, got)
	}
	return nil
}

// check asks the book, for a claim with its terms and a snapshot made for it,
// for a draw with what the seed draws.
func (s *teller) check(e *family.CaseEvent, keys map[string]string) error {
	switch e.Kind {
	case family.ClaimsSampled:
		e.Drawn = Sample(s.book.Pool(e.Framework, e.From, e.To, View{}), e.Seed, e.Percent)
		if drawn, ok := keys["drawn"]; ok {
			e.Drawn = list(drawn)
		}
	case family.CaseClaimed:
		if err := freeze(e); err != nil {
			return err
		}
		requires, err := RequirementsOf(list(keys["requires"]))
		if err != nil {
			return err
		}
		terms := Terms{Requires: requires, Outcome: family.Outcome{Framework: e.Framework, Result: e.Outcome, Status: family.Achieved, AsAt: e.Day}}
		if keys["status"] == "on_track" {
			terms.Outcome.Status, terms.Outcome.Predicted = family.OnTrack, e.Day.AddMonths(3)
		}
		return s.book.CheckClaim(*e, s.today, terms)
	}
	return s.book.Check(*e, s.today)
}

// freeze gives a claim a snapshot of itself.
func freeze(e *family.CaseEvent) error {
	snap := Snapshot{AsAt: Day(e.Day), Made: Day(e.Day), By: e.By, Framework: FrameworkAt{ID: e.Framework, Version: 1},
		Case: CaseFrozen{ID: e.Subject}, Result: ResultRow{ID: e.Outcome, Status: "achieved"}}
	var err error
	e.Snapshot, err = EncodeSnapshot(snap)
	e.SnapshotHash = SnapshotHash(e.Snapshot)
	return err
}

// kindsOf names the kinds of an error, as the wire does.
func kindsOf(err error) string {
	var out []string
	for _, k := range []error{family.ErrInvalid, family.ErrNotFound, family.ErrConflict, family.ErrDenied, family.ErrState, family.ErrCorrupt} {
		if errors.Is(err, k) {
			out = append(out, k.Error())
		}
	}
	return strings.Join(out, ", ")
}
