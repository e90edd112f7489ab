package splink

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// typ is the type of a piece of SQL, as DuckDB would bind it.
type typ uint8

const (
	typNull typ = iota
	typBool
	typInt
	typDecimal
	typFloat // 32 bits
	typDouble
	typText
	typDate
	typTime // a moment, in seconds from 1970
	typTexts
	typNumbers
)

// String names the type in messages.
func (t typ) String() string {
	return [...]string{"null", "a condition", "a number", "a number", "a number", "a number",
		"text", "a date", "a date", "a list", "a list of numbers"}[t]
}

func (t typ) number() bool { return typInt <= t && t <= typDouble }
func (t typ) moment() bool { return t == typDate || t == typTime }

// checker settles what each piece of SQL is. Cells are text; a column is taken
// for numbers, dates or lists where the SQL uses it so.
type checker struct {
	sql     string
	classes map[string]typ // by column, as the SQL wrote it
	wanted  map[string]typ // what this pass saw
	// fromZero says that brackets count from 0, as Spark's do.
	fromZero bool
}

// errorAt names the fragment that an error is about.
func (c *checker) errorAt(n *node, format string, args ...any) error {
	return fmt.Errorf("%s: %s", n.fragment(c.sql), fmt.Sprintf(format, args...))
}

// condition checks SQL that must say yes or no.
func (c *checker) condition(n *node) error {
	if err := c.check(n); err != nil {
		return err
	}
	if n.typ != typBool && n.typ != typNull {
		return c.errorAt(n, "it is %s and not a condition", n.typ)
	}
	return nil
}

// check settles the type and the sides of a node and all below it.
func (c *checker) check(n *node) error {
	if n.checked {
		return nil
	}
	n.checked = true
	switch n.kind {
	case nodeNull:
		n.typ = typNull
	case nodeBool:
		n.typ = typBool
	case nodeString:
		n.typ = typText
	case nodeNumber:
		n.typ = typInt
		if strings.ContainsAny(n.name, "eE") {
			n.typ = typDouble
		} else if strings.Contains(n.name, ".") {
			n.typ = typDecimal
		}
	case nodeColumn:
		if n.mask == 0 {
			return c.errorAt(n, "a lambda like this one is not understood")
		}
		if n.typ = c.classes[n.name]; n.typ == typNull {
			n.typ = typText
		}
	case nodeCast:
		return c.checkCast(n)
	case nodeCase:
		return c.checkCase(n)
	case nodeCall:
		return c.checkCall(n)
	case nodeList, nodeLambda:
		return c.errorAt(n, "a list or lambda like this one is not understood")
	}
	return nil
}

// checkArgs checks the arguments and sums their sides.
func (c *checker) checkArgs(n *node) error {
	for _, a := range n.args {
		if err := c.check(a); err != nil {
			return err
		}
		n.mask |= a.mask
	}
	return nil
}

var typeNames = map[string]typ{
	"varchar": typText, "text": typText, "string": typText, "char": typText, "bpchar": typText,
	"int": typInt, "integer": typInt, "bigint": typInt, "smallint": typInt, "tinyint": typInt,
	"hugeint": typInt, "int4": typInt, "int8": typInt, "long": typInt,
	"float": typFloat, "real": typFloat, "float4": typFloat,
	"double": typDouble, "float8": typDouble,
	"date": typDate, "timestamp": typTime, "datetime": typTime,
	"boolean": typBool, "bool": typBool,
}

func (c *checker) checkCast(n *node) error {
	if err := c.checkArgs(n); err != nil {
		return err
	}
	to, ok := typeNames[strings.TrimPrefix(n.name, "try ")]
	if !ok {
		return c.errorAt(n, "a cast to %q is not understood", strings.TrimPrefix(n.name, "try "))
	}
	from := n.args[0].typ
	n.typ = to
	switch {
	case from == typNull, from == to, from == typText, from.number() && to.number(),
		from.moment() && to.moment(), to == typText && from != typTexts && from != typNumbers:
		return nil
	}
	return c.errorAt(n, "%s cannot be cast to %s", from, to)
}

func (c *checker) checkCase(n *node) error {
	if err := c.checkArgs(n); err != nil {
		return err
	}
	var results []*node
	for i := 0; i+1 < len(n.args); i += 2 {
		if when := n.args[i]; when.typ != typBool && when.typ != typNull {
			return c.errorAt(when, "it is %s and not a condition", when.typ)
		}
		results = append(results, n.args[i+1])
	}
	results = append(results, n.args[len(n.args)-1])
	to, err := c.unify(n, results)
	if err != nil {
		return err
	}
	n.typ = to
	for i := range n.args {
		if i%2 == 1 || i == len(n.args)-1 {
			if n.args[i], err = c.coerce(n.args[i], to); err != nil {
				return err
			}
		}
	}
	return nil
}

// unify says which type all of some nodes are turned into.
func (c *checker) unify(n *node, of []*node) (typ, error) {
	to := typNull
	for _, a := range of {
		switch t := a.typ; {
		case t == typNull || t == to:
		case to == typNull:
			to = t
		case t.number() && to.number():
			to = wider(to, t)
		case t.moment() && to.moment():
			to = typTime
		case to == typText && (t.number() || t.moment()):
			to = t
			if t.number() {
				to = typDouble
			}
		case t == typText && to.number():
			to = typDouble
		case t == typText && to.moment():
		default:
			return 0, c.errorAt(n, "%s and %s stand side by side", to, t)
		}
	}
	return to, nil
}

// wider is the type of a sum of two numbers: DuckDB computes an integer or
// decimal and a 32-bit float in 32 bits.
func wider(a, b typ) typ { return max(a, b) }

// coerce turns a node into a type that it can be read as.
func (c *checker) coerce(n *node, to typ) (*node, error) {
	from := n.typ
	switch {
	case from == to, from == typNull, from.number() && to.number(), from.moment() && to.moment():
		return n, nil
	case from != typText && !(to == typText && n.kind == nodeColumn):
		return nil, c.errorAt(n, "it is %s where %s is wanted", from, to)
	case to == typBool:
		return nil, c.errorAt(n, "it is text where a condition is wanted")
	}
	if to.number() {
		to = typDouble
	}
	if n.kind == nodeColumn && to != typText {
		c.want(n.name, to)
	}
	if n.kind == nodeString {
		if err := c.literal(n, to); err != nil {
			return nil, err
		}
	} else if (to == typTexts || to == typNumbers) && n.kind != nodeColumn {
		return nil, c.errorAt(n, "it is text where %s is wanted", to)
	}
	return &node{kind: nodeCast, name: "implicit", args: []*node{n}, from: n.from, to: n.to, typ: to, mask: n.mask}, nil
}

// want notes that a column is used as more than text.
func (c *checker) want(column string, t typ) {
	if c.wanted == nil {
		c.wanted = map[string]typ{}
	}
	if t == typDate {
		t = typTime
	}
	c.wanted[column] = max(t, c.wanted[column])
}

// literal says whether a quoted literal can be read as what is wanted.
func (c *checker) literal(n *node, to typ) error {
	ok := true
	switch {
	case to.number():
		_, ok = parseNumber(n.name)
	case to.moment():
		_, ok = parseMoment(n.name)
	case to != typText:
		ok = false
	}
	if !ok {
		return c.errorAt(n, "the literal is not %s", to)
	}
	return nil
}

// parseNumber reads a number as DuckDB casts text to one.
func parseNumber(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if strings.ContainsAny(s, "xXpP_") {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && f == f
}

// compared are the operators that compare two values of one type.
var compared = []string{"=", "<>", "<", "<=", ">", ">=", "is distinct from", "nullif"}

func (c *checker) checkCall(n *node) error {
	if isPairwise(n) {
		return c.checkPairwise(n)
	}
	if isSparkCosine(n) {
		rewriteSparkCosine(n)
	}
	if err := c.checkArgs(n); err != nil {
		return err
	}
	if slices.Contains(compared, n.name) {
		return c.checkCompared(n)
	}
	switch n.name {
	case "and", "or", "not", "is true", "is false":
		n.typ = typBool
		for i := range n.args {
			if t := n.args[i].typ; t != typBool && t != typNull {
				return c.errorAt(n.args[i], "it is %s and not a condition", t)
			}
		}
		return nil
	case "is null":
		n.typ = typBool
		return nil
	case "+", "-", "*", "/", "%":
		return c.checkArithmetic(n)
	case "coalesce", "ifnull", "greatest", "least", "min", "max":
		return c.checkChoice(n)
	case "if", "iff":
		if len(n.args) != 3 {
			return c.errorAt(n, "%s takes three arguments", n.name)
		}
		n.kind = nodeCase
		n.mask = 0
		return c.checkCase(n)
	case "[]", "list_extract", "array_extract", "element_at", "list_element":
		return c.checkElement(n)
	}
	return c.checkBuiltin(n)
}

func (c *checker) checkCompared(n *node) error {
	if len(n.args) != 2 {
		return c.errorAt(n, "%s takes two arguments", n.name)
	}
	to, err := c.unify(n, n.args)
	if err != nil {
		return err
	}
	for i := range n.args {
		if n.args[i], err = c.coerce(n.args[i], to); err != nil {
			return err
		}
	}
	n.typ = typBool
	if n.name == "nullif" {
		n.typ = n.args[0].typ
	}
	return nil
}

func (c *checker) checkArithmetic(n *node) (err error) {
	if a, b := n.args[0].typ, n.args[1].typ; n.name == "-" && a.moment() && b.moment() {
		// A column may hold dates or times; only dates can be subtracted to a number.
		if (a == typDate || n.args[0].kind == nodeColumn) && (b == typDate || n.args[1].kind == nodeColumn) {
			n.typ = typInt
			return nil
		}
		return c.errorAt(n, "the difference of two timestamps is an interval, which is not understood: use epoch")
	}
	n.typ = typInt
	for i := range n.args {
		if n.args[i], err = c.coerce(n.args[i], typDouble); err != nil {
			return err
		}
		n.typ = wider(n.typ, n.args[i].typ)
	}
	if n.name == "/" && n.typ < typFloat {
		n.typ = typDouble
	}
	return nil
}

// checkChoice checks functions that give one of their arguments.
func (c *checker) checkChoice(n *node) error {
	if len(n.args) == 0 {
		return c.errorAt(n, "%s has no arguments", n.name)
	}
	to, err := c.unify(n, n.args)
	if err != nil {
		return err
	}
	if to == typTexts || to == typNumbers {
		return c.errorAt(n, "%s of lists is not understood", n.name)
	}
	n.typ = to
	for i := range n.args {
		if n.args[i], err = c.coerce(n.args[i], to); err != nil {
			return err
		}
	}
	return nil
}

// checkElement checks list[i] and its like. A text column that is indexed is a
// list, as in Splink's own library.
func (c *checker) checkElement(n *node) (err error) {
	if len(n.args) != 2 {
		return c.errorAt(n, "%s takes a list and a place", n.name)
	}
	if n.args[1].kind == nodeString {
		return c.errorAt(n, "fields of struct columns are not understood: give the table a column of its own for each")
	}
	if n.args[0].typ == typText && n.args[0].kind != nodeColumn {
		return c.errorAt(n, "a place in a text is not understood: use substr")
	}
	if n.args[1], err = c.coerce(n.args[1], typDouble); err != nil {
		return err
	}
	if at := n.args[1]; n.name == "[]" && c.fromZero && at.kind == nodeNumber {
		one := &node{kind: nodeNumber, name: "1", typ: typInt}
		n.args[1] = &node{kind: nodeCall, name: "+", args: []*node{at, one}, from: at.from, to: at.to, typ: typInt}
	}
	n.typ = typText
	if n.args[0].typ == typNumbers {
		n.typ = typDouble
		return nil
	}
	n.args[0], err = c.coerce(n.args[0], typTexts)
	return err
}

// checkBuiltin checks a call of a function of the table.
func (c *checker) checkBuiltin(n *node) (err error) {
	f := lookup(n)
	if f == nil {
		return c.errorAt(n, "the function %q is not known here", n.name)
	}
	if len(n.args) < f.need || len(n.args) > len(f.args) {
		return c.errorAt(n, "%q does not take %d arguments", n.name, len(n.args))
	}
	if f.format > 'd' && n.args[0].typ.moment() { // Read already: Spark and Postgres let it stay.
		n.kind, n.name, n.args, n.typ = nodeCast, "implicit", n.args[:1], f.result
		return nil
	}
	n.call = f
	for i := range n.args {
		if n.args[i], err = c.coerce(n.args[i], f.args[i]); err != nil {
			return err
		}
	}
	n.typ = f.result
	if f.result == typNull { // As the first argument.
		n.typ = n.args[0].typ
		if n.typ == typNull {
			n.typ = typDouble
		}
	}
	return c.checkConstants(n)
}

// checkConstants reads patterns and formats that are literals, so that a bad
// one is an error now.
func (c *checker) checkConstants(n *node) error {
	for i, a := range n.args {
		if a.kind != nodeString {
			continue
		}
		var err error
		switch {
		case n.call.pattern && i == 1:
			_, err = regexp.Compile(a.name)
		case n.call.format != 0 && i == 1:
			_, err = parseFormat(a.name, n.call.format)
		case n.call.part && i == 0:
			_, err = datePart(a.name)
		}
		if err != nil {
			return c.errorAt(n, "%s", err)
		}
	}
	return nil
}
