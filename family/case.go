package family

import "time"

// CaseEventKind is what happened in the work with a family.
type CaseEventKind uint8

// The events of casework. They are written to disk: add at the end only.
const (
	// Nominated: a professional puts a family forward, with a reason.
	Nominated CaseEventKind = iota + 1
	// NominationWithdrawn takes a nomination back.
	NominationWithdrawn
	// CaseIdentified opens a case: a coordinator takes the family on.
	CaseIdentified
	// CaseAssigned names the lead agency, lead practitioner or team.
	CaseAssigned
	// CaseContacted: somebody has spoken with the family.
	CaseContacted
	// CaseAgreed: the family agrees to be worked with.
	CaseAgreed
	// CaseDeclined: the family declines; it may be contacted again.
	CaseDeclined
	// CasePlanned: the whole-family assessment is done and the single family
	// plan has a reference.
	CasePlanned
	// CaseWorkedWith: support begins; the programme counts it as attached.
	CaseWorkedWith
	// CaseNeedsAdded: needs found later join the case.
	CaseNeedsAdded
	// CaseNoted is a note, which changes nothing.
	CaseNoted
	// CaseClosed ends the work, with how it ended.
	CaseClosed
	// CaseReopened takes a closed case up again.
	CaseReopened
	// CaseClaimed claims a result, with the evidence frozen.
	CaseClaimed
	// ClaimWithdrawn takes a claim back.
	ClaimWithdrawn
	// ClaimsSampled draws claims for internal audit, with a recorded seed.
	ClaimsSampled
	// ClaimAudited is an auditor's verdict on a claim.
	ClaimAudited
	// CaseEventUndone withdraws an event made in error.
	CaseEventUndone
	// AreaAssigned gives the cases of an area to an agency and its team.
	AreaAssigned
	// ClaimAnswered answers an auditor's query.
	ClaimAnswered
	// CaseNeedMet: a professional confirms that needs of the case are met, and on
	// what evidence. Day is the first day from which that has held.
	CaseNeedMet
)

// String returns the kind's name in exports and on the command line.
func (k CaseEventKind) String() string {
	names := [...]string{"", "nominated", "nomination_withdrawn", "identified", "assigned", "contacted", "agreed", "declined",
		"planned", "worked_with", "needs_added", "noted", "closed", "reopened", "claimed", "claim_withdrawn", "claims_sampled",
		"claim_audited", "undone", "area_assigned", "claim_answered", "need_met"}
	if int(k) < len(names) {
		return names[k]
	}
	return ""
}

// CaseEvent is one dated, signed entry of the casework journal. Nominations,
// cases, claims and audits are what their events make them; an event is never
// changed, only withdrawn by a later one. It is about records rather than
// person ids, so that a case survives re-linking.
type CaseEvent struct {
	ID   string // "E" and the journal place; given by the store
	Kind CaseEventKind
	// Subject is what the event is about: the id of a case, nomination, claim or
	// event (each the ID of the event that began it); blank for those that begin one.
	Subject string
	By      string    // who says so; never blank
	Agency  string    // whom By speaks for; blank where not said
	At      time.Time // when it was recorded; given by the store if zero
	Day     Date      // when it happened
	Reason  string    // why, or what was said; free text

	// Of Nominated and CaseIdentified.
	Household string      // its id on the day
	Records   []RecordRef // one of each member, sorted: by these the family is found again
	Area      Area        // of the household on the day
	Schools   []string    // URNs of its children's schools on the day, sorted
	Framework string
	// Needs are ids of criteria (or of headlines, in a nomination): those
	// nominated, those at entry, those added, those claimed, those met. Sorted.
	Needs []string
	// Nomination is the nomination that a case was opened on; blank for none.
	Nomination string

	// Of CaseAssigned, CaseWorkedWith and AreaAssigned.
	LeadAgency, LeadPractitioner, LeadContact, Team string
	// Of AreaAssigned: "ward", "cluster" or "district", and its name.
	AreaLevel, AreaName string

	Plan string // of CasePlanned: the single family plan's reference
	// Outcome is, of CaseClosed, how the work ended (completed, moved_away,
	// disengaged, stepped_up, duplicate, other); of ClaimAudited the verdict (valid,
	// invalid, query); of CaseClaimed the id of the framework's result.
	Outcome string

	// Of CaseClaimed: the frozen evidence, and its SHA-256 in hexadecimal.
	Snapshot     []byte
	SnapshotHash string
	// Of ClaimsSampled: the seed, the share asked for in per cent, the period of
	// the claims drawn from, and the claims drawn, sorted.
	Seed     uint64
	Percent  int
	From, To Date
	Drawn    []string

	// Of CaseClaimed: the framework that Framework is an overlay of, blank if of
	// none (a family is claimed for once under both), and the results that
	// cannot be claimed beside this one, sorted.
	Programme string
	Excludes  []string
	// Into is, of a CaseClosed as duplicate, the case that goes on; of Nominated
	// the open case of the family that it joins, where the records alone do not
	// say so.
	Into string
	// Acknowledged are the keys of the warnings "already known" that By had seen
	// when it was recorded, sorted.
	Acknowledged []string
	// Protected, of Nominated and CaseIdentified: somebody of the family was in a
	// protected household on the day. It is shown to nobody without the role for
	// it, whatever the feeds say later.
	Protected bool
}

// PublishedFramework is one publication of a framework's file within a running
// service. It is never changed; a later publication of the same ID takes its
// place with the next night.
type PublishedFramework struct {
	Seq     uint64 // the journal place; given by the store
	ID      string // of the framework; never blank
	Version string // as the file says
	Base    string // id of the framework that the file is an overlay of; blank for none
	File    []byte // YAML, as it was checked
	Cases   []byte // its test cases, as text; may be empty
	By      string // who published it; never blank
	At      time.Time
	Reason  string
}
