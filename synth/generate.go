package synth

import (
	"errors"

	"github.com/hearthmatch/hearth/family"
)

// Options says which council to make.
type Options struct {
	// People is the number of people to simulate, the dead included.
	People int
	// Seed picks the council: equal options give equal bytes.
	Seed uint64
	// AsAt is the day that the deliveries describe; 0 is 2025-03-14.
	AsAt family.Date
}

// Generate writes the council's files into dir, which it creates. It reports
// progress in people where progress is not nil.
func Generate(opt Options, dir string, progress func(done, total int)) error {
	return errors.New("synth: not built yet")
}
