package matcher

import "math/bits"

// twoSided says whether the nodes are records of two sources, neither of which
// has two records of a person, so that each node goes with one other at most.
func (t *nodes) twoSided(nodes []int32) bool {
	if t.exclusive == nil {
		return false
	}
	all := uint64(0)
	for _, v := range nodes {
		if bits.OnesCount64(t.exclusive[v]) != 1 {
			return false
		}
		all |= t.exclusive[v]
	}
	return bits.OnesCount64(all) == 2
}

// assign pairs the nodes of two sources so that the sum of what the pairs weigh
// over the threshold is greatest: of all that can be said at once, the most
// likely. Taking the best pair first would leave the rest what it does not want.
func (d *desk) assign(nodes []int32, out forest) {
	var side [2][]int32
	for _, v := range nodes {
		i := 0
		if d.t.exclusive[v] != d.t.exclusive[nodes[0]] {
			i = 1
		}
		side[i] = append(side[i], v)
	}
	if len(side[0]) > len(side[1]) {
		side[0], side[1] = side[1], side[0]
	}
	n, m := len(side[0]), len(side[1])
	gain := make([]int64, n*m)
	for i, a := range side[0] {
		for j, b := range side[1] {
			if !d.t.forbidden(a, b) {
				gain[i*m+j] = max(0, int64(d.weigh(a, b)-d.threshold)+1)
			}
		}
	}
	for i, j := range assignment(gain, n, m) {
		if gain[i*m+j] > 0 {
			a, b := side[0][i], side[1][j]
			out[max(a, b)] = min(a, b)
		}
	}
}

// assignment gives each of n rows a column of its own, of m ≥ n columns, so that
// the gains (n×m, none below 0) add up to the most. It takes n²m steps (Kuhn
// 1955 and Munkres 1957, by shortest augmenting paths).
func assignment(gain []int64, n, m int) []int {
	const far = int64(1) << 60
	u, v := make([]int64, n+1), make([]int64, m+1) // prices; rows and columns from 1
	row, way := make([]int, m+1), make([]int, m+1)
	least, seen := make([]int64, m+1), make([]bool, m+1)
	for i := 1; i <= n; i++ {
		for j := range least {
			least[j], seen[j] = far, false
		}
		row[0] = i
		at := 0
		for row[at] != 0 {
			seen[at] = true
			r, step, next := row[at], far, 0
			for j := 1; j <= m; j++ {
				if seen[j] {
					continue
				}
				if c := -gain[(r-1)*m+j-1] - u[r] - v[j]; c < least[j] {
					least[j], way[j] = c, at
				}
				if least[j] < step {
					step, next = least[j], j
				}
			}
			for j := range least {
				if seen[j] {
					u[row[j]] += step
					v[j] -= step
				} else {
					least[j] -= step
				}
			}
			at = next
		}
		for at != 0 {
			row[at] = row[way[at]]
			at = way[at]
		}
	}
	out := make([]int, n)
	for j := 1; j <= m; j++ {
		if row[j] > 0 {
			out[row[j]-1] = j - 1
		}
	}
	return out
}
