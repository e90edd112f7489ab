package matcher

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
