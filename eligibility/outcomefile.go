package eligibility

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"

	"github.com/hearthmatch/hearth/family"
)

// fileResult is a result as a file writes it.
type fileResult struct {
	ID         string      `yaml:"id"`
	Name       string      `yaml:"name"`
	Verified   *bool       `yaml:"verified"`
	Source     string      `yaml:"source"`
	Needs      []string    `yaml:"needs"`
	FoundLater bool        `yaml:"found_later"`
	Requires   []string    `yaml:"requires"`
	Partial    bool        `yaml:"partial"`
	Suffices   string      `yaml:"suffices"` // all (if left out) or one of the rules
	Excludes   []string    `yaml:"excludes"`
	Fees       []*fileFee  `yaml:"fees"`
	Rules      []*fileRule `yaml:"rules"`
	at         *checker
}

type fileFee struct {
	From     string `yaml:"from"`
	To       string `yaml:"to"`
	Pounds   int    `yaml:"pounds"`
	Verified *bool  `yaml:"verified"`
	Source   string `yaml:"source"`
	at       *checker
}

// fileRule is one rule of a result.
type fileRule struct {
	ID          string          `yaml:"id"`
	Name        string          `yaml:"name"`
	For         []string        `yaml:"for"`
	Who         string          `yaml:"who"`
	By          string          `yaml:"by"`
	Evidence    []*fileEvidence `yaml:"evidence"`
	Before      string          `yaml:"before"`
	Now         string          `yaml:"now"`
	Sustained   string          `yaml:"sustained"`
	After       string          `yaml:"after"`
	Wait        *bool           `yaml:"wait"`
	Neutral     string          `yaml:"neutral"`
	Unknown     string          `yaml:"unknown"`
	Achieved    string          `yaml:"achieved"`
	OnTrack     string          `yaml:"on_track"`
	Figure      *fileFigure     `yaml:"figure"`
	Says        string          `yaml:"says"`
	UnknownSays string          `yaml:"unknown_says"`
	NeutralSays string          `yaml:"neutral_says"`
	// Of an overlay: the result that a rule is added to, and that it is taken away.
	Result string `yaml:"result"`
	Remove bool   `yaml:"remove"`
	at     *checker
}

// fileEvidence selects rows of one kind.
type fileEvidence struct {
	Of       string `yaml:"of"`
	Dated    string `yaml:"dated"`
	Where    string `yaml:"where"`
	NeedCode bool   `yaml:"need_code"`
	// Of claims: which rows show that DWP knows the person, which do not say
	// whether the claimant works, which benefits the rule is about, and for how
	// many days an answer of no stands.
	Known      string `yaml:"known"`
	Vague      string `yaml:"vague"`
	Entry      string `yaml:"entry"`
	AnswerDays string `yaml:"answer_days"`
	at         *checker
}

// fileAlert is what the coordinator is told of as soon as it happens.
type fileAlert struct {
	ID       string          `yaml:"id"`
	Name     string          `yaml:"name"`
	For      string          `yaml:"for"`
	Who      string          `yaml:"who"`
	Evidence []*fileEvidence `yaml:"evidence"`
	at       *checker
}

// placeResults writes into each part where it stands.
func (in *file) placeResults(c *checker) {
	for i, r := range in.Results {
		if r == nil {
			r = &fileResult{}
			in.Results[i] = r
		}
		r.at = c.at(fmt.Sprintf("results[%d]", i))
		for j, fee := range r.Fees {
			if fee == nil {
				fee = &fileFee{}
				r.Fees[j] = fee
			}
			fee.at = r.at.at(fmt.Sprintf("fees[%d]", j))
		}
		for j, rule := range r.Rules {
			if rule == nil {
				rule = &fileRule{}
				r.Rules[j] = rule
			}
			rule.at = r.at.at(fmt.Sprintf("rules[%d]", j))
			placeEvidence(rule.Evidence, rule.at)
		}
	}
	for i, a := range in.Alerts {
		if a == nil {
			a = &fileAlert{}
			in.Alerts[i] = a
		}
		a.at = c.at(fmt.Sprintf("alerts[%d]", i))
		placeEvidence(a.Evidence, a.at)
	}
}

func placeEvidence(list []*fileEvidence, c *checker) {
	for i, e := range list {
		if e == nil {
			e = &fileEvidence{}
			list[i] = e
		}
		e.at = c.at(fmt.Sprintf("evidence[%d]", i))
	}
}

// cloneResults copies results and alerts so that they can be changed, and tells
// their faults elsewhere.
func (in *file) cloneResults(found *findings) {
	results, alerts := in.Results, in.Alerts
	in.Results, in.Alerts = make([]*fileResult, len(results)), make([]*fileAlert, len(alerts))
	for i, r := range results {
		c := *r
		c.at, c.Needs = r.at.to(found), slices.Clone(r.Needs)
		c.Fees, c.Rules = make([]*fileFee, len(r.Fees)), make([]*fileRule, len(r.Rules))
		for j, fee := range r.Fees {
			f := *fee
			f.at, c.Fees[j] = fee.at.to(found), &f
		}
		for j, rule := range r.Rules {
			u := *rule
			u.at, u.For, u.Evidence = rule.at.to(found), slices.Clone(rule.For), cloneEvidence(rule.Evidence, found)
			c.Rules[j] = &u
		}
		in.Results[i] = &c
	}
	for i, a := range alerts {
		c := *a
		c.at, c.Evidence = a.at.to(found), cloneEvidence(a.Evidence, found)
		in.Alerts[i] = &c
	}
}

func cloneEvidence(list []*fileEvidence, found *findings) []*fileEvidence {
	out := make([]*fileEvidence, len(list))
	for i, e := range list {
		c := *e
		c.at, out[i] = e.at.to(found), &c
	}
	return out
}

// forget takes a criterion that an overlay removes out of the results: a rule
// that was for no other goes with it, and a result that was about no other.
func (in *file) forget(id string) {
	is := func(n string) bool { return n == id }
	gone := map[string]bool{}
	for _, r := range in.Results {
		about := len(r.Needs)
		r.Needs = slices.DeleteFunc(r.Needs, is)
		r.Rules = slices.DeleteFunc(r.Rules, func(rule *fileRule) bool {
			rule.For = slices.DeleteFunc(rule.For, is)
			return len(rule.For) == 0
		})
		gone[r.ID] = about > 0 && len(r.Needs) == 0 || len(r.Rules) == 0
	}
	in.Results = slices.DeleteFunc(in.Results, func(r *fileResult) bool { return gone[r.ID] })
	for _, r := range in.Results {
		r.Excludes = slices.DeleteFunc(slices.Clone(r.Excludes), func(o string) bool { return gone[o] })
	}
	for _, a := range in.Alerts {
		if a.For == id {
			a.For = ""
		}
	}
}

// result is one result with its rules.
type result struct {
	Result
	foundLater bool
	suffices   bool // one rule is enough
	rules      []*outcomeRule
}

// alertRule is what is told of as soon as it happens.
type alertRule struct {
	id, name, criterion string
	who                 *criterion
	evidence            []selection
}

// results compiles the results of one edition.
func (c *compiler) results() []result {
	seen := map[string]bool{}
	var out []result
	for _, fr := range c.in.Results {
		fr.at.text("id", fr.ID)
		fr.at.text("name", fr.Name)
		fr.at.text("source", fr.Source)
		if seen[fr.ID] {
			fr.at.fault("id", "is used twice")
		}
		seen[fr.ID] = true
		if fr.Verified == nil {
			fr.at.fault("verified", "say true or false: has the rule been read in its source?")
		}
		fr.at.values("requires", fr.Requires, []string{"plan", "lead_practitioner"})
		if fr.Suffices != "" {
			fr.at.oneOf("suffices", fr.Suffices, "all", "one")
		}
		c.needs(fr.at, "needs", fr.Needs)
		c.excludes(fr)
		r := result{foundLater: fr.FoundLater, suffices: fr.Suffices == "one", Result: Result{
			ID: fr.ID, Name: fr.Name, Source: fr.Source, Verified: fr.Verified != nil && *fr.Verified,
			Needs: fr.Needs, Requires: fr.Requires, Partial: fr.Partial, Excludes: sorted(slices.Clone(fr.Excludes)), Fees: fees(fr.Fees),
		}}
		fr.at.filled("rules", len(fr.Rules))
		for _, rule := range fr.Rules {
			if seen[rule.ID] {
				rule.at.fault("id", "is used twice")
			}
			seen[rule.ID] = true
			r.rules = append(r.rules, c.rule(rule))
			r.Rules = append(r.Rules, ResultRule{rule.ID, rule.Name, rule.For})
		}
		out = append(out, r)
	}
	return out
}

// needs checks that a list names criteria and headlines.
func (c *compiler) needs(at *checker, field string, list []string) {
	var known []string
	for _, h := range c.in.Headlines {
		known = append(known, h.ID)
		for _, cr := range h.Criteria {
			known = append(known, cr.ID)
		}
	}
	for i, n := range list {
		item := fmt.Sprintf("%s[%d]", field, i)
		if !slices.Contains(known, n) {
			at.fault(item, "there is no criterion or headline %s%s", n, suggest(n, known))
		}
		if slices.Contains(list[:i], n) {
			at.fault(item, "stands in the list twice")
		}
	}
}

func (c *compiler) excludes(fr *fileResult) {
	for i, id := range fr.Excludes {
		j := slices.IndexFunc(c.in.Results, func(o *fileResult) bool { return o.ID == id })
		switch {
		case j < 0:
			fr.at.fault(fmt.Sprintf("excludes[%d]", i), "there is no result %s", id)
		case id == fr.ID:
			fr.at.fault(fmt.Sprintf("excludes[%d]", i), "is the result itself")
		case !slices.Contains(c.in.Results[j].Excludes, fr.ID):
			fr.at.fault(fmt.Sprintf("excludes[%d]", i), "%s does not exclude %s; what excludes is excluded, so write both", id, fr.ID)
		}
	}
}

func fees(list []*fileFee) []Fee {
	var out []Fee
	for _, f := range list {
		from, errFrom := family.ParseDate(f.From)
		to, errTo := family.ParseDate(f.To)
		switch {
		case errFrom != nil || from == 0:
			f.at.fault("from", "write a date as YYYY-MM-DD")
		case errTo != nil:
			f.at.fault("to", "write a date as YYYY-MM-DD, or leave it out")
		case to != 0 && to < from:
			f.at.fault("to", "lies before from")
		case len(out) > 0 && (out[len(out)-1].To == 0 || from <= out[len(out)-1].To):
			f.at.fault("from", "fees stand in the order of their days and do not overlap")
		}
		f.at.between("pounds", f.Pounds, 1, 100_000)
		f.at.text("source", f.Source)
		if f.Verified == nil {
			f.at.fault("verified", "say true or false: has the fee been read in its source?")
		}
		out = append(out, Fee{From: from, To: to, Pounds: f.Pounds, Verified: f.Verified != nil && *f.Verified, Source: f.Source})
	}
	return out
}

// rule compiles one rule.
func (c *compiler) rule(fr *fileRule) *outcomeRule {
	r := &outcomeRule{id: fr.ID, name: fr.Name, needs: fr.For, wait: fr.Wait == nil || *fr.Wait}
	fr.at.text("id", fr.ID)
	fr.at.text("name", fr.Name)
	if c.in.Extends == "" && (fr.Result != "" || fr.Remove) {
		fr.at.fault("", "result and remove are for overlays")
	}
	fr.at.filled("for", len(fr.For))
	c.needs(fr.at, "for", fr.For)
	r.who = &criterion{}
	c.who(r.who, &fileCriterion{Who: fr.Who, at: fr.at})
	if fr.at.oneOf("by", fr.By, breadths...) {
		r.breadth = breadth(slices.Index(breadths, fr.By))
	}
	if fr.After != "" && fr.at.oneOf("after", fr.After, anchors...) {
		r.after = anchor(slices.Index(anchors, fr.After))
	}
	c.windows(r, fr)
	fr.at.filled("evidence", len(fr.Evidence))
	r.evidence = c.evidence(fr.Evidence)
	r.byCode = slices.ContainsFunc(r.evidence, func(s selection) bool { return s.byCode })
	c.questions(r, fr)
	c.says(r, fr)
	return r
}

func (c *compiler) windows(r *outcomeRule, fr *fileRule) {
	of := ""
	if len(fr.Evidence) > 0 {
		of = fr.Evidence[0].Of
	}
	ft := &fileTest{at: fr.at, Of: of}
	r.baseline = c.window(ft, "before", fr.Before)
	r.now = c.window(ft, "now", fr.Now)
	switch {
	case (fr.Now == "") == (fr.Sustained == ""):
		fr.at.fault("now", "write now, how far back the follow-up looks, or sustained, for how long a state must have lasted")
	case fr.Sustained != "":
		r.now, r.sustained = c.window(ft, "sustained", fr.Sustained), true
	}
	switch {
	case r.now.ahead > 0 || r.baseline.ahead > 0:
		fr.at.fault("now", "looks back, not ahead")
	case of == sessions.name && (r.now.terms == 0 && r.now.text != "" || !r.baseline.none() && r.baseline.terms == 0):
		fr.at.fault("now", `is counted over whole terms for sessions, such as "3 terms"`)
	case of != sessions.name && (r.now.terms > 0 || r.baseline.terms > 0):
		fr.at.fault("now", `is counted over months or weeks, such as "6 months"`)
	case r.after == afterNothing && !r.baseline.none():
		fr.at.fault("after", "a follow-up that is compared with what was before begins after the attachment")
	}
}

// selections that rest on the day asked could not be the same before and after.
var ofTheDay = []string{"claim.open", "claim.ended", "claim.overruled", "episode.open"}

// evidence compiles what a rule or alert selects.
func (c *compiler) evidence(list []*fileEvidence) []selection {
	var out []selection
	for _, fe := range list {
		i := slices.IndexFunc(kinds, func(k *kind) bool { return k.name == fe.Of && k != nominations })
		if i < 0 {
			fe.at.fault("of", "write one of sessions, events, claims, tenancies, episodes")
			continue
		}
		s := selection{kind: kinds[i], byCode: fe.NeedCode}
		at := c.must(slices.DeleteFunc(slices.Clone(s.kind.row), func(v *variable) bool { return slices.Contains(ofTheDay, v.name) }))
		condition := func(field, text string) *expression {
			if text == "" {
				return nil
			}
			return at.compile(fe.at, field, text, cel.BoolType, c.params)
		}
		s.where, s.known = condition("where", fe.Where), condition("known", fe.Known)
		s.vague, s.entry = condition("vague", fe.Vague), condition("entry", fe.Entry)
		if s.kind == events && (s.where == nil || !s.where.uses["event.role"]) {
			fe.at.fault("where", "must say in which roles, by event.role; else victims would count")
		}
		c.claimKeys(&s, fe)
		s.dated = c.dating(&s, fe)
		if s.byCode && s.kind != episodes {
			fe.at.fault("need_code", "is for episodes")
		}
		out = append(out, s)
	}
	return out
}

// claimKeys reads the keys that claims alone have.
func (c *compiler) claimKeys(s *selection, fe *fileEvidence) {
	if s.kind != claims {
		for field, text := range map[string]string{"known": fe.Known, "vague": fe.Vague, "entry": fe.Entry, "answer_days": fe.AnswerDays} {
			if text != "" {
				fe.at.fault(field, "is for claims")
			}
		}
		return
	}
	if fe.Known == "" {
		fe.at.fault("known", "is missing; say which rows show that DWP knows the person")
	}
	param, ok := strings.CutPrefix(fe.AnswerDays, "param.")
	if v, known := c.params[param]; ok && known && v.kind == aNumber {
		s.answerDays = int(v.number)
		fe.at.used(fe.AnswerDays)
		fe.at.between("answer_days", s.answerDays, 0, 400)
	} else {
		fe.at.fault("answer_days", "name a parameter of a whole number of days, such as param.answer_days")
	}
}

// dating reads which day of a row it is evidence as of.
func (c *compiler) dating(s *selection, fe *fileEvidence) dating {
	switch {
	case fe.Dated == "":
	case s.kind == tenancies:
		if fe.at.oneOf("dated", fe.Dated, datings...) {
			return dating(slices.Index(datings, fe.Dated))
		}
	case s.kind == episodes:
		s.begun = fe.at.oneOf("dated", fe.Dated, "start")
	default:
		fe.at.fault("dated", "is for tenancies and episodes")
	}
	return byDelivery
}

// questions compiles what is asked of the tallies.
func (c *compiler) questions(r *outcomeRule, fr *fileRule) {
	names := [][]*variable{aboutFamily, aboutCase}
	if r.breadth != wholeFamily {
		names = append(names, aboutPerson)
	}
	for _, s := range r.evidence {
		names = append(names, s.kind.tallies())
	}
	at := c.must(distinct(names)...)
	ask := func(field, text string) *expression {
		if text == "" {
			return nil
		}
		return at.compile(fr.at, field, text, cel.BoolType, c.params)
	}
	if fr.Achieved == "" {
		fr.at.fault("achieved", "is missing; say when it is achieved, over now and before")
	}
	r.achieved, r.neutral = ask("achieved", fr.Achieved), ask("neutral", fr.Neutral)
	r.unknown, r.onTrack = ask("unknown", fr.Unknown), ask("on_track", fr.OnTrack)
	if fr.Unknown == "" && slices.ContainsFunc(r.evidence, func(s selection) bool { return s.kind != episodes }) {
		fr.at.fault("unknown", "is missing; say when the feeds cannot tell, such as !coverage.police")
	}
	for _, e := range []*expression{r.achieved, r.neutral, r.unknown, r.onTrack} {
		r.everAsked = r.everAsked || e != nil && e.namesAny("ever.")
	}
	r.figure = c.ruleFigure(r, fr)
}

// distinct returns the names, each once.
func distinct(names [][]*variable) [][]*variable {
	var out []*variable
	for _, vs := range names {
		for _, v := range vs {
			if !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return [][]*variable{out}
}

// ruleFigure reads what of the tallies a reason tells.
func (c *compiler) ruleFigure(r *outcomeRule, fr *fileRule) ruleFigure {
	g := fr.Figure
	if g == nil {
		fr.at.fault("figure", "is missing; say what is told of the tallies, such as {value: count, one: event, many: events}")
		return ruleFigure{}
	}
	var known []string
	for _, s := range r.evidence {
		known = append(known, s.kind.tallied()...)
	}
	read := func(field, name string) func(*tally) int64 {
		if !slices.Contains(known, name) {
			fr.at.fault(field, "there is no %s of such evidence%s", strconv.Quote(name), suggest(name, known))
			return nil
		}
		i := slices.IndexFunc(tallied, func(n tallyName) bool { return n.name == name })
		return tallied[i].get
	}
	out := ruleFigure{one: g.One, many: g.Many, value: read("figure.value", g.Value)}
	fr.at.text("figure.many", g.Many)
	if g.Of != "" {
		out.whole = read("figure.of", g.Of)
	} else {
		fr.at.text("figure.one", g.One)
	}
	return out
}

// says reads the words of a rule's reasons.
func (c *compiler) says(r *outcomeRule, fr *fileRule) {
	fill := func(field, text string, more ...string) string {
		return placeholder.ReplaceAllStringFunc(text, func(p string) string {
			name := strings.Trim(p, "{}")
			param, ok := strings.CutPrefix(name, "param.")
			if v, known := c.params[param]; ok && known {
				fr.at.used(name)
				return v.String()
			}
			if !slices.Contains(more, name) {
				fr.at.fault(field, "%s is not known here; write {now}, {before} or a parameter such as {param.share}", strconv.Quote(p))
			}
			return p
		})
	}
	fr.at.text("says", fr.Says)
	r.says = fill("says", fr.Says, "now", "before")
	r.unknownSays = fill("unknown_says", fr.UnknownSays)
	r.neutralSays = fill("neutral_says", fr.NeutralSays)
	if fr.Neutral != "" {
		fr.at.text("neutral_says", fr.NeutralSays)
	}
	if fr.Unknown != "" {
		fr.at.text("unknown_says", fr.UnknownSays)
	}
}

// alerts compiles what is told of as soon as it happens.
func (c *compiler) alerts() []alertRule {
	var out []alertRule
	for i, fa := range c.in.Alerts {
		fa.at.text("id", fa.ID)
		fa.at.text("name", fa.Name)
		if slices.ContainsFunc(c.in.Alerts[:i], func(o *fileAlert) bool { return o.ID == fa.ID }) {
			fa.at.fault("id", "is used twice")
		}
		if fa.For != "" {
			c.needs(fa.at, "for", []string{fa.For})
		}
		a := alertRule{id: fa.ID, name: fa.Name, criterion: fa.For, who: &criterion{}}
		c.who(a.who, &fileCriterion{Who: fa.Who, at: fa.at})
		fa.at.filled("evidence", len(fa.Evidence))
		for _, fe := range fa.Evidence {
			if fe.Of == claims.name {
				fe.at.fault("of", "claims are no alert: a benefit that begins is not known to be worse")
			}
		}
		a.evidence = c.evidence(fa.Evidence)
		out = append(out, a)
	}
	return out
}
