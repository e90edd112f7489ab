package matcher

import "math/bits"

// jaroWinkler is Winkler's (1990) form of Jaro's likeness: 1 for equal texts, 0
// for texts with nothing in common, raised by a tenth of what is missing for
// each of the first four letters that agree where Jaro's is above 0.7. A blank
// text resembles nothing. It is smetrics.JaroWinkler(a, b, 0.7, 4) for capital
// ASCII letters and texts of up to 64 bytes; of longer ones the first 64 bytes
// are compared.
func jaroWinkler(a, b string) float64 {
	a, b = a[:min(len(a), 64)], b[:min(len(b), 64)]
	if a == "" || b == "" {
		return 0
	}
	return winkler(jaro(a, b), a, b)
}

func winkler(j float64, a, b string) float64 {
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
	inA, inB := jaroMatches(a, b)
	matches := bits.OnesCount64(inA)
	if matches == 0 {
		return 0
	}
	unaligned := 0
	for x, y := inA, inB; x != 0; x, y = x&(x-1), y&(y-1) {
		if a[bits.TrailingZeros64(x)] != b[bits.TrailingZeros64(y)] {
			unaligned++
		}
	}
	m := float64(matches)
	return (m/float64(len(a)) + m/float64(len(b)) + (m-float64(unaligned/2))/m) / 3
}

// jaroMatches returns the places of each text that Jaro's rule matches: each
// letter of a takes the first equal letter of b within reach that is not taken.
func jaroMatches(a, b string) (inA, inB uint64) {
	reach := max(0, max(len(a), len(b))/2-1)
	if len(a)+len(b) < 12 || !plain(a) || !plain(b) {
		return jaroPlain(a, b, reach)
	}
	var p places
	p.fill(b)
	window := uint64(1)<<(reach+1) - 1
	for i := range len(a) {
		if match := p[a[i]&63] & window &^ inB; match != 0 {
			inA |= 1 << i
			inB |= match & -match
		}
		grow := uint64(0)
		if i < reach {
			grow = 1
		}
		window = window<<1 | grow
	}
	return inA, inB
}

// jaroPlain is jaroMatches by a search for each letter: as fast for short texts,
// and right for any bytes.
func jaroPlain(a, b string, reach int) (inA, inB uint64) {
	for i := range len(a) {
		for j := max(0, i-reach); j <= min(len(b)-1, i+reach); j++ {
			if a[i] == b[j] && inB&(1<<j) == 0 {
				inA |= 1 << i
				inB |= 1 << j
				break
			}
		}
	}
	return inA, inB
}
