package matcher

import "strings"

// More derivations of key parts.
const (
	Unordered      How = iota + Drop1 + 1 // a date whose day and month may be exchanged
	YearMonth                             // year and month of a date
	MonthDay                              // month and day of a date, without the year
	Sector                                // a postcode but for its last two letters
	Bag                                   // the words in any order
	Words                                 // each word
	WordSounds                            // each word's Soundex code
	WordDrop1                             // each word with one character left out, and whole
	WordPairs                             // each two words, in any order
	WordPairSounds                        // the Soundex codes of each two words, in any order
	Last                                  // the last word
	Local                                 // an e-mail address before its domain
	Grid                                  // the square of a hundredth of a degree around a point
	Numbers                               // the numbers in a line of an address
)

// several says whether one value mostly gives several parts.
func (h How) several() bool {
	return h == Drop1 || h >= Words && h <= WordPairSounds
}

var howWords = [...]string{
	Whole: "same %", Sound: "% sounds alike", Initial: "first letter of %", Prefix3: "first three letters of %",
	Year: "year of %", Outward: "area of %", Drop1: "% but for one character", Unordered: "% with day and month in any order",
	YearMonth: "year and month of %", MonthDay: "day and month of %", Sector: "sector of %", Bag: "words of % in any order",
	Words: "a word of %", WordSounds: "a word of % sounds alike", WordDrop1: "a word of % but for one character",
	WordPairs: "two words of %", WordPairSounds: "two words of % sound alike", Last: "last word of %",
	Local: "% before the @", Grid: "% within a kilometer", Numbers: "numbers in %",
}

// String describes the part in plain words, for example "surname sounds alike".
func (p KeyPart) String() string {
	if int(p.How) < len(howWords) && howWords[p.How] != "" {
		return strings.Replace(howWords[p.How], "%", p.Column, 1)
	}
	return p.Column
}

// String returns the rule's name, or describes its key in plain words.
func (r Rule) String() string {
	if r.Name != "" {
		return r.Name
	}
	words := make([]string, len(r.Parts))
	for i, p := range r.Parts {
		words[i] = p.String()
	}
	if r.Either && len(words) > 1 {
		words[1] += " (either way round)"
	}
	return strings.Join(words, ", ")
}
