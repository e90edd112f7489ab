package draw

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// node is somebody in a genogram.
type node struct {
	member     *family.Member
	person     Person
	generation int
	x          float64 // of the middle
	at         int     // place in the generation, from the left
	here       bool    // lives in the household
	doubtful   bool
	untied     string // what the person is to another, where no line says it
}

// couple is two people who are partners, were, or have a child together.
type couple struct {
	a, b    int // nodes, a left of b once placed
	partner bool
	parted  bool
	sure    bool
	level   int // of the arch over those who stand between
}

// brood is the children of the same parents, the eldest first.
type brood struct {
	parents  []int // one or two nodes
	children []int
	foster   bool
}

// kin is a household's people and what they are to each other.
type kin struct {
	nodes   []node
	of      map[string]int
	couples []couple
	broods  []brood
}

// least is the confidence below which a member or a relation is drawn as not
// sure.
const least = 0.5

// kinOf picks who is drawn: who lives there or did, who may, and whoever has a
// relation to one of these. Visitors and professionals are no family.
func kinOf(in *Input) *kin {
	k := &kin{of: map[string]int{}}
	related := map[string]bool{}
	for _, r := range in.Household.Relations {
		related[r.A], related[r.B] = true, true
	}
	for i := range in.Household.Members {
		m := &in.Household.Members[i]
		if _, seen := k.of[m.PersonID]; seen || m.Role == family.Associate && m.Kind != family.PossibleMember && !related[m.PersonID] {
			continue
		}
		k.of[m.PersonID] = len(k.nodes)
		k.nodes = append(k.nodes, node{
			member: m, person: in.Of(m.PersonID), generation: -1, here: m.Current(in.AsAt),
			doubtful: m.Kind == family.PossibleMember || m.Confidence < least,
		})
	}
	k.join(in.Household.Relations)
	k.generations(in.Household.Relations)
	k.untied(in.Household.Relations)
	return k
}

// untied notes what those are to others of whom no line can tell: it is known
// that somebody is a grandparent, and not through whom.
func (k *kin) untied(relations []family.Relation) {
	tied := make([]bool, len(k.nodes))
	for _, c := range k.couples {
		tied[c.a], tied[c.b] = true, true
	}
	for _, b := range k.broods {
		for _, i := range slices.Concat(b.parents, b.children) {
			tied[i] = true
		}
	}
	for _, r := range relations {
		i, inA := k.of[r.A]
		_, inB := k.of[r.B]
		if inA && inB && !tied[i] && k.nodes[i].untied == "" {
			k.nodes[i].untied = "(" + strings.ReplaceAll(r.Kind.String(), "_", " ") + ")"
		}
	}
}

// up is how many generations the first of a relation stands above the second.
func up(kind family.RelationKind) (int, bool) {
	switch kind {
	case family.Mother, family.Father, family.Parent, family.StepParent, family.FosterCarer:
		return 1, true
	case family.Grandparent:
		return 2, true
	case family.Partner, family.Sibling:
		return 0, true
	}
	return 0, false
}

// generations numbers the generations from the oldest, 0. People whom nothing
// ties stand with the adults or the children.
func (k *kin) generations(relations []family.Relation) {
	for start := range k.nodes {
		if k.nodes[start].generation >= 0 {
			continue
		}
		k.nodes[start].generation = 100 + 1
		if k.child(start) {
			k.nodes[start].generation = 100 + 2
		}
		k.spread(start, relations)
	}
	oldest := 1 << 20
	for i := range k.nodes {
		oldest = min(oldest, k.nodes[i].generation)
	}
	for i := range k.nodes {
		k.nodes[i].generation -= oldest
	}
}

func (k *kin) child(i int) bool {
	return k.nodes[i].member.Role == family.Child || k.nodes[i].member.Role == family.DualResidentChild
}

// spread gives everybody tied to a node a generation; the first word holds.
func (k *kin) spread(start int, relations []family.Relation) {
	queue := []int{start}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		for _, r := range relations {
			above, ok := up(r.Kind)
			a, inA := k.of[r.A]
			b, inB := k.of[r.B]
			switch {
			case !ok || !inA || !inB:
			case a == i && k.nodes[b].generation < 0:
				k.nodes[b].generation = k.nodes[i].generation + above
				queue = append(queue, b)
			case b == i && k.nodes[a].generation < 0:
				k.nodes[a].generation = k.nodes[i].generation - above
				queue = append(queue, a)
			}
		}
	}
}

// join reads couples and broods from the relations.
func (k *kin) join(relations []family.Relation) {
	parents := make([][]int, len(k.nodes))
	foster := make([]bool, len(k.nodes))
	for _, r := range relations {
		a, inA := k.of[r.A]
		b, inB := k.of[r.B]
		if !inA || !inB {
			continue
		}
		switch r.Kind {
		case family.Partner:
			k.couple(a, b, func(c *couple) {
				c.partner, c.parted, c.sure = true, r.To != 0, r.Confidence >= least
			})
		case family.Mother, family.Father, family.Parent, family.FosterCarer:
			if len(parents[b]) < 2 && !slices.Contains(parents[b], a) {
				parents[b] = append(parents[b], a)
				foster[b] = foster[b] || r.Kind == family.FosterCarer
			}
		}
	}
	for child, of := range parents {
		if len(of) == 0 {
			continue
		}
		slices.Sort(of)
		if len(of) == 2 {
			k.couple(of[0], of[1], func(c *couple) { c.sure = true })
		}
		k.brood(of, child, foster[child])
	}
	for i := range k.broods {
		slices.SortFunc(k.broods[i].children, k.byAge)
	}
}

func (k *kin) couple(a, b int, say func(*couple)) {
	a, b = min(a, b), max(a, b)
	at := slices.IndexFunc(k.couples, func(c couple) bool { return c.a == a && c.b == b })
	if at < 0 {
		at = len(k.couples)
		k.couples = append(k.couples, couple{a: a, b: b})
	}
	say(&k.couples[at])
}

func (k *kin) brood(parents []int, child int, foster bool) {
	for i := range k.broods {
		if slices.Equal(k.broods[i].parents, parents) && k.broods[i].foster == foster {
			k.broods[i].children = append(k.broods[i].children, child)
			return
		}
	}
	k.broods = append(k.broods, brood{parents, []int{child}, foster})
}

// byAge puts the eldest first, those of unknown age last.
func (k *kin) byAge(a, b int) int {
	x, y := k.nodes[a].person.Born, k.nodes[b].person.Born
	return cmp.Or(cmp.Compare(b2i(x == 0), b2i(y == 0)), cmp.Compare(x, y), cmp.Compare(a, b))
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
