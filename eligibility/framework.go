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
	version          int
	from, to         family.Date // in force, inclusive; to is 0 without end
	adults, children int         // the least numbers that make a family
	expectant        *involvement
	eventDate        []family.Column
	headlines        []Headline
	criteria         []criterion // in order; those of the local filter last
	of               []bool      // which headlines count, by index
	byNeed           bool        // needs are counted, not headlines
	atLeast          int
	local            int // with this many, a local criterion suffices; 0 = no filter
	localReason      string
}

// criterion is one criterion with the ways to meet it.
type criterion struct {
	Criterion
	headline int // index; -1 for the local filter
	who      ages
	tests    []test
	byCode   *involvement // an open row that names the need; nil if not asked for
}

// Headline is a headline problem for display.
type Headline struct{ ID, Name string }

// Criterion is a criterion for display.
type Criterion struct {
	ID, Headline, Name string
	Verified           bool   // false: the number has not been read in its source
	Source             string // where the number comes from
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
	out := make([]Criterion, len(f.criteria))
	for i := range f.criteria {
		out[i] = f.criteria[i].Criterion
	}
	return out
}
