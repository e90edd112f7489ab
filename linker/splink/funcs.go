package splink

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// cell is a value between functions that are not in the pair loop as a rule.
type cell struct {
	null bool
	s    string
	n    float64 // numbers, moments, and 1 or 0 for conditions
	ids  []uint32
	nums []float64
}

// builtin is a function of SQL. A null argument makes a null result.
type builtin struct {
	args   []typ
	need   int
	result typ // typNull: as the first argument
	// pattern, part and format say what a literal argument must be.
	pattern bool
	part    bool
	format  byte
	// One of these computes it.
	kernel  func(s *scratch, a, b string) float64
	number  func(a float64) float64
	general func(e *env, a []cell) cell
}

func kernelOf(f func(*scratch, string, string) float64, result typ) *builtin {
	return &builtin{args: []typ{typText, typText}, need: 2, result: result, kernel: f}
}

func numberOf(f func(float64) float64) *builtin {
	return &builtin{args: []typ{typDouble}, need: 1, result: typDouble, number: f}
}

// textOf makes a function of one text.
func textOf(f func(string) string) *builtin {
	return &builtin{args: []typ{typText}, need: 1, result: typText,
		general: func(_ *env, a []cell) cell { return cell{s: f(a[0].s)} }}
}

// general makes any other function; the arguments beyond need are optional.
func general(result typ, need int, f func(*env, []cell) cell, args ...typ) *builtin {
	return &builtin{args: args, need: need, result: result, general: f}
}

func number(n float64) cell { return cell{n: n} }

func truth(b bool) cell {
	if b {
		return cell{n: 1}
	}
	return cell{}
}

// lookup finds a function by its name and, where one name has several, by what
// it is given.
func lookup(n *node) *builtin {
	name := n.name
	if other, ok := aliases[name]; ok {
		name = other
	}
	if len(n.args) > 0 {
		first := n.args[0].typ
		isList := first == typTexts || first == typNumbers
		switch {
		case (name == "length" || name == "contains") && isList:
			name = "list_" + name
		case name == "datediff" && len(n.args) == 2:
			name = "days_between"
		case name == "substring" && len(n.args) == 2 && n.args[1].typ == typText:
			name = "substring_pattern"
		case name == "abs" && first == typInt || name == "round" && first == typInt:
			name = "int_" + name
		case name == "abs" && first == typFloat:
			name = "float_abs"
		}
	}
	return builtins[name]
}

// aliases are other names of functions, as other dialects have them.
var aliases = map[string]string{
	"jaro_winkler": "jaro_winkler_similarity", "jarowinkler_similarity": "jaro_winkler_similarity",
	"jaro_sim": "jaro_similarity", "jaro": "jaro_similarity",
	"levenshtein_distance": "levenshtein", "editdist3": "levenshtein", "edit_distance": "levenshtein",
	"damerau_levenshtein_distance": "damerau_levenshtein", "mismatches": "hamming",
	"lcase": "lower", "ucase": "upper", "btrim": "trim", "substr": "substring",
	"regexp_like": "regexp_matches", "rlike": "regexp_matches",
	"str_split": "string_split", "split": "string_split", "string_to_array": "string_split",
	"len": "length", "char_length": "length", "character_length": "length",
	"prefix": "starts_with", "startswith": "starts_with", "suffix": "ends_with", "endswith": "ends_with",
	"instr": "strpos", "power": "pow", "ceiling": "ceil", "log": "log10",
	"array_intersect": "list_intersect", "array_length": "list_length", "cardinality": "list_length",
	"size": "list_length", "array_size": "list_length",
	"list_has": "list_contains", "array_contains": "list_contains", "array_has": "list_contains",
	"array_has_any": "list_has_any", "arrays_overlap": "list_has_any", "array_has_all": "list_has_all",
	"array_distinct":          "list_distinct",
	"array_cosine_similarity": "list_cosine_similarity", "cosine_similarity": "list_cosine_similarity",
	"unix_timestamp": "epoch", "time_to_unix": "epoch", "to_unixtime": "epoch",
	"date_diff": "datediff", "to_timestamp": "try_to_timestamp", "strptime": "try_strptime",
}

// builtins are the functions by name. Which they are follows Splink's library
// and what people write beside it; they do on ASCII text what DuckDB's do.
var builtins = map[string]*builtin{
	"jaro_winkler_similarity": kernelOf(jaroWinkler, typDouble),
	"jaro_similarity":         kernelOf(jaro, typDouble),
	"jaccard":                 kernelOf(jaccard, typDouble),
	"levenshtein":             kernelOf(levenshtein, typInt),
	"damerau_levenshtein":     kernelOf(damerau, typInt),
	"hamming":                 kernelOf(hamming, typInt),

	"abs": numberOf(math.Abs), "radians": numberOf(radians), "degrees": numberOf(degrees),
	"float_abs": {args: []typ{typDouble}, need: 1, result: typFloat, number: math.Abs},
	"int_abs":   {args: []typ{typDouble}, need: 1, result: typInt, number: math.Abs},
	"int_round": {args: []typ{typDouble}, need: 1, result: typInt, number: math.Round},
	"sin":       numberOf(math.Sin), "cos": numberOf(math.Cos), "tan": numberOf(math.Tan),
	"asin": numberOf(math.Asin), "acos": numberOf(math.Acos), "atan": numberOf(math.Atan),
	"sqrt": numberOf(math.Sqrt), "exp": numberOf(math.Exp), "ln": numberOf(math.Log),
	"log2": numberOf(math.Log2), "log10": numberOf(math.Log10),
	"floor": numberOf(math.Floor), "ceil": numberOf(math.Ceil),
	"negate": {args: []typ{typDouble}, need: 1, result: typNull, number: func(a float64) float64 { return -a }},
	"round":  general(typDouble, 1, round, typDouble, typDouble),
	"pow":    general(typDouble, 2, func(_ *env, a []cell) cell { return number(math.Pow(a[0].n, a[1].n)) }, typDouble, typDouble),
	"atan2":  general(typDouble, 2, func(_ *env, a []cell) cell { return number(math.Atan2(a[0].n, a[1].n)) }, typDouble, typDouble),

	"lower": textOf(strings.ToLower), "upper": textOf(strings.ToUpper),
	"strip_accents": textOf(stripAccents), "reverse": textOf(reverse),
	"trim":      general(typText, 1, trimBoth, typText, typText),
	"ltrim":     general(typText, 1, trimLeft, typText, typText),
	"rtrim":     general(typText, 1, trimRight, typText, typText),
	"||":        general(typText, 2, func(_ *env, a []cell) cell { return cell{s: a[0].s + a[1].s} }, typText, typText),
	"substring": general(typText, 2, substring, typText, typDouble, typDouble),
	"left":      general(typText, 2, leftOf, typText, typDouble),
	"right":     general(typText, 2, rightOf, typText, typDouble),
	"replace":   general(typText, 3, replaceAll, typText, typText, typText),
	"length":    general(typInt, 1, func(_ *env, a []cell) cell { return number(float64(len([]rune(a[0].s)))) }, typText),
	"strpos":    general(typInt, 2, func(_ *env, a []cell) cell { return number(float64(strings.Index(a[0].s, a[1].s) + 1)) }, typText, typText),
	"contains":  general(typBool, 2, func(_ *env, a []cell) cell { return truth(strings.Contains(a[0].s, a[1].s)) }, typText, typText),
	"starts_with": general(typBool, 2,
		func(_ *env, a []cell) cell { return truth(strings.HasPrefix(a[0].s, a[1].s)) }, typText, typText),
	"ends_with": general(typBool, 2,
		func(_ *env, a []cell) cell { return truth(strings.HasSuffix(a[0].s, a[1].s)) }, typText, typText),
	"split_part": general(typText, 3, splitPart, typText, typText, typDouble),
	"like":       general(typBool, 2, func(_ *env, a []cell) cell { return truth(like(a[0].s, a[1].s)) }, typText, typText),
	"ilike": general(typBool, 2,
		func(_ *env, a []cell) cell { return truth(like(strings.ToLower(a[0].s), strings.ToLower(a[1].s))) }, typText, typText),

	"regexp_extract":    patternOf(typText, 2, regexpExtract, typText, typText, typDouble),
	"regexp_matches":    patternOf(typBool, 2, regexpMatches, typText, typText),
	"regexp_full_match": patternOf(typBool, 2, regexpFull, typText, typText),
	"regexp_replace":    patternOf(typText, 3, regexpReplace, typText, typText, typText, typText),
	"substring_pattern": patternOf(typText, 2, substringPattern, typText, typText),

	"epoch":              general(typDouble, 1, func(_ *env, a []cell) cell { return number(a[0].n) }, typTime),
	"try_strptime":       formatOf('d', typTime, 2),
	"try_to_timestamp":   formatOf('j', typTime, 2),
	"to_date":            formatOf('j', typDate, 1),
	"try_cast_date":      formatOf('p', typDate, 2),
	"try_cast_timestamp": formatOf('p', typTime, 2),
	"date":               general(typDate, 1, func(_ *env, a []cell) cell { return number(day(a[0].n)) }, typTime),
	"year":               general(typInt, 1, func(_ *env, a []cell) cell { return number(float64(moment(a[0].n).Year())) }, typTime),
	"month":              general(typInt, 1, func(_ *env, a []cell) cell { return number(float64(moment(a[0].n).Month())) }, typTime),
	"day":                general(typInt, 1, func(_ *env, a []cell) cell { return number(float64(moment(a[0].n).Day())) }, typTime),
	"days_between":       general(typInt, 2, func(_ *env, a []cell) cell { return number(dateDiff("day", a[1].n, a[0].n)) }, typTime, typTime),
	"datediff": {args: []typ{typText, typTime, typTime}, need: 3, result: typInt, part: true,
		general: func(e *env, a []cell) cell {
			part, err := datePart(a[0].s)
			if err != nil {
				return e.failed(err)
			}
			return number(dateDiff(part, a[1].n, a[2].n))
		}},

	"list_length":   general(typInt, 1, listLength, typTexts, typDouble),
	"list_contains": general(typBool, 2, listContains, typTexts, typText),
	"list_intersect": general(typTexts, 2, func(e *env, a []cell) cell {
		return cell{ids: intersect(&e.scratch, a[0].ids, a[1].ids)}
	}, typTexts, typTexts),
	"list_has_any": general(typBool, 2, func(e *env, a []cell) cell {
		return truth(len(intersect(&e.scratch, a[0].ids, a[1].ids)) > 0)
	}, typTexts, typTexts),
	"list_has_all":           general(typBool, 2, listHasAll, typTexts, typTexts),
	"list_distinct":          general(typTexts, 1, func(e *env, a []cell) cell { return cell{ids: intersect(&e.scratch, a[0].ids, a[0].ids)} }, typTexts),
	"string_split":           general(typTexts, 2, stringSplit, typText, typText),
	"list_cosine_similarity": general(typDouble, 2, cosineOf, typNumbers, typNumbers),
}

func init() {
	builtins["list_contains"].need = 2
	builtins["concat"] = &builtin{args: slices.Repeat([]typ{typText}, 16), need: 1, result: typText}
}

func patternOf(result typ, need int, f func(*env, []cell) cell, args ...typ) *builtin {
	return &builtin{args: args, need: need, result: result, pattern: true, general: f}
}

// formatOf makes a function that reads a moment by a format; one that is read
// already stays.
func formatOf(kind byte, result typ, need int) *builtin {
	return &builtin{args: []typ{typText, typText}, need: need, result: result, format: kind,
		general: func(e *env, a []cell) cell {
			var n float64
			ok := false
			if len(a) == 1 {
				n, ok = parseMoment(a[0].s)
			} else {
				f, err := e.formatOf(a[1].s, kind)
				if err != nil {
					return e.failed(err)
				}
				n, ok = f.parse(a[0].s)
			}
			if result == typDate {
				n = day(n)
			}
			return cell{n: n, null: !ok}
		}}
}

func radians(a float64) float64 { return a * (math.Pi / 180) }
func degrees(a float64) float64 { return a * (180 / math.Pi) }
func day(n float64) float64     { return math.Floor(n/86400) * 86400 }

func round(_ *env, a []cell) cell {
	if len(a) == 1 {
		return number(math.Round(a[0].n))
	}
	scale := math.Pow10(int(a[1].n))
	return number(math.Round(a[0].n*scale) / scale)
}

func stripAccents(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func reverse(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

func cutset(a []cell) string {
	if len(a) > 1 {
		return a[1].s
	}
	return " "
}

func trimBoth(_ *env, a []cell) cell  { return cell{s: strings.Trim(a[0].s, cutset(a))} }
func trimLeft(_ *env, a []cell) cell  { return cell{s: strings.TrimLeft(a[0].s, cutset(a))} }
func trimRight(_ *env, a []cell) cell { return cell{s: strings.TrimRight(a[0].s, cutset(a))} }

// substring counts characters from 1; a start below 0 counts from the end, and
// what lies before the first character is cut off.
func substring(_ *env, a []cell) cell {
	r := []rune(a[0].s)
	from, to := math.Trunc(a[1].n)-1, float64(len(r))
	if a[1].n < 0 {
		from = float64(len(r)) + math.Trunc(a[1].n)
	}
	if len(a) > 2 {
		to = from + math.Trunc(a[2].n)
		if a[2].n < 0 {
			from, to = to, from
		}
	}
	from, to = max(0, from), min(to, float64(len(r)))
	if from >= to {
		return cell{}
	}
	return cell{s: string(r[int(from):int(to)])}
}

func leftOf(_ *env, a []cell) cell {
	r := []rune(a[0].s)
	n := min(a[1].n, float64(len(r)))
	if n < 0 {
		n = max(0, float64(len(r))+n)
	}
	return cell{s: string(r[:int(n)])}
}

func rightOf(_ *env, a []cell) cell {
	r := []rune(a[0].s)
	n := min(a[1].n, float64(len(r)))
	if n < 0 {
		n = max(0, float64(len(r))+n)
	}
	return cell{s: string(r[len(r)-int(n):])}
}

func replaceAll(_ *env, a []cell) cell {
	if a[1].s == "" {
		return cell{s: a[0].s}
	}
	return cell{s: strings.ReplaceAll(a[0].s, a[1].s, a[2].s)}
}

func splitPart(_ *env, a []cell) cell {
	parts := []string{a[0].s}
	if a[1].s != "" {
		parts = strings.Split(a[0].s, a[1].s)
	}
	i := int(max(-1e6, min(a[2].n, 1e6)))
	switch {
	case i == 0:
		i = 1
	case i < 0:
		i += len(parts) + 1
	}
	if i < 1 || i > len(parts) {
		return cell{}
	}
	return cell{s: parts[i-1]}
}

// like matches with % for any text and _ for any character.
func like(s, pattern string) bool {
	star, mark := -1, 0
	i, j := 0, 0
	for i < len(s) {
		switch {
		case j < len(pattern) && pattern[j] == '%':
			star, mark = j, i
			j++
		case j < len(pattern) && (pattern[j] == '_' || pattern[j] == s[i]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = mark, star+1
		default:
			return false
		}
	}
	return strings.Trim(pattern[j:], "%") == ""
}

func regexpExtract(e *env, a []cell) cell {
	re, err := e.pattern(a[1].s)
	if err != nil {
		return e.failed(err)
	}
	group := 0
	if len(a) > 2 {
		group = int(max(-1, min(a[2].n, 1e6)))
	}
	m := re.FindStringSubmatch(a[0].s)
	if group < 0 || group >= len(m) {
		return cell{}
	}
	return cell{s: m[group]}
}

func regexpMatches(e *env, a []cell) cell {
	re, err := e.pattern(a[1].s)
	if err != nil {
		return e.failed(err)
	}
	return truth(re.MatchString(a[0].s))
}

func regexpFull(e *env, a []cell) cell {
	re, err := e.pattern("^(?:" + a[1].s + ")$")
	if err != nil {
		return e.failed(err)
	}
	return truth(re.MatchString(a[0].s))
}

// regexpReplace replaces the first match, or each one with the option g.
func regexpReplace(e *env, a []cell) cell {
	re, err := e.pattern(a[1].s)
	if err != nil {
		return e.failed(err)
	}
	with := backReference.ReplaceAllString(strings.ReplaceAll(a[2].s, "$", "$$"), "$${$1}")
	if len(a) > 3 && strings.Contains(a[3].s, "g") {
		return cell{s: re.ReplaceAllString(a[0].s, with)}
	}
	m := re.FindStringSubmatchIndex(a[0].s)
	if m == nil {
		return cell{s: a[0].s}
	}
	out := append([]byte(a[0].s[:m[0]]), re.ExpandString(nil, with, a[0].s, m)...)
	return cell{s: string(out) + a[0].s[m[1]:]}
}

var backReference = regexp.MustCompile(`\\(\d)`)

// substringPattern is Postgres's substring(x from 'pattern'): the first group,
// null where there is no match.
func substringPattern(e *env, a []cell) cell {
	re, err := e.pattern(a[1].s)
	if err != nil {
		return e.failed(err)
	}
	m := re.FindStringSubmatch(a[0].s)
	if m == nil {
		return cell{null: true}
	}
	return cell{s: m[min(1, len(m)-1)]}
}

func listLength(_ *env, a []cell) cell { return number(float64(len(a[0].ids))) }

func listContains(e *env, a []cell) cell {
	for _, id := range a[0].ids {
		if id != 0 && e.words.text(id) == a[1].s {
			return truth(true)
		}
	}
	return truth(false)
}

func listHasAll(_ *env, a []cell) cell {
	for _, id := range a[1].ids {
		if id != 0 && !slices.Contains(a[0].ids, id) {
			return truth(false)
		}
	}
	return truth(true)
}

// stringSplit needs new words, so it serves only where one record is looked at.
func stringSplit(e *env, a []cell) cell {
	if a[1].s == "" {
		return cell{ids: []uint32{e.words.add(a[0].s)}}
	}
	var out []uint32
	for _, part := range strings.Split(a[0].s, a[1].s) {
		out = append(out, e.words.add(part))
	}
	return cell{ids: out}
}

func cosineOf(e *env, a []cell) cell {
	if len(a[0].nums) != len(a[1].nums) {
		return cell{null: true}
	}
	return number(cosine(a[0].nums, a[1].nums))
}
