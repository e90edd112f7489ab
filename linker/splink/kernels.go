package splink

import (
	"math"
	"slices"
)

// scratch is memory that the kernels of one goroutine use again and again.
type scratch struct {
	flagsA, flagsB []bool
	rows           [4][]int32
	words          []uint32
}

// ints returns n zeroed counters.
func (s *scratch) ints(which, n int) []int32 {
	if cap(s.rows[which]) < n {
		s.rows[which] = make([]int32, n+32)
	}
	out := s.rows[which][:n]
	clear(out)
	return out
}

func flags(of *[]bool, n int) []bool {
	if cap(*of) < n {
		*of = make([]bool, n+32)
	}
	out := (*of)[:n]
	clear(out)
	return out
}

// jaro is the similarity of Jaro (1989) as DuckDB computes it: bytes match
// within half the longer length, transpositions are halved rounding down.
func jaro(s *scratch, a, b string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	reach := max(max(len(a), len(b))/2-1, 0)
	inA, inB := flags(&s.flagsA, len(a)), flags(&s.flagsB, len(b))
	common := 0
	for i := range len(a) {
		for j := max(0, i-reach); j < min(len(b), i+reach+1); j++ {
			if !inB[j] && a[i] == b[j] {
				inA[i], inB[j] = true, true
				common++
				break
			}
		}
	}
	if common == 0 {
		return 0
	}
	moved, j := 0, 0
	for i := range len(a) {
		if !inA[i] {
			continue
		}
		for !inB[j] {
			j++
		}
		if a[i] != b[j] {
			moved++
		}
		j++
	}
	m := float64(common)
	return (m/float64(len(a)) + m/float64(len(b)) + (m-float64(moved/2))/m) / 3
}

// jaroWinkler adds a tenth of what is missing for each of up to four leading
// bytes that agree, where the Jaro similarity is above 0.7 (Winkler 1990).
func jaroWinkler(s *scratch, a, b string) float64 {
	sim := jaro(s, a, b)
	if sim <= 0.7 {
		return sim
	}
	prefix := 0
	for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	return sim + float64(prefix)*0.1*(1-sim)
}

// levenshtein counts the fewest insertions, deletions and substitutions of a byte.
func levenshtein(s *scratch, a, b string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return float64(len(a) + len(b))
	}
	row := s.ints(0, len(b)+1)
	for j := range row {
		row[j] = int32(j)
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = int32(i + 1)
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return float64(row[len(b)])
}

// damerau counts insertions, deletions, substitutions and swaps of neighbors,
// where more may be edited between the swapped bytes: the unrestricted distance
// of Damerau (1964), by the algorithm of Lowrance and Wagner (1975).
func damerau(s *scratch, a, b string) float64 {
	la, lb := len(a), len(b)
	if la == 0 || lb == 0 {
		return float64(la + lb)
	}
	width := lb + 2
	d := s.ints(1, (la+2)*width)
	last := s.ints(2, 256) // last row, counted from 1, in which a byte stood
	far := int32(la + lb)
	d[0] = far
	for i := 0; i <= la; i++ {
		d[(i+1)*width] = far
		d[(i+1)*width+1] = int32(i)
	}
	for j := 0; j <= lb; j++ {
		d[j+1] = far
		d[width+j+1] = int32(j)
	}
	for i := 1; i <= la; i++ {
		match := 0
		for j := 1; j <= lb; j++ {
			k, l := int(last[b[j-1]]), match
			cost := int32(1)
			if a[i-1] == b[j-1] {
				cost, match = 0, j
			}
			d[(i+1)*width+j+1] = min(
				d[i*width+j]+cost,
				d[(i+1)*width+j]+1,
				d[i*width+j+1]+1,
				d[k*width+l]+int32(i-k-1)+1+int32(j-l-1))
		}
		last[a[i-1]] = int32(i)
	}
	return float64(d[(la+1)*width+lb+1])
}

// jaccard is the share of the distinct bytes of both that stand in both.
func jaccard(_ *scratch, a, b string) float64 {
	var in [256]uint8
	for i := range len(a) {
		in[a[i]] |= 1
	}
	for i := range len(b) {
		in[b[i]] |= 2
	}
	shared, all := 0, 0
	for _, w := range in {
		if w == 3 {
			shared++
		}
		if w != 0 {
			all++
		}
	}
	return float64(shared) / float64(all)
}

// hamming counts the places at which two texts of one length differ.
func hamming(_ *scratch, a, b string) float64 {
	n := 0
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			n++
		}
	}
	return float64(n)
}

// intersect returns the distinct texts, given by number, that stand in both
// lists; the result is good until the next call.
func intersect(s *scratch, a, b []uint32) []uint32 {
	out := s.words[:0]
	for _, w := range a {
		if w != 0 && slices.Contains(b, w) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	s.words = out
	return out
}

// cosine is the cosine of the angle between two vectors of one length; a vector
// of nothing but zeros gives -1, as in DuckDB.
func cosine(a, b []float64) float64 {
	var dot, na, nb float64
	for i := range a {
		dot += a[i] * b[i]
		na += a[i] * a[i]
		nb += b[i] * b[i]
	}
	sim := dot / math.Sqrt(na*nb)
	if math.IsNaN(sim) {
		return -1
	}
	return max(-1, min(sim, 1))
}
