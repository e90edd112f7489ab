package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/family"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

// caseworks keeps the book of casework in memory, as the journal's events make
// it.
type caseworks struct {
	caseworkpb.UnimplementedCaseworkServiceServer
	*places
	trail *trail
	now   func() time.Time
	areas atomic.Pointer[areas] // as last asked for

	alerts alerting
	// referenceKey makes the references of families in aggregate returns.
	referenceKey func() ([]byte, error)

	mu     sync.RWMutex
	book   *casework.Book            // guarded by mu
	used   map[family.RecordRef]bool // records of its events; guarded by mu
	linked string                    // the night of which the book was told where people live; guarded by mu
}

// newCasework reads the book from the journal. The error is of the kind
// family.ErrCorrupt where an event of it is impossible.
func newCasework(q *queries, now func() time.Time, referenceKey func() ([]byte, error)) (*caseworks, error) {
	c := &caseworks{
		places: newPlaces(q), trail: q.trail, now: now, referenceKey: referenceKey,
		book: casework.NewBook(), used: make(map[family.RecordRef]bool),
	}
	return c, q.index.CaseEvents(0, c.apply)
}

// apply takes a recorded event into the book.
func (c *caseworks) apply(e family.CaseEvent) error {
	if err := c.book.Apply(e); err != nil {
		return err
	}
	for _, r := range e.Records {
		c.used[r] = true
	}
	return nil
}

// read gives the book, told where people live, until done is called.
func (c *caseworks) read(info family.NightInfo) (book *casework.Book, done func(), err error) {
	if err := c.link(info); err != nil {
		return nil, nil, err
	}
	c.mu.RLock()
	return c.book, c.mu.RUnlock, nil
}

// link tells the book where people live in a night. That is looked up before
// the book is held, since after a night it takes seconds for a council's cases.
func (c *caseworks) link(info family.NightInfo) error {
	c.mu.RLock()
	linked := c.linked == info.ID
	var refs []family.RecordRef
	if !linked {
		refs = slices.Collect(maps.Keys(c.used))
	}
	c.mu.RUnlock()
	if linked {
		return nil
	}
	if err := c.learn(info, refs); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.relink(info)
}

// relink tells the book where people live in a night, once. mu is held.
func (c *caseworks) relink(info family.NightInfo) error {
	if c.linked == info.ID {
		return nil
	}
	var err error
	c.book.Relink(c.where(info, &err))
	if err != nil {
		return err
	}
	c.linked = info.ID
	return nil
}

// today is the day of an event that does not say its own.
func (c *caseworks) today() family.Date { return family.DateOf(c.now()) }

// errUnsigned refuses what nobody has put a name to.
var errUnsigned = invalid(ActorKey, "a decision without a name: say in this metadata key who you are")

// signed returns the caller's name.
func signed(ctx context.Context) (string, error) {
	if call := callOf(ctx); call.named {
		return call.actor, nil
	}
	return "", errUnsigned
}

// draft is an event that somebody wants recorded.
type draft struct {
	event family.CaseEvent
	// known are the involvements of the family's people.
	known        []casework.Involvement
	acknowledge  bool // whatever is known already has been seen
	validateOnly bool
	// includeProtected: the caller may be told of protected families.
	includeProtected bool
	subjects         []string // for the audit trail
	// fields are what the request calls fields that the book calls otherwise.
	fields map[string]string
	// terms are those of a claim.
	terms *casework.Terms
	// prepare, if set, fills in what depends on the book as it is.
	prepare func(*casework.Book, *family.CaseEvent)
}

// recorded is an event with what it made.
type recorded struct {
	event    family.CaseEvent
	warnings []casework.Warning
	is       casework.Case // of an event of a case
}

// record checks an event against the book and the day, audits it, puts it on
// disk, and takes it into the book. Between the check and the book nothing else
// is recorded, so that of two events that exclude each other one is refused.
func (c *caseworks) record(ctx context.Context, info family.NightInfo, d *draft) (recorded, error) {
	by, err := signed(ctx)
	if err != nil {
		return recorded{}, err
	}
	e := &d.event
	e.By, e.Day = by, cmp.Or(e.Day, c.today())
	e.Agency, e.Reason = strings.TrimSpace(e.Agency), strings.TrimSpace(e.Reason)
	if err := c.link(info); err != nil {
		return recorded{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if d.prepare != nil {
		d.prepare(c.book, e)
	}
	out := recorded{event: *e}
	if out.warnings, err = c.warnings(info, c.book, *e, d.known, d.includeProtected); err != nil {
		return out, err
	}
	if d.acknowledge {
		e.Acknowledged = keysOf(out.warnings)
	}
	if err := c.check(d); err != nil {
		return out, renamed(err, d.fields)
	}
	if err := refusedFor(*e, out.warnings); err != nil && !d.validateOnly {
		return out, err
	}
	if err := c.trail.write(ctx, d.subjects...); err != nil {
		return out, err
	}
	if d.validateOnly {
		out.event = *e
		out.is, _ = c.book.Makes(*e)
		return out, nil
	}
	if out.event, err = c.index.AppendCaseEvent(*e); err != nil {
		return out, err
	}
	if err := c.apply(out.event); err != nil { // unreachable: Check has allowed it
		return out, err
	}
	out.is, _ = c.book.Case(caseOf(&out.event))
	return out, nil
}

// warnings are those of the book that may be shown: nobody is told of the case,
// nomination or claim of a protected family, nor asked to acknowledge it. mu is
// held.
func (c *caseworks) warnings(info family.NightInfo, book *casework.Book, e family.CaseEvent, known []casework.Involvement, includeProtected bool,
) ([]casework.Warning, error) {
	all := book.Warnings(e, known)
	if includeProtected {
		return all, nil
	}
	var out []casework.Warning
	for _, w := range all {
		about := w.Key
		if claim, ok := book.Claim(w.Key); ok {
			about = claim.Case
		}
		if begun, _, ok := book.Event(about); ok {
			at, err := c.whereabouts(info, begun.Records, begun.Household, begun.Protected)
			if err != nil {
				return nil, err
			}
			if at.protected {
				continue
			}
		}
		out = append(out, w)
	}
	return out, nil
}

func (c *caseworks) check(d *draft) error {
	if d.terms != nil {
		return c.book.CheckClaim(d.event, c.today(), *d.terms)
	}
	return c.book.Check(d.event, c.today())
}

// caseOf names the case that an event is of, or may be.
func caseOf(e *family.CaseEvent) string {
	if e.Kind == family.CaseIdentified {
		return e.ID
	}
	return e.Subject
}

// keysOf are the keys of the warnings that somebody acknowledges, sorted.
func keysOf(warnings []casework.Warning) []string {
	var out []string
	for _, w := range warnings {
		if w.Acknowledge {
			out = append(out, w.Key)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// refusedFor refuses an event for what is known already and nobody has
// acknowledged.
func refusedFor(e family.CaseEvent, warnings []casework.Warning) error {
	open := casework.Unacknowledged(e, warnings)
	if len(open) == 0 {
		return nil
	}
	var texts []string
	for _, w := range warnings {
		if slices.Contains(open, w.Key) {
			texts = append(texts, w.Text)
		}
	}
	return fmt.Errorf("the family is known already: %s; speak with them first, then send it again with acknowledge_known: %w",
		strings.Join(texts, "; "), family.ErrState)
}

// renamed gives the fields that the book complains of the names that they have
// in the request.
func renamed(err error, names map[string]string) error {
	rename := func(fields family.FieldErrors) family.FieldErrors {
		out := slices.Clone(fields)
		for i := range out {
			if name, ok := names[out[i].Field]; ok {
				out[i].Field = name
			}
		}
		return out
	}
	var all casework.Refusal
	var fields family.FieldErrors
	switch {
	case errors.As(err, &all):
		all = slices.Clone(all)
		for i, part := range all {
			if errors.As(part, &fields) {
				all[i] = rename(fields)
			}
		}
		return all
	case errors.As(err, &fields):
		return rename(fields)
	}
	return err
}

// asAt reads the day up to which the book is asked about; blank is today.
func (c *caseworks) asAt(text string) (casework.View, error) {
	day, err := parseDate("as_at", text)
	if today := c.today(); err == nil && day > today {
		err = invalid("as_at", "it lies in the future; what is to come is not in the book, which ends today, %s", today)
	}
	return casework.View{Day: cmp.Or(day, c.today())}, err
}

// dayOf reads the day of an event; a blank one is filled in later.
func dayOf(text string) (family.Date, error) { return parseDate("day", text) }
