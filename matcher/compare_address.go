package matcher

import (
	"slices"
	"strings"
)

// line is an address line taken apart: its numbers, and its words in full.
type line struct {
	numbers []uint32 // of houses and flats: numbers of words, sorted
	words   []uint32 // likewise
	street  string   // the words in their order
}

// newLines takes address lines apart. The numbers and words of all stand in one
// piece of memory.
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
		all := append(slices.Clone(numbers), words...)
		n := len(numbers)
		out[i] = line{numbers: all[:n:n], words: all[n:], street: strings.Join(street, " ")}
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
	sameNumbers := slices.Equal(a.numbers, b.numbers)
	sameStreet := slices.Equal(a.words, b.words)
	if sameNumbers && sameStreet {
		return AddressWritten
	}
	streets := len(a.words) > 0 && len(b.words) > 0
	alike := dice(a.words, b.words)
	near := streets && (sameStreet || alike >= sameWords || nearly(a.street, b.street))
	switch {
	case sameNumbers && near:
		return AddressClose
	case part(a.numbers, b.numbers) && part(a.words, b.words) && alike > 0:
		return AddressPart
	case near:
		return AddressStreet
	case streets && (alike >= 0.5 || sharedGrams(a.street, b.street) >= mostGrams):
		return AddressSimilar
	}
	return AddressDiffers
}

// sameWords is the Dice likeness of their words from which two streets are
// nearly the same.
const sameWords = 0.8

// nearly says whether typing errors may have made one street of the other, or
// joined or parted its words.
func nearly(s, t string) bool {
	k := typingErrors(min(len(s), len(t)))
	return k > 0 && within(s, t, k)
}

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
