package household

import "github.com/hearthmatch/hearth/family"

// Input is all that households are formed from.
type Input struct {
	// Persons are everybody known; their order does not matter.
	Persons []family.Person
	// AsAt is the day for which households are wanted.
	AsAt family.Date
	// Gazetteer is the council's address file; nil without one.
	Gazetteer *Gazetteer
	// Decisions are the reviewers', oldest first, undone ones too.
	Decisions []family.Decision
	// Workers is how many goroutines may run; 0 or less means one. It never
	// changes the result.
	Workers int
}

// Form returns the households at in.AsAt, sorted by id.
func Form(in Input) []family.Household { return nil }
