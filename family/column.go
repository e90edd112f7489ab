package family

// Column is a column of feeds.md. One number stands for one name in every
// feed that declares it; numbers are written to disk, so they are only ever
// added at the end.
type Column uint8

// The columns, in the order in which the feeds first declare them.
const (
	_                                 Column = iota
	ColRecordID                              // record_id
	ColDeleted                               // deleted
	ColForename                              // forename
	ColMiddleNames                           // middle_names
	ColSurname                               // surname
	ColKnownAs                               // known_as
	ColFormerSurname                         // former_surname
	ColDOB                                   // dob
	ColSex                                   // sex
	ColAddress1                              // address_1
	ColAddress2                              // address_2
	ColTown                                  // town
	ColPostcode                              // postcode
	ColUPRN                                  // uprn
	ColPhone                                 // phone
	ColEmail                                 // email
	ColUPN                                   // upn
	ColNINO                                  // nino
	ColNHSNumber                             // nhs_number
	ColPNCID                                 // pnc_id
	ColULN                                   // uln
	ColFormerUPN                             // former_upn
	ColSchoolURN                             // school_urn
	ColSchoolName                            // school_name
	ColEnrolmentStatus                       // enrolment_status
	ColNCYear                                // nc_year
	ColOnRoll                                // on_roll
	ColProvision                             // provision
	ColPeriodStart                           // period_start
	ColPeriodEnd                             // period_end
	ColSessionsPossible                      // sessions_possible
	ColSessionsAuthorised                    // sessions_authorised
	ColSessionsUnauthorised                  // sessions_unauthorised
	ColMarks                                 // marks
	ColSuspensions                           // suspensions
	ColPermanentExclusion                    // permanent_exclusion
	ColContact1Forename                      // contact1_forename
	ColContact1Surname                       // contact1_surname
	ColContact1DOB                           // contact1_dob
	ColContact1Relationship                  // contact1_relationship
	ColContact1ParentalResponsibility        // contact1_parental_responsibility
	ColContact1SameAddress                   // contact1_same_address
	ColContact1Address1                      // contact1_address_1
	ColContact1Postcode                      // contact1_postcode
	ColContact1UPRN                          // contact1_uprn
	ColContact1Phone                         // contact1_phone
	ColContact2Forename                      // contact2_forename
	ColContact2Surname                       // contact2_surname
	ColContact2DOB                           // contact2_dob
	ColContact2Relationship                  // contact2_relationship
	ColContact2ParentalResponsibility        // contact2_parental_responsibility
	ColContact2SameAddress                   // contact2_same_address
	ColContact2Address1                      // contact2_address_1
	ColContact2Postcode                      // contact2_postcode
	ColContact2UPRN                          // contact2_uprn
	ColContact2Phone                         // contact2_phone
	ColEventRef                              // event_ref
	ColEventType                             // event_type
	ColCategory                              // category
	ColOffenceCode                           // offence_code
	ColOccurredFrom                          // occurred_from
	ColOccurredTo                            // occurred_to
	ColRecordedDate                          // recorded_date
	ColOutcomeType                           // outcome_type
	ColOutcomeDate                           // outcome_date
	ColOrderType                             // order_type
	ColRisk                                  // risk
	ColRole                                  // role
	ColNominalID                             // nominal_id
	ColAlias                                 // alias
	ColEventAddress1                         // event_address_1
	ColEventPostcode                         // event_postcode
	ColEventUPRN                             // event_uprn
	ColTenancyRef                            // tenancy_ref
	ColLandlord                              // landlord
	ColTenure                                // tenure
	ColTenancyStart                          // tenancy_start
	ColTenancyEnd                            // tenancy_end
	ColPersonRole                            // person_role
	ColRelationshipToTenant                  // relationship_to_tenant
	ColMovedIn                               // moved_in
	ColMovedOut                              // moved_out
	ColArrearsAmount                         // arrears_amount
	ColArrearsWeeks                          // arrears_weeks
	ColNoticeType                            // notice_type
	ColNoticeGround                          // notice_ground
	ColNoticeDate                            // notice_date
	ColASBCaseRef                            // asb_case_ref
	ColASBRole                               // asb_role
	ColASBStage                              // asb_stage
	ColASBDate                               // asb_date
	ColHomelessDuty                          // homeless_duty
	ColHomelessSince                         // homeless_since
	ColPlacement                             // placement
	ColClaimRef                              // claim_ref
	ColBenefit                               // benefit
	ColSpellStart                            // spell_start
	ColSpellEnd                              // spell_end
	ColInWork                                // in_work
	ColConditionality                        // conditionality
	ColMatchResult                           // match_result
	ColMatchRequestRef                       // match_request_ref
	ColAnsweredOn                            // answered_on
	ColAgencyKind                            // agency_kind
	ColEpisodeRef                            // episode_ref
	ColEpisodeType                           // episode_type
	ColNeedCode                              // need_code
	ColStart                                 // start
	ColEnd                                   // end
	ColLeadPractitioner                      // lead_practitioner
	ColLeadPractitionerContact               // lead_practitioner_contact
	ColStatus                                // status
	ColDateOfDeath                           // date_of_death
	ColParentUPRN                            // parent_uprn
	ColClassification                        // classification
	ColWard                                  // ward
	ColDistrict                              // district
	ColCluster                               // cluster
	ColLSOA                                  // lsoa
	ColURN                                   // urn
	ColName                                  // name
	ColContributes                           // contributes
	ColArea                                  // area
	ColPopulation                            // population
	ColTargetFamilies                        // target_families
	ColFrom                                  // from
	ColTo                                    // to

	columnEnd
)

// NumColumns is one more than the largest Column: the length of an array
// indexed by Column.
const NumColumns = int(columnEnd)

var columnNames = [NumColumns]string{
	ColRecordID:                       "record_id",
	ColDeleted:                        "deleted",
	ColForename:                       "forename",
	ColMiddleNames:                    "middle_names",
	ColSurname:                        "surname",
	ColKnownAs:                        "known_as",
	ColFormerSurname:                  "former_surname",
	ColDOB:                            "dob",
	ColSex:                            "sex",
	ColAddress1:                       "address_1",
	ColAddress2:                       "address_2",
	ColTown:                           "town",
	ColPostcode:                       "postcode",
	ColUPRN:                           "uprn",
	ColPhone:                          "phone",
	ColEmail:                          "email",
	ColUPN:                            "upn",
	ColNINO:                           "nino",
	ColNHSNumber:                      "nhs_number",
	ColPNCID:                          "pnc_id",
	ColULN:                            "uln",
	ColFormerUPN:                      "former_upn",
	ColSchoolURN:                      "school_urn",
	ColSchoolName:                     "school_name",
	ColEnrolmentStatus:                "enrolment_status",
	ColNCYear:                         "nc_year",
	ColOnRoll:                         "on_roll",
	ColProvision:                      "provision",
	ColPeriodStart:                    "period_start",
	ColPeriodEnd:                      "period_end",
	ColSessionsPossible:               "sessions_possible",
	ColSessionsAuthorised:             "sessions_authorised",
	ColSessionsUnauthorised:           "sessions_unauthorised",
	ColMarks:                          "marks",
	ColSuspensions:                    "suspensions",
	ColPermanentExclusion:             "permanent_exclusion",
	ColContact1Forename:               "contact1_forename",
	ColContact1Surname:                "contact1_surname",
	ColContact1DOB:                    "contact1_dob",
	ColContact1Relationship:           "contact1_relationship",
	ColContact1ParentalResponsibility: "contact1_parental_responsibility",
	ColContact1SameAddress:            "contact1_same_address",
	ColContact1Address1:               "contact1_address_1",
	ColContact1Postcode:               "contact1_postcode",
	ColContact1UPRN:                   "contact1_uprn",
	ColContact1Phone:                  "contact1_phone",
	ColContact2Forename:               "contact2_forename",
	ColContact2Surname:                "contact2_surname",
	ColContact2DOB:                    "contact2_dob",
	ColContact2Relationship:           "contact2_relationship",
	ColContact2ParentalResponsibility: "contact2_parental_responsibility",
	ColContact2SameAddress:            "contact2_same_address",
	ColContact2Address1:               "contact2_address_1",
	ColContact2Postcode:               "contact2_postcode",
	ColContact2UPRN:                   "contact2_uprn",
	ColContact2Phone:                  "contact2_phone",
	ColEventRef:                       "event_ref",
	ColEventType:                      "event_type",
	ColCategory:                       "category",
	ColOffenceCode:                    "offence_code",
	ColOccurredFrom:                   "occurred_from",
	ColOccurredTo:                     "occurred_to",
	ColRecordedDate:                   "recorded_date",
	ColOutcomeType:                    "outcome_type",
	ColOutcomeDate:                    "outcome_date",
	ColOrderType:                      "order_type",
	ColRisk:                           "risk",
	ColRole:                           "role",
	ColNominalID:                      "nominal_id",
	ColAlias:                          "alias",
	ColEventAddress1:                  "event_address_1",
	ColEventPostcode:                  "event_postcode",
	ColEventUPRN:                      "event_uprn",
	ColTenancyRef:                     "tenancy_ref",
	ColLandlord:                       "landlord",
	ColTenure:                         "tenure",
	ColTenancyStart:                   "tenancy_start",
	ColTenancyEnd:                     "tenancy_end",
	ColPersonRole:                     "person_role",
	ColRelationshipToTenant:           "relationship_to_tenant",
	ColMovedIn:                        "moved_in",
	ColMovedOut:                       "moved_out",
	ColArrearsAmount:                  "arrears_amount",
	ColArrearsWeeks:                   "arrears_weeks",
	ColNoticeType:                     "notice_type",
	ColNoticeGround:                   "notice_ground",
	ColNoticeDate:                     "notice_date",
	ColASBCaseRef:                     "asb_case_ref",
	ColASBRole:                        "asb_role",
	ColASBStage:                       "asb_stage",
	ColASBDate:                        "asb_date",
	ColHomelessDuty:                   "homeless_duty",
	ColHomelessSince:                  "homeless_since",
	ColPlacement:                      "placement",
	ColClaimRef:                       "claim_ref",
	ColBenefit:                        "benefit",
	ColSpellStart:                     "spell_start",
	ColSpellEnd:                       "spell_end",
	ColInWork:                         "in_work",
	ColConditionality:                 "conditionality",
	ColMatchResult:                    "match_result",
	ColMatchRequestRef:                "match_request_ref",
	ColAnsweredOn:                     "answered_on",
	ColAgencyKind:                     "agency_kind",
	ColEpisodeRef:                     "episode_ref",
	ColEpisodeType:                    "episode_type",
	ColNeedCode:                       "need_code",
	ColStart:                          "start",
	ColEnd:                            "end",
	ColLeadPractitioner:               "lead_practitioner",
	ColLeadPractitionerContact:        "lead_practitioner_contact",
	ColStatus:                         "status",
	ColDateOfDeath:                    "date_of_death",
	ColParentUPRN:                     "parent_uprn",
	ColClassification:                 "classification",
	ColWard:                           "ward",
	ColDistrict:                       "district",
	ColCluster:                        "cluster",
	ColLSOA:                           "lsoa",
	ColURN:                            "urn",
	ColName:                           "name",
	ColContributes:                    "contributes",
	ColArea:                           "area",
	ColPopulation:                     "population",
	ColTargetFamilies:                 "target_families",
	ColFrom:                           "from",
	ColTo:                             "to",
}

var columnsByName = func() map[string]Column {
	m := make(map[string]Column, NumColumns)
	for c := Column(1); c < columnEnd; c++ {
		m[columnNames[c]] = c
	}
	return m
}()

// ParseColumn finds a column by its name in lower case; 0 if there is none.
func ParseColumn(name string) Column { return columnsByName[name] }

// String returns the column's name as files and messages spell it.
func (c Column) String() string {
	if c < columnEnd {
		return columnNames[c]
	}
	return ""
}
