package synth

import (
	"strings"
	"unicode"
)

// keyboard lists, for each letter, its neighbours on the keys.
var keyboard = map[rune]string{
	'a': "qwsz", 'b': "vghn", 'c': "xdfv", 'd': "serfcx", 'e': "wsdr", 'f': "drtgvc", 'g': "ftyhbv", 'h': "gyujnb",
	'i': "ujko", 'j': "huikmn", 'k': "jiolm", 'l': "kop", 'm': "njk", 'n': "bhjm", 'o': "iklp", 'p': "ol", 'q': "wa",
	'r': "edft", 's': "awedxz", 't': "rfgy", 'u': "yhji", 'v': "cfgb", 'w': "qase", 'x': "zsdc", 'y': "tghu", 'z': "asx",
}

// heard lists spellings that sound alike.
var heard = [][2]string{
	{"ph", "f"}, {"f", "ph"}, {"ck", "k"}, {"c", "k"}, {"k", "c"}, {"ee", "ea"}, {"ea", "ee"}, {"ie", "y"}, {"y", "ie"},
	{"ll", "l"}, {"l", "ll"}, {"nn", "n"}, {"n", "nn"}, {"tt", "t"}, {"ss", "s"}, {"s", "z"}, {"z", "s"}, {"ai", "ay"},
	{"ay", "ai"}, {"ou", "oo"}, {"oo", "u"}, {"w", "u"}, {"v", "w"}, {"j", "g"}, {"ei", "ie"}, {"er", "a"}, {"gh", "g"},
	{"th", "t"}, {"kh", "k"}, {"dh", "d"}, {"sh", "s"}, {"cz", "ch"}, {"sz", "sh"}, {"i", "y"}, {"e", "a"}, {"o", "u"},
}

// typo writes a word wrongly in one place, as clerks do.
func typo(d dice, s string) string {
	r := []rune(s)
	if len(r) < 3 {
		return s
	}
	if d.noise == Other && d.chance(0.6) {
		return misread(d, s)
	}
	i := d.IntN(len(r))
	if i == 0 && d.chance(0.75) { // first letters are seldom wrong
		i = 1 + d.IntN(len(r)-1)
	}
	if !unicode.IsLetter(r[i]) {
		return s
	}
	switch d.weighted(24, 16, 20, 16, 24) {
	case 0:
		if n := keyboard[unicode.ToLower(r[i])]; n != "" {
			r[i] = sameCase(r[i], rune(n[d.IntN(len(n))]))
		}
	case 1: // a letter too many, often the same again
		extra := unicode.ToLower(r[i])
		if n := keyboard[extra]; n != "" && d.chance(0.4) {
			extra = rune(n[d.IntN(len(n))])
		}
		r = append(r[:i+1], append([]rune{extra}, r[i+1:]...)...)
	case 2:
		r = append(r[:i], r[i+1:]...)
		if i == 0 {
			r[0] = unicode.ToUpper(r[0])
		}
	case 3:
		if i+1 < len(r) && i > 0 && unicode.IsLetter(r[i+1]) {
			r[i], r[i+1] = r[i+1], r[i]
		}
	case 4:
		return misheard(d, s)
	}
	return string(r)
}

func sameCase(as, r rune) rune {
	if unicode.IsUpper(as) {
		return unicode.ToUpper(r)
	}
	return r
}

// misheard swaps a spelling for one that sounds like it.
func misheard(d dice, s string) string {
	start := d.IntN(len(heard))
	for i := range heard {
		h := heard[(start+i)%len(heard)]
		if at := strings.Index(s[1:], h[0]); at >= 0 {
			at++
			return s[:at] + h[1] + s[at+len(h[0]):]
		}
	}
	return s
}

// slipDigit writes one digit wrongly, or two in the wrong order.
func slipDigit(d dice, s string) string {
	b := []byte(s)
	for range 8 {
		i := d.IntN(len(b))
		if b[i] < '0' || b[i] > '9' {
			continue
		}
		if i+1 < len(b) && b[i+1] >= '0' && b[i+1] <= '9' && b[i] != b[i+1] && d.chance(0.4) {
			b[i], b[i+1] = b[i+1], b[i]
			return string(b)
		}
		if d.noise == Other && d.chance(0.6) {
			b[i] = digitsTaken[b[i]-'0']
			return string(b)
		}
		b[i] = '0' + (b[i]-'0'+byte(1+d.IntN(9)))%10
		return string(b)
	}
	return s
}

// variant gives another spelling of a name, if one is known.
func (b *nameBook) variant(d dice, s string) (string, bool) {
	if v := b.spelling[s]; len(v) > 0 {
		return pick(d, v...), true
	}
	if p := plainLetters(s); p != s {
		return p, true
	}
	return s, false
}

// nick gives a short form of a forename, or the formal name of a short form.
func (b *nameBook) nick(d dice, s string) (string, bool) {
	if v := b.nickname[s]; len(v) > 0 {
		return pick(d, v...), true
	}
	if v := b.formal[s]; len(v) > 0 && d.chance(0.5) {
		return pick(d, v...), true
	}
	return s, false
}
