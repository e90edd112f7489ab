package eligibility

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/internal/nearest"
)

// Parameter is a threshold, window, list or measure of a framework for display.
type Parameter struct {
	Name  string
	Value string // as the file writes it, such as "15 %" or "JSA, ESA"
	Unit  string
	// From are the days from which another value holds, in order.
	From     []ParameterChange
	Verified bool   // false: the value has not been read in its source
	Source   string // where the value comes from
}

// ParameterChange is the value of a parameter from a day on.
type ParameterChange struct {
	From  family.Date
	Value string
}

// value is a parameter's value. Exactly one reading is set.
type value struct {
	kind   valueKind
	number int64 // of a whole number, a share, a date or a truth
	text   string
	window window
	list   []value
}

type valueKind uint8

const (
	aNumber valueKind = iota + 1
	aShare
	aWindow
	yesOrNo
	aDay
	someText
	aList
)

// String names the kind for errors.
func (k valueKind) String() string {
	return [...]string{"", "a whole number", "a share", "a window", "true or false", "a date", "a text", "a list"}[k]
}

// typ is the value's type in conditions.
func (v value) typ() *cel.Type {
	switch v.kind {
	case aShare:
		return shareType
	case yesOrNo:
		return cel.BoolType
	case aNumber, aDay:
		return cel.IntType
	case aList:
		return cel.ListType(v.list[0].typ())
	}
	return cel.StringType
}

// ready is the value for conditions.
func (v value) ready() ref.Val {
	switch v.kind {
	case aShare:
		return share(v.number)
	case yesOrNo:
		return truth(v.number != 0)
	case aNumber, aDay:
		return integer(v.number)
	case aList:
		list := make([]ref.Val, len(v.list))
		for i := range v.list {
			list[i] = v.list[i].ready()
		}
		return types.NewRefValList(types.DefaultTypeAdapter, list)
	}
	return text(v.text)
}

// String writes the value as reasons and displays do.
func (v value) String() string {
	switch v.kind {
	case aNumber:
		return strconv.FormatInt(v.number, 10)
	case yesOrNo:
		return strconv.FormatBool(v.number != 0)
	case aDay:
		return family.Date(v.number).String()
	case aList:
		parts := make([]string, len(v.list))
		for i := range v.list {
			parts[i] = v.list[i].String()
		}
		return strings.Join(parts, ", ")
	}
	return v.text
}

// maxNumber bounds the numbers of a framework file, either way.
const maxNumber = 1_000_000_000

// parseValue reads what a file writes; the fault says what is wrong with it.
func parseValue(raw any) (value, string) {
	switch x := raw.(type) {
	case bool:
		if x {
			return value{kind: yesOrNo, number: 1}, ""
		}
		return value{kind: yesOrNo}, ""
	case uint64:
		if x <= maxNumber {
			return value{kind: aNumber, number: int64(x)}, ""
		}
	case int64:
		if x >= -maxNumber && x <= maxNumber {
			return value{kind: aNumber, number: x}, ""
		}
	case string:
		return parseText(x)
	case []any:
		return parseList(x)
	case nil:
		return value{}, "is missing"
	}
	return value{}, `write a whole number, a share such as "15 %", a window such as "12 months", a date, true, false, a word, or a list`
}

func parseText(s string) (value, string) {
	switch {
	case strings.TrimSpace(s) == "":
		return value{}, "is missing"
	case strings.HasSuffix(s, "%"):
		n, ok := parseShare(strings.TrimSpace(strings.TrimSuffix(s, "%")))
		if !ok {
			return value{}, `a share is over 0 and up to 100 %, such as "12.5 %", with six decimal places at most`
		}
		return value{kind: aShare, number: n, text: s}, ""
	case looksLikeWindow(s):
		w, fault := parseWindow(s)
		return value{kind: aWindow, window: w, text: s}, fault
	case len(s) == 10 && (s[4] == '-' || s[2] == '/'):
		d, err := family.ParseDate(s)
		if err != nil {
			return value{}, "write a date as YYYY-MM-DD"
		}
		return value{kind: aDay, number: int64(d)}, ""
	}
	return value{kind: someText, text: s}, ""
}

// parseShare reads a percentage as hundred-millionths.
func parseShare(s string) (int64, bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	if len(fraction) > 6 {
		return 0, false
	}
	n, err := strconv.ParseUint(whole+(fraction + "000000")[:6], 10, 31)
	return int64(n), err == nil && n > 0 && n <= wholeShare
}

func parseList(raw []any) (value, string) {
	out := value{kind: aList}
	for _, r := range raw {
		v, fault := parseValue(r)
		switch {
		case fault != "":
			return out, fault
		case v.kind != aNumber && v.kind != someText || len(out.list) > 0 && v.kind != out.list[0].kind:
			return out, "a list is of words or of whole numbers"
		case slices.ContainsFunc(out.list, func(o value) bool { return o.String() == v.String() }):
			return out, "holds a value twice"
		}
		out.list = append(out.list, v)
	}
	if len(out.list) == 0 {
		return out, "needs at least one value"
	}
	return out, ""
}

// fileParameter is a parameter as a file writes it.
type fileParameter struct {
	Value    any            `yaml:"value"`
	Unit     string         `yaml:"unit"`
	Verified *bool          `yaml:"verified"`
	Source   string         `yaml:"source"`
	OneOf    []string       `yaml:"one_of"`
	From     map[string]any `yaml:"from"`
	at       *checker       // where it stands
}

// parameters are those of a file with the days on which one of them changes.
type parameters struct {
	values  map[string][]dated // by name, each by day
	days    []family.Date      // the first is 0
	display []Parameter
}

// dated is a value from a day on.
type dated struct {
	from  family.Date
	value value
}

// at returns the values in force on a day.
func (p *parameters) at(day family.Date) map[string]value {
	out := make(map[string]value, len(p.values))
	for name, vs := range p.values {
		for _, v := range vs {
			if v.from <= day {
				out[name] = v.value
			}
		}
	}
	return out
}

// maxDays bounds the days on which parameters change, each of which makes the
// criteria anew.
const maxDays = 20

var parameterName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// readParameters reads and resolves the parameters of a file.
func readParameters(in map[string]*fileParameter) *parameters {
	p := &parameters{values: map[string][]dated{}}
	r := resolver{in: in, state: map[string]int{}, out: p.values}
	days := map[family.Date]bool{0: true}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		fp := in[name]
		if !parameterName.MatchString(name) {
			fp.at.fault("", "name a parameter with small letters, digits and underscores, such as education_window")
			continue
		}
		if fp.Verified == nil {
			fp.at.fault("verified", "say true or false: has the value been read in its source?")
		}
		fp.at.text("source", fp.Source)
		if !r.resolve(name) {
			continue
		}
		vs := p.values[name]
		d := Parameter{Name: name, Value: vs[0].value.String(), Unit: fp.Unit, Source: fp.Source, Verified: fp.Verified != nil && *fp.Verified}
		for _, v := range vs[1:] {
			days[v.from] = true
			d.From = append(d.From, ParameterChange{v.from, v.value.String()})
		}
		if len(days) > maxDays {
			fp.at.fault("from", "parameters change on more than %d days; leave out what is long past", maxDays-1)
			break
		}
		p.display = append(p.display, d)
	}
	p.days = slices.Sorted(maps.Keys(days))
	return p
}

// resolver follows parameters that take another's value.
type resolver struct {
	in    map[string]*fileParameter
	state map[string]int // 1: under way, 2: done, 3: refused
	out   map[string][]dated
}

func (r *resolver) resolve(name string) bool {
	fp := r.in[name]
	switch r.state[name] {
	case 1:
		fp.at.fault("value", "refers to itself in a circle; write a value")
		r.state[name] = 3
		return false
	case 2, 3:
		return r.state[name] == 2
	}
	r.state[name] = 1
	ok := r.read(name, fp)
	if ok && r.state[name] == 1 {
		r.state[name] = 2
		return true
	}
	r.state[name] = 3
	return false
}

func (r *resolver) read(name string, fp *fileParameter) bool {
	if s, isText := fp.Value.(string); isText && strings.HasPrefix(s, "param.") {
		other := strings.TrimPrefix(s, "param.")
		if r.in[other] == nil {
			fp.at.fault("value", "there is no parameter %s%s", other, suggest(other, slices.Sorted(maps.Keys(r.in))))
			return false
		}
		if len(fp.From) > 0 {
			fp.at.fault("from", "takes its days from param.%s; write a value of its own to change it on a day", other)
		}
		ok := r.resolve(other)
		r.out[name] = r.out[other]
		return ok
	}
	v, fault := parseValue(fp.Value)
	if fault == "" {
		fault = fp.allows(v)
	}
	if fault != "" {
		fp.at.fault("value", "%s", fault)
		return false
	}
	all := []dated{{0, v}}
	for _, day := range slices.Sorted(maps.Keys(fp.From)) {
		if next, ok := fp.change(v, day); ok {
			all = append(all, next)
		}
	}
	slices.SortFunc(all, func(a, b dated) int { return int(a.from) - int(b.from) })
	r.out[name] = all
	return true
}

// change reads the value that holds from a day on.
func (fp *fileParameter) change(first value, day string) (dated, bool) {
	d, err := family.ParseDate(day)
	v, fault := parseValue(fp.From[day])
	switch {
	case err != nil || d == 0:
		fault = "write the days as YYYY-MM-DD"
	case fault == "" && (v.kind != first.kind || v.kind == aList && v.list[0].kind != first.list[0].kind):
		fault = fmt.Sprintf("is %v and was %v; a parameter keeps its type", v.kind, first.kind)
	case fault == "":
		fault = fp.allows(v)
	}
	if fault != "" {
		fp.at.fault("from", "%s", fault)
	}
	return dated{d, v}, fault == ""
}

// allows says what is wrong with a text that is not among the choices.
func (fp *fileParameter) allows(v value) string {
	switch {
	case len(fp.OneOf) == 0:
		return ""
	case v.kind != someText:
		return "one_of is for words"
	case !slices.Contains(fp.OneOf, v.text):
		return "write one of " + strings.Join(fp.OneOf, ", ")
	}
	return ""
}

// suggest names the nearest right name, if one is near.
func suggest(name string, all []string) string {
	if best := nearest.Word(name, all, max(2, len(name)/3)); best != "" {
		return "; did you mean " + best + "?"
	}
	return ""
}
