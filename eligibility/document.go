package eligibility

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/hearthmatch/hearth/family"
)

// maxFile is the size of a framework file, in bytes, over which it is refused.
const maxFile = 1 << 20

// document is a file of a framework or an overlay, to say where a fault is.
type document struct {
	name  string
	tree  *ast.File
	lines []string
}

// read parses a file into one of the file types. The library is known to panic
// on some texts that no framework needs, such as tags on lists; a fault there
// is a fault of the text.
func read[T any](name string, data []byte, into *T) (d *document, err error) {
	d = &document{name: name, lines: strings.Split(string(data), "\n")}
	defer func() {
		if recover() != nil {
			err = d.failed("cannot be read as YAML")
		}
	}()
	if len(data) > maxFile {
		return d, d.failed("is over %d bytes", maxFile)
	}
	if d.tree, err = parser.ParseBytes(data, 0); err != nil {
		return d, d.yamlFault(err, nil)
	}
	if len(d.tree.Docs) != 1 || d.tree.Docs[0].Body == nil {
		return d, d.failed("must hold exactly one framework")
	}
	var p plain
	if ast.Walk(&p, d.tree.Docs[0].Body); p.line > 0 {
		return d, d.failed("line %d: tags, anchors and aliases are not read here; write the value itself", p.line)
	}
	if err := yaml.UnmarshalWithOptions(data, into, yaml.Strict()); err != nil {
		return d, d.yamlFault(err, keysOf(reflect.TypeFor[T](), map[reflect.Type]bool{}))
	}
	return d, nil
}

func (d *document) failed(format string, args ...any) error {
	return fmt.Errorf("%s: %s: %w", d.name, fmt.Sprintf(format, args...), family.ErrInvalid)
}

var (
	unknownField = regexp.MustCompile(`unknown field "([^"]*)"`)
	wrongType    = regexp.MustCompile(`^cannot unmarshal (\S+) into Go (?:struct field \S+ of type|value of type) (\S+)$`)
	// typeNames are Go's types as people say them.
	typeNames = map[string]string{"int": "a whole number", "*int": "a whole number", "bool": "true or false", "*bool": "true or false", "string": "a text"}
)

// yamlFault turns the parser's error into one line.
func (d *document) yamlFault(err error, keys []string) error {
	var e yaml.Error
	if !errors.As(err, &e) || e.GetToken() == nil {
		return d.failed("cannot be read as YAML: %v", strings.ReplaceAll(err.Error(), "\n", " "))
	}
	message := e.GetMessage()
	if m := unknownField.FindStringSubmatch(message); m != nil {
		message += suggest(m[1], keys)
	}
	if m := wrongType.FindStringSubmatch(message); m != nil {
		wanted, ok := typeNames[m[2]]
		if !ok {
			wanted = "something else"
		}
		message = fmt.Sprintf("%q is of the wrong type; write %s", e.GetToken().Value, wanted)
	}
	return d.failed("line %d: %s", e.GetToken().Position.Line, message)
}

// keysOf lists the keys that a file type knows, for suggestions.
func keysOf(t reflect.Type, seen map[reflect.Type]bool) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return nil
	}
	seen[t] = true
	var keys []string
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("yaml"); tag != "" {
			keys = append(append(keys, strings.Split(tag, ",")[0]), keysOf(t.Field(i).Type, seen)...)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// plain finds the first node that stands for something else, which could make
// a small file grow without bound or mean other than it says.
type plain struct{ line int }

// Visit looks at one node.
func (p *plain) Visit(n ast.Node) ast.Visitor {
	switch n.(type) {
	case *ast.TagNode, *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		if p.line == 0 {
			p.line = n.GetToken().Position.Line
		}
	}
	return p
}

// node returns what stands at a path, or nil.
func (d *document) node(path string) ast.Node {
	p, err := yaml.PathString("$" + path)
	if err != nil {
		return nil
	}
	node, err := p.FilterFile(d.tree)
	if err != nil || node == nil || node.GetToken() == nil {
		return nil
	}
	return node
}

var lastStep = regexp.MustCompile(`(\.[^.\[\]]+|\[\d+\])$`)

// lineOf returns the line of a field, or of what should hold it if the field
// is missing.
func (d *document) lineOf(path string) int {
	for path = "." + path; path != ""; path = lastStep.ReplaceAllString(path, "") {
		if n := d.node(path); n != nil {
			return n.GetToken().Position.Line
		}
		if !lastStep.MatchString(path) {
			break
		}
	}
	return 1
}

// lineWithin returns the line on which the part of a text at offset stands in
// the file, which may fold the text over several lines: as many letters come
// before it there as in the text.
func (d *document) lineWithin(path, text string, offset int) int {
	node := d.node("." + path)
	if node == nil {
		return d.lineOf(path)
	}
	at := node.GetToken().Position
	line, column := at.Line, at.Column-1
	if _, block := node.(*ast.LiteralNode); block || strings.HasPrefix(strings.TrimSpace(from(d.lines, line, column)), "|") {
		line, column = line+1, 0
	}
	before := letters(text[:min(max(offset, 0), len(text))])
	for ; line <= len(d.lines); line, column = line+1, 0 {
		n := letters(strings.TrimLeft(from(d.lines, line, column), `"'`))
		if before < n {
			return line
		}
		before -= n
	}
	return at.Line
}

// from returns a line, counted from 1, from a column on.
func from(lines []string, line, column int) string {
	if line < 1 || line > len(lines) {
		return ""
	}
	runes := []rune(lines[line-1])
	return string(runes[min(max(column, 0), len(runes)):])
}

// letters counts what is no space.
func letters(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}
