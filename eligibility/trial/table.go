package trial

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// Table is the cases of one file.
type Table struct {
	File  string // its name, for failures
	Cases []Case
}

// Case is a fictional family and what it is to score.
type Case struct {
	Name  string
	Line  int // of its name, counted from 1
	steps []step
	setup int // how many of the steps are those of its section
}

// step is one thing that a case sets up or wants.
type step struct {
	line int
	text string
	do   func(*scene) error
	// wants is the criterion or headline of a step "want", or the rule of a step
	// "outcome", with what it is to be; of a rule met is achieved.
	wants  string
	status family.Status
}

// Read reads the cases of a file. Every step that cannot be read is reported,
// with its line and what to write; the error is of kind family.ErrInvalid.
func Read(file string, text []byte) (*Table, error) {
	r := reader{table: &Table{File: file}, names: map[string]int{}}
	line := 0
	for s := range strings.Lines(string(text)) {
		line++
		r.line(line, strings.TrimRight(s, "\r\n\t "))
	}
	if len(r.faults) == 0 {
		for i := range r.table.Cases {
			r.complete(&r.table.Cases[i])
		}
	}
	if len(r.faults) > 0 {
		return nil, fmt.Errorf("%w\n%w", errors.Join(r.faults...), family.ErrInvalid)
	}
	return r.table, nil
}

// reader reads a table line by line.
type reader struct {
	table  *Table
	setup  []step         // begins every case of the section
	opened bool           // the section has a case
	names  map[string]int // the lines of the cases' names
	faults []error
}

func (r *reader) fault(line int, format string, args ...any) {
	r.faults = append(r.faults, fmt.Errorf("%s:%d: "+format, append([]any{r.table.File, line}, args...)...))
}

// line reads one line of the file.
func (r *reader) line(n int, s string) {
	switch {
	case s == "" || strings.HasPrefix(s, "#"):
	case strings.HasPrefix(s, "+"):
		if r.opened {
			r.setup, r.opened = nil, false
		}
		r.setup = r.steps(r.setup, n, s[1:])
	case s[0] == ' ' || s[0] == '\t':
		if len(r.table.Cases) == 0 {
			r.fault(n, "a step without a case: write the case's name at the left edge first, "+
				`or begin the line with "+" to begin every case with it`)
			return
		}
		c := &r.table.Cases[len(r.table.Cases)-1]
		c.steps = r.steps(c.steps, n, s)
	default:
		r.open(n, s)
	}
}

// open begins a case.
func (r *reader) open(n int, s string) {
	name, steps, _ := strings.Cut(s, "|")
	name = strings.TrimSpace(name)
	if name == "" {
		r.fault(n, "a case needs a name before its first bar")
	}
	if before, ok := r.names[name]; ok {
		r.fault(n, "the case of line %d has the same name; give each its own", before)
	}
	r.names[name] = n
	r.opened = true
	r.table.Cases = append(r.table.Cases, Case{Name: name, Line: n, steps: append([]step(nil), r.setup...), setup: len(r.setup)})
	c := &r.table.Cases[len(r.table.Cases)-1]
	c.steps = r.steps(c.steps, n, steps)
}

// steps appends those that a line holds between bars.
func (r *reader) steps(to []step, n int, s string) []step {
	for text := range strings.SplitSeq(s, "|") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		st := step{line: n, text: text}
		if err := st.read(); err != nil {
			r.fault(n, "%s: %v", text, err)
			continue
		}
		to = append(to, st)
	}
	return to
}

// complete refuses a case that could never fail. It is asked once every step
// could be read: a want that could not is no want.
func (r *reader) complete(c *Case) {
	for _, s := range c.steps[c.setup:] {
		if word, _, _ := strings.Cut(s.text, " "); wanting[word] {
			return
		}
	}
	r.fault(c.Line, "%s: wants nothing; end the case with what it is to score, such as \"want %s met\"", c.Name, "p1.oow")
}
