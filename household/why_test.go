package household

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

// TestWhy reads testdata/why/why.txt: stories as in TestScenarios, with the
// questions
//
//	why PERSON in PERSON [at DAY]
//	whatif PERSON
//	others PERSON
//
// about the household that the second, or the only, person lives in at as-at.
func TestWhy(t *testing.T) { stories(t, "testdata/why/*.txt", answer) }

// answer answers the questions of a story.
func answer(t *testing.T, body string) string {
	var rows, questions []string
	for line := range strings.SplitSeq(body, "\n") {
		if strings.HasPrefix(line, "why ") || strings.HasPrefix(line, "whatif ") || strings.HasPrefix(line, "others ") {
			questions = append(questions, line)
		} else {
			rows = append(rows, line)
		}
	}
	in := readStory(t, strings.Join(rows, "\n"))
	var b strings.Builder
	for _, q := range questions {
		fmt.Fprintf(&b, "%s\n", q)
		words := strings.Fields(q)
		if words[0] == "others" {
			for _, o := range Others(in, householdOf(t, in, words[1])) {
				fmt.Fprintf(&b, "  %s %v: %d weights\n", o.PersonID, o.Standing, len(o.Weights))
			}
			continue
		}
		if words[0] == "whatif" {
			for _, c := range WhatIf(in, householdOf(t, in, words[1])) {
				fmt.Fprintf(&b, "  %s: -%v +%v\n", c.Words(), c.Leaves, c.Joins)
			}
			continue
		}
		h, at := householdOf(t, in, words[3]), in
		if len(words) > 4 {
			at.AsAt = family.MustDate(words[5])
		}
		tellWhy(&b, Explain(at, h, words[1]))
	}
	return b.String()
}

func tellWhy(b *strings.Builder, e Explanation) {
	fmt.Fprintf(b, "  %v: %s\n", e.Standing, e.Standing.Words())
	for _, w := range e.Weights {
		fmt.Fprintf(b, "    %s\n", tellWeight(w))
	}
	for _, w := range e.HomeWeights {
		fmt.Fprintf(b, "    elsewhere %s\n", tellWeight(w))
	}
}

func tellWeight(w family.Weight) string {
	s := fmt.Sprintf("%+.1f %s", w.Bits, FactWords(w.Fact))
	if w.Day != 0 {
		s += " " + w.Day.String()
	}
	if w.Row != (family.RowRef{}) {
		s += " " + w.Row.String()
	}
	return s
}

func householdOf(t *testing.T, in Input, personID string) *family.Household {
	all := Form(in)
	i := slices.IndexFunc(all, func(h family.Household) bool { return livesIn(&h, personID, in.AsAt) })
	if i < 0 {
		t.Fatalf("%s lives in no household", personID)
	}
	return &all[i]
}

// TestWeights checks that something with a row speaks for everybody who lives
// somewhere, that a household's answers agree with it, and that nothing said
// of anybody holds a personal value.
func TestWeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, who := drawCouncil(t)
		in := Input{Persons: truePersons(rows, who), AsAt: testDay}
		for _, h := range Form(in) {
			for _, m := range h.Members {
				if m.Current(testDay) && len(m.Evidence) == 0 {
					t.Fatalf("no row speaks for %s: %+v", m.PersonID, m)
				}
				if len(m.Weights) > maxWeights || !slices.IsSortedFunc(m.Weights, compareWeights) {
					t.Fatalf("weights of %s: %v", m.PersonID, m.Weights)
				}
				said := m.Reason
				for _, w := range m.Weights {
					said += "; " + FactWords(w.Fact)
				}
				e := Explain(in, &h, m.PersonID)
				if (e.Standing == LivesHere) != m.Current(testDay) {
					t.Fatalf("%s is said to be %v: %+v", m.PersonID, e.Standing, m)
				}
				impersonal(t, said+e.Standing.Words())
			}
			for _, o := range Others(in, &h) {
				if e := Explain(in, &h, o.PersonID); e.Standing != o.Standing || e.Standing == LivesHere {
					t.Fatalf("%s is %v among the others, and %v alone", o.PersonID, o.Standing, e.Standing)
				}
			}
			for _, c := range WhatIf(in, &h) {
				impersonal(t, c.Words())
			}
		}
	})
}

func impersonal(t *rapid.T, said string) {
	for _, value := range []string{"Fore", "Sur", "Oak", "Haven", "ZE1", "-01-02"} {
		if strings.Contains(said, value) {
			t.Fatalf("%q is said: %s", value, said)
		}
	}
}

// TestNear checks that a household's people and streets alone make the
// household that the whole council makes.
func TestNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, who := drawCouncil(t)
		var addresses []*family.Row
		for i, line := range []string{"1 Oak Road", "2 Oak Road", "Flat 1, 3 Oak Road", "Flat 2, 3 Oak Road", "Haven House", "9 Elm Road", "8 Elm Road"} {
			code := "ZE1 1AA"
			if i >= 5 {
				code = "ZE2 2AA"
			}
			addresses = append(addresses, row(family.Addresses, fmt.Sprint("u", i), family.ColUPRN, fmt.Sprint(100+i),
				family.ColAddress1, line, family.ColPostcode, code, family.ColClassification, "RD"))
		}
		in := Input{Persons: truePersons(rows, who), AsAt: testDay, Gazetteer: NewGazetteer(addresses)}
		want := Form(in)
		in.Gazetteer = in.Gazetteer.Near(in.Persons)
		if n := len(in.Gazetteer.places); n > 6 {
			t.Fatalf("%d places are near", n)
		}
		if diff := cmp.Diff(want, Form(in)); diff != "" {
			t.Fatalf("with the streets near by alone:\n%s", diff)
		}
	})
}
