package settings

import (
	"slices"
	"strings"
	"unicode"

	"github.com/hearthmatch/hearth/internal/fold"
)

// words folds a text to capital words. Scripts that fold leaves out are written
// in Latin letters: Greek and Cyrillic by sound, others by a code of two or
// three letters for each sign, which compares alike though nobody can read it.
func words(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return fold.ASCII(latin(s))
		}
	}
	return fold.ASCII(s)
}

// latin writes letters of other scripts in Latin letters.
func latin(s string) string {
	var b strings.Builder
	for _, r := range s {
		u := unicode.ToUpper(r)
		switch {
		case u >= 'А' && u <= 'Я':
			b.WriteString(cyrillic[u-'А'])
		case u == 'Ё', u == 'Є':
			b.WriteString("E")
		case u == 'І', u == 'Ї':
			b.WriteString("I")
		case u == 'Ґ':
			b.WriteString("G")
		case u >= 'Α' && u <= 'Ω':
			b.WriteString(greek[u-'Α'])
		case u < 0x370 || !unicode.IsLetter(u) || unicode.Is(unicode.Latin, u):
			b.WriteRune(r)
		default:
			if u >= 0x2e80 {
				b.WriteByte(byte('A' + u/676%26))
			}
			b.WriteByte(byte('A' + u/26%26))
			b.WriteByte(byte('A' + u%26))
		}
	}
	return b.String()
}

// cyrillic are А to Я as British passports and maps of the region write them,
// simplified.
var cyrillic = strings.Split("A B V G D E ZH Z I Y K L M N O P R S T U F KH TS CH SH SHCH  Y  E YU YA", " ")

// greek are Α to Ω likewise (the place after rho is not used).
var greek = strings.Split("A V G D E Z I TH I K L M N X O P R  S T Y F CH PS O", " ")

var (
	titles = set("MR MRS MS MISS MX MASTER DR DOCTOR PROF PROFESSOR REV REVEREND SIR LADY LORD DAME FR FATHER SISTER " +
		"CAPT MAJOR COL SGT HON SHEIKH IMAM RABBI HERR FRAU MME MLLE MONSIEUR MADAME SR SRA SENOR SENORA SIGNOR SIGNORA")
	suffixes = set("JR SR JNR SNR JUNIOR SENIOR II III IV ESQ ESQUIRE PHD MD MBE OBE CBE KBE BSC MSC QC KC JP MP BT " +
		"1ST 2ND 3RD 4TH 5TH 6TH 7TH 8TH 9TH 10TH")
	ranks     = set("BARON BARONET EARL VISCOUNT DUKE MARQUESS MARQUIS COUNT COUNTESS LORD KING PRINCE BISHOP")
	particles = set("VAN VON DE DER DEN DEM DA DI DEL DELLA DEI DO DOS DAS DU LA LE LES LO EL AL BIN BINT IBN BEN ABU " +
		"TEN TER TE ZU ZUR ST SAN SANTA AP MAC MC FITZ")
	formerly = set("NEE NE BORN FORMERLY PREVIOUSLY MAIDEN WAS GEB GEBORENE NATA")
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// readName appends the names of a forename or surname column: alternatives are
// divided by a semicolon, a bar or a stroke, or stand in brackets.
func readName(out []string, s string) []string {
	if plainName(s) || blank(words(s)) {
		return appendName(out, words(s))
	}
	main, inner := brackets(s)
	for _, part := range strings.FieldsFunc(main, func(r rune) bool { return r == ';' || r == '|' || r == '/' }) {
		out = appendName(out, words(part))
	}
	for _, part := range inner {
		out = appendName(out, dropLeading(words(part), formerly))
	}
	return out
}

// plainName says that a text has none of the signs that divide names.
func plainName(s string) bool { return !strings.ContainsAny(s, ";|/([\"") }

// appendName appends a folded name without its title, unless it says nothing.
func appendName(out []string, s string) []string {
	s = dropLeading(s, titles)
	if s == "" || blank(s) || noName[s] || slices.Contains(out, s) {
		return out
	}
	return append(out, s)
}

// dropLeading drops words of the set from the front as long as one word is left.
func dropLeading(s string, drop map[string]bool) string {
	for {
		first, rest, ok := strings.Cut(s, " ")
		if !ok || !drop[first] {
			return s
		}
		s = rest
	}
}

// brackets takes what stands in brackets or double quotes out of a text.
func brackets(s string) (main string, inner []string) {
	for {
		open := strings.IndexAny(s, "([\"")
		if open < 0 {
			return main + s, inner
		}
		length := strings.IndexAny(s[open+1:], ")]\"")
		main += s[:open] + " "
		if length < 0 {
			return main + s[open+1:], inner
		}
		inner = append(inner, s[open+1:open+1+length])
		s = s[open+length+2:]
	}
}

// person is a full name taken apart: the first of each leads.
type person struct {
	given, family []string
}

// readFull takes a full name apart: "First Middle Last", "LAST, First", with
// titles, particles and suffixes. Middle names and what stands in brackets are
// alternatives. A single word is a family name.
func readFull(s, format string) person {
	var p person
	main, inner := brackets(s)
	for i, part := range strings.FieldsFunc(main, func(r rune) bool { return r == ';' || r == '|' }) {
		if i < maxNames {
			p.add(part, format)
		}
	}
	for i, part := range inner {
		w := words(part)
		bare := dropLeading(w, formerly)
		switch {
		case i >= maxNames:
		case bare != w:
			p.family = appendName(p.family, bare)
		default:
			p.given = appendName(p.given, w)
		}
	}
	return p
}

// maxNames bounds the alternatives of one cell.
const maxNames = 6

func (p *person) add(s, format string) {
	first, second, comma := strings.Cut(s, ",")
	before, after := words(first), words(second)
	if comma && !onlySuffixes(after) {
		p.names(strings.Fields(dropLeading(after, titles)))
		p.family = appendName(p.family, strings.Join(dropSuffixes(strings.Fields(before)), " "))
		return
	}
	f := dropSuffixes(strings.Fields(dropLeading(before, titles)))
	switch at := familyAt(f); {
	case len(f) == 0:
	case len(f) == 1:
		p.family = appendName(p.family, f[0])
	case format == surnameFirst:
		p.family = appendName(p.family, f[0])
		p.names(f[1:])
	default:
		p.names(f[:at])
		if f[at] == "OF" && at+1 < len(f) {
			at++
		}
		p.family = appendName(p.family, strings.Join(f[at:], " "))
	}
}

// names adds given names: the first leads unless another name has led.
func (p *person) names(f []string) {
	for i, w := range f {
		if len(p.given) < maxNames && (i == 0 || !suffixes[w] && !ranks[w]) {
			p.given = appendName(p.given, w)
		}
	}
}

// familyAt says where the family name of a name's words begins: at a particle
// that is not the first word, else at the last word.
func familyAt(f []string) int {
	for i := 1; i < len(f)-1; i++ {
		if particles[f[i]] || f[i] == "OF" {
			return i
		}
	}
	return len(f) - 1
}

func dropSuffixes(f []string) []string {
	for len(f) > 1 && suffixes[f[len(f)-1]] {
		f = f[:len(f)-1]
	}
	return f
}

// onlySuffixes says that what follows a comma is a rank or letters after the
// name: it begins with one, as "1st baron of …" does.
func onlySuffixes(s string) bool {
	first, _, _ := strings.Cut(s, " ")
	return s == "" || suffixes[first] || ranks[first]
}
