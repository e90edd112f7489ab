package draw

import (
	"cmp"
	"slices"
)

const (
	apart  = 150.0 // between the middles of neighbours
	deep   = 180.0 // between generations
	half   = 26.0  // of a sign's width
	margin = 90.0
	top    = 130.0
)

// place gives everybody a place from the left: those who are coupled beside each
// other, children beneath their parents, and whoever lives elsewhere outside.
func (k *kin) place() {
	rows := k.rows()
	for g := len(rows) - 1; g >= 0; g-- {
		x := margin
		for _, cluster := range rows[g] {
			x = max(x, k.over(cluster))
			for _, i := range cluster {
				k.nodes[i].x = x
				x += apart
			}
		}
	}
	for g := 1; g < len(rows); g++ {
		k.under(slices.Concat(rows[g]...))
	}
	left := margin
	for i := range k.nodes {
		left = min(left, k.nodes[i].x)
	}
	for i := range k.nodes {
		k.nodes[i].x += margin - left
	}
}

// rows are the generations, each of clusters of people who are coupled, the
// children of a couple in the order of the couples.
func (k *kin) rows() [][][]int {
	deepest := 0
	for i := range k.nodes {
		deepest = max(deepest, k.nodes[i].generation)
	}
	rows := make([][][]int, deepest+1)
	taken := make([]bool, len(k.nodes))
	for g := range rows {
		at := 0
		for _, i := range k.inOrder(g) {
			if taken[i] {
				continue
			}
			cluster := k.cluster(i, taken)
			rows[g] = append(rows[g], cluster)
			for _, j := range cluster {
				k.nodes[j].at = at
				at++
			}
		}
	}
	return rows
}

// inOrder lists a generation: the children of parents who have their places, from
// the left and the eldest first, and then the others, those who live there first.
func (k *kin) inOrder(generation int) []int {
	broods := slices.DeleteFunc(slices.Clone(k.broods), func(b brood) bool {
		return k.nodes[b.parents[0]].generation >= generation
	})
	slices.SortStableFunc(broods, func(a, b brood) int { return cmp.Compare(k.middle(a), k.middle(b)) })
	var out []int
	add := func(i int) {
		if k.nodes[i].generation == generation && !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	for _, b := range broods {
		for _, i := range b.children {
			add(i)
		}
	}
	for _, here := range []bool{true, false} {
		for i := range k.nodes {
			if k.nodes[i].here == here {
				add(i)
			}
		}
	}
	return out
}

// middle is the place between a brood's parents.
func (k *kin) middle(b brood) float64 {
	sum := 0.0
	for _, p := range b.parents {
		sum += float64(k.nodes[p].at)
	}
	return sum / float64(len(b.parents))
}

// cluster lists a person and whoever is coupled to the person, the one with most
// partners in the middle and whoever lives elsewhere at the ends.
func (k *kin) cluster(start int, taken []bool) []int {
	all := []int{start}
	taken[start] = true
	for n := 0; n < len(all); n++ {
		for _, j := range k.partners(all[n]) {
			if !taken[j] && k.nodes[j].generation == k.nodes[start].generation {
				taken[j] = true
				all = append(all, j)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b int) int {
		return cmp.Or(-cmp.Compare(len(k.partners(a)), len(k.partners(b))), -cmp.Compare(b2i(k.nodes[a].here), b2i(k.nodes[b].here)))
	})
	out := []int{all[0]}
	for n, i := range all[1:] {
		left := n%2 == 0
		if n == 0 { // of a couple the man stands on the left
			left = k.nodes[i].person.Sex == 'M' || k.nodes[all[0]].person.Sex == 'F'
		}
		if left {
			out = slices.Insert(out, 0, i)
		} else {
			out = append(out, i)
		}
	}
	return out
}

func (k *kin) partners(i int) []int {
	var out []int
	for _, c := range k.couples {
		switch i {
		case c.a:
			out = append(out, c.b)
		case c.b:
			out = append(out, c.a)
		}
	}
	return out
}

// over is where a cluster begins so that it stands over its children.
func (k *kin) over(cluster []int) float64 {
	sum, n := 0.0, 0
	for _, b := range k.broods {
		if slices.Contains(cluster, b.parents[0]) {
			for _, c := range b.children {
				sum, n = sum+k.nodes[c].x, n+1
			}
		}
	}
	if n == 0 {
		return 0
	}
	return sum/float64(n) - apart*float64(len(cluster)-1)/2
}

// under moves a generation to the right where its broods stand left of their
// parents.
func (k *kin) under(row []int) {
	shift := 0.0
	for _, b := range k.broods {
		if !slices.Contains(row, b.children[0]) {
			continue
		}
		parents, children := 0.0, 0.0
		for _, i := range b.parents {
			parents += k.nodes[i].x / float64(len(b.parents))
		}
		for _, i := range b.children {
			children += k.nodes[i].x / float64(len(b.children))
		}
		shift = max(shift, parents-children)
	}
	for _, i := range row {
		k.nodes[i].x += shift
	}
}

// y is the middle of a generation.
func y(generation int) float64 { return top + deep*float64(generation) }
