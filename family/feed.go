package family

import "fmt"

// Feed is one of the recurring deliveries, or a reference file, of feeds.md.
// The numbers are written to disk and stand on the wire.
type Feed uint8

// The feeds and, from Addresses on, the reference files.
const (
	Attendance Feed = iota + 1
	Police
	Housing
	Benefits
	Involvement
	Addresses
	Schools
	Population
	Targets

	feedEnd
)

var feedNames = [...]string{
	Attendance: "attendance", Police: "police", Housing: "housing",
	Benefits: "benefits", Involvement: "involvement", Addresses: "addresses",
	Schools: "schools", Population: "population", Targets: "targets",
}

// Feeds returns every feed and reference file in the order of their numbers.
func Feeds() []Feed {
	return []Feed{Attendance, Police, Housing, Benefits, Involvement,
		Addresses, Schools, Population, Targets}
}

// ParseFeed finds a feed by its name; the error names the ones there are.
func ParseFeed(name string) (Feed, error) {
	for _, f := range Feeds() {
		if feedNames[f] == name {
			return f, nil
		}
	}
	return 0, fmt.Errorf("unknown feed; choose one of %v: %w", Feeds(), ErrInvalid)
}

// String returns the feed's name, as on the command line.
func (f Feed) String() string {
	if f > 0 && f < feedEnd {
		return feedNames[f]
	}
	return fmt.Sprintf("feed(%d)", uint8(f))
}

// Valid says whether f is a feed of feeds.md.
func (f Feed) Valid() bool { return f > 0 && f < feedEnd }

// Reference says whether f is a reference file: its rows describe places and
// areas, never people.
func (f Feed) Reference() bool { return f >= Addresses }

// Part says which of the people that a row describes is meant.
type Part uint8

// The parts of a row. Only attendance rows have contacts.
const (
	Subject Part = iota
	Contact1
	Contact2
)

// String returns the part's name as the export of links spells it.
func (p Part) String() string {
	return [...]string{"subject", "contact1", "contact2"}[p]
}

// Columns returns the columns that the feed declares, in the order of
// feeds.md. The caller must not change the slice.
func (f Feed) Columns() []Column { return feedColumns[f] }

// Key returns the column that names a row of the feed: record_id, or the
// first column of a reference file.
func (f Feed) Key() Column {
	if f.Reference() {
		return feedColumns[f][0]
	}
	return ColRecordID
}

var feedColumns = [feedEnd][]Column{
	Attendance: {
		ColRecordID, ColDeleted, ColForename, ColMiddleNames, ColSurname, ColKnownAs,
		ColFormerSurname, ColDOB, ColSex, ColAddress1, ColAddress2, ColTown, ColPostcode,
		ColUPRN, ColPhone, ColEmail, ColUPN, ColNINO, ColNHSNumber, ColPNCID, ColULN,
		ColFormerUPN, ColSchoolURN, ColSchoolName, ColEnrolmentStatus, ColNCYear,
		ColOnRoll, ColProvision, ColPeriodStart, ColPeriodEnd, ColSessionsPossible,
		ColSessionsAuthorised, ColSessionsUnauthorised, ColMarks, ColSuspensions,
		ColPermanentExclusion, ColContact1Forename, ColContact1Surname, ColContact1DOB,
		ColContact1Relationship, ColContact1ParentalResponsibility, ColContact1SameAddress,
		ColContact1Address1, ColContact1Postcode, ColContact1UPRN, ColContact1Phone,
		ColContact2Forename, ColContact2Surname, ColContact2DOB, ColContact2Relationship,
		ColContact2ParentalResponsibility, ColContact2SameAddress, ColContact2Address1,
		ColContact2Postcode, ColContact2UPRN, ColContact2Phone,
	},
	Police: {
		ColRecordID, ColDeleted, ColEventRef, ColEventType, ColCategory, ColOffenceCode,
		ColOccurredFrom, ColOccurredTo, ColRecordedDate, ColOutcomeType, ColOutcomeDate,
		ColOrderType, ColRisk, ColRole, ColForename, ColMiddleNames, ColSurname,
		ColKnownAs, ColFormerSurname, ColDOB, ColSex, ColAddress1, ColAddress2, ColTown,
		ColPostcode, ColUPRN, ColPhone, ColEmail, ColUPN, ColNINO, ColNHSNumber, ColPNCID,
		ColULN, ColNominalID, ColAlias, ColEventAddress1, ColEventPostcode, ColEventUPRN,
	},
	Housing: {
		ColRecordID, ColDeleted, ColTenancyRef, ColLandlord, ColTenure, ColTenancyStart,
		ColTenancyEnd, ColPersonRole, ColRelationshipToTenant, ColMovedIn, ColMovedOut,
		ColForename, ColMiddleNames, ColSurname, ColKnownAs, ColFormerSurname, ColDOB,
		ColSex, ColAddress1, ColAddress2, ColTown, ColPostcode, ColUPRN, ColPhone,
		ColEmail, ColUPN, ColNINO, ColNHSNumber, ColPNCID, ColULN, ColArrearsAmount,
		ColArrearsWeeks, ColNoticeType, ColNoticeGround, ColNoticeDate, ColASBCaseRef,
		ColASBRole, ColASBStage, ColASBDate, ColHomelessDuty, ColHomelessSince,
		ColPlacement,
	},
	Benefits: {
		ColRecordID, ColDeleted, ColClaimRef, ColBenefit, ColSpellStart, ColSpellEnd,
		ColInWork, ColConditionality, ColRole, ColForename, ColMiddleNames, ColSurname,
		ColKnownAs, ColFormerSurname, ColDOB, ColSex, ColAddress1, ColAddress2, ColTown,
		ColPostcode, ColUPRN, ColPhone, ColEmail, ColUPN, ColNINO, ColNHSNumber, ColPNCID,
		ColULN, ColMatchResult, ColMatchRequestRef, ColAnsweredOn,
	},
	Involvement: {
		ColRecordID, ColDeleted, ColForename, ColMiddleNames, ColSurname, ColKnownAs,
		ColFormerSurname, ColDOB, ColSex, ColAddress1, ColAddress2, ColTown, ColPostcode,
		ColUPRN, ColPhone, ColEmail, ColUPN, ColNINO, ColNHSNumber, ColPNCID, ColULN,
		ColAgencyKind, ColEpisodeRef, ColEpisodeType, ColNeedCode, ColStart, ColEnd,
		ColLeadPractitioner, ColLeadPractitionerContact, ColStatus, ColDateOfDeath,
	},
	Addresses: {
		ColUPRN, ColParentUPRN, ColAddress1, ColAddress2, ColTown, ColPostcode,
		ColClassification, ColWard, ColDistrict, ColCluster, ColLSOA,
	},
	Schools: {
		ColURN, ColName, ColDistrict, ColCluster, ColContributes,
	},
	Population: {
		ColArea, ColPopulation,
	},
	Targets: {
		ColArea, ColTargetFamilies, ColFrom, ColTo,
	},
}
