package eligibility

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// fault is something wrong in a file and where it stands.
type fault struct {
	doc  *document
	line int
	text string // with the path
}

// findings is what is found out about a file while it is read: all faults, so
// that its author sees them at once, and the names that conditions use.
type findings struct {
	faults []fault
	used   map[string]bool
}

// checker looks at one place of a file.
type checker struct {
	doc   *document
	path  string // such as headlines[0].criteria[2]
	found *findings
}

// at returns a checker of a field, or of an item such as any[1].
func (c *checker) at(field string) *checker {
	switch {
	case field == "":
		field = c.path
	case c.path != "":
		field = c.path + "." + field
	}
	return &checker{doc: c.doc, path: field, found: c.found}
}

func (c *checker) fault(field, format string, args ...any) {
	at := c.at(field)
	c.add(c.doc.lineOf(at.path), at.path, format, args...)
}

// faultAt reports what is wrong at a place within a text.
func (c *checker) faultAt(text string, offset int, format string, args ...any) {
	c.add(c.doc.lineWithin(c.path, text, offset), c.path, format, args...)
}

// add keeps a fault once: what is wrong in every edition of the parameters is
// wrong once.
func (c *checker) add(line int, path, format string, args ...any) {
	f := fault{c.doc, line, fmt.Sprintf(format, args...)}
	if path != "" {
		f.text = path + ": " + f.text
	}
	if !slices.Contains(c.found.faults, f) {
		c.found.faults = append(c.found.faults, f)
	}
}

// used keeps that a condition uses a name.
func (c *checker) used(name string) { c.found.used[name] = true }

// err returns all faults as one error, or nil. Where the file itself, own, is at
// fault, what an overlay's base then lacks is left out: it follows from that.
func (f *findings) err(own *document) error {
	inOwn := slices.ContainsFunc(f.faults, func(x fault) bool { return x.doc == own })
	var errs []error
	for _, x := range f.faults {
		if inOwn && x.doc != own {
			continue
		}
		errs = append(errs, fmt.Errorf("%s: line %d: %s", x.doc.name, x.line, x.text))
	}
	if len(errs) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %w", errors.Join(errs...), family.ErrInvalid)
}

func (c *checker) filled(field string, length int) {
	if length == 0 {
		c.fault(field, "needs at least one value")
	}
}

func (c *checker) text(field, s string) {
	if strings.TrimSpace(s) == "" {
		c.fault(field, "is missing")
	}
}

func (c *checker) oneOf(field, v string, allowed ...string) bool {
	if slices.Contains(allowed, v) {
		return true
	}
	c.fault(field, "write one of %s", strings.Join(allowed, ", "))
	return false
}

func (c *checker) values(field string, list, allowed []string) {
	for i, v := range list {
		item := fmt.Sprintf("%s[%d]", field, i)
		c.oneOf(item, v, allowed...)
		if slices.Contains(list[:i], v) {
			c.fault(item, "stands in the list twice")
		}
	}
}

func (c *checker) between(field string, n, low, high int) {
	if n < low || n > high {
		c.fault(field, "must be %d to %d", low, high)
	}
}
