package eligibility

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// overlayFile is a council's variant of a framework as its file writes it: what
// it gives takes the place of the base's.
type overlayFile struct {
	Extends     string      `yaml:"extends"`
	ID          string      `yaml:"id"`
	Version     int         `yaml:"version"`
	Name        string      `yaml:"name"`
	Source      string      `yaml:"source"`
	Valid       *fileValid  `yaml:"valid"`
	Family      *fileFamily `yaml:"family"`
	EventDate   []string    `yaml:"event_date"`
	NeedsByCode *bool       `yaml:"needs_by_code"`
	Changes     fileChanges `yaml:"changes"`
}

type fileChanges struct {
	Parameters map[string]*fileParameter `yaml:"parameters"`
	// Criteria are criteria of the base with other keys, removed ones, and those
	// added to a headline.
	Criteria []*fileCriterion `yaml:"criteria"`
	Eligible *fileEligible    `yaml:"eligible"`
	Rules    []*fileRule      `yaml:"rules"` // likewise, of results
}

// LoadOverlay reads an overlay: a file that names the framework it extends and
// gives what is to be otherwise. base returns a framework by its id, or nil; an
// overlay may extend another. It is checked like a whole file, and the error is
// an ErrInvalid with every fault, its file and line.
func LoadOverlay(name string, data []byte, base func(id string) *Framework) (*Framework, error) {
	o := &overlayFile{}
	doc, err := read(name, data, o)
	if err != nil {
		return nil, err
	}
	if o.Extends == "" {
		return nil, doc.failed("says not what it extends; load it as a whole framework")
	}
	under := base(o.Extends)
	if under == nil {
		return nil, doc.failed("line %d: extends: there is no framework %q", doc.lineOf("extends"), o.Extends)
	}
	found := &findings{used: map[string]bool{}}
	c := &checker{doc: doc, found: found}
	in := under.in.clone(found)
	in.Extends, in.ID, in.Version, in.Name, in.Source, in.top = o.Extends, o.ID, o.Version, o.Name, o.Source, c
	if o.ID == o.Extends {
		c.fault("id", "is that of the framework it extends; choose another")
	}
	o.overFile(in, c)
	o.Changes.overParameters(in, c.at("changes.parameters"))
	o.Changes.overCriteria(in, c.at("changes.criteria"))
	o.Changes.overRules(in, c.at("changes.rules"))
	if o.Changes.Eligible != nil {
		o.Changes.Eligible.over(in, c.at("changes.eligible"))
	}
	f, err := in.framework(found)
	if err != nil {
		return nil, err
	}
	f.bases = append([]string{under.id}, under.bases...)
	return f, nil
}

// overFile lets what the overlay says of the whole take the base's place.
func (o *overlayFile) overFile(in *file, c *checker) {
	if o.Valid != nil {
		in.Valid, o.Valid.at = o.Valid, c.at("valid")
	}
	if o.Family != nil {
		in.Family, o.Family.at = o.Family, c.at("family")
	}
	if len(o.EventDate) > 0 {
		in.EventDate = o.EventDate
	}
	if o.NeedsByCode != nil {
		in.NeedsByCode = o.NeedsByCode
	}
}

func (o *fileChanges) overParameters(in *file, c *checker) {
	for _, name := range slices.Sorted(maps.Keys(o.Parameters)) {
		p, old := o.Parameters[name], in.Parameters[name]
		if p == nil {
			p = &fileParameter{}
		}
		p.at = c.at(name)
		switch {
		case old != nil:
			p.over(old)
		case p.Value == nil && len(in.Parameters) > 0:
			c.fault(name, "there is no such parameter to change%s", suggest(name, slices.Sorted(maps.Keys(in.Parameters))))
			continue
		}
		if in.Parameters == nil {
			in.Parameters = map[string]*fileParameter{}
		}
		in.Parameters[name] = p
	}
}

// over fills what the change does not say from the base's parameter. A value
// takes the place of the base's on every day.
func (fp *fileParameter) over(old *fileParameter) {
	if fp.Value == nil {
		fp.Value, fp.Verified, fp.Source = old.Value, given(fp.Verified, old.Verified), filled(fp.Source, old.Source)
		if fp.From == nil {
			fp.From = old.From
		}
	}
	fp.Unit = filled(fp.Unit, old.Unit)
	if fp.OneOf == nil {
		fp.OneOf = old.OneOf
	}
	was, faultWas := parseValue(old.Value)
	is, fault := parseValue(fp.Value)
	s, _ := fp.Value.(string)
	other := strings.HasPrefix(s, "param.") // whose type shows where it is used
	if faultWas == "" && fault == "" && was.kind != is.kind && was.kind != someText && !other {
		fp.at.fault("value", "is %v and was %v; a parameter keeps its type", is.kind, was.kind)
	}
}

func (o *fileChanges) overCriteria(in *file, c *checker) {
	for i, cr := range o.Criteria {
		at := &checker{doc: c.doc, found: c.found, path: fmt.Sprintf("%s[%d]", c.path, i)}
		if cr == nil {
			at.fault("", "is empty; name a criterion")
			continue
		}
		cr.at = at
		placeTests(cr)
		list, at0 := in.find(cr.ID)
		switch {
		case list != nil && cr.Headline != "" && cr.Headline != in.headlineOf(cr.ID):
			at.fault("headline", "cannot move a criterion; remove it and add one with another id")
		case list != nil && cr.Remove:
			*list = slices.Delete(slices.Clone(*list), at0, at0+1)
			in.forget(cr.ID)
		case list != nil:
			cr.over((*list)[at0])
			*list = slices.Clone(*list)
			(*list)[at0] = cr
		case cr.Remove:
			at.fault("id", "there is no criterion %s to remove%s", cr.ID, suggest(cr.ID, in.ids()))
		case cr.Headline == "":
			at.fault("id", "there is no criterion %s to change%s; to add one, say to which headline", cr.ID, suggest(cr.ID, in.ids()))
		default:
			in.add(cr)
		}
	}
}

// over fills what the change does not say from the base's criterion.
func (cr *fileCriterion) over(old *fileCriterion) {
	cr.Name, cr.Who = filled(cr.Name, old.Name), filled(cr.Who, old.Who)
	cr.Source, cr.Verified = filled(cr.Source, old.Source), given(cr.Verified, old.Verified)
	cr.Counts = given(cr.Counts, old.Counts)
	if len(cr.Any) == 0 && cr.By == "" {
		cr.Any, cr.By = old.Any, old.By
	}
}

// add adds a criterion to its headline, or to the local filter.
func (in *file) add(cr *fileCriterion) {
	if cr.Headline == localHeadline && in.Eligible != nil && in.Eligible.Local != nil {
		in.Eligible.Local.Criteria = append(slices.Clip(in.Eligible.Local.Criteria), cr)
		return
	}
	var ids []string
	for _, h := range in.Headlines {
		if h.ID == cr.Headline {
			h.Criteria = append(slices.Clip(h.Criteria), cr)
			return
		}
		ids = append(ids, h.ID)
	}
	cr.at.fault("headline", "there is no headline %s%s", cr.Headline, suggest(cr.Headline, ids))
}

// find returns the list that a criterion stands in and its place there.
func (in *file) find(id string) (*[]*fileCriterion, int) {
	for _, list := range in.lists() {
		if i := slices.IndexFunc(*list, func(cr *fileCriterion) bool { return cr.ID == id }); i >= 0 {
			return list, i
		}
	}
	return nil, 0
}

func (in *file) headlineOf(id string) string {
	for _, h := range in.Headlines {
		if slices.ContainsFunc(h.Criteria, func(cr *fileCriterion) bool { return cr.ID == id }) {
			return h.ID
		}
	}
	return localHeadline
}

func (in *file) ids() []string {
	var ids []string
	for _, list := range in.lists() {
		for _, cr := range *list {
			ids = append(ids, cr.ID)
		}
	}
	return ids
}

// lists are all lists of criteria.
func (in *file) lists() []*[]*fileCriterion {
	var out []*[]*fileCriterion
	for _, h := range in.Headlines {
		out = append(out, &h.Criteria)
	}
	if in.Eligible != nil && in.Eligible.Local != nil {
		out = append(out, &in.Eligible.Local.Criteria)
	}
	return out
}

// over lets what the change says of eligibility take the base's place; the local
// filter as a whole.
func (e *fileEligible) over(in *file, c *checker) {
	merged := *in.Eligible
	merged.Count = filled(e.Count, merged.Count)
	if e.AtLeast != 0 {
		merged.AtLeast = e.AtLeast
	}
	if e.Of != nil {
		merged.Of = e.Of
	}
	merged.NonresidentParentMax = given(e.NonresidentParentMax, merged.NonresidentParentMax)
	if e.Local != nil {
		e.Local.at = c.at("local")
		placeCriteria(e.Local.Criteria, e.Local.at)
		merged.Local = e.Local
	}
	in.Eligible, in.eligibleAt = &merged, c
}

func given[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

func filled(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// clone copies a file so that it can be changed, and tells its faults elsewhere.
func (in *file) clone(found *findings) *file {
	out := *in
	out.top, out.eligibleAt = in.top.to(found), in.eligibleAt.to(found)
	out.Parameters = map[string]*fileParameter{}
	for name, p := range in.Parameters {
		c := *p
		c.at = p.at.to(found)
		out.Parameters[name] = &c
	}
	if in.Valid != nil {
		v := *in.Valid
		v.at, out.Valid = v.at.to(found), &v
	}
	if in.Family != nil {
		v := *in.Family
		v.at, out.Family = v.at.to(found), &v
	}
	out.Headlines = make([]*fileHeadline, len(in.Headlines))
	for i, h := range in.Headlines {
		out.Headlines[i] = &fileHeadline{ID: h.ID, Name: h.Name, Criteria: cloneCriteria(h.Criteria, found), at: h.at.to(found)}
	}
	if in.Eligible != nil {
		e := *in.Eligible
		if e.Local != nil {
			l := *e.Local
			l.at, l.Criteria = l.at.to(found), cloneCriteria(l.Criteria, found)
			e.Local = &l
		}
		out.Eligible = &e
	}
	out.cloneResults(found)
	return &out
}

func cloneCriteria(list []*fileCriterion, found *findings) []*fileCriterion {
	out := make([]*fileCriterion, len(list))
	for i, cr := range list {
		c := *cr
		c.at, c.Any = cr.at.to(found), make([]*fileTest, len(cr.Any))
		for j, t := range cr.Any {
			u := *t
			u.at = t.at.to(found)
			c.Any[j] = &u
		}
		out[i] = &c
	}
	return out
}

// to returns a checker of the same place that tells its faults elsewhere.
func (c *checker) to(found *findings) *checker {
	return &checker{doc: c.doc, path: c.path, found: found}
}
