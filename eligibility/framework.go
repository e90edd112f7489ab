package eligibility

import (
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"github.com/hearthmatch/hearth/eligibility/frameworks"
	"github.com/hearthmatch/hearth/family"
)

// Framework is a programme's criteria: which needs count, on which evidence,
// and how many make a family eligible. It is not changed once loaded, and any
// number of goroutines may use it.
type Framework struct {
	id, name, source string
	bases            []string // the frameworks that an overlay changes, the nearest first; none of a whole file
	version          int
	from, to         family.Date // in force, inclusive; to is 0 without end
	adults, children int         // the least numbers that make a family
	expectant        string      // the need that stands for the children; blank for none
	eventDate        []int       // indexes of eventDates, in order of preference
	headlines        []Headline
	editions         []edition // by day
	params           []Parameter
	of               []bool // which headlines count, by index
	byNeed           bool   // needs are counted, not headlines
	atLeast          int
	awayMost         int  // headlines that a non-resident parent may meet
	asksHousehold    bool // a condition counts the household's members
	local            int  // with this many, a local criterion suffices; 0 = no filter
	localReason      string
	in               *file // as it was written, for overlays
}

// edition is the framework's criteria from a day on, until a parameter changes.
type edition struct {
	from     family.Date
	criteria []criterion // in order; those of the local filter last
	results  []result
	alerts   []alertRule
}

// on returns the edition in force on a day.
func (f *Framework) on(day family.Date) *edition {
	at := 0
	for i := range f.editions {
		if f.editions[i].from <= day {
			at = i
		}
	}
	return &f.editions[at]
}

// criterion is one criterion with the ways to meet it.
type criterion struct {
	Criterion
	headline    int // index; -1 for the local filter
	ages        ages
	whom        *expression // nil: by ages
	noun, nouns string      // of whom it is about
	tests       []*test
	byCode      bool // an open involvement row may name the need
}

// Headline is a headline problem for display.
type Headline struct{ ID, Name string }

// Criterion is a criterion for display.
type Criterion struct {
	ID, Headline, Name string
	Who                string // whom it concerns, as the file says it
	Counts             bool   // false: it is shown and counts for nothing
	ByNomination       bool   // only a professional can put it forward
	Verified           bool   // false: the rule has not been read in its source
	Source             string // where the rule comes from
}

var builtin = sync.OnceValue(func() []*Framework {
	names, err := fs.Glob(frameworks.Files, "*.yaml")
	if err != nil {
		panic(fmt.Sprintf("eligibility: embedded frameworks: %v", err)) // unreachable: they are compiled in
	}
	var out []*Framework
	for _, name := range names {
		data, err := fs.ReadFile(frameworks.Files, name)
		if err == nil {
			var f *Framework
			if f, err = Load(name, data); err == nil {
				out = append(out, f)
			}
		}
		if err != nil {
			panic(fmt.Sprintf("eligibility: %s: %v", name, err)) // unreachable: a test loads each
		}
	}
	// By the day they came into force, the oldest first.
	slices.SortFunc(out, func(a, b *Framework) int { return int(a.from) - int(b.from) })
	return out
})

// Builtin returns the frameworks that hearth ships, the oldest first.
func Builtin() []*Framework { return slices.Clone(builtin()) }

// ID returns the framework's id, such as sf-2022.
func (f *Framework) ID() string { return f.id }

// Name returns the framework's name for display.
func (f *Framework) Name() string { return f.name }

// Source returns the published rules that the framework states.
func (f *Framework) Source() string { return f.source }

// Version returns the version of the file, counted from 1.
func (f *Framework) Version() int { return f.version }

// Valid returns the days on which the programme was in force, both inclusive;
// to is 0 without end. Households are scored at any day: a framework serves on
// as a working rule, and history is scored anew.
func (f *Framework) Valid() (from, to family.Date) { return f.from, f.to }

// Headlines returns the headlines in the framework's order.
func (f *Framework) Headlines() []Headline { return slices.Clone(f.headlines) }

// Criteria returns the criteria in the framework's order, those of a local
// filter last, under the headline "local".
func (f *Framework) Criteria() []Criterion {
	criteria := f.editions[0].criteria
	out := make([]Criterion, len(criteria))
	for i := range criteria {
		out[i] = criteria[i].Criterion
	}
	return out
}

// Parameters returns the thresholds, windows, lists and measures by name.
func (f *Framework) Parameters() []Parameter { return slices.Clone(f.params) }

// Extends returns the id of the framework that this one is an overlay of; blank
// for none.
func (f *Framework) Extends() string {
	if len(f.bases) == 0 {
		return ""
	}
	return f.bases[0]
}

// Programme returns the id of the whole framework that an overlay, or an
// overlay of one, is a reading of; its own id where it extends none. One result
// of one programme is claimed once a family, by whichever reading.
func (f *Framework) Programme() string {
	if len(f.bases) == 0 {
		return f.id
	}
	return f.bases[len(f.bases)-1]
}
