package splink

import (
	"fmt"
	"strings"
)

// primary reads an operand: a literal, a column, a call, CASE, CAST or what
// stands in brackets.
func (p *parser) primary() (*node, error) {
	t := p.next()
	switch t.kind {
	case tokNumber:
		return p.newNode(nodeNumber, t.text, t.pos), nil
	case tokString:
		return p.newNode(nodeString, t.text, t.pos), nil
	case tokQuoted:
		return p.column(t)
	case tokWord:
		return p.named(t)
	case tokOp:
		switch t.text {
		case "(":
			return p.bracketed(t.pos)
		case "[":
			return p.list(t.pos)
		}
	}
	return nil, p.unexpected(t)
}

// bracketed reads (expr), or the head of a lambda of several parameters.
func (p *parser) bracketed(from int) (*node, error) {
	if names := p.lambdaHead(); names != nil {
		return p.lambda(names, from)
	}
	n, err := p.expr(0)
	if err != nil {
		return nil, err
	}
	return n, p.wantOp(")")
}

// lambdaHead reads "x, y) ->" after an opening bracket, or nothing.
func (p *parser) lambdaHead() []string {
	var names []string
	for i := p.at; ; i += 2 {
		if p.toks[i].kind != tokWord {
			return nil
		}
		names = append(names, p.toks[i].text)
		sep := p.toks[i+1] // A word is never the last token.
		if sep.kind != tokOp {
			return nil
		}
		if sep.text == ")" {
			if after := p.toks[i+2]; after.kind != tokOp || after.text != "->" {
				return nil
			}
			p.at = i + 3
			return names
		}
		if sep.text != "," {
			return nil
		}
	}
}

// lambda reads the body of a lambda.
func (p *parser) lambda(names []string, from int) (*node, error) {
	held := len(p.bound)
	p.bound = append(p.bound, names...)
	body, err := p.expr(0)
	p.bound = p.bound[:held]
	if err != nil {
		return nil, err
	}
	n := p.newNode(nodeLambda, "", from, body)
	n.names = names
	return n, nil
}

// list reads [a, b] after its opening bracket.
func (p *parser) list(from int) (*node, error) {
	var args []*node
	for !p.op("]") {
		a, err := p.expr(0)
		if err != nil {
			return nil, err
		}
		args = append(args, a)
		if !p.takeOp(",") {
			break
		}
	}
	if err := p.wantOp("]"); err != nil {
		return nil, err
	}
	return p.newNode(nodeList, "", from, args...), nil
}

// named reads what begins with an unquoted word.
func (p *parser) named(t token) (*node, error) {
	word := strings.ToLower(t.text)
	switch word {
	case "null":
		return p.newNode(nodeNull, "", t.pos), nil
	case "true", "false":
		return p.newNode(nodeBool, word, t.pos), nil
	case "case":
		return p.caseWhen(t.pos)
	case "and", "or", "is", "in", "like", "ilike", "between", "when", "then", "else", "end", "from", "as", "not":
		return nil, p.unexpected(t)
	}
	if p.takeOp("->") {
		return p.lambda([]string{t.text}, t.pos)
	}
	if p.takeOp("(") {
		return p.callOf(word, t.pos)
	}
	if (word == "date" || word == "timestamp") && p.peek().kind == tokString {
		s := p.next()
		lit := p.newNode(nodeString, s.text, s.pos)
		return p.newNode(nodeCast, word, t.pos, lit), nil
	}
	for _, b := range p.bound {
		if b == t.text {
			return p.newNode(nodeColumn, t.text, t.pos), nil
		}
	}
	return p.column(t)
}

// callOf reads a call after its opening bracket; some have words between the
// arguments.
func (p *parser) callOf(name string, from int) (*node, error) {
	switch name {
	case "cast", "try_cast":
		return p.cast(name, from)
	case "extract":
		part := p.next()
		if err := p.wantWord("from"); err != nil {
			return nil, err
		}
		if !strings.EqualFold(part.text, "epoch") {
			return nil, fmt.Errorf("EXTRACT of %s is not understood", quoteSQL(part.text))
		}
		n, err := p.expr(0)
		if err != nil {
			return nil, err
		}
		err = p.wantOp(")")
		return p.newNode(nodeCall, "epoch", from, n), err
	}
	var args []*node
	for !p.op(")") {
		a, err := p.expr(0)
		if err != nil {
			return nil, err
		}
		args = append(args, a)
		switch {
		case p.takeOp(","):
		case (name == "substring" || name == "substr") && (p.takeWord("from") || p.takeWord("for")):
		case !p.op(")"):
			return nil, p.unexpected(p.peek())
		}
	}
	p.at++
	return p.newNode(nodeCall, name, from, args...), nil
}

// cast reads CAST(x AS type) after the bracket.
func (p *parser) cast(name string, from int) (*node, error) {
	n, err := p.expr(0)
	if err != nil {
		return nil, err
	}
	if err := p.wantWord("as"); err != nil {
		return nil, err
	}
	to, err := p.typeName()
	if err != nil {
		return nil, err
	}
	if err := p.wantOp(")"); err != nil {
		return nil, err
	}
	if name == "try_cast" {
		to = "try " + to
	}
	return p.newNode(nodeCast, to, from, n), nil
}

// typeName reads a type; its length or precision is left out.
func (p *parser) typeName() (string, error) {
	t := p.next()
	if t.kind != tokWord && t.kind != tokQuoted {
		return "", p.unexpected(t)
	}
	name := strings.ToLower(t.text)
	if name == "double" {
		p.takeWord("precision")
	}
	if p.takeOp("(") {
		for !p.op(")") {
			if p.peek().kind == tokEnd {
				return "", p.unexpected(p.peek())
			}
			p.at++
		}
		p.at++
	}
	if p.op("[") {
		return "", fmt.Errorf("a cast to a list is not understood")
	}
	return name, nil
}

// caseWhen reads CASE after its first word. CASE x WHEN y is written as x = y.
func (p *parser) caseWhen(from int) (*node, error) {
	var of *node
	var args []*node
	var err error
	if !p.word("when") {
		if of, err = p.expr(0); err != nil {
			return nil, err
		}
	}
	for p.takeWord("when") {
		when, err := p.expr(0)
		if err != nil {
			return nil, err
		}
		if of != nil {
			when = p.newNode(nodeCall, "=", from, of, when)
		}
		if err := p.wantWord("then"); err != nil {
			return nil, err
		}
		then, err := p.expr(0)
		if err != nil {
			return nil, err
		}
		args = append(args, when, then)
	}
	if len(args) == 0 {
		return nil, fmt.Errorf("CASE has no WHEN before %s", p.rest())
	}
	last := p.newNode(nodeNull, "", from)
	if p.takeWord("else") {
		if last, err = p.expr(0); err != nil {
			return nil, err
		}
	}
	if err := p.wantWord("end"); err != nil {
		return nil, err
	}
	return p.newNode(nodeCase, "", from, append(args, last)...), nil
}

// column reads a column, whose name and side depend on where the SQL stands.
func (p *parser) column(t token) (*node, error) {
	name := t.text
	var of side
	if p.blocking {
		alias := name
		if !p.takeOp(".") {
			return nil, fmt.Errorf("the column %s does not say whether it is l's or r's", quoteSQL(name))
		}
		c := p.next()
		if c.kind != tokWord && c.kind != tokQuoted {
			return nil, p.unexpected(c)
		}
		name = c.text
		of = sideOf(alias)
	} else if cut := len(name) - 2; cut > 0 && name[cut] == '_' {
		of = sideOf(name[cut+1:])
		name = name[:cut]
	}
	if of == 0 {
		return nil, fmt.Errorf("the column %s belongs to neither side of the pair", quoteSQL(t.text))
	}
	n := p.newNode(nodeColumn, name, t.pos)
	n.mask = of
	return n, nil
}

func sideOf(s string) side {
	switch s {
	case "l", "L":
		return left
	case "r", "R":
		return right
	}
	return 0
}
