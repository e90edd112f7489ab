package eligibility

import (
	"fmt"

	"github.com/hearthmatch/hearth/family"
)

// Framework is a programme's criteria: which needs count, on which evidence,
// and how many make a family eligible. It is not changed once loaded, and any
// number of goroutines may use it.
type Framework struct{ id, name string }

// Builtin returns the frameworks that hearth ships.
func Builtin() []*Framework { return nil }

// Load reads a framework file.
func Load(data []byte) (*Framework, error) {
	return nil, fmt.Errorf("frameworks cannot be read yet: %w", family.ErrInvalid)
}

// ID returns the framework's id, such as sf-2022.
func (f *Framework) ID() string { return f.id }

// Name returns the framework's name for display.
func (f *Framework) Name() string { return f.name }

// Headline is a headline problem for display.
type Headline struct{ ID, Name string }

// Headlines returns the headlines in the framework's order.
func (f *Framework) Headlines() []Headline { return nil }

// Criterion is a criterion for display.
type Criterion struct {
	ID, Headline, Name string
	Verified           bool   // false: the number's source is not confirmed
	Source             string // where the number comes from
}

// Criteria returns the criteria in the framework's order.
func (f *Framework) Criteria() []Criterion { return nil }

// Score judges a household; false if it is not a family of the framework.
func (f *Framework) Score(h *family.Household, person func(id string) *family.Person, cov Coverage, asAt family.Date) (family.Candidate, bool) {
	return family.Candidate{}, false
}

// OneShort says whether the candidate is one headline short of eligible.
func (f *Framework) OneShort(c *family.Candidate) bool { return false }

// Sort puts candidates in list order.
func Sort(cs []family.Candidate) {}
