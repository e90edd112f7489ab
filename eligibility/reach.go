package eligibility

import (
	"maps"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// mostTries bounds the combinations of values that a condition is tried on.
const mostTries = 20_000

// reach says whether a condition can hold at all, and whether it can fail, by
// trying it on every value of the listed names in it, on both truths, and on the
// numbers and texts about its own. ok is false where that would prove nothing:
// for sums of names, dates that are computed, several shares, or too many names.
func (x *compiling) reach(p cel.Program) (holds, fails, ok bool) {
	if x.computes() {
		return false, false, false
	}
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(x.uses)), func(n string) bool { return x.place.names[n] == nil })
	choices, tries := make([][]ref.Val, len(names)), 1
	numbers, texts := x.literals()
	for i, name := range names {
		choices[i] = x.place.names[name].choices(numbers, texts)
		if tries *= len(choices[i]); len(choices[i]) == 0 || tries > mostTries {
			return false, false, false
		}
	}
	at := make(map[string]any, len(names))
	for n := range tries {
		for i, name := range names {
			at[name] = choices[i][n%len(choices[i])]
			n /= len(choices[i])
		}
		v, _, err := p.Eval(at)
		holds, fails = holds || err == nil && v == types.True, fails || err != nil || v != types.True
	}
	return holds, fails, true
}

// computes says whether a condition holds what trying values cannot decide.
func (x *compiling) computes() bool {
	shares, computes := 0, false
	ast.PreOrderVisit(x.tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.CallKind {
			return
		}
		switch e.AsCall().FunctionName() {
		case "at_least", "more_than":
			shares++
		case operators.Add, operators.Subtract, operators.Multiply, "date", "months_before", "months_after":
			computes = true
		}
	}))
	return computes || shares > 1
}

// literals are the numbers and texts in a condition and its parameters.
func (x *compiling) literals() (numbers []int64, texts []string) {
	add := func(v ref.Val) {
		switch v := v.(type) {
		case types.Int:
			numbers = append(numbers, int64(v))
		case types.String:
			texts = append(texts, string(v))
		}
	}
	ast.PreOrderVisit(x.tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if vs, ok := x.constant(e); ok {
			for _, v := range vs {
				add(v)
			}
		}
	}))
	return numbers, texts
}

// choices are the values that a name is tried with.
func (v *variable) choices(numbers []int64, texts []string) []ref.Val {
	switch {
	case v.listed != nil:
		return v.listed.ready
	case v.typ == cel.BoolType:
		return []ref.Val{types.False, types.True}
	case v.typ == cel.StringType:
		out := []ref.Val{text("")}
		for _, s := range texts {
			out = append(out, text(s), text(s+"x"))
		}
		return out
	case v.typ == cel.IntType:
		set := map[int64]bool{}
		for _, n := range append([]int64{0, 1, 2, 100, 10_000}, numbers...) {
			for _, near := range []int64{n - 1, n, n + 1} {
				if !v.counts || near >= v.least && near <= v.most {
					set[near] = true
				}
			}
		}
		var out []ref.Val
		for _, n := range slices.Sorted(maps.Keys(set)) {
			out = append(out, integer(n))
		}
		return out
	}
	return nil
}
