package splink

import "strings"

// Splink's library writes two things with lambdas: the best similarity between
// any two elements of two lists, and in Spark the cosine of two vectors. These
// shapes are known as wholes; other lambdas are not understood.

var transforms = map[string]bool{"list_transform": true, "array_transform": true, "list_apply": true, "transform": true}

// isPairwise says whether a call is the greatest or least of a list that
// transform makes.
func isPairwise(n *node) bool {
	switch n.name {
	case "list_max", "list_min", "array_max", "array_min":
		return len(n.args) == 1 && isCall(n.args[0], transforms)
	}
	return false
}

func isCall(n *node, names map[string]bool) bool { return n.kind == nodeCall && names[n.name] }

// isParam says whether a node is a lambda's parameter.
func isParam(n *node, name string) bool {
	return n.kind == nodeColumn && n.mask == 0 && n.name == name
}

// checkPairwise takes apart
//
//	list_max(list_transform(flatten(list_transform(A, x -> list_transform(B, y -> [x, y]))), p -> f(p[1], p[2])))
//
// and makes it a call of "pairwise" with A and B.
func (c *checker) checkPairwise(n *node) (err error) {
	a, b, f := pairwiseParts(n.args[0])
	if f == nil {
		return c.errorAt(n, "a lambda like this one is not understood")
	}
	greatest := strings.HasSuffix(n.name, "max")
	n.name = "pairwise"
	n.names = []string{f.name, "min"}
	if greatest {
		n.names[1] = "max"
	}
	n.args = []*node{a, b}
	if err := c.checkArgs(n); err != nil {
		return err
	}
	n.call = lookup(f)
	if n.call == nil || n.call.kernel == nil {
		return c.errorAt(n, "%q is not a function that compares two texts", f.name)
	}
	n.typ = n.call.result
	for i := range n.args {
		if n.args[i], err = c.coerce(n.args[i], typTexts); err != nil {
			return err
		}
	}
	return nil
}

// pairwiseParts returns the two lists and the call that compares; f is nil where
// the shape is another.
func pairwiseParts(outer *node) (a, b, f *node) {
	if len(outer.args) != 2 || !isLambda(outer.args[1], 1) {
		return nil, nil, nil
	}
	flat, compare := outer.args[0], outer.args[1]
	if !isCall(flat, map[string]bool{"flatten": true, "list_flatten": true}) || len(flat.args) != 1 {
		return nil, nil, nil
	}
	each := flat.args[0]
	if !isCall(each, transforms) || len(each.args) != 2 || !isLambda(each.args[1], 1) {
		return nil, nil, nil
	}
	inner := each.args[1].args[0]
	if !isCall(inner, transforms) || len(inner.args) != 2 || !isLambda(inner.args[1], 1) {
		return nil, nil, nil
	}
	pair := inner.args[1].args[0]
	if (pair.kind != nodeList && !isCall(pair, map[string]bool{"array": true, "list_value": true})) || len(pair.args) != 2 ||
		!isParam(pair.args[0], each.args[1].names[0]) || !isParam(pair.args[1], inner.args[1].names[0]) {
		return nil, nil, nil
	}
	f = compare.args[0]
	if f.kind != nodeCall || len(f.args) != 2 {
		return nil, nil, nil
	}
	for _, g := range f.args {
		if g.kind != nodeCall || g.name != "[]" || !isParam(g.args[0], compare.names[0]) || g.args[1].kind != nodeNumber {
			return nil, nil, nil
		}
	}
	places := f.args[0].args[1].name + f.args[1].args[1].name
	if places != "12" && places != "01" {
		return nil, nil, nil
	}
	return each.args[0], inner.args[0], f
}

func isLambda(n *node, params int) bool { return n.kind == nodeLambda && len(n.names) == params }

// buildPairwise compares every element of one list with every one of the other.
func (b *binder) buildPairwise(n *node) (*expr, error) {
	args, err := b.args(n)
	if err != nil {
		return nil, err
	}
	kernel, greatest, words := n.call.kernel, n.names[1] == "max", b.f.words
	x := &expr{typ: n.typ, mask: n.mask}
	x.n = func(e *env) (best float64, found bool) {
		a, okA := args[0].l(e)
		c, okB := args[1].l(e)
		if !okA || !okB {
			return 0, false
		}
		for _, v := range a {
			for _, w := range c {
				if v == 0 || w == 0 {
					continue
				}
				k := kernel(&e.scratch, words.texts[v], words.texts[w])
				if !found || greatest && k > best || !greatest && k < best {
					best, found = k, true
				}
			}
		}
		return best, found
	}
	return b.remember(n, x), nil
}

// isSparkCosine knows the quotient by which Splink 5 writes a cosine in Spark:
// aggregate(zip_with(A, B, (x, y) -> x * y), …) / nullif(sqrt(…) * sqrt(…), 0.0).
func isSparkCosine(n *node) bool {
	if n.name != "/" || len(n.args) != 2 {
		return false
	}
	top, below := n.args[0], n.args[1]
	if !isCall(top, map[string]bool{"aggregate": true}) || len(top.args) != 3 ||
		!isCall(below, map[string]bool{"nullif": true}) || len(below.args) != 2 {
		return false
	}
	zip, product := top.args[0], below.args[0]
	if !isCall(zip, map[string]bool{"zip_with": true}) || len(zip.args) != 3 || !isFold(zip.args[2], "*") ||
		!isFold(top.args[2], "+") || !isCall(product, map[string]bool{"*": true}) {
		return false
	}
	for i, root := range product.args {
		if !isNorm(root, zip.args[i]) {
			return false
		}
	}
	return true
}

// isFold says whether a lambda of two joins them with an operator.
func isFold(n *node, op string) bool {
	return isLambda(n, 2) && isCall(n.args[0], map[string]bool{op: true}) &&
		isParam(n.args[0].args[0], n.names[0]) && isParam(n.args[0].args[1], n.names[1])
}

// isNorm says whether a node is sqrt(aggregate(transform(of, x -> x * x), …)).
func isNorm(n, of *node) bool {
	if !isCall(n, map[string]bool{"sqrt": true}) || len(n.args) != 1 {
		return false
	}
	sum := n.args[0]
	if !isCall(sum, map[string]bool{"aggregate": true}) || len(sum.args) != 3 || !isFold(sum.args[2], "+") {
		return false
	}
	squares := sum.args[0]
	if !isCall(squares, transforms) || len(squares.args) != 2 || !isLambda(squares.args[1], 1) {
		return false
	}
	l := squares.args[1]
	return isCall(l.args[0], map[string]bool{"*": true}) && isParam(l.args[0].args[0], l.names[0]) &&
		isParam(l.args[0].args[1], l.names[0]) && squares.args[0].signature(true) == of.signature(true)
}

// rewriteSparkCosine makes such a quotient a call of the function.
func rewriteSparkCosine(n *node) {
	zip := n.args[0].args[0]
	n.name, n.args = "list_cosine_similarity", zip.args[:2]
}
