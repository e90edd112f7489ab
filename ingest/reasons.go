package ingest

import "github.com/hearthmatch/hearth/family"

// The reasons for which a row is refused. They stand on the wire and in
// quarantine and never change their meaning.
const (
	reasonRequired    = "COLUMN_REQUIRED"
	reasonUndeclared  = "COLUMN_UNDECLARED"
	reasonTwice       = "COLUMN_TWICE"
	reasonNUL         = "NUL_CHARACTER"
	reasonUndecodable = "TEXT_UNDECODABLE"
	reasonTooLong     = "FIELD_TOO_LONG"
	reasonDate        = "DATE_IMPOSSIBLE"
	reasonUnlisted    = "VALUE_NOT_LISTED"
	reasonCount       = "COUNT_NOT_WHOLE"
	reasonMoney       = "MONEY_NOT_NUMBER"
	reasonNeed        = "NEED_CODE_UNKNOWN"
	reasonUnborn      = "DOB_IN_FUTURE"
	reasonTooOld      = "DOB_TOO_OLD"
	reasonEnd         = "END_BEFORE_START"
	reasonSessions    = "SESSIONS_CONTRADICT"
	reasonMarks       = "MARKS_UNREADABLE"
	reasonMarksCounts = "MARKS_DISAGREE"
	reasonMarksPeriod = "MARKS_OUTSIDE_PERIOD"
	reasonNobody      = "NO_PERSON"
	reasonOwner       = "RECORD_ID_OF_ANOTHER_AGENCY"
	reasonFieldCount  = "FIELD_COUNT"
	reasonQuote       = "QUOTE_MISPLACED"
	reasonRowTooLong  = "ROW_TOO_LONG"
	reasonUnreadable  = "ROW_UNREADABLE"
)

// The reasons for which an accepted row is reported.
const (
	reportControl    = "CONTROL_CHARACTER_REMOVED"
	reportIdentifier = "IDENTIFIER_CHECK_FAILED"
	reportPostcode   = "POSTCODE_CHECK_FAILED"
	reportUPRN       = "UPRN_CHECK_FAILED"
	reportDropped    = "PERSON_OF_NO_PERSON_DROPPED"
)

// details says of each reason what is wrong and what would be right. Reasons
// whose sentence depends on the column are not here.
var details = map[string]string{
	reasonRequired:    "the column is required and blank; fill it in",
	reasonUndeclared:  "the feed does not declare this column; leave it out",
	reasonTwice:       "the column is given twice; give it once",
	reasonNUL:         "the value holds a NUL character; remove it",
	reasonUndecodable: "the text is neither UTF-8 nor Windows-1252; save the file as UTF-8",
	reasonTooLong:     "the value is longer than the column allows; shorten it",
	reasonDate:        family.ErrDate.Error(),
	reasonUnlisted:    "the value is not in the column's list; write one of those that feeds.md lists",
	reasonCount:       "not a count; write a whole number of at most six digits, without sign or separators",
	reasonMoney:       "not an amount of money; write pounds such as 1234.50 or £1,234.50",
	reasonNeed:        "not a need number of sf-2022; write headline and number such as 5.1",
	reasonUnborn:      "the date of birth is in the future; correct it or leave it blank",
	reasonTooOld:      "the date of birth is over 120 years ago; correct it or leave it blank",
	reasonEnd:         "the end is before its start; correct one of them",
	reasonSessions:    "authorised and unauthorised sessions together are more than the possible ones; correct the counts",
	reasonMarks:       "the register cannot be read by the code table in force on its days; correct the marks",
	reasonMarksCounts: "the count differs from the one that the marks give; correct it or leave it blank",
	reasonMarksPeriod: "the marks run past period_end; two sessions a school day from period_start are expected",
	reasonNobody:      "the row describes nobody; give a surname or a forename",
	reasonOwner:       "another agency has delivered a row of this record_id; use identifiers of your own",
	reasonFieldCount:  "the row has more or fewer fields than the header; quote values that hold the separator",
	reasonQuote:       "text follows a closing quote; write a quote within a quoted value twice",
	reasonRowTooLong:  "the row is longer than 512 KiB; a quote is probably missing",
	reasonUnreadable:  "the row could not be read; see the sender's own report",

	reportControl:    "control characters were removed",
	reportIdentifier: "the identifier fails its check; it is kept as text and links nothing",
	reportPostcode:   "not the form of a postcode; it is kept as text and links nothing",
	reportUPRN:       "not a UPRN, one to twelve digits; it is kept as text and links nothing",
	reportDropped:    "the role says that no person is involved; what was given of one was not stored",
}

// problem makes a problem of a column with the reason's usual sentence; column
// 0 is the row as a whole.
func problem(c family.Column, reason string) family.Problem {
	return family.Problem{Column: c.String(), Reason: reason, Detail: details[reason]}
}
