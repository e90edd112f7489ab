package eligibility

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/hearthmatch/hearth/family"
)

// maxFile is the size of a framework file, in bytes, over which it is refused.
const maxFile = 1 << 20

// file is a framework as its file writes it.
type file struct {
	ID      string `yaml:"id"`
	Version int    `yaml:"version"`
	Name    string `yaml:"name"`
	Source  string `yaml:"source"`
	Valid   struct {
		From string `yaml:"from"`
		To   string `yaml:"to"`
	} `yaml:"valid"`
	Family struct {
		Adults   int `yaml:"adults"`
		Children int `yaml:"children"`
		// ExpectantByNeed is the need_code of an open involvement row that
		// stands for the children.
		ExpectantByNeed string `yaml:"or_expectant_by_need"`
	} `yaml:"family"`
	EventDate   []string       `yaml:"event_date"`
	Eligible    fileEligible   `yaml:"eligible"`
	NeedsByCode bool           `yaml:"needs_by_code"`
	Headlines   []fileHeadline `yaml:"headlines"`
}

type fileEligible struct {
	Count   string   `yaml:"count"` // headlines or needs
	AtLeast int      `yaml:"at_least"`
	Of      []string `yaml:"of"` // all headlines if not given
	Local   *struct {
		AtLeast  int             `yaml:"at_least"`
		Reason   string          `yaml:"reason"`
		Criteria []fileCriterion `yaml:"criteria"`
	} `yaml:"local"`
}

type fileHeadline struct {
	ID       string          `yaml:"id"`
	Name     string          `yaml:"name"`
	Criteria []fileCriterion `yaml:"criteria"`
}

type fileCriterion struct {
	ID       string     `yaml:"id"`
	Name     string     `yaml:"name"`
	Who      ages       `yaml:"who"`
	Verified *bool      `yaml:"verified"`
	Source   string     `yaml:"source"`
	Any      []fileTest `yaml:"any"`
}

// fileTest is one test, by its kind: exactly one field is given.
type fileTest struct {
	Absence            *absence            `yaml:"absence"`
	Suspensions        *suspensions        `yaml:"suspensions"`
	PermanentExclusion *permanentExclusion `yaml:"permanent_exclusion"`
	ProvisionNow       *provisionNow       `yaml:"provision_now"`
	NotOnRollNow       *notOnRollNow       `yaml:"not_on_roll_now"`
	PoliceEvent        *policeEvent        `yaml:"police_event"`
	LandlordASB        *landlordASB        `yaml:"landlord_asb"`
	OutOfWork          *outOfWork          `yaml:"out_of_work"`
	BenefitOpen        *benefitOpen        `yaml:"benefit_open"`
	TenancyNotice      *tenancyNotice      `yaml:"tenancy_notice"`
	HomelessDuty       *homelessDuty       `yaml:"homeless_duty"`
	Arrears            *arrears            `yaml:"arrears"`
	Involvement        *involvement        `yaml:"involvement"`
}

// kindTest is a test with the name of its kind.
type kindTest struct {
	kind string
	test test
}

func (t fileTest) given() []kindTest {
	var out []kindTest
	add := func(given bool, kind string, test test) {
		if given {
			out = append(out, kindTest{kind, test})
		}
	}
	add(t.Absence != nil, "absence", t.Absence)
	add(t.Suspensions != nil, "suspensions", t.Suspensions)
	add(t.PermanentExclusion != nil, "permanent_exclusion", t.PermanentExclusion)
	add(t.ProvisionNow != nil, "provision_now", t.ProvisionNow)
	add(t.NotOnRollNow != nil, "not_on_roll_now", t.NotOnRollNow)
	add(t.PoliceEvent != nil, "police_event", t.PoliceEvent)
	add(t.LandlordASB != nil, "landlord_asb", t.LandlordASB)
	add(t.OutOfWork != nil, "out_of_work", t.OutOfWork)
	add(t.BenefitOpen != nil, "benefit_open", t.BenefitOpen)
	add(t.TenancyNotice != nil, "tenancy_notice", t.TenancyNotice)
	add(t.HomelessDuty != nil, "homeless_duty", t.HomelessDuty)
	add(t.Arrears != nil, "arrears", t.Arrears)
	add(t.Involvement != nil, "involvement", t.Involvement)
	return out
}

// Load reads a framework file; name is the file's, for errors. Everything wrong
// with it is reported at once, each fault with its line and field; unknown
// fields are refused. The error is an ErrInvalid.
func Load(name string, data []byte) (*Framework, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: over %d bytes: %w", name, maxFile, family.ErrInvalid)
	}
	var in file
	tree, err := decode(data, &in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var faults []fault
	f := in.framework(&checker{faults: &faults})
	if len(faults) > 0 {
		return nil, faultsOf(tree, faults)
	}
	return f, nil
}

// decode reads the YAML into the file's fields. The library is known to panic
// on some texts that no framework needs, such as tags on lists; a fault there
// is a fault of the text.
func decode(data []byte, in *file) (tree *ast.File, err error) {
	defer func() {
		if recover() != nil {
			tree, err = nil, fmt.Errorf("framework file: cannot be read as YAML: %w", family.ErrInvalid)
		}
	}()
	if tree, err = parser.ParseBytes(data, 0); err != nil {
		return nil, yamlFault(err)
	}
	if len(tree.Docs) != 1 || tree.Docs[0].Body == nil {
		return nil, fmt.Errorf("framework file: must hold exactly one framework: %w", family.ErrInvalid)
	}
	var p plain
	if ast.Walk(&p, tree.Docs[0].Body); p.line > 0 {
		return nil, fmt.Errorf("framework file: line %d: tags, anchors and aliases are not read here; write the value itself: %w",
			p.line, family.ErrInvalid)
	}
	if err := yaml.UnmarshalWithOptions(data, in, yaml.Strict()); err != nil {
		return nil, yamlFault(err)
	}
	return tree, nil
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

// yamlFault turns the parser's error into one line.
func yamlFault(err error) error {
	var e yaml.Error
	if errors.As(err, &e) && e.GetToken() != nil {
		return fmt.Errorf("framework file: line %d: %s: %w", e.GetToken().Position.Line, e.GetMessage(), family.ErrInvalid)
	}
	return fmt.Errorf("framework file: %w: %w", err, family.ErrInvalid)
}

func faultsOf(tree *ast.File, faults []fault) error {
	var errs []error
	for _, f := range faults {
		errs = append(errs, fmt.Errorf("framework file: line %d: %s: %s", lineOf(tree, f.path), f.path, f.what))
	}
	return fmt.Errorf("%w: %w", errors.Join(errs...), family.ErrInvalid)
}

var lastStep = regexp.MustCompile(`(\.[^.\[\]]+|\[\d+\])$`)

// lineOf returns the line of a field, or of what should hold it if the field
// is missing.
func lineOf(tree *ast.File, path string) int {
	for path = "." + path; path != ""; path = lastStep.ReplaceAllString(path, "") {
		if p, err := yaml.PathString("$" + path); err == nil {
			if node, err := p.FilterFile(tree); err == nil && node != nil && node.GetToken() != nil {
				return node.GetToken().Position.Line
			}
		}
		if !lastStep.MatchString(path) {
			break
		}
	}
	return 1
}

var frameworkID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// framework checks the file and compiles it.
func (in *file) framework(c *checker) *Framework {
	f := &Framework{
		id: in.ID, name: in.Name, source: in.Source, version: in.Version,
		adults: in.Family.Adults, children: in.Family.Children,
		atLeast: in.Eligible.AtLeast, byNeed: in.Eligible.Count == "needs",
	}
	if !frameworkID.MatchString(in.ID) {
		c.fault("id", "write small letters, digits and hyphens, such as sf-2022")
	}
	c.between("version", in.Version, 1, 1_000_000)
	c.text("name", in.Name)
	c.text("source", in.Source)
	f.from, f.to = in.dates(c.at("valid"))
	c.between("family.adults", in.Family.Adults, 0, 20)
	c.between("family.children", in.Family.Children, 0, 20)
	if in.Family.ExpectantByNeed != "" {
		f.expectant = &involvement{NeedCodes: []string{in.Family.ExpectantByNeed}}
	}
	c.values("event_date", in.EventDate, eventDates)
	c.filled("event_date", len(in.EventDate))
	for _, name := range in.EventDate {
		f.eventDate = append(f.eventDate, family.ParseColumn(name))
	}
	in.headlines(c, f)
	in.rule(c, f)
	return f
}

func (in *file) dates(c *checker) (from, to family.Date) {
	from, errFrom := family.ParseDate(in.Valid.From)
	to, errTo := family.ParseDate(in.Valid.To)
	switch {
	case errFrom != nil || from == 0:
		c.fault("from", "write a date as YYYY-MM-DD")
	case errTo != nil:
		c.fault("to", "write a date as YYYY-MM-DD, or leave it out")
	case to != 0 && to < from:
		c.fault("to", "lies before from")
	}
	return from, to
}

// localHeadline is the headline of the criteria of a council's local filter.
const localHeadline = "local"

func (in *file) headlines(c *checker, f *Framework) {
	c.filled("headlines", len(in.Headlines))
	seen := map[string]bool{}
	for i, h := range in.Headlines {
		at := c.at(fmt.Sprintf("headlines[%d]", i))
		at.text("id", h.ID)
		at.text("name", h.Name)
		at.filled("criteria", len(h.Criteria))
		if h.ID == localHeadline {
			at.fault("id", "is kept for the local filter")
		}
		if slices.ContainsFunc(f.headlines, func(o Headline) bool { return o.ID == h.ID }) {
			at.fault("id", "is used twice")
		}
		f.headlines = append(f.headlines, Headline{h.ID, h.Name})
		for j, fc := range h.Criteria {
			cr := fc.criterion(at.at(fmt.Sprintf("criteria[%d]", j)), seen, in.NeedsByCode)
			cr.Headline, cr.headline = h.ID, i
			f.criteria = append(f.criteria, cr)
		}
	}
	if in.Eligible.Local == nil {
		return
	}
	for j, fc := range in.Eligible.Local.Criteria {
		cr := fc.criterion(c.at(fmt.Sprintf("eligible.local.criteria[%d]", j)), seen, false)
		cr.Headline, cr.headline = localHeadline, -1
		f.criteria = append(f.criteria, cr)
	}
}

func (fc *fileCriterion) criterion(c *checker, used map[string]bool, byCode bool) criterion {
	c.text("id", fc.ID)
	c.text("name", fc.Name)
	c.text("source", fc.Source)
	if used[fc.ID] {
		c.fault("id", "is used twice")
	}
	used[fc.ID] = true
	if fc.Who.fault != "" || fc.Who.text == "" {
		c.fault("who", `write any, adult, under 18, or ages such as "16 to 18"`)
	}
	out := criterion{Criterion: Criterion{ID: fc.ID, Name: fc.Name, Source: fc.Source}, who: fc.Who}
	if fc.Verified == nil {
		c.fault("verified", "say true or false: has the number been read in its source?")
	} else {
		out.Verified = *fc.Verified
	}
	if byCode {
		out.byCode = &involvement{NeedCodes: []string{fc.ID}}
	} else {
		c.filled("any", len(fc.Any))
	}
	for i, t := range fc.Any {
		at, given := c.at(fmt.Sprintf("any[%d]", i)), t.given()
		if len(given) != 1 {
			at.fault("", "give exactly one kind of test, with its figures")
			continue
		}
		given[0].test.check(at.at(given[0].kind))
		out.tests = append(out.tests, given[0].test)
	}
	return out
}

func (in *file) rule(c *checker, f *Framework) {
	e := &in.Eligible
	c = c.at("eligible")
	c.oneOf("count", e.Count, "headlines", "needs")
	var ids []string
	for _, h := range f.headlines {
		ids = append(ids, h.ID)
	}
	c.values("of", e.Of, ids)
	if len(e.Of) == 0 {
		e.Of = ids
	}
	f.of = make([]bool, len(ids))
	for i, id := range ids {
		f.of[i] = slices.Contains(e.Of, id)
	}
	most := len(e.Of)
	if e.Count == "needs" {
		most = 0
		for i := range f.criteria {
			if h := f.criteria[i].headline; h >= 0 && f.of[h] {
				most++
			}
		}
	}
	c.between("at_least", e.AtLeast, 1, max(most, 1))
	if e.Local == nil {
		return
	}
	c.between("local.at_least", e.Local.AtLeast, 1, max(e.AtLeast-1, 1))
	c.text("local.reason", e.Local.Reason)
	f.local, f.localReason = e.Local.AtLeast, e.Local.Reason
}
