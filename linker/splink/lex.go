package splink

import (
	"fmt"
	"strings"
)

// tokenKind says what a token of SQL is.
type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokWord
	tokQuoted
	tokString
	tokNumber
	tokOp
)

// token is one word of SQL; pos is where it begins, in bytes.
type token struct {
	kind tokenKind
	text string
	pos  int
}

// maxSQL is how long a piece of SQL may be, in bytes: Splink's own longest
// level is about a thousand.
const maxSQL = 1 << 16

// lex cuts SQL into tokens. In Spark's dialect a backslash escapes inside a
// string; elsewhere only a doubled quote does.
func lex(sql string, dialect string) ([]token, error) {
	if len(sql) > maxSQL {
		return nil, fmt.Errorf("the SQL is longer than %d bytes", maxSQL)
	}
	x := lexer{sql: sql, backslash: dialect == "spark"}
	for {
		t, err := x.next()
		if err != nil {
			return nil, err
		}
		x.out = append(x.out, t)
		if t.kind == tokEnd {
			return x.out, nil
		}
	}
}

type lexer struct {
	sql       string
	at        int
	backslash bool
	out       []token
}

// next reads one token.
func (x *lexer) next() (token, error) {
	if err := x.space(); err != nil {
		return token{}, err
	}
	start := x.at
	if start == len(x.sql) {
		return token{kind: tokEnd, pos: start}, nil
	}
	c := x.sql[start]
	switch {
	case isLetter(c):
		for x.at < len(x.sql) && (isLetter(x.sql[x.at]) || isDigit(x.sql[x.at])) {
			x.at++
		}
		return token{tokWord, x.sql[start:x.at], start}, nil
	case isDigit(c) || c == '.' && x.digitAt(start+1):
		return x.number()
	case c == '\'':
		s, err := x.quoted('\'')
		return token{tokString, s, start}, err
	case c == '"' || c == '`':
		s, err := x.quoted(c)
		return token{tokQuoted, s, start}, err
	}
	for _, op := range [...]string{"<=", ">=", "<>", "!=", "==", "||", "->", "::"} {
		if strings.HasPrefix(x.sql[start:], op) {
			x.at += 2
			return token{tokOp, op, start}, nil
		}
	}
	if strings.IndexByte("=<>+-*/%()[],.:{}", c) >= 0 {
		x.at++
		return token{tokOp, x.sql[start:x.at], start}, nil
	}
	return token{}, fmt.Errorf("%q is not understood", x.sql[start:min(start+1, len(x.sql))])
}

// space skips blanks and comments.
func (x *lexer) space() error {
	for x.at < len(x.sql) {
		rest := x.sql[x.at:]
		switch {
		case strings.IndexByte(" \t\r\n", rest[0]) >= 0:
			x.at++
		case strings.HasPrefix(rest, "--"):
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				end = len(rest)
			}
			x.at += end
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest, "*/")
			if end < 0 {
				return fmt.Errorf("a comment does not end")
			}
			x.at += end + 2
		default:
			return nil
		}
	}
	return nil
}

// number reads digits, with a point and an exponent if there are any.
func (x *lexer) number() (token, error) {
	start := x.at
	digits := func() {
		for x.digitAt(x.at) {
			x.at++
		}
	}
	digits()
	if x.at < len(x.sql) && x.sql[x.at] == '.' {
		x.at++
		digits()
	}
	if x.at < len(x.sql) && (x.sql[x.at] == 'e' || x.sql[x.at] == 'E') {
		mark := x.at
		x.at++
		if x.at < len(x.sql) && (x.sql[x.at] == '+' || x.sql[x.at] == '-') {
			x.at++
		}
		if !x.digitAt(x.at) {
			x.at = mark
		}
		digits()
	}
	if x.at < len(x.sql) && isLetter(x.sql[x.at]) {
		return token{}, fmt.Errorf("the number %q is not understood", x.sql[start:x.at+1])
	}
	return token{tokNumber, x.sql[start:x.at], start}, nil
}

// quoted reads up to the closing quote; a doubled one stands for itself.
func (x *lexer) quoted(quote byte) (string, error) {
	x.at++
	var b strings.Builder
	for x.at < len(x.sql) {
		c := x.sql[x.at]
		x.at++
		switch {
		case c == '\\' && quote == '\'' && x.backslash && x.at < len(x.sql):
			b.WriteByte(x.sql[x.at])
			x.at++
		case c != quote:
			b.WriteByte(c)
		case x.at < len(x.sql) && x.sql[x.at] == quote:
			b.WriteByte(quote)
			x.at++
		default:
			return b.String(), nil
		}
	}
	return "", fmt.Errorf("a %c is not closed", quote)
}

func (x *lexer) digitAt(i int) bool { return i < len(x.sql) && isDigit(x.sql[i]) }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isLetter takes bytes beyond ASCII for letters, as DuckDB does in names.
func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}
