package names

// maxKey is the greatest length of a key in letters.
const maxKey = 16

// keyer writes a key.
type keyer struct {
	out    [maxKey]byte
	n      int
	vowels int // runs of vowels so far
}

func (k *keyer) put(c byte) {
	if k.n < maxKey && (k.n == 0 || k.out[k.n-1] != c) {
		k.out[k.n] = c
		k.n++
	}
}

// Key returns a name's transliteration key: names in capital ASCII letters that
// are likely to be one name, spelt by ear or taken over from another script by
// another rule, mostly have equal keys. MOHAMMED, MUHAMMAD and MOHAMED share
// one, and so do SZYMANSKI and SHYMANSKI. It is at most 16 letters long, and ""
// for a text without letters. Signs, digits and spaces are passed over.
//
// Consonants that scripts and languages write differently fall together (SH, SZ
// and S; KH, CK, Q and K; W and V; Z and S but at the beginning; the H of BH, DH,
// GH and TH; Y and J), doubled letters count once, and a silent H or E is left
// out. The first vowel is kept as one of three, A, I or U; of the later ones, as
// transliterations differ most in them, only their places.
func Key(name string) string {
	var letters [48]byte
	s := letters[:0]
	for i := 0; i < len(name) && len(s) < cap(s); i++ {
		if c := name[i]; c >= 'A' && c <= 'Z' {
			s = append(s, c)
		}
	}
	s = begin(s)
	var k keyer
	for i := 0; i < len(s); {
		if vowelAt(s, i) {
			i = k.vowelRun(s, i)
			continue
		}
		i = k.consonant(s, i)
	}
	return string(k.out[:k.n])
}

// begin rewrites the beginnings that hide a name's first sound. It reuses s.
func begin(s []byte) []byte {
	if len(s) < 3 {
		return s
	}
	switch string(s[:2]) {
	case "KN", "GN", "WR", "PS", "PF":
		return s[1:]
	case "MA":
		if len(s) > 5 && s[2] == 'C' { // MACDONALD is MCDONALD
			s[1] = 'M'
			return s[1:]
		}
	}
	return s
}

func plainVowel(c byte) bool { return c == 'A' || c == 'E' || c == 'I' || c == 'O' || c == 'U' }

func at(s []byte, i int) byte {
	if i >= 0 && i < len(s) {
		return s[i]
	}
	return 0
}

// vowelAt says whether the letter at i stands for a vowel: Y does unless a vowel
// follows it at the beginning of a syllable, J and W where they end one.
func vowelAt(s []byte, i int) bool {
	switch c := at(s, i); {
	case plainVowel(c):
		return true
	case c == 'Y':
		return !plainVowel(at(s, i+1)) || i > 0 && plainVowel(s[i-1])
	case c == 'J': // JURIJ is YURIY
		return i > 0 && (s[i-1] == 'I' || s[i-1] == 'E') && !plainVowel(at(s, i+1))
	case c == 'W':
		return i > 0 && plainVowel(s[i-1]) && !plainVowel(at(s, i+1)) && at(s, i+1) != 'Y'
	}
	return false
}

// vowelRun writes one letter for the vowels from i on and returns where they
// end.
func (k *keyer) vowelRun(s []byte, i int) int {
	j := i
	for j < len(s) && (vowelAt(s, j) || s[j] == 'Y') {
		j++
	}
	k.vowels++
	switch {
	case j == len(s) && j-i == 1 && s[i] == 'E' && k.n > 1 && k.vowels > 1:
		// CLARKE is CLARK
	case k.vowels > 1:
		k.put('A')
	default:
		k.put(firstVowel(s[i:j], i == 0))
	}
	if at(s, j) == 'H' && !plainVowel(at(s, j+1)) && at(s, j+1) != 'Y' {
		j++ // FATIMAH is FATIMA
	}
	return j
}

// firstVowel is the class of a name's first vowels.
func firstVowel(run []byte, initial bool) byte {
	switch c := run[0]; {
	case c == 'O', c == 'U':
		return 'U'
	case c == 'I', c == 'Y', len(run) > 1 && c == 'E' && run[1] == 'E', initial && c == 'E':
		return 'I'
	}
	return 'A'
}

// digraphs are the ways of writing one consonant with two letters or more, the
// longer first.
var digraphs = [...]struct {
	text string
	as   byte
}{
	{"TSCH", 'C'}, {"DZH", 'J'}, {"SCH", 'S'}, {"TCH", 'C'}, {"CHH", 'C'}, {"SHCH", 'S'},
	{"CH", 'C'}, {"CZ", 'C'}, {"SH", 'S'}, {"SZ", 'S'}, {"TS", 'S'}, {"TZ", 'S'}, {"ZH", 'S'}, {"RZ", 'S'},
	{"PH", 'F'}, {"KH", 'K'}, {"CK", 'K'}, {"QU", 'K'}, {"TH", 'T'}, {"DH", 'D'}, {"BH", 'B'}, {"JH", 'J'},
	{"DJ", 'J'}, {"DZ", 'S'}, {"RH", 'R'}, {"WH", 'V'},
}

// consonant writes the consonant at i and returns where the next sound begins.
func (k *keyer) consonant(s []byte, i int) int {
	for _, d := range &digraphs {
		if len(s)-i >= len(d.text) && string(s[i:i+len(d.text)]) == d.text {
			k.put(d.as)
			return i + len(d.text)
		}
	}
	switch c := s[i]; c {
	case 'G':
		return k.g(s, i)
	case 'C':
		if n := at(s, i+1); i > 0 && (n == 'E' || n == 'I' || n == 'Y') {
			k.put('S')
		} else {
			k.put('K')
		}
	case 'Q':
		k.put('K')
	case 'W':
		k.put('V')
	case 'Y':
		k.put('J')
	case 'X':
		if i > 0 {
			k.put('K')
		}
		k.put('S')
	case 'Z':
		if i > 0 {
			c = 'S'
		}
		k.put(c)
	case 'H':
		if i == 0 || vowelAt(s, i-1) && plainVowel(at(s, i+1)) {
			k.put('H')
		}
	default:
		k.put(c)
	}
	return i + 1
}

// g writes a G: silent in GH before T or at an end (WRIGHT, BURGH), G in GHANI.
func (k *keyer) g(s []byte, i int) int {
	if at(s, i+1) != 'H' {
		k.put('G')
		return i + 1
	}
	if n := at(s, i+2); i == 0 || plainVowel(n) {
		k.put('G')
	}
	return i + 2
}
