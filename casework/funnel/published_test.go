package funnel_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/casework/funnel"
	"github.com/hearthmatch/hearth/family"
)

// The figures that the programme and its councils have published come out of
// the reports, from cases made event by event. testdata/published/README.md
// explains the files.
func TestPublished(t *testing.T) {
	files, err := filepath.Glob("../../testdata/published/*.txt")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			if testing.Short() && strings.Contains(file, "england-") {
				t.Skip("over a second")
			}
			p := &published{T: t, book: casework.NewBook()}
			p.read(file)
			if p.expected == 0 {
				t.Error("the file expects nothing")
			}
		})
	}
}

// published is one file as far as it has been read.
type published struct {
	*testing.T
	place    uint64 // of the journal
	cases    int
	book     *casework.Book
	in       funnel.Input
	opt      funnel.Options
	deal     funnel.Dimension // over which cases are dealt
	areas    int
	partial  []string
	report   *funnel.Report
	expected int
}

func (p *published) read(file string) {
	f, err := os.Open(file)
	if err != nil {
		p.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		words := split(lines.Text())
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if err := p.line(words); err != nil {
			p.Fatalf("%s:%d: %v", file, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		p.Fatal(err)
	}
}

// split cuts a line at blanks; quotes hold words together.
func split(line string) []string {
	var out []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, strings.Fields(part)...)
		}
	}
	return out
}

func (p *published) line(words []string) error {
	arg := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	number := func(i int) int64 {
		n, err := strconv.ParseInt(arg(i), 10, 64)
		if err != nil {
			p.Fatalf("%q is no number", arg(i))
		}
		return n
	}
	switch words[0] {
	case "authority":
		p.opt.Authority = arg(1)
	case "framework":
		p.opt.Framework = arg(1)
	case "as-at":
		p.opt.AsAt = family.MustDate(arg(1))
	case "target":
		p.in.Targets = append(p.in.Targets, funnel.Target{Area: arg(1), Families: number(2)})
	case "population":
		p.in.Population = append(p.in.Population, funnel.Population{Area: arg(1), People: number(2)})
	case "partial":
		p.partial = append(p.partial, arg(1))
	case "deal":
		by, err := funnel.ParseDimension(arg(1))
		p.deal, p.areas = by, int(number(2))
		return err
	case "schools":
		for i := range number(1) {
			p.in.Schools = append(p.in.Schools, funnel.School{URN: fmt.Sprint(100000 + i), Contributes: i < number(2)})
		}
	case "cases":
		return p.make(int(number(1)), words[2:])
	case "expect":
		p.expected++
		return p.expect(words[1:])
	default:
		return fmt.Errorf("unknown line %q", words[0])
	}
	return nil
}

// make puts n cases into the book, each by its events.
func (p *published) make(n int, steps []string) error {
	lead := "Agency 1"
	if i := len(steps) - 2; i >= 0 && steps[i] == "lead" {
		lead, steps = steps[i+1], steps[:i]
	}
	for i := range n {
		if err := p.one(i, n, lead, steps); err != nil {
			return err
		}
	}
	return nil
}

func (p *published) one(i, n int, lead string, steps []string) error {
	p.cases++
	e := family.CaseEvent{
		Kind: family.CaseIdentified, By: "coordinator", Framework: p.opt.Framework, Area: p.area(),
		Records: []family.RecordRef{{RowRef: family.RowRef{Feed: family.Attendance, ID: fmt.Sprint("row-", p.cases)}}},
	}
	subject := ""
	var latest family.Date
	add := func(e family.CaseEvent, day family.Date) error {
		p.place++
		latest = max(latest, day)
		e.ID, e.Subject, e.By, e.Day = fmt.Sprintf("E%d", p.place), subject, "coordinator", latest
		return p.book.Apply(e)
	}
	for len(steps) > 0 {
		var events []family.CaseEvent
		switch steps[0] {
		case "identified":
			events = []family.CaseEvent{e}
		case "worked_with":
			events = []family.CaseEvent{{Kind: family.CaseContacted}, {Kind: family.CaseAgreed}, {Kind: family.CasePlanned, Plan: "plan"},
				{Kind: family.CaseWorkedWith, LeadAgency: lead}}
		case "claimed":
			events = []family.CaseEvent{{Kind: family.CaseClaimed, Framework: p.opt.Framework, Outcome: steps[1],
				SnapshotHash: strings.Repeat("0", 64)}}
			steps = steps[1:]
		default:
			return fmt.Errorf("unknown step %q", steps[0])
		}
		for _, e := range events {
			if err := add(e, day(steps[1], i, n)); err != nil {
				return err
			}
			if subject == "" {
				subject = fmt.Sprintf("E%d", p.place)
			}
		}
		steps = steps[2:]
	}
	return nil
}

// day is the i-th of n days spread evenly over a period FROM..TO, or the day.
func day(text string, i, n int) family.Date {
	from, to, ok := strings.Cut(text, "..")
	if !ok {
		return family.MustDate(text)
	}
	first, last := family.MustDate(from), family.MustDate(to)
	return first + family.Date(i*int(last-first)/n)
}

// area deals the cases over the areas.
func (p *published) area() family.Area {
	if p.areas == 0 {
		return family.Area{}
	}
	name := fmt.Sprintf("%s %03d", p.deal, p.cases%p.areas+1)
	if p.deal == funnel.Cluster {
		return family.Area{Cluster: name}
	}
	return family.Area{District: name}
}

// expect checks a figure of the report.
func (p *published) expect(words []string) error {
	if p.report == nil {
		p.in.Families = funnel.FromBook(p.book, casework.View{Day: p.opt.AsAt}, funnel.Terms{
			Partial: func(_, result string) bool { return slices.Contains(p.partial, result) }})
		p.opt.By = []funnel.Dimension{funnel.LeadAgency, funnel.District, funnel.Cluster}
		r, err := funnel.Make(&p.in, p.opt)
		if err != nil {
			return err
		}
		p.report = r
	}
	want := strings.Join(words, " ")
	if got := p.figure(words); got != want {
		p.Errorf("got %s, want %s", got, want)
	}
	return nil
}

// figure writes what the report says in the words of the expectation.
func (p *published) figure(words []string) string {
	whole := &p.report.Groups[0]
	switch words[0] {
	case "target":
		return fmt.Sprint("target ", whole.Target.N)
	case "schools":
		percent, _ := p.report.SchoolsPercent()
		return fmt.Sprintf("schools %d %d %.1f", p.report.Schools, p.report.Contributing, percent)
	case "per_1000":
		rate, _ := whole.PerThousand(p.measure(words[1]))
		return fmt.Sprintf("per_1000 %s %.2f", words[1], rate)
	case "groups":
		n := 0
		for _, g := range p.report.Groups {
			if g.By.String() == words[1] && g.ID != "" {
				n++
			}
		}
		return fmt.Sprintf("groups %s %d", words[1], n)
	case "in":
		by, err := funnel.ParseDimension(words[1])
		g, ok := p.report.Group(by, words[2])
		if err != nil || !ok {
			return fmt.Sprintf("no %s %s", words[1], words[2])
		}
		return fmt.Sprintf("in %s %s %s %d", words[1], words[2], words[3], g.Counts[p.measure(words[3])].N)
	}
	text := fmt.Sprintf("%s %d", words[0], whole.Counts[p.measure(words[0])].N)
	if len(words) == 3 {
		percent, _ := whole.Percent(p.measure(words[0]))
		text += fmt.Sprintf(" %.1f", percent)
	}
	return text
}

func (p *published) measure(id string) int {
	m := p.report.Measure(id)
	if m < 0 {
		p.Fatalf("the report has no measure %s", id)
	}
	return m
}
