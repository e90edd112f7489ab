package eligibility

import "github.com/hearthmatch/hearth/family"

// Evidence is what one person's rows say, read once: every framework and every
// day is judged from it. It is not changed once made, and any number of
// goroutines may use it.
type Evidence struct{ person *family.Person }

// NewEvidence reads a person's rows. It keeps the rows' references and texts,
// not the person.
func NewEvidence(p *family.Person) *Evidence { return &Evidence{person: p} }

// Nomination is a professional's word that a family has a need.
type Nomination struct {
	ID        string      // of the event that recorded it, such as E12
	Framework string      // blank: of every framework
	Needs     []string    // ids of criteria or headlines, sorted
	Persons   []string    // whom it is about, sorted; all current members if none
	Agency    string      // whom the professional speaks for; blank if not said
	Day       family.Date // in force from here on
}

// Family is a household as its people's rows describe it on a day, ready to be
// scored against any number of frameworks. It may be used by one goroutine at a
// time.
type Family struct {
	household   *family.Household
	evidence    func(id string) *Evidence
	nominations []Nomination
	cov         Coverage
	asAt        family.Date
}

// NewFamily takes a household to be scored at the day asAt. evidence returns a
// member's, or nil if nothing is known of them; it is asked once of each.
// Nominations are those in force of this household, in any order; one from
// after asAt is not. The order of members, of records and of nominations does
// not matter.
func NewFamily(h *family.Household, evidence func(id string) *Evidence, nominations []Nomination, cov Coverage, asAt family.Date) *Family {
	return &Family{household: h, evidence: evidence, nominations: nominations, cov: cov, asAt: asAt}
}
