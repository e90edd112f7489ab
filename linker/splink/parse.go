package splink

import (
	"fmt"
	"strings"
)

// nodeKind says what a node of parsed SQL is.
type nodeKind uint8

const (
	nodeNull nodeKind = iota
	nodeBool
	nodeNumber
	nodeString
	nodeColumn
	nodeCall   // name is the function in lower case, or an operator
	nodeCast   // name is the type in lower case
	nodeCase   // args: when, then, when, then, …, else
	nodeList   // [a, b]
	nodeLambda // names are the parameters, args[0] the body
)

// node is a piece of SQL. After check it also knows its type and which of the
// two records it looks at.
type node struct {
	kind  nodeKind
	name  string
	names []string
	args  []*node
	from  int // where its SQL begins and ends, in bytes
	to    int

	typ     typ
	mask    side
	call    *builtin
	checked bool // BETWEEN and IN share nodes
}

// side is a set of the two records of a pair.
type side uint8

const (
	left  side = 1
	right side = 2
	both  side = 3
)

// maxDepth bounds nesting, so that no SQL overflows the stack.
const maxDepth = 200

// parser reads one expression.
type parser struct {
	sql   string
	toks  []token
	at    int
	depth int
	// blocking says that columns are l.x and r.x, not x_l and x_r.
	blocking bool
	// bound are the lambda parameters in force.
	bound []string
}

// parse reads a condition. Where blocking is set, columns are written l.name and
// r.name, otherwise name_l and name_r.
func parse(sql, dialect string, blocking bool) (*node, error) {
	toks, err := lex(sql, dialect)
	if err != nil {
		return nil, err
	}
	p := &parser{sql: sql, toks: toks, blocking: blocking}
	n, err := p.expr(0)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != tokEnd {
		return nil, p.unexpected(t)
	}
	return n, nil
}

// The binding strength of operators, weakest first.
const (
	bindOr = iota + 1
	bindAnd
	bindNot
	bindIs
	bindCompare
	bindConcat
	bindAdd
	bindMultiply
	bindMinus
)

var binary = map[string]int{
	"or": bindOr, "and": bindAnd,
	"=": bindCompare, "==": bindCompare, "<>": bindCompare, "!=": bindCompare,
	"<": bindCompare, "<=": bindCompare, ">": bindCompare, ">=": bindCompare,
	"||": bindConcat, "+": bindAdd, "-": bindAdd, "*": bindMultiply, "/": bindMultiply, "%": bindMultiply,
}

func (p *parser) peek() token { return p.toks[p.at] }

func (p *parser) next() token {
	t := p.toks[p.at]
	if t.kind != tokEnd {
		p.at++
	}
	return t
}

// word says whether the next token is this keyword.
func (p *parser) word(w string) bool {
	t := p.peek()
	return t.kind == tokWord && strings.EqualFold(t.text, w)
}

// op says whether the next token is this operator.
func (p *parser) op(o string) bool {
	t := p.peek()
	return t.kind == tokOp && t.text == o
}

// takeWord and takeOp read the token if it is the one asked for.
func (p *parser) takeWord(w string) bool {
	ok := p.word(w)
	if ok {
		p.at++
	}
	return ok
}

func (p *parser) takeOp(o string) bool {
	ok := p.op(o)
	if ok {
		p.at++
	}
	return ok
}

func (p *parser) wantOp(o string) error {
	if !p.takeOp(o) {
		return fmt.Errorf("%q is missing before %s", o, p.rest())
	}
	return nil
}

func (p *parser) wantWord(w string) error {
	if !p.takeWord(w) {
		return fmt.Errorf("%s is missing before %s", strings.ToUpper(w), p.rest())
	}
	return nil
}

// rest shows the SQL from here, cut short.
func (p *parser) rest() string {
	t := p.peek()
	if t.kind == tokEnd {
		return "the end"
	}
	return quoteSQL(p.sql[t.pos:])
}

// quoteSQL shows a fragment of SQL on one line, cut short.
func quoteSQL(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 60 {
		s = s[:57] + "..."
	}
	return "“" + s + "”"
}

func (p *parser) unexpected(t token) error {
	if t.kind == tokEnd {
		return fmt.Errorf("the SQL ends too early")
	}
	return fmt.Errorf("%s is not understood", quoteSQL(p.sql[t.pos:]))
}

// newNode makes a node whose SQL begins at from and ends at the last token read.
func (p *parser) newNode(kind nodeKind, name string, from int, args ...*node) *node {
	to := len(p.sql)
	if p.at < len(p.toks) {
		to = p.toks[p.at].pos
	}
	return &node{kind: kind, name: name, args: args, from: from, to: to}
}

// fragment is the SQL of a node.
func (n *node) fragment(sql string) string {
	if n.from < 0 || n.to > len(sql) || n.from > n.to {
		return quoteSQL(sql)
	}
	return quoteSQL(sql[n.from:n.to])
}

// expr reads operators that bind more strongly than floor.
func (p *parser) expr(floor int) (*node, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, fmt.Errorf("the SQL is nested more than %d deep", maxDepth)
	}
	from := p.peek().pos
	n, err := p.prefix()
	for err == nil {
		t := p.peek()
		strength, known := binary[strings.ToLower(t.text)]
		if known && (t.kind == tokOp || t.kind == tokWord) {
			if strength <= floor {
				return n, nil
			}
			p.at++
			var b *node
			if b, err = p.expr(strength); err == nil {
				n = p.newNode(nodeCall, operatorName(t.text), from, n, b)
			}
			continue
		}
		if t.kind != tokWord || floor >= bindIs {
			return n, nil
		}
		var more bool
		if n, more, err = p.suffix(n, from); !more {
			return n, err
		}
	}
	return nil, err
}

// operatorName gives operators that are written in two ways one name.
func operatorName(op string) string {
	switch op {
	case "==":
		return "="
	case "!=":
		return "<>"
	}
	return strings.ToLower(op)
}

// prefix reads NOT, a sign, or an operand.
func (p *parser) prefix() (*node, error) {
	from := p.peek().pos
	switch {
	case p.takeWord("not"):
		n, err := p.expr(bindNot)
		if err != nil {
			return nil, err
		}
		return p.newNode(nodeCall, "not", from, n), nil
	case p.takeOp("-"):
		n, err := p.expr(bindMinus)
		if err != nil {
			return nil, err
		}
		return p.newNode(nodeCall, "negate", from, n), nil
	case p.takeOp("+"):
		return p.expr(bindMinus)
	}
	n, err := p.primary()
	if err != nil {
		return nil, err
	}
	return p.postfix(n, from)
}

// postfix reads [index] and ::type after an operand.
func (p *parser) postfix(n *node, from int) (*node, error) {
	for {
		switch {
		case p.takeOp("["):
			i, err := p.expr(0)
			if err != nil {
				return nil, err
			}
			if err := p.wantOp("]"); err != nil {
				return nil, err
			}
			n = p.newNode(nodeCall, "[]", from, n, i)
		case p.takeOp("::"):
			name, err := p.typeName()
			if err != nil {
				return nil, err
			}
			n = p.newNode(nodeCast, name, from, n)
		default:
			return n, nil
		}
	}
}

// suffix reads IS NULL, BETWEEN, IN and LIKE; more is false where none follows.
func (p *parser) suffix(n *node, from int) (_ *node, more bool, err error) {
	mark := p.at
	negated := p.takeWord("not")
	var out *node
	switch {
	case !negated && p.takeWord("is"):
		out, err = p.is(n, from)
		return out, err == nil, err
	case p.takeWord("between"):
		out, err = p.between(n, from)
	case p.takeWord("in"):
		out, err = p.in(n, from)
	case p.word("like") || p.word("ilike"):
		name := strings.ToLower(p.next().text)
		var b *node
		if b, err = p.expr(bindCompare); err == nil {
			out = p.newNode(nodeCall, name, from, n, b)
		}
	default:
		p.at = mark
		return n, false, nil
	}
	if err == nil && negated {
		out = p.newNode(nodeCall, "not", from, out)
	}
	return out, err == nil, err
}

// is reads what follows IS.
func (p *parser) is(n *node, from int) (*node, error) {
	negated := p.takeWord("not")
	var out *node
	switch {
	case p.takeWord("null"):
		out = p.newNode(nodeCall, "is null", from, n)
	case p.takeWord("true"):
		out = p.newNode(nodeCall, "is true", from, n)
	case p.takeWord("false"):
		out = p.newNode(nodeCall, "is false", from, n)
	case p.takeWord("distinct"):
		if err := p.wantWord("from"); err != nil {
			return nil, err
		}
		b, err := p.expr(bindIs)
		if err != nil {
			return nil, err
		}
		out = p.newNode(nodeCall, "is distinct from", from, n, b)
	default:
		return nil, p.unexpected(p.peek())
	}
	if negated {
		out = p.newNode(nodeCall, "not", from, out)
	}
	return out, nil
}

// between reads the bounds and writes them as two comparisons.
func (p *parser) between(n *node, from int) (*node, error) {
	low, err := p.expr(bindCompare)
	if err != nil {
		return nil, err
	}
	if err := p.wantWord("and"); err != nil {
		return nil, err
	}
	high, err := p.expr(bindCompare)
	if err != nil {
		return nil, err
	}
	a := p.newNode(nodeCall, ">=", from, n, low)
	b := p.newNode(nodeCall, "<=", from, n, high)
	return p.newNode(nodeCall, "and", from, a, b), nil
}

// in reads a list of values and writes it as comparisons.
func (p *parser) in(n *node, from int) (*node, error) {
	if err := p.wantOp("("); err != nil {
		return nil, err
	}
	var out *node
	for {
		v, err := p.expr(0)
		if err != nil {
			return nil, err
		}
		same := p.newNode(nodeCall, "=", from, n, v)
		if out == nil {
			out = same
		} else {
			out = p.newNode(nodeCall, "or", from, out, same)
		}
		if !p.takeOp(",") {
			return out, p.wantOp(")")
		}
	}
}
