package returns

import (
	"fmt"
	"strings"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/casework/funnel"
	"github.com/hearthmatch/hearth/family"
)

// Profile is how much a return says of people.
type Profile uint8

// The profiles. The zero value is Aggregate, so that nobody is identified by
// omission.
const (
	Aggregate Profile = iota
	Identified
)

// String returns the profile as the command line spells it.
func (p Profile) String() string {
	switch p {
	case Aggregate:
		return "aggregate"
	case Identified:
		return "identified"
	}
	return ""
}

// Family is one case with what the funnel does not need.
type Family struct {
	funnel.Family
	Household      string      // its id now; blank if it cannot be found
	Closed         family.Date // 0 while the case is open
	Practitioner   string      // the lead practitioner
	EarnedAutonomy bool        // the council is paid up front rather than by result
	Needs          []Need
}

// Need is one need of a case.
type Need struct {
	Criterion string // the framework's id
	Headline  string
	Found     family.Date
	// Nominated says that a professional put it forward; else the data showed it.
	Nominated bool
	Evidence  []family.RowRef // sorted
	// Achieved is the day on which its outcome was reached, 0 if it is not.
	// Sustained is the day to which that has held, 0 if it has not long enough.
	Achieved, Sustained family.Date
}

// Member is one member of a family, as at the end of the period.
type Member struct {
	Person          string // its id
	Role            family.Role
	Born            family.Date
	Sex             byte // M, F, X or 0
	UPN, NINO, NHS  string
	Postcode, UPRN  string
	AddressWithheld bool // the address is protected, or not to be told
	Joined, Left    family.Date
}

// Input is what a return is made from.
type Input struct {
	Profile Profile
	// LegalBasis is the law that allows identifiers to be sent, in words; an
	// identified return needs it.
	LegalBasis string
	// Key makes the references of an aggregate return; at least MinKey random
	// bytes that the recipient does not have.
	Key []byte
	// Framework chooses the families of one; blank takes all.
	Framework string
	// From and To are the period, inclusive. The families are as at To.
	From, To family.Date
	LACode   string // of the authority, such as E08000035
	// Authority, Results and Threshold are the funnel's options.
	Authority string
	Results   []funnel.ResultName
	Threshold int64
	// IncludeProtected sends families at protected addresses in an identified
	// return, without their addresses and areas. Aggregate returns, which have no
	// places, always count them.
	IncludeProtected bool

	// Families are all there are, as FromBook gives them; those of another
	// framework, and those identified after the period, are passed over.
	Families []Family
	// Counts are the funnel's other inputs; its Families are not read.
	Counts funnel.Input
	// Members are read once for each family that is sent, in no order that matters.
	// An aggregate return takes role, age and sex alone from them. A caller that
	// audits reads of people does so there.
	Members func(f *Family) ([]Member, error)
}

// MinKey is the shortest key, in bytes.
const MinKey = 16

// check says everything that keeps a return from being made.
func (in *Input) check() error {
	var faults family.FieldErrors
	fault := func(field, detail string) { faults = append(faults, family.FieldError{Field: field, Detail: detail}) }
	if in.Profile > Identified {
		fault("profile", "choose aggregate or identified")
	}
	if in.From == 0 || in.To == 0 || in.To < in.From {
		fault("from, to", "give the first and the last day of the period")
	}
	if in.Profile == Identified && strings.TrimSpace(in.LegalBasis) == "" {
		fault("legal_basis", "an identified return needs the law that allows it, in words")
	}
	if in.Profile == Aggregate && len(in.Key) < MinKey {
		fault("key", fmt.Sprintf("an aggregate return needs a secret key of %d bytes or more for its references", MinKey))
	}
	if in.Members == nil {
		fault("members", "say how members are read")
	}
	if faults == nil {
		return nil
	}
	return faults
}

// FromBook makes the families of a book's cases in a view, in the order in which
// they were opened. headline says under which headline a framework has a
// criterion. What only households and outcomes can tell (Household, Evidence,
// Achieved, Sustained, Nominated) is left for the caller to fill in.
func FromBook(b *casework.Book, v casework.View, terms funnel.Terms, headline func(framework, criterion string) string) []Family {
	cases := map[string]*casework.Case{}
	all := b.Cases(casework.Filter{View: v})
	for i := range all {
		cases[all[i].ID] = &all[i]
	}
	counted := funnel.FromBook(b, v, terms)
	out := make([]Family, len(counted))
	for i, f := range counted {
		c := cases[f.Case]
		out[i] = Family{Family: f, Closed: c.Closed, Practitioner: c.LeadPractitioner}
		for _, n := range c.Needs {
			out[i].Needs = append(out[i].Needs, Need{Criterion: n.ID, Headline: headline(c.Framework, n.ID), Found: n.Found})
		}
	}
	return out
}
