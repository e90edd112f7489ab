package household

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// edge says that a person is another's parent or carer, and how well it is
// said.
type edge struct {
	from, to int32 // parent and child
	strength int8
	relation int32 // of relationList, -1 for a tie
	tie      int32 // of tieList
	part     int32 // of the loop, see strong
}

const (
	// surest is the greatest strength of an edge.
	surest = 7
	// trims bounds how often ends are cut from the graph of parents before
	// loops are looked for: four generations are gone after four.
	trims = 8
)

// loops finds people who are their own parents' parents. Dates of birth do not
// allow it where they are known; where they are not, the best said stays and
// what closes a loop with it is taken back, and of several equally well said
// none stays.
func (f *former) loops() (out []contradiction) {
	edges := f.trim(f.edges())
	for i, part := range strong(edges) {
		edges[i].part = part
	}
	edges = slices.DeleteFunc(edges, func(e edge) bool { return e.part < 0 })
	var kept, taken []edge
	for s := int8(surest); s >= 0 && len(edges) > 0; s-- {
		now := slices.Clone(kept)
		for _, e := range edges {
			if e.strength == s {
				now = append(now, e)
			}
		}
		for i, part := range strong(now) {
			switch {
			case i < len(kept): // of no loop by itself
			case part >= 0:
				taken = append(taken, now[i])
			default:
				now[i].part = -2
			}
		}
		for _, e := range now[len(kept):] {
			if e.part == -2 {
				kept = append(kept, e)
			}
		}
	}
	for _, e := range taken {
		f.untie(e)
	}
	slices.SortStableFunc(edges, func(a, b edge) int { return cmp.Compare(a.part, b.part) })
	for lo := 0; lo < len(edges); {
		hi := lo + 1
		for hi < len(edges) && edges[hi].part == edges[lo].part {
			hi++
		}
		out = append(out, f.loop(edges[lo:hi]))
		lo = hi
	}
	return out
}

// loop describes one loop, or several through the same people.
func (f *former) loop(edges []edge) contradiction {
	c := contradiction{kind: "parent_loop", reason: "by the rows taken together somebody is the parent of their own parent"}
	for _, e := range edges {
		c.people = append(c.people, e.from)
		if len(c.evidence) >= 4*maxEvidence {
			continue
		}
		if e.relation >= 0 {
			c.evidence = append(c.evidence, f.relationList[e.relation].rec.Row.Ref())
		} else {
			c.evidence = append(c.evidence, f.tieList[e.tie].recA.Row.Ref(), f.tieList[e.tie].recB.Row.Ref())
		}
	}
	slices.Sort(c.people)
	c.people, c.evidence = slices.Compact(c.people), rowsOf(c.evidence)
	c.people = c.people[:min(len(c.people), maxSeveral)]
	return c
}

// untie takes back what an edge says.
func (f *former) untie(e edge) {
	if e.relation >= 0 {
		f.relationList[e.relation].voided = true
	} else {
		f.tieList[e.tie].kind = 0
	}
	for _, i := range f.bondsOf[e.from] {
		if o := &f.bondList[i]; o.a == e.from && o.b == e.to {
			o.parent = false
		}
	}
}

// edges lists who is whose parent, or carer as of a child.
func (f *former) edges() []edge {
	all := make([]edge, 0, len(f.relationList)+len(f.tieList))
	add := func(e edge) {
		if a, c := f.born[e.from], f.born[e.to]; a != 0 && c != 0 && a.AddYears(youngestParent) <= c {
			e.strength += surest - 3
		}
		all = append(all, e)
	}
	for i := range f.relationList {
		if r := &f.relationList[i]; r.carer && !r.voided {
			add(edge{from: r.adult, to: r.child, relation: int32(i), strength: int8(min(3, r.words[1]-r.words[0]))})
		}
	}
	for i := range f.tieList {
		if t := &f.tieList[i]; t.kind == family.Parent || t.kind == family.Carer {
			add(edge{from: t.a, to: t.b, relation: -1, tie: int32(i), strength: 1})
		}
	}
	return all
}

// trim leaves out edges that no loop can go through, as nobody is the parent of
// the parent or the child of the child.
func (f *former) trim(edges []edge) []edge {
	parents, children := make([]bool, len(f.people)), make([]bool, len(f.people))
	for range trims {
		clear(parents)
		clear(children)
		for _, e := range edges {
			parents[e.from], children[e.to] = true, true
		}
		n := len(edges)
		edges = slices.DeleteFunc(edges, func(e edge) bool { return !children[e.from] || !parents[e.to] })
		if len(edges) == n || len(edges) == 0 {
			return edges
		}
	}
	return edges
}

// strong returns for each edge the least person of the loops that it is of, -1
// for an edge of none: the strongly connected parts of the graph (R. Tarjan,
// Depth-first search and linear graph algorithms, 1972), without recursion.
func strong(edges []edge) []int32 {
	g := newGraph(edges)
	for v := range g.nodes {
		if g.number[v] == 0 {
			g.visit(int32(v))
		}
	}
	out := make([]int32, len(edges))
	for i, e := range edges {
		out[i] = -1
		if a, b := g.node(e.from), g.node(e.to); g.part[a] == g.part[b] {
			out[i] = g.part[a]
		}
	}
	return out
}

// graph is the state of a search for strongly connected parts.
type graph struct {
	nodes       []int32 // persons, sorted
	start, next []int32 // by node: where its edges begin, and which is looked at next
	to          []int32 // the nodes that edges lead to, by node
	number, low []int32 // by node: when first met, from 1, and the earliest met from it
	part        []int32 // by node: the least person of its part
	open        []bool
	stack, path []int32
	met         int32
}

func newGraph(edges []edge) *graph {
	g := &graph{}
	for _, e := range edges {
		g.nodes = append(g.nodes, e.from, e.to)
	}
	slices.Sort(g.nodes)
	g.nodes = slices.Compact(g.nodes)
	n := len(g.nodes)
	g.start, g.to = make([]int32, n+1), make([]int32, len(edges))
	for _, e := range edges {
		g.start[g.node(e.from)+1]++
	}
	for i := range n {
		g.start[i+1] += g.start[i]
	}
	g.next = slices.Clone(g.start[:n])
	for _, e := range edges {
		a := g.node(e.from)
		g.to[g.next[a]] = g.node(e.to)
		g.next[a]++
	}
	copy(g.next, g.start)
	g.number, g.low, g.part, g.open = make([]int32, n), make([]int32, n), make([]int32, n), make([]bool, n)
	return g
}

func (g *graph) node(person int32) int32 {
	i, _ := slices.BinarySearch(g.nodes, person)
	return int32(i)
}

func (g *graph) meet(v int32) {
	g.met++
	g.number[v], g.low[v], g.open[v] = g.met, g.met, true
	g.stack, g.path = append(g.stack, v), append(g.path, v)
}

// visit searches from root what was not met before.
func (g *graph) visit(root int32) {
	g.meet(root)
	for len(g.path) > 0 {
		v := g.path[len(g.path)-1]
		if g.next[v] < g.start[v+1] {
			w := g.to[g.next[v]]
			g.next[v]++
			if g.number[w] == 0 {
				g.meet(w)
			} else if g.open[w] {
				g.low[v] = min(g.low[v], g.number[w])
			}
			continue
		}
		g.path = g.path[:len(g.path)-1]
		if len(g.path) > 0 {
			up := g.path[len(g.path)-1]
			g.low[up] = min(g.low[up], g.low[v])
		}
		if g.low[v] == g.number[v] {
			g.closePart(v)
		}
	}
}

// closePart takes the part that begins at v from the stack.
func (g *graph) closePart(v int32) {
	lo := len(g.stack) - 1
	for g.stack[lo] != v {
		lo--
	}
	least := g.nodes[slices.Min(g.stack[lo:])]
	for _, w := range g.stack[lo:] {
		g.open[w], g.part[w] = false, least
	}
	g.stack = g.stack[:lo]
}
