package eligibility

import (
	"fmt"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// file is a framework as its file writes it.
type file struct {
	Extends     string                    `yaml:"extends"`
	ID          string                    `yaml:"id"`
	Version     int                       `yaml:"version"`
	Name        string                    `yaml:"name"`
	Source      string                    `yaml:"source"`
	Valid       *fileValid                `yaml:"valid"`
	Parameters  map[string]*fileParameter `yaml:"parameters"`
	Family      *fileFamily               `yaml:"family"`
	EventDate   []string                  `yaml:"event_date"`
	Eligible    *fileEligible             `yaml:"eligible"`
	NeedsByCode *bool                     `yaml:"needs_by_code"`
	Headlines   []*fileHeadline           `yaml:"headlines"`
	Results     []*fileResult             `yaml:"results"`
	Alerts      []*fileAlert              `yaml:"alerts"`
	top         *checker                  // the file's own place
	eligibleAt  *checker
}

type fileValid struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
	at   *checker
}

type fileFamily struct {
	Adults          int    `yaml:"adults"`
	Children        int    `yaml:"children"`
	ExpectantByNeed string `yaml:"or_expectant_by_need"`
	at              *checker
}

type fileEligible struct {
	Count                string     `yaml:"count"` // headlines or needs
	AtLeast              int        `yaml:"at_least"`
	Of                   []string   `yaml:"of"` // all headlines if not given
	NonresidentParentMax *int       `yaml:"nonresident_parent_max"`
	Local                *fileLocal `yaml:"local"`
}

type fileLocal struct {
	AtLeast  int              `yaml:"at_least"`
	Reason   string           `yaml:"reason"`
	Criteria []*fileCriterion `yaml:"criteria"`
	at       *checker
}

type fileHeadline struct {
	ID       string           `yaml:"id"`
	Name     string           `yaml:"name"`
	Criteria []*fileCriterion `yaml:"criteria"`
	at       *checker
}

type fileCriterion struct {
	ID       string      `yaml:"id"`
	Name     string      `yaml:"name"`
	Who      string      `yaml:"who"`
	Counts   *bool       `yaml:"counts"`
	By       string      `yaml:"by"`
	Verified *bool       `yaml:"verified"`
	Source   string      `yaml:"source"`
	Any      []*fileTest `yaml:"any"`
	// Of an overlay's criteria: where one is added, and that one goes.
	Headline string `yaml:"headline"`
	Remove   bool   `yaml:"remove"`
	at       *checker
}

// fileTest is one test as a file writes it.
type fileTest struct {
	Of          string      `yaml:"of"`
	Within      string      `yaml:"within"`
	Beside      string      `yaml:"beside"`
	Dated       string      `yaml:"dated"`
	Where       string      `yaml:"where"`
	Known       string      `yaml:"known"`
	Met         string      `yaml:"met"`
	Unknown     string      `yaml:"unknown"`
	Figure      *fileFigure `yaml:"figure"`
	Says        string      `yaml:"says"`
	UnknownSays string      `yaml:"unknown_says"`
	Remark      *fileRemark `yaml:"remark"`
	at          *checker
}

type fileFigure struct {
	Value string `yaml:"value"`
	Of    string `yaml:"of"`
	One   string `yaml:"one"`
	Many  string `yaml:"many"`
	Bar   string `yaml:"bar"`
}

type fileRemark struct {
	When string `yaml:"when"`
	Says string `yaml:"says"`
}

// place writes into each part of a file where it stands, so that faults are
// told there whatever the part is merged into.
func (in *file) place(c *checker) {
	in.top, in.eligibleAt = c, c.at("eligible")
	for name, p := range in.Parameters {
		if p == nil {
			p = &fileParameter{}
			in.Parameters[name] = p
		}
		p.at = c.at("parameters").at(name)
	}
	if in.Valid != nil {
		in.Valid.at = c.at("valid")
	}
	if in.Family != nil {
		in.Family.at = c.at("family")
	}
	if in.Eligible != nil && in.Eligible.Local != nil {
		in.Eligible.Local.at = c.at("eligible.local")
		placeCriteria(in.Eligible.Local.Criteria, in.Eligible.Local.at)
	}
	for i, h := range in.Headlines {
		if h == nil {
			h = &fileHeadline{}
			in.Headlines[i] = h
		}
		h.at = c.at(fmt.Sprintf("headlines[%d]", i))
		placeCriteria(h.Criteria, h.at)
	}
	in.placeResults(c)
}

func placeCriteria(criteria []*fileCriterion, c *checker) {
	for i, cr := range criteria {
		if cr == nil {
			cr = &fileCriterion{}
			criteria[i] = cr
		}
		cr.at = c.at(fmt.Sprintf("criteria[%d]", i))
		placeTests(cr)
	}
}

func placeTests(cr *fileCriterion) {
	for j, t := range cr.Any {
		if t == nil {
			t = &fileTest{}
			cr.Any[j] = t
		}
		t.at = cr.at.at(fmt.Sprintf("any[%d]", j))
	}
}

// Load reads a framework file; name is the file's, for errors. Everything wrong
// with it is reported at once, each fault with its file, line and field; unknown
// fields are refused. The error is an ErrInvalid.
func Load(name string, data []byte) (*Framework, error) {
	in := &file{}
	doc, err := read(name, data, in)
	if err != nil {
		return nil, err
	}
	if in.Extends != "" {
		return nil, doc.failed("is an overlay of %q; load it with the framework that it extends", in.Extends)
	}
	found := &findings{used: map[string]bool{}}
	in.place(&checker{doc: doc, found: found})
	return in.framework(found)
}

// IsOverlay says whether a file is an overlay rather than a whole framework.
func IsOverlay(data []byte) bool {
	in := &overlayFile{}
	doc, err := read("", data, in)
	if err != nil && doc.tree != nil {
		// A faulty file is an overlay if it says what it extends.
		return doc.node(".extends") != nil
	}
	return err == nil && in.Extends != ""
}

// framework checks the file and compiles it.
func (in *file) framework(found *findings) (*Framework, error) {
	c := in.top
	f := &Framework{id: in.ID, name: in.Name, source: in.Source, version: in.Version, in: in}
	if !frameworkID.MatchString(in.ID) {
		c.fault("id", "write small letters, digits and hyphens, such as sf-2022")
	}
	c.between("version", in.Version, 1, 1_000_000)
	c.text("name", in.Name)
	c.text("source", in.Source)
	in.dates(f)
	if in.Family == nil {
		c.fault("family", "is missing; say how many adults and children make a family")
		in.Family = &fileFamily{at: c}
	}
	in.Family.at.between("adults", in.Family.Adults, 0, 20)
	in.Family.at.between("children", in.Family.Children, 0, 20)
	f.adults, f.children = in.Family.Adults, in.Family.Children
	f.expectant = in.Family.ExpectantByNeed
	in.eventDates(f)
	in.headlines(f)
	in.rule(f)
	in.editions(f, found)
	if err := found.err(in.top.doc); err != nil {
		return nil, err
	}
	return f, nil
}

func (in *file) dates(f *Framework) {
	if in.Valid == nil {
		in.top.fault("valid", "is missing; say from when the programme is in force")
		return
	}
	var errFrom, errTo error
	f.from, errFrom = family.ParseDate(in.Valid.From)
	f.to, errTo = family.ParseDate(in.Valid.To)
	switch {
	case errFrom != nil || f.from == 0:
		in.Valid.at.fault("from", "write a date as YYYY-MM-DD")
	case errTo != nil:
		in.Valid.at.fault("to", "write a date as YYYY-MM-DD, or leave it out")
	case f.to != 0 && f.to < f.from:
		in.Valid.at.fault("to", "lies before from")
	}
}

func (in *file) eventDates(f *Framework) {
	var names []string
	for _, c := range eventDates {
		names = append(names, c.String())
	}
	in.top.values("event_date", in.EventDate, names)
	in.top.filled("event_date", len(in.EventDate))
	for _, name := range in.EventDate {
		if i := slices.Index(names, name); i >= 0 {
			f.eventDate = append(f.eventDate, i)
		}
	}
}

// localHeadline is the headline of the criteria of a council's local filter.
const localHeadline = "local"

func (in *file) headlines(f *Framework) {
	in.top.filled("headlines", len(in.Headlines))
	for _, h := range in.Headlines {
		h.at.text("id", h.ID)
		h.at.text("name", h.Name)
		h.at.filled("criteria", len(h.Criteria))
		if h.ID == localHeadline {
			h.at.fault("id", "is kept for the local filter")
		}
		if slices.ContainsFunc(f.headlines, func(o Headline) bool { return o.ID == h.ID }) {
			h.at.fault("id", "is used twice")
		}
		f.headlines = append(f.headlines, Headline{h.ID, h.Name})
	}
}

func (in *file) rule(f *Framework) {
	e := in.Eligible
	if e == nil {
		in.top.fault("eligible", "is missing; say how many headlines make a family eligible")
		return
	}
	c := in.eligibleAt
	c.oneOf("count", e.Count, "headlines", "needs")
	var ids []string
	for _, h := range f.headlines {
		ids = append(ids, h.ID)
	}
	c.values("of", e.Of, ids)
	f.of = make([]bool, len(ids))
	most := 0
	for i, h := range in.Headlines {
		f.of[i] = len(e.Of) == 0 || slices.Contains(e.Of, h.ID)
		most += h.countable(f.of[i], e.Count == "needs")
	}
	f.byNeed, f.atLeast = e.Count == "needs", e.AtLeast
	if most == 0 && len(ids) > 0 {
		c.fault("at_least", "nothing counts; let a criterion count")
	} else {
		c.between("at_least", e.AtLeast, 1, max(most, 1))
	}
	if e.NonresidentParentMax != nil {
		c.between("nonresident_parent_max", *e.NonresidentParentMax, 0, len(ids))
		f.awayMost = *e.NonresidentParentMax
	}
	if e.Local == nil {
		return
	}
	e.Local.at.between("at_least", e.Local.AtLeast, 1, max(e.AtLeast-1, 1))
	e.Local.at.text("reason", e.Local.Reason)
	f.local, f.localReason = e.Local.AtLeast, e.Local.Reason
}

// countable is how many headlines, or needs, of this one can count.
func (h *fileHeadline) countable(of, needs bool) int {
	n := 0
	for _, cr := range h.Criteria {
		if of && (cr.Counts == nil || *cr.Counts) {
			n++
		}
	}
	if !needs {
		n = min(n, 1)
	}
	return n
}
