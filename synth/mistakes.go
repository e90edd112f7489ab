package synth

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// mistakeHeader is that of the list of mistakes.
var mistakeHeader = []string{"household_id", "true_household_id", "mistake", "person_id", "true_person_id", "role", "true_role",
	"confidence", "certainty", "put_forward", "cases"}

// Mistakes writes a line for each person who is wrongly a member of a household
// of several, and for each who is missing from one that was found: as CSV, in
// the order of the export. candidates, with their framework, may be blank; the
// list then does not say who is put forward. Errors are as those of Evaluate.
func Mistakes(truthDir, links, households, candidates, framework string, out io.Writer) error {
	t, err := readTruth(truthDir)
	if err != nil {
		return err
	}
	l, err := readLinks(links, t)
	if err != nil {
		return err
	}
	p, err := readHouseholds(households, l)
	if err != nil {
		return err
	}
	forward := map[string]bool{}
	if candidates != "" {
		err := readTable(candidates, []string{"household_id", "framework", "put_forward?"}, func(f []string) error {
			forward[f[0]] = forward[f[0]] || f[1] == framework && f[2] == "Y"
			return nil
		})
		if err != nil {
			return err
		}
	}
	w := csv.NewWriter(out)
	if err := w.Write(mistakeHeader); err != nil {
		return err
	}
	for _, line := range matchPeople(t, p).mistakes(l, forward) {
		if err := w.Write(line); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// mistakes lists who is wrongly in a household, and who of the one meant stands
// in no household that means it.
func (m *people) mistakes(l *linkage, forward map[string]bool) [][]string {
	var out [][]string
	here := map[[2]int32]bool{} // true household and person: a member of one that means it
	first := map[int32]int32{}  // by true household: the first that means it
	for i := range m.p.homes {
		h := m.main[i]
		if h == none {
			continue
		}
		if _, ok := first[h]; !ok {
			first[h] = int32(i)
		}
		for _, q := range m.p.homes[i].members {
			here[[2]int32{h, q.person}] = true
			if len(m.predGroups[i]) > 1 && !m.belongs(int32(i), q.person) {
				out = append(out, m.line(int32(i), "wrongly_in", l.persons.names[q.said], q, forward))
			}
		}
	}
	for h, g := range m.trueGroups {
		i, ok := first[int32(h)]
		if !ok {
			continue
		}
		for _, person := range g {
			if !here[[2]int32{int32(h), person}] {
				out = append(out, m.line(i, "missing", "", resident{person: person, role: m.said(i, person)}, forward))
			}
		}
	}
	slices.SortStableFunc(out, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return out
}

// said is what a household says of somebody who is no member of it.
func (m *people) said(i, person int32) string {
	for _, q := range m.p.homes[i].others {
		if q.person == person {
			return q.role
		}
	}
	return "none"
}

func (m *people) line(i int32, mistake, personID string, q resident, forward map[string]bool) []string {
	h := m.main[i]
	var cases []string
	if int(h) < len(m.t.cases) {
		cases = m.t.cases[h]
	}
	confidence, truth := "", ""
	if personID != "" && m.p.sure {
		confidence = strconv.FormatFloat(q.confidence, 'f', 2, 64)
	}
	if q.person != none {
		truth = m.t.persons.names[q.person]
	}
	return []string{m.p.names.names[i], m.t.homeName.names[h], mistake, personID, truth, q.role, m.role(i, q.person),
		confidence, fmt.Sprintf("%.4f", m.p.homes[i].certainty), string("NY"[btoi(forward[m.p.names.names[i]])]), strings.Join(cases, ";")}
}
