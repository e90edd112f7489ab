package family

// Role is what somebody is to a household.
type Role uint8

// The roles, as the export of households spells them.
const (
	Adult Role = iota + 1
	Child
	NonResidentParent
	Associate
	// DualResidentChild lives with another parent too: it is a Child of its main
	// home, counts there, and is a DualResidentChild of the other.
	DualResidentChild
)

// String returns the role's name in exports.
func (r Role) String() string {
	switch r {
	case Adult:
		return "adult"
	case Child:
		return "child"
	case NonResidentParent:
		return "non_resident_parent"
	case Associate:
		return "associate"
	case DualResidentChild:
		return "dual_resident_child"
	}
	return ""
}

// Resident says whether the role is that of a member who lives there and counts.
func (r Role) Resident() bool { return r == Adult || r == Child }

// AssociateKind says what an associate of a household is. It is 0 for every
// other role.
type AssociateKind uint8

// The kinds of associate.
const (
	// PossibleMember may live there: the evidence is too little to count the
	// person, and too much to say nothing.
	PossibleMember AssociateKind = iota + 1
	FormerPartner                // of a member, who has not lived there or of whom that is not known
	Relative                     // a contact of the family
	SharesAddress                // lives in the dwelling, of no household with the members
	EventContact                 // was met at the address, or with a member, by the police
	Professional                 // works with the family
	OtherContact                 // none of these
)

// String returns the kind's name in exports.
func (k AssociateKind) String() string {
	names := [...]string{"", "possible_member", "former_partner", "relative", "shares_address", "event_contact", "professional", "other_contact"}
	if int(k) < len(names) {
		return names[k]
	}
	return ""
}

// Household is people living together in one dwelling, dated.
type Household struct {
	// ID is "H" and 16 hexadecimal digits.
	ID      string
	Address Address // the dwelling, as best known
	Area    Area    // from the gazetteer, blank without one
	// Protected: no list, search or export shows the household to anybody
	// without the role for it (a refuge, for one).
	Protected bool
	// Members are current and former residents, non-resident parents and
	// associates; sorted by role, then person.
	Members []Member
	// Certainty is the probability, 0–1, that nobody among the current members
	// is wrongly one.
	Certainty float64
	// Stays are where the current members have lived, sorted by person, then
	// first day.
	Stays []Stay
	// Relations are those between people among Members, sorted by A, B, Kind.
	Relations []Relation
	// Changes are what has happened to the household, the latest first.
	Changes []Change
	// Contradictions are what the rows say of its people that cannot all be
	// true, for somebody to look at.
	Contradictions []Contradiction
}

// Area places a household for reports.
type Area struct{ Ward, District, Cluster, LSOA string }

// Member is one person's part in a household.
type Member struct {
	PersonID string
	Role     Role
	// Kind says what an Associate is, 0 for other roles.
	Kind AssociateKind
	From Date // not known if 0
	To   Date // current if 0
	// Confidence is the probability, 0–1, that the person is in this role.
	Confidence float64
	// Reason says in a sentence, without a personal value, why the person is
	// in this role: "tenant since 2019-03-01; school and claim agree".
	Reason string
	// Evidence are the rows that say so, the weightiest first.
	Evidence []RowRef
	// Weights are what speaks for and against the person living there, the
	// weightiest first; nil where nobody asked that.
	Weights []Weight
	// Deceased is the day of death; such a member has ended.
	Deceased Date
}

// Current says whether the member lives there at the day at.
func (m Member) Current(at Date) bool {
	return m.Role.Resident() && m.Deceased == 0 && (m.From == 0 || m.From <= at) && (m.To == 0 || m.To > at)
}

// Weight is one fact's weight in the question whether a person lives in a
// dwelling.
type Weight struct {
	// Fact is a code such as "tenancy_open", "school_lives_here",
	// "claim_leaves_out".
	Fact string
	// Bits are log2 of the odds: each more doubles them, negative ones speak
	// against.
	Bits float64
	Row  RowRef // the zero value where no single row says it
	Day  Date   // as of which it is said, 0 for none
}

// Stay is a time for which a person lived in a dwelling.
type Stay struct {
	PersonID string
	Address  Address
	From     Date // 0 for not known
	To       Date // 0 for up to the day of the household
	// FromStated and ToStated say that a row states the day; else it is when a
	// feed was first or last seen to say so.
	FromStated, ToStated bool
	Probability          float64
	Evidence             []RowRef
	// Protected: the stay is at a refuge and is shown to nobody without the role
	// for it.
	Protected bool
}

// RelationKind is what the first person of a relation is to the second.
type RelationKind uint8

// The kinds of relation.
const (
	Mother RelationKind = iota + 1
	Father
	Parent
	StepParent
	FosterCarer
	Grandparent
	Carer // of a child, and not known as more
	Partner
	Sibling
	OtherRelative
)

// String returns the kind's name in exports.
func (k RelationKind) String() string {
	names := [...]string{"", "mother", "father", "parent", "step_parent", "foster_carer", "grandparent", "carer", "partner", "sibling", "other_relative"}
	if int(k) < len(names) {
		return names[k]
	}
	return ""
}

// Relation says what person A is to person B, as rows say.
type Relation struct {
	A, B string // persons; A before B where the kind is mutual
	Kind RelationKind
	// From is the first day known of, To the day from which newer rows of the
	// same source say otherwise, 0 while they do not.
	From, To   Date
	Confidence float64
	Evidence   []RowRef
}

// ChangeKind is what happened to a household.
type ChangeKind uint8

// The kinds of change.
const (
	Moved ChangeKind = iota + 1
	Joined
	Left
	Separated  // a partner left
	NewPartner // joined
	Born
	Died
	CameOfAge
	LookedAfter // a child is looked after elsewhere
)

// String returns the kind's name in exports.
func (k ChangeKind) String() string {
	names := [...]string{"", "moved", "joined", "left", "separated", "new_partner", "born", "died", "came_of_age", "looked_after"}
	if int(k) < len(names) {
		return names[k]
	}
	return ""
}

// Change is something that happened to a household on a day.
type Change struct {
	Day      Date
	Kind     ChangeKind
	Persons  []string
	Evidence []RowRef
	Reason   string // in a sentence, without a personal value
}

// Contradiction is what rows say that cannot all be true.
type Contradiction struct {
	// Kind is a code such as "two_birth_mothers", "parent_too_young",
	// "parent_loop", "too_old", "many_addresses", "crowded_address".
	Kind     string
	Persons  []string
	Evidence []RowRef
	Reason   string // in a sentence, without a personal value
}
