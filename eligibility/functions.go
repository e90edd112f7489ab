package eligibility

import (
	"math/bits"
	"reflect"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/hearthmatch/hearth/family"
)

// operatorNames are what conditions may compute with, by the name that CEL has
// for each. Division, indexing, loops and regular expressions are not among
// them, so that nothing fails but a number over all bounds, and the cost of a
// condition is its length.
var operatorNames = map[string]string{
	operators.Conditional: "? :", operators.LogicalAnd: "&&", operators.LogicalOr: "||", operators.LogicalNot: "!",
	operators.Equals: "==", operators.NotEquals: "!=", operators.Less: "<", operators.LessEquals: "<=",
	operators.Greater: ">", operators.GreaterEquals: ">=", operators.In: "in",
	operators.Add: "+", operators.Subtract: "-", operators.Multiply: "*", operators.Negate: "-",
}

// functionNames are the functions of the language.
var functionNames = []string{"at_least", "more_than", "in_window", "date", "months_before", "months_after", "startsWith"}

// maxExpression is the longest condition, in characters.
const maxExpression = 2000

func languageOptions() []cel.EnvOption {
	subset := env.NewLibrarySubset().SetDisableMacros(true)
	for name := range operatorNames {
		subset.AddIncludedFunctions(env.NewFunction(name))
	}
	subset.AddIncludedFunctions(env.NewFunction("startsWith"))
	ints := []*cel.Type{cel.IntType, cel.IntType, shareType}
	return []cel.EnvOption{
		cel.StdLib(cel.StdLibSubset(subset)),
		cel.Macros(cel.GlobalMacro("in_window", 1, inWindow)),
		cel.ParserRecursionLimit(50), cel.ParserExpressionSizeLimit(maxExpression),
		cel.Function("at_least", cel.Overload("at_least_share", ints, cel.BoolType, cel.FunctionBinding(func(args ...ref.Val) ref.Val {
			return truth(args[2].(share).compare(args[0], args[1]) >= 0)
		}))),
		cel.Function("more_than", cel.Overload("more_than_share", ints, cel.BoolType, cel.FunctionBinding(func(args ...ref.Val) ref.Val {
			return truth(args[2].(share).compare(args[0], args[1]) > 0)
		}))),
		cel.Function("date", cel.Overload("date_text", []*cel.Type{cel.StringType}, cel.IntType, cel.UnaryBinding(func(s ref.Val) ref.Val {
			d, err := family.ParseDate(string(s.(types.String)))
			if err != nil {
				return types.NewErr("date: %v", err)
			}
			return integer(d)
		}))),
		cel.Function("months_before", cel.Overload("months_before_date", ints[:2], cel.IntType, cel.BinaryBinding(func(d, n ref.Val) ref.Val {
			return months(d, -int64(n.(types.Int)))
		}))),
		cel.Function("months_after", cel.Overload("months_after_date", ints[:2], cel.IntType, cel.BinaryBinding(func(d, n ref.Val) ref.Val {
			return months(d, int64(n.(types.Int)))
		}))),
	}
}

// months moves a date; one that leaves the calendar is not known.
func months(d ref.Val, n int64) ref.Val {
	const most = 1200
	day := family.Date(d.(types.Int))
	if n < -most || n > most || day <= 0 || day.Year() < 101 || day.Year() > 9899 {
		return integer(0)
	}
	return integer(day.AddMonths(int(n)))
}

// inWindow writes in_window(d) as the comparisons that it stands for.
func inWindow(eh cel.MacroExprFactory, _ ast.Expr, args []ast.Expr) (ast.Expr, *common.Error) {
	edge := func(name string) ast.Expr { return eh.NewSelect(eh.NewIdent("window"), name) }
	return eh.NewCall(operators.LogicalAnd,
		eh.NewCall(operators.GreaterEquals, args[0], edge("from")),
		eh.NewCall(operators.LessEquals, eh.Copy(args[0]), edge("to"))), nil
}

// shareType is the type of a share in conditions: it compares by at_least and
// more_than alone.
var shareType = cel.OpaqueType("share")

// share is a part of a whole as a number of hundred-millionths, so that no
// boundary is ever rounded.
type share int64

// wholeShare is 100 %.
const wholeShare = 100_000_000

// compare says whether part of whole is below (-1), exactly (0) or above the
// share; below, where there is no whole.
func (s share) compare(part, whole ref.Val) int {
	p, w := int64(part.(types.Int)), int64(whole.(types.Int))
	if w <= 0 || p < 0 {
		return -1
	}
	ph, pl := bits.Mul64(uint64(p), wholeShare)
	wh, wl := bits.Mul64(uint64(w), uint64(s))
	switch {
	case ph == wh && pl == wl:
		return 0
	case ph > wh || ph == wh && pl > wl:
		return 1
	}
	return -1
}

// ConvertToNative, ConvertToType, Equal, Type and Value make a share a value of
// conditions.
func (s share) ConvertToNative(reflect.Type) (any, error) { return int64(s), nil }

// ConvertToType refuses: a share is nothing else.
func (s share) ConvertToType(ref.Type) ref.Val { return types.NewErr("a share is no other type") }

// Equal compares two shares.
func (s share) Equal(other ref.Val) ref.Val { return truth(s == other) }

// Type is the type of shares.
func (s share) Type() ref.Type { return shareType }

// Value is the number of hundred-millionths.
func (s share) Value() any { return int64(s) }
