package matcher

// Kind says what a column's values are and so how two cells compare.
type Kind uint8

// The kinds of column. The values of Keys and Identifier columns are sets; in
// the others the first value leads and the rest are alternatives.
const (
	Forename   Kind = iota + 1 // capital ASCII letters, see fold
	Surname                    // likewise
	Date                       // YYYY-MM-DD, or YYYY-MM or YYYY where no more is known
	Code                       // a small set, such as M and F
	Postcode                   // canonical: outward code, space, inward code
	Identifier                 // a number that only one person has
	Keys                       // places, phones, contexts that several people share
	Span                       // FROM/TO dates within which the person was born
	Role                       // OCCASION=ROLE where one person has the role
	Text                       // folded words: a place, a street, an occupation
	Address                    // folded words and numbers: an address line
	Number                     // digits: a house number, a year, an age
	Email                      // lower case: local part, at, domain
	Phone                      // digits of the national number
	Point                      // LATITUDE,LONGITUDE in decimal degrees
)

func (k Kind) set() bool { return k == Keys || k == Identifier || k == Postcode || k == Role }

// Level is how well two cells agree; 0 means that one of them is missing.
type Level uint8

// The levels of names. A name is one word or several; its small words, such as
// VAN and AL, count for little.
const (
	NameSame     Level = iota + 1 // the leading names are equal
	NameOther                     // an alternative equals the other's name or alternative
	NameSwapped                   // each one's forename is the other's surname
	NameWritten                   // the same words joined, parted, or in another order
	NameSpelling                  // spellings of one name, as MOHAMMED and MUHAMMAD
	NameNickname                  // a short or pet form, as ELIZABETH and BETTY
	NameClose                     // Jaro–Winkler of 0.92 or more
	NameSimilar                   // 0.85 or more, or one edit
	NamePart                      // one is a part of the other: SMITH and SMITH JONES
	NameSound                     // equal under names.Key
	NameRough                     // equal under Soundex
	NameInitial                   // an initial of the other
	NameShares                    // one word of several in common
	NameDiffers
)

// The levels of dates of birth.
const (
	DateSame        Level = iota + 1
	DateOther             // an alternative is the same
	DateSwapped           // day and month changed places
	DateDigit             // one digit differs
	DateTransposed        // two neighbouring digits changed places
	DatePlaceholder       // 1 January of the same year, or the first of the same month
	DateKnown             // equal as far as both are known: 1980 and 1980-03-07
	DateOtherYear         // day and month are the same, the year another, not a generation away
	DatePartly            // the year and one of month and day
	DateNearYear          // the year, or the one before or after
	DateDiffers
	DateGeneration // twelve years or more apart
)

// The levels of codes and keys.
const (
	Agrees Level = iota + 1
	Differs
)

// The levels of spans of birth, with the sex beside them.
const (
	SpanFitsSame  Level = iota + 1 // fits, and the sex is the same
	SpanFits                       // fits, a sex is not known
	SpanFitsOther                  // fits, and the sex differs
	SpanDiffers
)

// The levels of identifiers.
const (
	IDSame Level = iota + 1
	IDEdit       // one character, or two that changed places, of five or more
	IDDiffers
)

// The levels of postcodes. Where codes are plain numbers, the district is the
// first three digits and the area the first two.
const (
	PostSame     Level = iota + 1
	PostEdit           // one character, or two that changed places
	PostSector         // BD3 4AB and BD3 4XY
	PostDistrict       // BD3 4AB and BD3 5XY
	PostArea           // BD3 4AB and BD7 5XY
	PostDiffers
)

// The levels of texts.
const (
	TextSame    Level = iota + 1
	TextOther         // an alternative is the same
	TextWritten       // the same words joined, parted, or in another order
	TextClose         // a typing error or two for its length
	TextPart          // some words more, or words cut short
	TextSimilar       // most letters in common
	TextShares        // a word in common
	TextDiffers
)

// The levels of address lines.
const (
	AddressSame    Level = iota + 1
	AddressOther         // an alternative is the same
	AddressWritten       // the same but for order, ST for STREET, FLAT left out
	AddressClose         // the same numbers, a street nearly the same
	AddressPart          // one says less than the other, and nothing else
	AddressStreet        // the same street, other numbers
	AddressSimilar       // half of the words or letters in common
	AddressDiffers
)

// The levels of numbers.
const (
	NumberSame       Level = iota + 1
	NumberDigit            // one digit of two or more
	NumberTransposed       // two neighbouring digits changed places
	NumberNear             // one more or less
	NumberDiffers
)

// The levels of e-mail addresses.
const (
	EmailSame    Level = iota + 1
	EmailOther         // an alternative is the same
	EmailLocal         // the same before the at, another domain
	EmailClose         // a typing error or two
	EmailSimilar       // a name in common before the at
	EmailDomain        // only the domain, which is not one that anybody can have
	EmailDiffers
)

// The levels of telephone numbers.
const (
	PhoneSame       Level = iota + 1
	PhoneOther            // an alternative is the same
	PhoneDigit            // one digit
	PhoneTransposed       // two neighbouring digits changed places
	PhoneEnd              // the last six digits, one of them without an area code
	PhoneDiffers
)

// The levels of points, by the distance between them.
const (
	PointSame   Level = iota + 1 // at most 100 m
	PointNear                    // at most 1 km
	PointTown                    // at most 5 km
	PointRegion                  // at most 25 km
	PointCounty                  // at most 100 km
	PointFar
)

var levelNames = [Point + 1][]string{
	Forename: {"missing", "same", "another name is the same", "forename and surname swapped", "written differently",
		"another spelling", "short form", "nearly the same", "similar", "part of the name is the same", "sounds alike",
		"sounds roughly alike", "initial agrees", "one of several names agrees", "differs"},
	Date: {"missing", "same", "another date given is the same", "day and month swapped", "one digit differs",
		"two digits swapped", "first of January or of the month", "agrees as far as known", "same day and month, another year",
		"partly agrees", "same year or the one beside it", "differs", "a generation apart"},
	Code: {"missing", "same", "differs"},
	Postcode: {"missing", "same", "one character differs", "same sector", "same district", "same area",
		"differs"},
	Identifier: {"missing", "same", "one character differs", "differs"},
	Keys:       {"missing", "shared", "none shared"},
	Span:       {"missing", "fits, same sex", "fits", "fits, other sex", "does not fit"},
	Role:       {"missing", "same", "differs"},
	Text: {"missing", "same", "another one given is the same", "written differently", "nearly the same",
		"some words more or fewer", "similar", "a word in common", "differs"},
	Address: {"missing", "same", "another address given is the same", "written differently",
		"same number, street nearly the same", "agrees as far as given", "same street, number differs", "similar", "differs"},
	Number: {"missing", "same", "one digit differs", "two digits swapped", "one more or less", "differs"},
	Email: {"missing", "same", "another address given is the same", "another domain", "nearly the same",
		"a name in common", "only the domain agrees", "differs"},
	Phone: {"missing", "same", "another number given is the same", "one digit differs", "two digits swapped",
		"same without the area code", "differs"},
	Point: {"missing", "within 100 m", "within 1 km", "within 5 km", "within 25 km", "within 100 km", "further apart"},
}

// levels returns how many levels the kind has, missing included.
func (k Kind) levels() int { return len(k.names()) }

func (k Kind) names() []string {
	switch {
	case k > Point:
		return nil
	case k == Surname:
		return levelNames[Forename]
	}
	return levelNames[k]
}

// LevelName returns the plain words for a level of the kind.
func (k Kind) LevelName(l Level) string {
	if n := k.names(); int(l) < len(n) {
		return n[l]
	}
	return ""
}

// costly says whether comparing two cells takes so long that an answer is worth
// remembering.
func (k Kind) costly() bool {
	switch k {
	case Forename, Surname, Text, Email:
		return true
	}
	return false
}

// anotherName says whether the level of two forenames is one that two people of
// one family are as likely to show as one person is.
func (l Level) anotherName() bool {
	return l == NameSound || l == NameRough || l == NameShares || l == NameDiffers
}

// differs is the first of the kind's last levels, those of cells that are no
// more alike than two people's.
func (k Kind) differs() Level {
	if k == Date {
		return DateDiffers
	}
	return Level(k.levels() - 1)
}

// hashText is FNV-1a with a final mix; blank is 0.
func hashText(s string) uint64 {
	if s == "" {
		return 0
	}
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return mix(h)
}

// mix spreads a word's bits (the finisher of SplitMix64).
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
