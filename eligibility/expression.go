package eligibility

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"github.com/hearthmatch/hearth/family"
)

// expression is a condition or figure, checked and ready to be asked.
type expression struct {
	program cel.Program
	plain   *variable       // the expression is this name alone
	uses    map[string]bool // the names in it
}

// holds asks a condition. One that cannot be computed, because a number grows
// over all bounds, does not hold, and ok is false.
func (e *expression) holds(s *stage) (yes, ok bool) {
	b, ok := e.value(s).(types.Bool)
	return bool(b), ok
}

// number asks a figure; 0 where it cannot be computed.
func (e *expression) number(s *stage) int64 {
	n, _ := e.value(s).(types.Int)
	return int64(n)
}

func (e *expression) value(s *stage) ref.Val {
	if e.plain != nil {
		return e.plain.get(s)
	}
	v, _, err := e.program.Eval(s.frame)
	if err != nil {
		return nil
	}
	return v
}

// namesAny says whether the expression uses a name that begins so.
func (e *expression) namesAny(prefixes ...string) bool {
	for name := range e.uses {
		for _, p := range prefixes {
			if strings.HasPrefix(name, p) {
				return true
			}
		}
	}
	return false
}

// compile checks an expression of the wanted type and makes it ready. What is
// wrong is reported at its place; then it returns nil.
func (p *place) compile(c *checker, field, text string, want *cel.Type, params map[string]value) *expression {
	x := &compiling{place: p, at: c.at(field), text: text, params: params, uses: map[string]bool{}}
	e, ok := x.compile(want)
	if !ok {
		return nil
	}
	for name := range x.uses {
		c.used(name)
	}
	return e
}

// compiling is an expression under way.
type compiling struct {
	place  *place
	at     *checker
	text   string
	params map[string]value
	tree   *ast.AST
	uses   map[string]bool
	failed bool
}

func (x *compiling) compile(want *cel.Type) (*expression, bool) {
	if n := utf8.RuneCountInString(x.text); n > maxExpression {
		x.at.fault("", "is %d characters long; write at most %d", n, maxExpression)
		return nil, false
	}
	parsed, issues := x.place.env.Parse(x.text)
	if x.report(issues) {
		return nil, false
	}
	x.tree = parsed.NativeRep()
	if x.names(x.tree.Expr()); x.failed {
		return nil, false
	}
	checked, issues := x.place.env.Check(parsed)
	if x.report(issues) {
		return nil, false
	}
	if !checked.OutputType().IsExactType(want) {
		x.at.fault("", "is %s; write one that is %s", typeName(checked.OutputType()), typeName(want))
		return nil, false
	}
	x.tree = checked.NativeRep()
	x.values(want)
	if x.failed {
		return nil, false
	}
	program, err := x.place.env.Program(checked, cel.EvalOptions(cel.OptOptimize), cel.CustomDecoratorV2(x.place.direct))
	if err != nil {
		x.at.fault("", "cannot be used: %v", err)
		return nil, false
	}
	if want == cel.BoolType {
		switch holds, fails, tried := x.reach(program); {
		case tried && !holds:
			x.at.fault("", "can never hold, whatever the rows say")
		case tried && !fails:
			x.at.fault("", "always holds, whatever the rows say")
		}
	}
	e := &expression{program: program, uses: x.uses}
	if name := dotted(x.tree.Expr()); name != "" {
		e.plain = x.place.names[name]
	}
	return e, true
}

// direct replaces a name in a planned expression by its value on the stage, so
// that nothing is looked up by name while families are scored.
func (p *place) direct(i interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
	a, ok := i.(interpreter.InterpretableAttribute)
	if !ok {
		return i, nil
	}
	named, ok := a.Attr().(interpreter.NamespacedAttribute)
	if !ok || len(named.Qualifiers()) > 0 || len(named.CandidateVariableNames()) == 0 {
		return i, nil
	}
	if v := p.names[named.CandidateVariableNames()[0]]; v != nil {
		return &onStage{InterpretableV2: i, v: v}, nil
	}
	return i, nil
}

// onStage is a name whose value the stage has.
type onStage struct {
	interpreter.InterpretableV2
	v *variable
}

// Exec returns the name's value.
func (n *onStage) Exec(f *interpreter.ExecutionFrame) ref.Val {
	if s, ok := f.Scope().(*stage); ok {
		return n.v.get(s)
	}
	return n.InterpretableV2.Exec(f)
}

// report tells what the CEL compiler says, in words that name what stands in
// the file.
func (x *compiling) report(issues *cel.Issues) bool {
	if issues == nil || len(issues.Errors()) == 0 {
		return false
	}
	for _, e := range issues.Errors() {
		x.at.faultAt(x.text, offsetOf(x.text, e.Location.Line(), e.Location.Column()), "%s", plainly(e.Message))
	}
	return true
}

// offsetOf turns a line from 1 and a column from 0, in characters, into a
// place in the text.
func offsetOf(text string, line, column int) int {
	at := 0
	for l := range strings.Lines(text) {
		if line--; line == 0 {
			return at + min(column, len(l))
		}
		at += len(l)
	}
	return len(text)
}

var celWords = strings.NewReplacer("_||_", "||", "_&&_", "&&", "!_", "!", "_==_", "==", "_!=_", "!=", "_<_", "<", "_<=_", "<=",
	"_>_", ">", "_>=_", ">=", "_+_", "+", "_-_", "-", "-_", "-", "_*_", "*", "@in", "in", "_?_:_", "? :",
	"found no matching overload for", "the types do not fit", "applied to", "of", "bool", "true or false", "string", "text", "int", "whole number")

// plainly puts the compiler's message into one line of plain words.
func plainly(message string) string {
	if rest, ok := strings.CutPrefix(message, "Syntax error: "); ok {
		rest, _, _ = strings.Cut(rest, "\n")
		return "cannot be read: " + rest
	}
	return celWords.Replace(strings.ReplaceAll(message, "\n", " "))
}

// typeName names a type in plain words.
func typeName(t *cel.Type) string {
	switch t.Kind() {
	case types.BoolKind:
		return "true or false"
	case types.IntKind:
		return "a whole number"
	case types.StringKind:
		return "a text"
	case types.ListKind:
		return "a list"
	}
	return "a " + t.String()
}

func (x *compiling) fault(id int64, format string, args ...any) {
	x.failed = true
	offset := 0
	if r, ok := x.tree.SourceInfo().GetOffsetRange(id); ok {
		offset = len(string([]rune(x.text)[:min(int(r.Start), utf8.RuneCountInString(x.text))]))
	}
	x.at.faultAt(x.text, offset, format, args...)
}

// dotted returns a name such as event.role; blank where the expression is none.
func dotted(e ast.Expr) string {
	switch e.Kind() {
	case ast.IdentKind:
		return e.AsIdent()
	case ast.SelectKind:
		if s := e.AsSelect(); !s.IsTestOnly() {
			if of := dotted(s.Operand()); of != "" {
				return of + "." + s.FieldName()
			}
		}
	}
	return ""
}

// names checks that every name and function is known here.
func (x *compiling) names(e ast.Expr) {
	switch e.Kind() {
	case ast.IdentKind, ast.SelectKind:
		if name := dotted(e); name != "" {
			x.name(e.ID(), name)
		} else {
			x.fault(e.ID(), "a field of a value that is no name; write a name of docs/frameworks.md")
		}
	case ast.CallKind:
		call := e.AsCall()
		if _, ok := operatorNames[call.FunctionName()]; !ok && !slices.Contains(functionNames, call.FunctionName()) {
			x.fault(e.ID(), "there is no function %s%s", operatorText(call.FunctionName()), suggest(call.FunctionName(), functionNames))
			return
		}
		if call.IsMemberFunction() {
			x.names(call.Target())
		}
		for _, a := range call.Args() {
			x.names(a)
		}
	case ast.ListKind:
		for _, item := range e.AsList().Elements() {
			x.names(item)
		}
	case ast.MapKind, ast.StructKind, ast.ComprehensionKind:
		x.fault(e.ID(), "maps, messages and loops are not read here")
	}
}

// operatorText is what the file writes for an operator that is not read.
func operatorText(name string) string {
	return strings.Trim(strings.NewReplacer("_[_]", "[ ]", "@", "").Replace(name), "_")
}

func (x *compiling) name(id int64, name string) {
	if param, ok := strings.CutPrefix(name, "param."); ok {
		v, known := x.params[param]
		switch {
		case !known:
			x.fault(id, "there is no parameter %s%s", param, suggest(param, slices.Sorted(maps.Keys(x.params))))
		case v.kind == aWindow:
			x.fault(id, "param.%s is a window; windows stand in within and beside", param)
		}
		x.uses[name] = true
		return
	}
	if x.place.names[name] != nil {
		x.uses[name] = true
		return
	}
	switch {
	case strings.HasPrefix(name, "window.") && x.place.names["window.from"] == nil:
		x.fault(id, "needs a window; give the test its within")
	case variables[name] != nil:
		x.fault(id, "%s is not known here; docs/frameworks.md says what may be named where", name)
	default:
		x.fault(id, "there is no %s%s", name, suggest(name, slices.Sorted(maps.Keys(x.place.names))))
	}
}

// values checks comparisons: that a listed field is compared with values that it
// can have, that no comparison is always or never true, and that the whole
// depends on evidence.
func (x *compiling) values(want *cel.Type) {
	ast.PreOrderVisit(x.tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.CallKind {
			return
		}
		call := e.AsCall()
		switch args := call.Args(); call.FunctionName() {
		case operators.Equals, operators.NotEquals:
			x.compare(args[0], args[1])
			x.compare(args[1], args[0])
		case operators.In:
			x.compare(args[0], args[1])
		case operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals:
			x.bound(call.FunctionName(), args[0], args[1])
			x.bound(mirrored[call.FunctionName()], args[1], args[0])
		case "date":
			if s, ok := x.constant(args[0]); !ok || len(s) != 1 || !isDate(s[0]) {
				x.fault(e.ID(), `write a date as date("YYYY-MM-DD")`)
			}
		case "at_least", "more_than":
			if call.FunctionName() == "more_than" && x.isWhole(args[2]) {
				x.fault(e.ID(), "nobody can meet more than 100 %%")
			}
		}
	}))
	if want == cel.BoolType && !x.failed && x.isConstant(x.tree.Expr()) && x.tree.Expr().Kind() != ast.LiteralKind {
		x.at.fault("", "is the same for everybody; name what it depends on")
		x.failed = true
	}
}

func isDate(v ref.Val) bool {
	s, ok := v.(types.String)
	d, err := family.ParseDate(string(s))
	return ok && err == nil && d != 0
}

// isWhole says whether an expression is the share of 100 %.
func (x *compiling) isWhole(e ast.Expr) bool {
	v, ok := x.constant(e)
	return ok && len(v) == 1 && v[0] == share(wholeShare)
}

// isConstant says whether an expression names nothing but parameters.
func (x *compiling) isConstant(e ast.Expr) bool {
	constant := true
	ast.PreOrderVisit(e, ast.NewExprVisitor(func(e ast.Expr) {
		if k := e.Kind(); k == ast.IdentKind || k == ast.SelectKind {
			if r := x.tree.ReferenceMap()[e.ID()]; r != nil && r.Value == nil {
				constant = false
			}
		}
	}))
	return constant
}

// constant returns the values of a literal, a list of literals or a parameter.
func (x *compiling) constant(e ast.Expr) ([]ref.Val, bool) {
	switch e.Kind() {
	case ast.LiteralKind:
		return []ref.Val{e.AsLiteral()}, true
	case ast.ListKind:
		var out []ref.Val
		for _, item := range e.AsList().Elements() {
			if v, ok := x.constant(item); ok {
				out = append(out, v...)
			}
		}
		return out, true
	}
	if param, ok := strings.CutPrefix(dotted(e), "param."); ok {
		v := x.params[param]
		if v.kind != aList {
			return []ref.Val{v.ready()}, true
		}
		var out []ref.Val
		for _, item := range v.list {
			out = append(out, item.ready())
		}
		return out, true
	}
	if e.Kind() == ast.CallKind && e.AsCall().FunctionName() == operators.Negate {
		if n, ok := x.constant(e.AsCall().Args()[0]); ok && len(n) == 1 {
			if i, isInt := n[0].(types.Int); isInt {
				return []ref.Val{-i}, true
			}
		}
	}
	return nil, false
}

// compare checks what a name is compared with.
func (x *compiling) compare(of, with ast.Expr) {
	v := x.place.names[dotted(of)]
	consts, ok := x.constant(with)
	if v == nil || !ok {
		return
	}
	for _, k := range consts {
		switch k := k.(type) {
		case types.String:
			if v.listed != nil && !v.listed.holds(string(k)) {
				x.fault(with.ID(), "%s is never %q%s; it is one of %s", v.name, string(k),
					suggest(string(k), v.listed.values[1:]), strings.Join(v.listed.values[1:], ", "))
			}
		case types.Int:
			if v.counts && (int64(k) < v.least || int64(k) > v.most) {
				x.fault(with.ID(), "%s is never %d", v.name, int64(k))
			}
		}
	}
}

var mirrored = map[string]string{
	operators.Less: operators.Greater, operators.LessEquals: operators.GreaterEquals,
	operators.Greater: operators.Less, operators.GreaterEquals: operators.LessEquals,
}

// bound checks that a comparison of a number that has bounds can come out
// either way.
func (x *compiling) bound(op string, of, with ast.Expr) {
	v := x.place.names[dotted(of)]
	consts, ok := x.constant(with)
	if v == nil || !v.counts || !ok || len(consts) != 1 {
		return
	}
	k, isInt := consts[0].(types.Int)
	n, low, high := int64(k), v.least, v.most
	if !isInt {
		return
	}
	var always, never bool
	switch op {
	case operators.Less:
		always, never = high < n, low >= n
	case operators.LessEquals:
		always, never = high <= n, low > n
	case operators.Greater:
		always, never = low > n, high <= n
	case operators.GreaterEquals:
		always, never = low >= n, high < n
	}
	switch {
	case always:
		x.fault(with.ID(), "%s %s %d is always so, and met by everybody", v.name, operatorNames[op], n)
	case never:
		x.fault(with.ID(), "%s %s %d is never so, and nobody can meet it", v.name, operatorNames[op], n)
	}
}

// fixed says whether an expression is a literal true or false.
func fixed(text string) (value, ok bool) {
	switch strings.TrimSpace(text) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	return false, false
}

// must returns a place whose names are known to fit together.
func (v *vocabulary) must(names ...[]*variable) *place {
	p, err := v.place(names...)
	if err != nil {
		panic(fmt.Sprintf("eligibility: the language: %v", err)) // unreachable: the names are the package's own
	}
	return p
}
