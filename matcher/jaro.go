package matcher

import "github.com/xrash/smetrics"

// jaroWinkler is smetrics.JaroWinkler(a, b, 0.7, 4) for capital ASCII letters,
// without its allocations for texts of up to 64 bytes. A blank text resembles
// nothing.
func jaroWinkler(a, b string) float64 {
	switch {
	case a == "" || b == "":
		return 0
	case len(a) > 64 || len(b) > 64:
		return smetrics.JaroWinkler(a, b, 0.7, 4)
	}
	j := jaro(a, b)
	if j <= 0.7 {
		return j
	}
	prefix := 0
	for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	return j + 0.1*float64(prefix)*(1-j)
}

// jaro keeps the matched places of each text in the bits of a word.
func jaro(a, b string) float64 {
	reach := max(0, max(len(a), len(b))/2-1)
	var inA, inB uint64
	matches := 0
	for i := range len(a) {
		for j := max(0, i-reach); j <= min(len(b)-1, i+reach); j++ {
			if a[i] == b[j] && inB&(1<<j) == 0 {
				inA |= 1 << i
				inB |= 1 << j
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	unaligned := 0
	for i, j := 0, 0; i < len(a); i++ {
		if inA&(1<<i) == 0 {
			continue
		}
		for inB&(1<<j) == 0 {
			j++
		}
		if a[i] != b[j] {
			unaligned++
		}
		j++
	}
	m := float64(matches)
	return (m/float64(len(a)) + m/float64(len(b)) + (m-float64(unaligned/2))/m) / 3
}

// soundexCode gives each letter's digit in the American Soundex of the National
// Archives: vowels 0, H and W 7 (they do not part equal digits).
const soundexCode = "01230127022455012623017202"

// Soundex returns the four-character American Soundex of a name in capital
// ASCII letters by the rules of the US National Archives, and "" for a text
// with no letter.
func Soundex(s string) string {
	var out [4]byte
	n, last := 0, byte('0')
	for i := 0; i < len(s) && n < 4; i++ {
		c := s[i]
		if c < 'A' || c > 'Z' {
			continue
		}
		code := soundexCode[c-'A']
		switch {
		case n == 0:
			out[0], n, last = c, 1, code
		case code == '7':
		case code == '0':
			last = '0'
		case code != last:
			out[n], last = code, code
			n++
		}
	}
	if n == 0 {
		return ""
	}
	for ; n < 4; n++ {
		out[n] = '0'
	}
	return string(out[:])
}

// oneEdit says whether one insertion, deletion, substitution or exchange of
// neighbours turns a into b, which differ.
func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || a == b {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i+1:] ||
		i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
