package eligibility

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
)

var frameworkID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// editions compiles the criteria once for each stretch of days on which the
// parameters stay the same.
func (in *file) editions(f *Framework, found *findings) {
	params := readParameters(in.Parameters)
	f.params = params.display
	for _, day := range params.days {
		values := params.at(day)
		v, err := newVocabulary(values)
		if err != nil {
			in.top.fault("parameters", "cannot be used: %v", err)
			return
		}
		c := &compiler{in: in, vocabulary: v, ids: map[string]bool{}}
		f.editions = append(f.editions, edition{from: day, criteria: c.criteria(), results: c.results(), alerts: c.alerts()})
	}
	f.asksHousehold = found.used["household.members"] || found.used["household.adults"] || found.used["household.children"]
	for _, name := range slices.Sorted(maps.Keys(in.Parameters)) {
		// What used a parameter of the base an overlay may have taken away.
		if p := in.Parameters[name]; !found.used["param."+name] && len(found.faults) == 0 && p.at.doc == in.top.doc {
			p.at.fault("", "nothing uses it; leave it out")
		}
	}
}

// compiler makes the criteria of one edition.
type compiler struct {
	in *file
	*vocabulary
	ids map[string]bool // criteria and headlines so far
}

func (c *compiler) criteria() []criterion {
	var out []criterion
	for i, h := range c.in.Headlines {
		for _, fc := range h.Criteria {
			out = append(out, c.criterion(fc, h.ID, i))
		}
	}
	if c.in.Eligible != nil && c.in.Eligible.Local != nil {
		for _, fc := range c.in.Eligible.Local.Criteria {
			out = append(out, c.criterion(fc, localHeadline, -1))
		}
	}
	return out
}

func (c *compiler) criterion(fc *fileCriterion, headline string, index int) criterion {
	fc.at.text("id", fc.ID)
	fc.at.text("name", fc.Name)
	fc.at.text("source", fc.Source)
	if c.ids[fc.ID] || slices.ContainsFunc(c.in.Headlines, func(h *fileHeadline) bool { return h.ID == fc.ID }) {
		fc.at.fault("id", "is used twice")
	}
	c.ids[fc.ID] = true
	if c.in.Extends == "" && (fc.Headline != "" || fc.Remove) {
		fc.at.fault("", "headline and remove are for overlays; write the criterion under its headline, or leave it out")
	}
	out := criterion{headline: index, Criterion: Criterion{
		ID: fc.ID, Headline: headline, Name: fc.Name, Source: fc.Source, Who: fc.Who,
		Counts: fc.Counts == nil || *fc.Counts, ByNomination: fc.By != "",
	}}
	if fc.Verified == nil {
		fc.at.fault("verified", "say true or false: has the rule been read in its source?")
	} else {
		out.Verified = *fc.Verified
	}
	c.who(&out, fc)
	out.byCode = c.in.NeedsByCode != nil && *c.in.NeedsByCode && index >= 0 && fc.By == ""
	switch {
	case fc.By != "":
		if fc.at.oneOf("by", fc.By, "nomination") && len(fc.Any) > 0 {
			fc.at.fault("any", "is not asked of what only a nomination can meet; leave it or by out")
		}
	case !out.byCode && len(fc.Any) == 0:
		fc.at.fault("any", "needs at least one test; or write by: nomination, if only a professional can put it forward")
	}
	for _, ft := range fc.Any {
		out.tests = append(out.tests, c.test(ft, &out))
	}
	return out
}

// who reads whom a criterion is about.
func (c *compiler) who(out *criterion, fc *fileCriterion) {
	out.noun, out.nouns = "member", "members"
	if a, ok := parseAges(fc.Who); ok {
		out.ages = a
		switch {
		case a.to < adultAge:
			out.noun, out.nouns = "child", "children"
		case a.from >= adultAge:
			out.noun, out.nouns = "adult", "adults"
		}
		return
	}
	if !strings.Contains(fc.Who, "person.") {
		fc.at.fault("who", `write any, adult, under 18, ages such as "16 to 18", or a condition over the person, such as person.age < 25`)
		return
	}
	out.whom = c.must(aboutPerson, aboutFamily).compile(fc.at, "who", fc.Who, cel.BoolType, c.params)
}

// test checks and compiles one test.
func (c *compiler) test(ft *fileTest, cr *criterion) *test {
	t := &test{}
	i := slices.IndexFunc(kinds, func(k *kind) bool { return k.name == ft.Of })
	if i < 0 {
		names := []string{}
		for _, k := range kinds {
			names = append(names, k.name)
		}
		ft.at.fault("of", "write one of %s%s", strings.Join(names, ", "), suggest(ft.Of, names))
		return t
	}
	t.kind = kinds[i]
	t.within = c.window(ft, "within", ft.Within)
	t.beside = c.window(ft, "beside", ft.Beside)
	t.checkWindows(ft)
	if t.dated = byDelivery; ft.Dated != "" {
		if t.kind != tenancies {
			ft.at.fault("dated", "is for tenancies")
		} else if ft.at.oneOf("dated", ft.Dated, datings...) {
			t.dated = dating(slices.Index(datings, ft.Dated))
		}
	}
	c.selection(t, ft)
	c.judgement(t, ft)
	c.words(t, ft, cr)
	return t
}

// window reads a window: a parameter, one written out, or now.
func (c *compiler) window(ft *fileTest, field, text string) window {
	param, ok := strings.CutPrefix(text, "param.")
	switch {
	case text == "":
		return window{}
	case text == "now" && field == "within" && ft.Of == "sessions":
		return window{text: "now", now: true}
	case !ok:
		w, fault := parseWindow(text)
		if fault != "" {
			ft.at.fault(field, "%s", fault)
		}
		return w
	}
	v, known := c.params[param]
	switch {
	case !known && c.in.Parameters[param] == nil:
		ft.at.fault(field, "there is no parameter %s%s", param, suggest(param, slices.Sorted(maps.Keys(c.in.Parameters))))
	case known && v.kind != aWindow:
		ft.at.fault(field, "param.%s is %v; a window is asked for, such as 12 months", param, v.kind)
	}
	ft.at.used("param." + param)
	return v.window
}

// checkWindows says which windows a kind of evidence can have.
func (t *test) checkWindows(ft *fileTest) {
	switch w := t.within; {
	case ft.Within == "" && (t.kind == sessions || t.kind == events):
		ft.at.fault("within", "is missing; say how far back %s count", t.kind.name)
	case t.kind == sessions && (w.months > 0 || w.ahead > 0):
		ft.at.fault("within", `is counted over whole terms, such as "3 terms", or now`)
	case t.kind == events && (w.terms > 0 || w.ahead > 0):
		ft.at.fault("within", `is counted over months, such as "12 months"`)
	case t.kind == nominations && ft.Within != "":
		ft.at.fault("within", "is not asked of nominations, which are in force until they are withdrawn")
	case t.kind != sessions && w.terms > 0 || w.weeks > 0:
		ft.at.fault("within", `is counted over months, such as "12 months"`)
	}
	switch {
	case ft.Beside != "" && t.kind != sessions:
		ft.at.fault("beside", "is for sessions")
	case ft.Beside != "" && t.beside.terms == 0 && (t.beside.months > 0 || t.beside.ahead > 0):
		ft.at.fault("beside", `is counted over whole terms, such as "3 terms"`)
	}
}

// selection compiles what selects rows.
func (c *compiler) selection(t *test, ft *fileTest) {
	rows := [][]*variable{t.kind.row, aboutFamily}
	if t.kind != tenancies {
		rows = append(rows, aboutPerson)
	}
	if ft.Within != "" {
		rows = append(rows, aboutWindow)
	}
	at := c.must(rows...)
	if yes, ok := fixed(ft.Where); ok {
		if !yes {
			ft.at.fault("where", "selects nothing, so that nobody can meet it")
		}
	} else if ft.Where != "" {
		t.where = at.compile(ft.at, "where", ft.Where, cel.BoolType, c.params)
	}
	if t.kind == events && (ft.Where == "" || t.where != nil && !t.where.uses["event.role"]) {
		ft.at.fault("where", "must say in which roles, by event.role; else victims would count")
	}
	if ft.Known == "" {
		return
	}
	if t.kind == events || t.kind == tenancies || t.kind == nominations {
		ft.at.fault("known", "is for sessions, claims and episodes")
		return
	}
	t.known = at.compile(ft.at, "known", ft.Known, cel.BoolType, c.params)
}

// judgement compiles what judges the sums.
func (c *compiler) judgement(t *test, ft *fileTest) {
	names := [][]*variable{t.kind.sumsOf(total), t.kind.sumsOf(all), aboutFamily}
	if t.kind != tenancies {
		names = append(names, aboutPerson)
	}
	if ft.Known != "" {
		names = append(names, t.kind.sumsOf(known))
	}
	if ft.Beside != "" {
		names = append(names, sessions.sumsOf(beside))
	}
	if ft.Within != "" {
		names = append(names, aboutWindow)
	}
	at := c.must(names...)
	if yes, ok := fixed(ft.Met); ok {
		ft.at.fault("met", "is %v for everybody; say when it is met", yes)
	} else if ft.Met != "" {
		t.met = at.compile(ft.at, "met", ft.Met, cel.BoolType, c.params)
		t.needsEvidence(ft)
	}
	c.unknown(t, ft, at)
	if g := ft.Figure; g != nil {
		t.figure = &figure{one: g.One, many: g.Many}
		ft.at.text("figure.many", g.Many)
		t.figure.value = at.compile(ft.at, "figure.value", g.Value, cel.IntType, c.params)
		if g.Of != "" {
			t.figure.whole = at.compile(ft.at, "figure.of", g.Of, cel.IntType, c.params)
		} else {
			ft.at.text("figure.one", g.One)
		}
	}
	if r := ft.Remark; r != nil {
		ft.at.text("remark.says", r.Says)
		t.remark = at.compile(ft.at, "remark.when", r.When, cel.BoolType, c.params)
	}
	for _, e := range []*expression{t.met, t.unknown, t.remark} {
		t.whole = t.whole || e != nil && e.namesAny("all.")
	}
	if t.figure != nil && t.figure.value != nil {
		t.whole = t.whole || t.figure.value.namesAny("all.") || t.figure.whole != nil && t.figure.whole.namesAny("all.")
	}
}

// usualUnknown is when it is unknown of a kind of evidence whose file does not
// say.
var usualUnknown = map[*kind]string{
	events:      "!coverage.police",
	claims:      "known.count == 0 && person.adult",
	tenancies:   "!coverage.housing && household.tenancies == 0",
	episodes:    "false",
	nominations: "false",
}

func (c *compiler) unknown(t *test, ft *fileTest, at *place) {
	text := ft.Unknown
	switch {
	case text == "" && t.kind == sessions:
		ft.at.fault("unknown", "is missing; say of whom it is unknown, such as all.possible < param.least_sessions && person.compulsory_school_age")
		return
	case text == "" && t.kind == claims && ft.Known == "":
		ft.at.fault("known", "is missing; say which rows show that DWP knows the person, or say when it is unknown")
		return
	case text == "":
		text = usualUnknown[t.kind]
	}
	if yes, ok := fixed(text); ok {
		if yes {
			ft.at.fault("unknown", "is true for everybody; say when it is unknown")
		}
		return
	}
	if t.kind == tenancies {
		at = c.must(aboutPerson, aboutFamily)
		if ft.Within != "" {
			at = c.must(aboutPerson, aboutFamily, aboutWindow)
		}
	}
	if t.unknown = at.compile(ft.at, "unknown", text, cel.BoolType, c.params); t.unknown != nil {
		t.unknownOfAll = !t.unknown.namesAny("person.", "total.", "all.", "known.", "beside.")
	}
}

// needsEvidence refuses a condition that holds of nothing at all: it would be met
// by everybody of whom any row is selected.
func (t *test) needsEvidence(ft *fileTest) {
	if t.met == nil {
		return
	}
	s := newStage()
	s.fam = &Family{asAt: 1}
	s.people = &people{}
	for _, age := range []int{-1, 0, 6, 16, 18, 40, 80} {
		s.member = &member{ev: nothing, age: age, adult: age >= adultAge, school: age > 4 && age < 17}
		if yes, ok := t.met.holds(s); yes && ok {
			ft.at.fault("met", "holds without any evidence, so that everybody meets it; ask for at least one")
			return
		}
	}
}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// words reads the words of a test's reasons, and fills in the parameters.
func (c *compiler) words(t *test, ft *fileTest, cr *criterion) {
	t.words = words{noun: cr.noun, nouns: cr.nouns, within: t.within.text}
	t.words.says = c.fill(t, ft, "says", ft.Says)
	t.words.unknown = c.fill(t, ft, "unknown_says", ft.UnknownSays)
	if ft.Figure != nil && ft.Figure.Bar != "" {
		t.words.bar = ", where " + c.fill(t, ft, "figure.bar", ft.Figure.Bar) + " counts"
	}
	if ft.Remark != nil {
		t.words.remark = c.fill(t, ft, "remark.says", ft.Remark.Says)
	}
	if t.figure != nil && !strings.Contains(ft.Says, "{figure}") {
		ft.at.fault("says", "tells no {figure}; write it where the figure stands")
	}
}

func (c *compiler) fill(t *test, ft *fileTest, field, text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		name := strings.Trim(p, "{}")
		param, ok := strings.CutPrefix(name, "param.")
		switch v, known := c.params[param]; {
		case ok && known:
			ft.at.used(name)
			return v.String()
		case name == "figure" && t.figure != nil && field == "says", name == "within" && ft.Within != "", name == "since" && ft.Within != "":
			return p
		}
		ft.at.fault(field, "%s is not known here; write {figure}, {within}, {since} or a parameter such as {param.share}", strconv.Quote(p))
		return p
	})
}
