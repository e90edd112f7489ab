package matcher

import (
	"math/bits"
	"slices"
	"strings"
)

// line is an address line taken apart: its numbers, and its words in full. Most
// lines are compared by what stands in one, without a look elsewhere.
type line struct {
	ids    [inLine]uint32 // numbers of words: those of houses and flats first, then the words, each sorted
	more   []uint32       // ids, where they are more
	street string         // the words in their order
	grams  uint64         // a bit for each pair of neighbouring letters of it, which others may share
	pairs  uint32         // different pairs of neighbouring letters
	houses uint16
	all    uint16
}

const inLine = 6

// numbers are those of houses and flats.
func (l *line) numbers() []uint32 { return l.list()[:l.houses] }

func (l *line) words() []uint32 { return l.list()[l.houses:] }

func (l *line) list() []uint32 {
	if l.more != nil {
		return l.more
	}
	return l.ids[:l.all]
}

func newLine(numbers, words []uint32, street string) line {
	l := line{street: street, houses: uint16(len(numbers)), all: uint16(len(numbers) + len(words))}
	if all := append(slices.Clone(numbers), words...); len(all) > inLine {
		l.more = all
	} else {
		copy(l.ids[:], all)
	}
	var g grams
	l.pairs = uint32(g.add(street))
	for i := 1; i < len(street); i++ {
		l.grams |= 1 << (mix(uint64(street[i-1]&63)<<6|uint64(street[i]&63)) & 63)
	}
	return l
}

// newLines takes address lines apart.
func newLines(text []string) []line {
	known := wordIDs{}
	out := make([]line, len(text))
	var numbers, words []uint32
	var street []string
	for i, s := range text {
		numbers, words, street = numbers[:0], words[:0], street[:0]
		fields := strings.Fields(s)
		for j := range fields {
			word, isNumber := spelledOut(fields, j)
			switch {
			case word == "":
			case isNumber:
				numbers = append(numbers, known.of(word))
			default:
				words, street = append(words, known.of(word)), append(street, word)
			}
		}
		slices.Sort(numbers)
		slices.Sort(words)
		out[i] = newLine(numbers, words, strings.Join(street, " "))
	}
	return out
}

// spelledOut returns the j-th word of an address line as it is compared, "" for
// one that says nothing, and whether it is the number of a house or flat.
func spelledOut(fields []string, j int) (word string, isNumber bool) {
	w := fields[j]
	switch {
	case isDigit(w[0]) && j+1 < len(fields) && suffix(fields, j+1):
		return w + fields[j+1], true // 14 A is 14A
	case isDigit(w[0]):
		return strings.TrimLeft(w, "0"), true
	case j > 0 && suffix(fields, j) && isDigit(fields[j-1][0]):
		return "", false
	case len(w) == 1 && j > 0 && dwellings[fields[j-1]]:
		return w, true // FLAT B
	case dwellings[w]:
		return "", false
	case w == "ST" && j+1 < len(fields) && (j == 0 || isDigit(fields[j-1][0]) || dwellings[fields[j-1]]):
		return "SAINT", false
	}
	if full, ok := inFull[w]; ok {
		return full, false
	}
	return w, false
}

// suffix says whether the j-th word is the letter of a house number.
func suffix(fields []string, j int) bool {
	return len(fields[j]) == 1 && strings.Contains("ABCDEFGH", fields[j])
}

// dwellings are words before a number that address lines have or lack.
var dwellings = map[string]bool{
	"FLAT": true, "APARTMENT": true, "APT": true, "UNIT": true, "NO": true, "NUMBER": true, "ROOM": true, "RM": true,
	"SUITE": true, "STE": true, "FLT": true, "LOT": true, "PLOT": true,
}

// inFull gives the words that are cut short in addresses of English-speaking
// countries.
var inFull = func() map[string]string {
	out := make(map[string]string)
	for l := range strings.SplitSeq(`ALLEY ALY,APPROACH APP,ARCADE ARC,AVENUE AV AVE AVN,BOULEVARD BLVD BVD BLV,BRIDGE BRG BDGE,
BUILDING BLDG BLD BUILDINGS BLDGS,CAUSEWAY CSWY,CENTRE CTR CEN CENTER,CIRCLE CIR CRCL,CIRCUIT CCT CIRC,CLOSE CL CLO,
COTTAGE COTT COTTAGES COTTS,COURT CT CRT,CRESCENT CR CRES CRS CRESENT,DRIVE DR DRV DVE,EAST E,ESPLANADE ESP,ESTATE EST,
FARM FM,FIELD FLD FIELDS FLDS,FLOOR FL FLR,GARDENS GDN GDNS GARDEN GRDNS,GREAT GT,GREEN GRN,GROUND GRD GND,GROVE GR GRV GV,
HEIGHTS HTS HGTS,HIGHWAY HWY HIWAY,HILL HL,HOUSE HSE HO,JUNCTION JCT,LANE LN LA,LITTLE LT LTL,LOWER LWR,MANOR MNR,
MEWS MWS MS,MOUNT MT MNT,NORTH N NTH,PARADE PDE PRDE,PARK PK PRK,PARKWAY PKWY PWY,PLACE PL PLC,PLAZA PLZ,QUAY QY,
RISE RSE RI,ROAD RD,ROW RW,SAINT SNT,SOUTH S STH,SQUARE SQ SQR,STATION STN STA,STREET ST STR STRT,TERRACE TER TERR TCE,
TOWER TWR TOWERS TWRS,TRACK TRK,UPPER UPR UPP,VALLEY VLY,VIEW VW,VILLA VLA VILLAS,VILLAGE VLG VILL,WALK WLK WK,
WAY WY,WEST W WST,WHARF WHF,YARD YD`, ",") {
		words := strings.Fields(l)
		for _, short := range words[1:] {
			out[short] = words[0]
		}
	}
	return out
}()

// compareLines compares two address lines that differ.
func compareLines(a, b *line) Level {
	words, others := a.words(), b.words()
	sameNumbers := slices.Equal(a.numbers(), b.numbers())
	sameStreet := slices.Equal(words, others)
	if sameNumbers && sameStreet {
		return AddressWritten
	}
	streets := len(words) > 0 && len(others) > 0
	alike := dice(words, others)
	near := streets && (sameStreet || alike >= sameWords || nearly(a, b))
	switch {
	case sameNumbers && near:
		return AddressClose
	case alike > 0 && part(a.numbers(), b.numbers()) && part(words, others):
		return AddressPart
	case near:
		return AddressStreet
	case streets && (alike >= 0.5 || streetsAlike(a, b)):
		return AddressSimilar
	}
	return AddressDiffers
}

// sameWords is the Dice likeness of their words from which two streets are
// nearly the same.
const sameWords = 0.8

// slipPairs is how many pairs of neighbouring letters one slip changes at most.
const slipPairs = 3

// nearly says whether typing errors may have made one street of the other, or
// joined or parted its words.
func nearly(a, b *line) bool {
	k := typingErrors(min(len(a.street), len(b.street)))
	return k > 0 && max(a.lone(b), b.lone(a)) <= slipPairs*k && within(a.street, b.street, k)
}

// streetsAlike says whether two streets share most pairs of neighbouring letters.
func streetsAlike(a, b *line) bool {
	both := min(int(a.pairs)-a.lone(b), int(b.pairs)-b.lone(a)) // at most
	return 2*float64(both) >= mostGrams*float64(a.pairs+b.pairs) && sharedGrams(a.street, b.street) >= mostGrams
}

// lone is how many pairs of neighbouring letters the other street is sure not to
// have, at least.
func (l *line) lone(other *line) int { return bits.OnesCount64(l.grams &^ other.grams) }

// part says whether the lesser of two sorted lists is a part of the other, or
// nothing.
func part(a, b []uint32) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	j := 0
	for _, x := range a {
		for j < len(b) && b[j] < x {
			j++
		}
		if j == len(b) || b[j] != x {
			return false
		}
		j++
	}
	return true
}
