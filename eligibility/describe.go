package eligibility

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Fact is one thing that a framework says, for display and comparison.
type Fact struct {
	Part string // framework, family, eligible, parameter, headline, criterion, result, rule or alert
	ID   string // of a parameter, headline, criterion, result, rule or alert; blank for other parts
	Key  string // such as who, or "test 2 met"
	// Value is as the file writes it, with one blank wherever it has white space.
	Value string
}

// Facts returns all that the framework says, in the order of its file and
// parameters by name; of an overlay what holds with its changes.
func (f *Framework) Facts() []Fact {
	l := &facts{}
	l.part("framework", "")
	l.add("name", f.name)
	l.add("source", f.source)
	l.add("extends", f.Extends())
	l.add("valid from", f.from.String())
	l.add("valid to", f.to.String())
	l.add("event date", strings.Join(f.in.EventDate, ", "))
	l.truth("needs by code", f.in.NeedsByCode)
	l.family(f.in)
	l.eligible(f.in.Eligible)
	for _, name := range slices.Sorted(maps.Keys(f.in.Parameters)) {
		l.parameter(name, f.in.Parameters[name])
	}
	for _, h := range f.in.Headlines {
		l.part("headline", h.ID)
		l.add("name", h.Name)
		for _, cr := range h.Criteria {
			l.criterion(h.ID, cr)
		}
	}
	if e := f.in.Eligible; e != nil && e.Local != nil {
		for _, cr := range e.Local.Criteria {
			l.criterion(localHeadline, cr)
		}
	}
	for _, r := range f.in.Results {
		l.result(r)
	}
	for _, a := range f.in.Alerts {
		l.part("alert", a.ID)
		l.add("name", a.Name)
		l.add("for", a.For)
		l.add("who", a.Who)
		l.evidence(a.Evidence)
	}
	return l.all
}

// facts gathers what a framework says.
type facts struct {
	all      []Fact
	kind, id string
}

func (l *facts) part(kind, id string) { l.kind, l.id = kind, id }

// add adds a fact; what the file does not say is none.
func (l *facts) add(key, value string) {
	if value = strings.Join(strings.Fields(value), " "); value != "" {
		l.all = append(l.all, Fact{Part: l.kind, ID: l.id, Key: key, Value: value})
	}
}

func (l *facts) number(key string, n int) { l.add(key, fmt.Sprint(n)) }

func (l *facts) truth(key string, b *bool) {
	if b != nil {
		l.add(key, fmt.Sprint(*b))
	}
}

func (l *facts) family(in *file) {
	l.part("family", "")
	if fam := in.Family; fam != nil {
		l.number("adults", fam.Adults)
		l.number("children", fam.Children)
		l.add("or expectant by need", fam.ExpectantByNeed)
	}
}

func (l *facts) eligible(e *fileEligible) {
	l.part("eligible", "")
	l.add("count", e.Count)
	l.number("at least", e.AtLeast)
	l.add("of", strings.Join(e.Of, ", "))
	if e.NonresidentParentMax != nil {
		l.number("non-resident parent at most", *e.NonresidentParentMax)
	}
	if e.Local != nil {
		l.number("with a local criterion at least", e.Local.AtLeast)
		l.add("local filter", e.Local.Reason)
	}
}

func (l *facts) parameter(name string, p *fileParameter) {
	l.part("parameter", name)
	l.add("value", written(p.Value))
	for _, day := range slices.Sorted(maps.Keys(p.From)) {
		l.add("from "+day, written(p.From[day]))
	}
	l.add("unit", p.Unit)
	l.truth("verified", p.Verified)
	l.add("source", p.Source)
}

// written is a parameter's value as the file writes it.
func written(raw any) string {
	if s, ok := raw.(string); ok && strings.HasPrefix(s, "param.") {
		return s
	}
	v, fault := parseValue(raw)
	if fault != "" {
		return fmt.Sprint(raw) // unreachable: the framework is loaded
	}
	return v.String()
}

func (l *facts) criterion(headline string, cr *fileCriterion) {
	l.part("criterion", cr.ID)
	l.add("headline", headline)
	l.add("name", cr.Name)
	l.add("who", cr.Who)
	l.truth("counts", cr.Counts)
	l.add("by", cr.By)
	for i, t := range cr.Any {
		key := ""
		if len(cr.Any) > 1 {
			key = fmt.Sprintf("test %d ", i+1)
		}
		l.test(key, t)
	}
	l.truth("verified", cr.Verified)
	l.add("source", cr.Source)
}

func (l *facts) test(key string, t *fileTest) {
	for _, of := range []struct{ key, value string }{
		{"of", t.Of}, {"within", t.Within}, {"beside", t.Beside}, {"dated", t.Dated}, {"where", t.Where}, {"known", t.Known},
		{"met", t.Met}, {"unknown", t.Unknown}, {"says", t.Says}, {"says of unknown", t.UnknownSays},
	} {
		l.add(key+of.key, of.value)
	}
	if f := t.Figure; f != nil {
		l.add(key+"figure", f.Value)
		l.add(key+"figure of", f.Of)
		l.add(key+"figure is of", f.One+" "+f.Many)
	}
	if r := t.Remark; r != nil {
		l.add(key+"remark when", r.When)
		l.add(key+"remark", r.Says)
	}
}

func (l *facts) result(r *fileResult) {
	l.part("result", r.ID)
	l.add("name", r.Name)
	l.add("needs", strings.Join(r.Needs, ", "))
	l.truth("found later", &r.FoundLater)
	l.add("requires", strings.Join(r.Requires, ", "))
	l.truth("partial", &r.Partial)
	l.add("suffices", r.Suffices)
	l.add("excludes", strings.Join(r.Excludes, ", "))
	for _, fee := range r.Fees {
		l.add("fee from "+fee.From, fmt.Sprintf("£%d until %s", fee.Pounds, fee.To))
	}
	l.truth("verified", r.Verified)
	l.add("source", r.Source)
	for _, rule := range r.Rules {
		l.rule(r.ID, rule)
	}
}

func (l *facts) rule(result string, r *fileRule) {
	l.part("rule", r.ID)
	l.add("result", result)
	l.add("name", r.Name)
	l.add("for", strings.Join(r.For, ", "))
	for _, of := range []struct{ key, value string }{
		{"who", r.Who}, {"by", r.By}, {"before", r.Before}, {"now", r.Now}, {"sustained", r.Sustained}, {"after", r.After},
		{"neutral", r.Neutral}, {"unknown", r.Unknown}, {"achieved", r.Achieved}, {"on track", r.OnTrack},
		{"says", r.Says}, {"says of unknown", r.UnknownSays}, {"says of neutral", r.NeutralSays},
	} {
		l.add(of.key, of.value)
	}
	l.truth("wait", r.Wait)
	l.evidence(r.Evidence)
	if f := r.Figure; f != nil {
		l.add("figure", f.Value)
		l.add("figure of", f.Of)
		l.add("figure is of", f.One+" "+f.Many)
	}
}

func (l *facts) evidence(all []*fileEvidence) {
	for i, e := range all {
		key := ""
		if len(all) > 1 {
			key = fmt.Sprintf("evidence %d ", i+1)
		}
		for _, of := range []struct{ key, value string }{
			{"of", e.Of}, {"dated", e.Dated}, {"where", e.Where}, {"known", e.Known}, {"vague", e.Vague}, {"entry", e.Entry},
			{"answer days", e.AnswerDays},
		} {
			l.add(key+of.key, of.value)
		}
		if e.NeedCode {
			l.add(key+"need code", "that of the need")
		}
	}
}

// Difference is one thing that two frameworks say differently. A parameter,
// headline or criterion that only one of them has is one difference, without a
// key and with its name or value.
type Difference struct {
	Part, ID, Key string
	Before, After string // blank where a framework does not say it
	// Words says that the difference is one of names, reasons, sources or whether
	// something is verified, and can change no answer.
	Words bool
}

// Differences says where two frameworks differ, in the order of the first and
// then of the second. Their own names, sources and what they extend are left out.
func Differences(before, after *Framework) []Difference {
	was, is := before.Facts(), after.Facts()
	var out []Difference
	done := map[[3]string]bool{}
	for _, side := range [][]Fact{was, is} {
		for _, f := range side {
			d, ok := difference(f, was, is)
			if key := [3]string{d.Part, d.ID, d.Key}; ok && !done[key] {
				done[key] = true
				out = append(out, d)
			}
		}
	}
	return out
}

// difference compares what two frameworks say where a fact of either stands.
func difference(f Fact, was, is []Fact) (Difference, bool) {
	d := Difference{Part: f.Part, ID: f.ID, Key: f.Key}
	if f.Part == "framework" && (f.Key == "name" || f.Key == "source" || f.Key == "extends") {
		return d, false
	}
	inWas, inIs := find(was, d, true), find(is, d, true)
	if f.ID != "" && (inWas == nil || inIs == nil) {
		d.Key = "" // the whole part is only one's
		d.Before, d.After = valueOf(find(was, d, true)), valueOf(find(is, d, true))
		return d, true
	}
	d.Before, d.After = valueOf(find(was, d, false)), valueOf(find(is, d, false))
	d.Words = onlyWords(f.Key)
	return d, d.Before != d.After
}

// find returns the fact of a difference, or, of the part as a whole, the one that
// stands for it.
func find(all []Fact, d Difference, whole bool) *Fact {
	for i := range all {
		f := &all[i]
		if f.Part != d.Part || f.ID != d.ID {
			continue
		}
		if f.Key == d.Key || whole && (f.Key == "name" || f.Key == "value") {
			return f
		}
	}
	return nil
}

func valueOf(f *Fact) string {
	if f == nil {
		return ""
	}
	return f.Value
}

// Affected lists the criteria of after, and the rules of its results, that a
// change from before to it can give another answer: those that differ or are new,
// and those that name a parameter that differs, in the order of after. Words,
// sources and whether something is verified change no answer.
func Affected(before, after *Framework) []string {
	changed := map[string]bool{}
	params := map[string]bool{}
	for _, d := range Differences(before, after) {
		switch {
		case d.Words:
		case d.Part == "criterion" || d.Part == "rule":
			changed[d.ID] = true
		case d.Part == "parameter":
			params[d.ID] = true
		case d.Part == "framework" && strings.HasPrefix(d.Key, "valid"):
		case d.Part == "framework":
			return ids(after)
		}
	}
	facts := after.Facts()
	for n := -1; n != len(params); { // a parameter may take another's value
		n = len(params)
		for _, f := range facts {
			if f.Part == "parameter" && names(f.Value, params) {
				params[f.ID] = true
			}
		}
	}
	for _, f := range facts {
		if (f.Part == "criterion" || f.Part == "rule") && !onlyWords(f.Key) && names(f.Value, params) {
			changed[f.ID] = true
		}
	}
	return slices.DeleteFunc(ids(after), func(id string) bool { return !changed[id] })
}

var parameterNamed = regexp.MustCompile(`param\.([a-z0-9_]+)`)

func names(text string, params map[string]bool) bool {
	for _, m := range parameterNamed.FindAllStringSubmatch(text, -1) {
		if params[m[1]] {
			return true
		}
	}
	return false
}

// onlyWords says whether a key is of what is shown and never judged.
func onlyWords(key string) bool {
	for _, end := range []string{"name", "source", "verified", "unit", "says", "says of unknown", "says of neutral", "figure", "figure of", "figure is of",
		"remark", "remark when"} {
		if key == end || strings.HasPrefix(key, "test ") && strings.HasSuffix(key, " "+end) {
			return true
		}
	}
	return false
}

func ids(f *Framework) []string {
	var out []string
	for _, c := range f.Criteria() {
		out = append(out, c.ID)
	}
	for _, r := range f.Results() {
		for _, rule := range r.Rules {
			out = append(out, rule.ID)
		}
	}
	return out
}
