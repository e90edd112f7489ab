package eligibility

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hearthmatch/hearth/family"
)

// council is a fictional household with its rows, as a case writes it.
type council struct {
	framework *Framework
	asAt      family.Date
	household family.Household
	persons   map[string]*family.Person
	coverage  Coverage
	rows      int
	scored    *family.Candidate
	isFamily  bool
}

func newCouncil() *council {
	return &council{
		asAt: family.MustDate("2025-09-30"), persons: map[string]*family.Person{},
		household: family.Household{ID: "H1"}, coverage: CompleteCoverage(),
	}
}

func (c *council) person(id string) *family.Person { return c.persons[id] }

// member adds one, such as "P1 adult 1985-01-01 to=2025-01-01".
func (c *council) member(words []string) error {
	roles := map[string]family.Role{"adult": family.Adult, "child": family.Child,
		"non_resident_parent": family.NonResidentParent, "associate": family.Associate}
	m := family.Member{PersonID: words[0], Role: roles[words[1]]}
	p := &family.Person{ID: words[0]}
	for _, w := range words[2:] {
		key, value, ok := strings.Cut(w, "=")
		if !ok {
			key, value = "dob", w
		}
		d, err := family.ParseDate(value)
		if err != nil {
			return err
		}
		switch key {
		case "dob":
			p.Profile.DOB = d
		case "from":
			m.From = d
		case "to":
			m.To = d
		case "deceased":
			m.Deceased = d
		case "died":
			p.Profile.Died = d
		default:
			return fmt.Errorf("unknown %s", key)
		}
	}
	c.household.Members = append(c.household.Members, m)
	c.persons[p.ID] = p
	return nil
}

// row adds one about a person, such as "police P1 role=offender"; the row's
// own as-at day is written delivered=DATE, and part=contact1 makes the person
// its first contact.
func (c *council) row(feed family.Feed, words []string) error {
	c.rows++
	values := []family.Value{{Column: family.ColSurname, Text: "Example"}}
	asAt, part := c.asAt, family.Subject
	for _, w := range words[1:] {
		key, value, _ := strings.Cut(w, "=")
		switch key {
		case "delivered":
			asAt = family.MustDate(value)
			continue
		case "part":
			part = family.Contact1
			continue
		}
		col := family.ParseColumn(key)
		if col == 0 {
			return fmt.Errorf("unknown column %s", key)
		}
		values = append(values, family.Value{Column: col, Text: value})
	}
	row := family.NewRow(feed, fmt.Sprintf("r%d", c.rows), values)
	row.AsAt, row.Agency, row.Seq = asAt, "agency", uint64(c.rows)
	p := c.persons[words[0]]
	if p == nil {
		return fmt.Errorf("no member %s", words[0])
	}
	p.Records = append(p.Records, &family.Record{Row: row, Part: part})
	return nil
}

func (c *council) score() *family.Candidate {
	if c.scored == nil {
		cand, ok := c.framework.Score(&c.household, c.person, c.coverage, c.asAt)
		c.scored, c.isFamily = &cand, ok
	}
	return c.scored
}

// want checks what the household scores, such as "p1.oow met P1 evidence=2".
func (c *council) want(words []string) error {
	need, err := needOf(c.score(), words[0])
	if err != nil {
		return err
	}
	if got := need.Status.String(); got != words[1] {
		return fmt.Errorf("%s: got %s (%s), want %s", words[0], got, need.Reason, words[1])
	}
	for _, w := range words[2:] {
		key, value, _ := strings.Cut(w, "=")
		got := strings.Join(need.Persons, ",")
		switch key {
		case "evidence":
			got = fmt.Sprint(len(need.Evidence))
		case "window":
			got = need.From.String() + ".." + need.To.String()
		case "freshest":
			got = need.Freshest.String()
		default:
			value = w
		}
		if got != value {
			return fmt.Errorf("%s: got %s %s (%s), want %s", words[0], key, got, need.Reason, value)
		}
	}
	return nil
}

func needOf(c *family.Candidate, id string) (family.Need, error) {
	for _, n := range c.Needs {
		if n.Criterion == id {
			return n, nil
		}
	}
	for _, h := range c.Headlines {
		if h.ID == id {
			return family.Need{Criterion: id, Status: h.Status}, nil
		}
	}
	return family.Need{}, fmt.Errorf("no criterion or headline %s", id)
}

// do runs one line of a case.
func (c *council) do(line string) error {
	words := strings.Fields(line)
	rest := strings.TrimSpace(strings.TrimPrefix(line, words[0]))
	if feed, err := family.ParseFeed(words[0]); err == nil {
		return c.row(feed, words[1:])
	}
	switch words[0] {
	case "framework":
		return c.use(words[1])
	case "as-at":
		c.asAt = family.MustDate(words[1])
	case "member":
		return c.member(words[1:])
	case "nothing-delivered":
		feed, err := family.ParseFeed(words[1])
		c.coverage.feeds[feed] = feedCoverage{}
		return err
	case "partly-delivered":
		feed, err := family.ParseFeed(words[1])
		c.coverage.feeds[feed] = feedCoverage{delivered: true}
		return err
	case "want":
		return c.want(words[1:])
	case "family":
		if c.score(); c.isFamily != (words[1] == "yes") {
			return fmt.Errorf("got family %v, want %s", c.isFamily, words[1])
		}
	case "eligible":
		if got := c.score().Eligible; got != (words[1] == "yes") {
			return fmt.Errorf("got eligible %v (%s), want %s", got, c.score().Reason, words[1])
		}
	case "one-short":
		if got := c.framework.OneShort(c.score()); got != (words[1] == "yes") {
			return fmt.Errorf("got one short %v, want %s", got, words[1])
		}
	case "reason":
		if !strings.Contains(c.score().Reason, rest) {
			return fmt.Errorf("got reason %q, want it to say %q", c.score().Reason, rest)
		}
	case "says":
		need, err := needOf(c.score(), words[1])
		if said := strings.TrimSpace(strings.TrimPrefix(rest, words[1])); !strings.Contains(need.Reason, said) {
			return fmt.Errorf("got %q, want it to say %q", need.Reason, said)
		}
		return err
	default:
		return fmt.Errorf("unknown word %s", words[0])
	}
	return nil
}

func (c *council) use(id string) error {
	for _, f := range Builtin() {
		if f.ID() == id {
			c.framework = f
			return nil
		}
	}
	return fmt.Errorf("no framework %s", id)
}

// TestCases runs testdata/*.txt. A case is a line of steps between bars,
// indented lines going on with it; it begins with its name. Lines before the
// first case of a file, each beginning with "+", begin every case.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) { runCases(t, string(data)) })
	}
}

func runCases(t *testing.T, text string) {
	var setup []string
	for _, line := range caseLines(text) {
		if rest, ok := strings.CutPrefix(line, "+"); ok {
			setup = append(setup, strings.TrimSpace(rest))
			continue
		}
		name, steps, _ := strings.Cut(line, "|")
		t.Run(strings.TrimSpace(name), func(t *testing.T) {
			c := newCouncil()
			for _, step := range append(append([]string{}, setup...), strings.Split(steps, "|")...) {
				if step = strings.TrimSpace(step); step == "" {
					continue
				}
				if err := c.do(step); err != nil {
					t.Errorf("%s: %v", step, err)
				}
			}
			if c.scored == nil {
				t.Error("the case wants nothing")
			}
		})
	}
}

// caseLines joins indented lines to the line before, and drops comments.
func caseLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, " "):
			lines[len(lines)-1] += "|" + line
		default:
			lines = append(lines, line)
		}
	}
	return lines
}
