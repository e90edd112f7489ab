package trial

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
)

// Failure is a step of a case that did not hold.
type Failure struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Case string `json:"case"`
	Step string `json:"step"`
	// Got and Want are blank where the step could not be done at all.
	Got  string `json:"got,omitempty"`
	Want string `json:"want,omitempty"`
	// Fault says what is wrong in a sentence.
	Fault string `json:"fault"`
}

// String is the failure on one line, as editors understand it.
func (f Failure) String() string {
	return fmt.Sprintf("%s:%d: %s: %s: %s", f.File, f.Line, f.Case, f.Step, f.Fault)
}

// mismatch is an answer that is not the one wanted.
type mismatch struct{ what, got, want, why string }

// Error says got before want, and why where the answer gives a reason.
func (m *mismatch) Error() string {
	s := fmt.Sprintf("%s: got %s, want %s", m.what, m.got, m.want)
	if m.why != "" {
		s += " (" + m.why + ")"
	}
	return s
}

func differs(what, got, want, why string) error {
	if got == want {
		return nil
	}
	return &mismatch{what, got, want, why}
}

func holds(what, got, want string) error {
	if strings.Contains(got, want) {
		return nil
	}
	return &mismatch{what, fmt.Sprintf("%q", got), fmt.Sprintf("words with %q", want), ""}
}

// Run runs a case of the table: against own, the framework that the file stands
// beside (nil if none), or the one that the case names. named finds that one; it
// returns nil if there is none. It returns every step that did not hold.
func (t *Table) Run(c *Case, own *eligibility.Framework, named func(id string) *eligibility.Framework) []Failure {
	s := newScene(own, named)
	var out []Failure
	for _, st := range c.steps {
		err := s.run(st)
		if err == nil {
			continue
		}
		f := Failure{File: t.File, Line: st.line, Case: c.Name, Step: st.text, Fault: err.Error()}
		var m *mismatch
		if errors.As(err, &m) {
			f.Got, f.Want = m.got, m.want
			out = append(out, f)
			continue
		}
		return append(out, f) // what follows would only fail because of it
	}
	return out
}

// run does one step.
func (c *scene) run(st step) error {
	word, _, _ := strings.Cut(st.text, " ")
	switch {
	case wanting[word] && c.framework == nil:
		return errors.New("no framework: begin the case with one, such as framework sf-2022")
	case !wanting[word] && (c.scored != nil || c.judged != nil):
		return errors.New("what is set up comes before what is wanted")
	}
	return st.do(c)
}

// RunAll runs every case of the table and returns what did not hold, in the
// order of the file.
func (t *Table) RunAll(own *eligibility.Framework, named func(id string) *eligibility.Framework) []Failure {
	var out []Failure
	for i := range t.Cases {
		out = append(out, t.Run(&t.Cases[i], own, named)...)
	}
	return out
}

// Tried counts the cases that want a criterion to be met, not met and unknown, or
// a rule of a result to be achieved, anything else, and unknown.
type Tried struct {
	ID      string `json:"id"`
	Rule    bool   `json:"rule,omitempty"` // of a result; else a criterion
	Met     int    `json:"met"`
	NotMet  int    `json:"not_met"`
	Unknown int    `json:"unknown"`
}

// Both says whether a case wants it met and a case wants it not met. Of a rule a
// case that wants it unknown is enough on either side: there are rules that the
// feeds can prove and never disprove, or the other way.
func (t Tried) Both() bool {
	if t.Rule && t.Unknown > 0 {
		return t.Met+t.NotMet > 0
	}
	return t.Met > 0 && t.NotMet > 0
}

// Tried counts, for each criterion of the framework and then each rule of its
// results, in their order, the cases of the table that want an answer of it. A
// case that names another framework tries none of this one.
func (t *Table) Tried(own *eligibility.Framework) []Tried {
	out := make([]Tried, 0, len(own.Criteria()))
	for _, c := range own.Criteria() {
		out = append(out, Tried{ID: c.ID})
	}
	for _, r := range own.Results() {
		for _, rule := range r.Rules {
			out = append(out, Tried{ID: rule.ID, Rule: true})
		}
	}
	at := map[string]int{}
	for i := range out {
		at[out[i].ID] = i
	}
	for _, c := range t.Cases {
		id := own.ID()
		for _, s := range c.steps {
			if name, ok := strings.CutPrefix(s.text, "framework "); ok {
				id = strings.TrimSpace(name)
			}
			if i, ok := at[s.wants]; ok && id == own.ID() {
				out[i].count(s.status)
			}
		}
	}
	return out
}

func (t *Tried) count(s family.Status) {
	switch s {
	case family.Met:
		t.Met++
	case family.NotMet:
		t.NotMet++
	case family.Unknown:
		t.Unknown++
	}
}
