package settings

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxFile bounds a settings file, in bytes.
const maxFile = 512 << 10

// Parse reads settings written as YAML. It is strict: a key, role or format that
// there is not is ErrSettings, with the line and the word that was likely meant.
func Parse(data []byte) (*Settings, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("settings of more than %d KiB; is this the right file?: %w", maxFile>>10, ErrSettings)
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", syntax(err), ErrSettings)
	}
	s := &Settings{Threshold: DefaultThreshold}
	if len(file.Docs) > 1 {
		return nil, fmt.Errorf("several documents in one file; keep one: %w", ErrSettings)
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil, fmt.Errorf("no settings in the file; write columns with their roles: %w", ErrSettings)
	}
	r := yamlReader{}
	r.settings(s, file.Docs[0].Body)
	if r.err != nil {
		return nil, r.err
	}
	return s, nil
}

// syntax says where YAML goes wrong, without the text.
func syntax(err error) string {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
		return fmt.Sprintf("line %d: not YAML: %s", at.GetToken().Position.Line, at.GetMessage())
	}
	return "not YAML; mend it or write it anew with: hearth settings TABLE"
}

// yamlReader reads nodes and keeps the first error.
type yamlReader struct{ err error }

func (r *yamlReader) fail(n ast.Node, format string, a ...any) {
	if r.err != nil {
		return
	}
	line := 1
	if n != nil && n.GetToken() != nil && n.GetToken().Position != nil {
		line = n.GetToken().Position.Line
	}
	r.err = fmt.Errorf("line %d: %s: %w", line, fmt.Sprintf(format, a...), ErrSettings)
}

func (r *yamlReader) settings(s *Settings, n ast.Node) {
	r.mapping(n, "the settings", map[string]func(ast.Node){
		"threshold": func(v ast.Node) {
			s.Threshold = r.share(v, "threshold")
		},
		"id":    func(v ast.Node) { s.ID = r.text(v) },
		"rules": func(v ast.Node) { s.Rules = r.ruleTexts(v) },
		"notes": func(v ast.Node) { s.Notes = r.texts(v) },
		"columns": func(v ast.Node) {
			for _, item := range r.items(v) {
				s.Columns = append(s.Columns, r.column(item))
			}
			r.twice(s, v)
		},
	})
}

// twice refuses a column that is named twice.
func (r *yamlReader) twice(s *Settings, n ast.Node) {
	for i, c := range s.Columns {
		for _, o := range s.Columns[:i] {
			if o.Name == c.Name && o.Table == c.Table {
				r.fail(n, "column %q stands twice; keep one, or give each its table", c.Name)
			}
		}
	}
}

func (r *yamlReader) column(n ast.Node) Column {
	var c Column
	r.mapping(n, "a column", map[string]func(ast.Node){
		"name":  func(v ast.Node) { c.Name = r.text(v) },
		"table": func(v ast.Node) { c.Table = r.text(v) },
		"as": func(v ast.Node) {
			if c.As = r.oneOf(v, "role", append(roleNames(), leaveOut)); c.As == leaveOut {
				c.As = ""
			}
		},
		"into":    func(v ast.Node) { c.Into = r.text(v) },
		"format":  func(v ast.Node) { c.Format = r.oneOf(v, "format", Formats()) },
		"missing": func(v ast.Node) { c.Missing = r.texts(v) },
		"group":   func(v ast.Node) { c.Group = r.text(v) },
		"why":     func(v ast.Node) { c.Why = r.text(v) },
		"confidence": func(v ast.Node) {
			c.Confidence = r.share(v, "confidence")
		},
		"rare values tell more": func(v ast.Node) { c.Frequent = r.yes(v) },
		"families share it":     func(v ast.Node) { c.Shared = r.yes(v) },
	})
	if c.Name == "" {
		r.fail(n, "a column without name; write the name it has in the table")
	}
	return c
}

// mapping hands the values of a mapping to the readers of its keys.
func (r *yamlReader) mapping(n ast.Node, what string, keys map[string]func(ast.Node)) {
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	default:
		r.fail(n, "%s should be keys with values, such as name: forename", what)
		return
	}
	seen := map[string]bool{}
	for _, v := range values {
		key := r.text(v.Key)
		read := keys[key]
		switch {
		case r.err != nil:
			return
		case read == nil:
			known := make([]string, 0, len(keys))
			for k := range keys {
				known = append(known, k)
			}
			slices.Sort(known)
			r.fail(v, "%s has no %q%s", what, key, suggest(key, known))
		case seen[key]:
			r.fail(v, "%q stands twice", key)
		default:
			seen[key] = true
			read(v.Value)
		}
	}
}

func (r *yamlReader) items(n ast.Node) []ast.Node {
	if null(n) {
		return nil
	}
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		r.fail(n, "a list is expected here: lines that begin with a dash")
		return nil
	}
	return s.Values
}

func (r *yamlReader) texts(n ast.Node) []string {
	var out []string
	for _, i := range r.items(n) {
		out = append(out, r.text(i))
	}
	return out
}

func (r *yamlReader) ruleTexts(n ast.Node) []string {
	var out []string
	for _, i := range r.items(n) {
		t := r.text(i)
		if _, err := parseRule(t); err != nil && r.err == nil {
			r.fail(i, "%s", strings.TrimSuffix(err.Error(), ": "+ErrSettings.Error()))
		}
		out = append(out, t)
	}
	return out
}

func null(n ast.Node) bool {
	_, ok := n.(*ast.NullNode)
	return n == nil || ok
}

// text reads a scalar as it is written, a number too: 0012 stays 0012.
func (r *yamlReader) text(n ast.Node) string {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value
	case *ast.LiteralNode:
		return v.Value.Value
	case *ast.NullNode, nil:
		return ""
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value
	}
	r.fail(n, "a text is expected here; put it in quotes")
	return ""
}

func (r *yamlReader) oneOf(n ast.Node, what string, list []string) string {
	t := r.text(n)
	if t != "" && !slices.Contains(list, t) {
		r.fail(n, "no %s is called %q%s", what, t, suggest(t, list))
	}
	return t
}

func (r *yamlReader) share(n ast.Node, what string) float64 {
	x, err := strconv.ParseFloat(r.text(n), 64)
	if err != nil || math.IsNaN(x) || x < 0 || x > 1 {
		r.fail(n, "%s should be a number between 0 and 1", what)
		return 0
	}
	return x
}

func (r *yamlReader) yes(n ast.Node) *bool {
	b, ok := n.(*ast.BoolNode)
	if !ok {
		r.fail(n, "true or false is expected here")
		return nil
	}
	return &b.Value
}
