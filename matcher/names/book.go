package names

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed data
var data embed.FS

// Book holds the groups of one part of names. It is read only and may be used
// by any number of goroutines.
type Book struct {
	spelling map[string][]uint16
	short    map[string][]uint16
}

// Spellings returns the numbers of the spelling families that the name, in
// capital ASCII letters, belongs to, in rising order; nil for a name that is in
// none. Two names with a number in common are one name written differently. The
// slice is shared and must not be changed.
func (b *Book) Spellings(name string) []uint16 { return b.spelling[name] }

// ShortForms returns the numbers of the groups of full names and short or pet
// forms that the name or one of its spellings belongs to, in rising order; nil
// for none. The slice is shared and must not be changed.
func (b *Book) ShortForms(name string) []uint16 { return b.short[name] }

// Forenames returns what is known of forenames.
func Forenames() *Book { return forenames() }

// Surnames returns what is known of surnames.
func Surnames() *Book { return surnames() }

var (
	forenames = sync.OnceValue(func() *Book { return embedded("forenames") })
	surnames  = sync.OnceValue(func() *Book { return embedded("surnames") })
)

// embedded reads the program's own files, which a test reads as well: that one
// is wrong is a fault of the program.
func embedded(part string) *Book {
	groups, err := readGroups(data, part)
	if err != nil {
		panic("names: " + err.Error())
	}
	return newBook(groups)
}

// group is one line of a file.
type group struct {
	culture string
	short   bool
	names   []string
}

// newBook numbers the groups and gives each short group all spellings of its
// names.
func newBook(groups []group) *Book {
	b := &Book{spelling: make(map[string][]uint16), short: make(map[string][]uint16)}
	members := make([][]string, len(groups))
	for i, g := range groups {
		if g.short {
			continue
		}
		members[i] = g.names
		for _, n := range g.names {
			b.spelling[n] = append(b.spelling[n], uint16(i))
		}
	}
	for i, g := range groups {
		if !g.short {
			continue
		}
		for _, n := range g.names {
			b.enter(n, uint16(i))
			for _, s := range b.spelling[n] {
				for _, other := range members[s] {
					b.enter(other, uint16(i))
				}
			}
		}
	}
	return b
}

func (b *Book) enter(name string, short uint16) {
	if !slices.Contains(b.short[name], short) {
		b.short[name] = append(b.short[name], short)
	}
}

// readGroups reads all files of the part, in the order of their names.
func readGroups(files fs.FS, part string) ([]group, error) {
	paths, err := fs.Glob(files, "data/*."+part)
	if err != nil {
		return nil, fmt.Errorf("listing the files of %s: %w", part, err)
	}
	var out []group
	for _, p := range paths {
		text, err := fs.ReadFile(files, p)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", p, err)
		}
		groups, err := parse(string(text), part)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(p), err)
		}
		out = append(out, groups...)
	}
	if len(out) > 1<<16-1 {
		return nil, fmt.Errorf("%d groups of %s, at most %d can be numbered; join some", len(out), part, 1<<16-1)
	}
	return out, nil
}

// parse reads one file.
func parse(text, part string) ([]group, error) {
	header := map[string]string{}
	seen := map[string]int{}
	var out []group
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "":
		case strings.HasPrefix(line, "#"):
			if key, value, ok := strings.Cut(strings.TrimPrefix(line, "# "), ": "); ok && len(out) == 0 {
				header[key] = value
			}
		default:
			g, err := parseGroup(line)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			if first := seen[line]; first > 0 {
				return nil, fmt.Errorf("line %d says what line %d says; delete one", n, first)
			}
			seen[line] = n
			g.culture = header["culture"]
			out = append(out, g)
		}
	}
	switch {
	case header["culture"] == "" || header["source"] == "":
		return nil, fmt.Errorf("no culture or no source in the header; add both")
	case header["part"] != part:
		return nil, fmt.Errorf("the header's part is not that of the file's name; write %q", part)
	}
	return out, nil
}

func parseGroup(line string) (group, error) {
	words := strings.Split(line, " ")
	g := group{short: words[0] == "short", names: words[1:]}
	if !g.short && words[0] != "spelling" {
		return g, fmt.Errorf("a group begins with spelling or short, not so")
	}
	if len(g.names) < 2 {
		return g, fmt.Errorf("a group has two names or more")
	}
	for i, name := range g.names {
		if name == "" || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return g, fmt.Errorf("name %d is not of capital ASCII letters, single spaces between", i+1)
		}
		if slices.Contains(g.names[:i], name) {
			return g, fmt.Errorf("name %d is given twice", i+1)
		}
	}
	return g, nil
}
