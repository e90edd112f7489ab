package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	pageFile = flag.String("page", "", "write the sample's page to this file, to look at")
	hide     = flag.Bool("hide", false, "hide the values of the page written by -page")
)

func TestWriteSample(t *testing.T) {
	r := sample()
	r.HideValues = *hide
	html := render(t, r)
	check(t, html)
	if *pageFile != "" {
		if err := os.WriteFile(*pageFile, []byte(html), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{
		"8,977 people found in 12,534 records.", "<strong>Amber: doubtful</strong>, below the bar", "1 in 14,800", "<mark>C</mark>athrine", "not given by pupils",
		"2012-<mark>11</mark>-<mark>02</mark>", "Showing 3 of 3,400.", "The intervals do not meet: this is hardly chance.",
		"318 records say so little", "Personal data.", "Memory so far", ">121 MiB<", "A group is one of names, not of people.", "Columns filled",
	} {
		if got := strings.Contains(html, want); got != (want != "Personal data.") {
			t.Errorf("page has %q: %v", want, got)
		}
	}
}

func TestWriteIsDeterministic(t *testing.T) {
	if first, second := render(t, sample()), render(t, sample()); first != second {
		t.Error("equal reports give different pages")
	}
}

func TestWriteEmpty(t *testing.T) {
	html := render(t, &Report{})
	check(t, html)
	for _, want := range []string{"There were no records to link.", "Not known", "No pair was scored.", "There are no clusters.", "Personal data."} {
		if !strings.Contains(html, want) {
			t.Errorf("page of an empty report does not say %q", want)
		}
	}
	if strings.Contains(html, "NaN") || strings.Contains(html, "Inf") {
		t.Error("page of an empty report has a number that is none")
	}
}

func TestWriteOneRecord(t *testing.T) {
	html := render(t, &Report{
		Tables: []Table{{Name: "one", Rows: 1}}, Answer: Answer{Records: 1, Persons: 1, Threshold: 0.95},
		Clusters:  Clusters{Sizes: []SizeCount{{1, 1}}, Review: []Cluster{{Size: 1, Members: []Member{{}}}}},
		Histogram: []Bin{{From: 0, To: 1}}, Thresholds: []Threshold{{Probability: 0.5}},
		Columns: []Column{{Name: "name", Filled: []Filled{{Table: "one"}}}},
	})
	check(t, html)
	if want := "1 person found in 1 record."; !strings.Contains(html, want) {
		t.Errorf("page does not say %q", want)
	}
}

// TestWriteNumbersThatAreNone fills every number with one that cannot be drawn.
func TestWriteNumbersThatAreNone(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1, 1e300} {
		r := sample()
		fill(reflect.ValueOf(r).Elem(), func(v reflect.Value) {
			switch v.Kind() {
			case reflect.Float64:
				v.SetFloat(bad)
			case reflect.Int, reflect.Int64:
				v.SetInt(math.MinInt64)
			}
		})
		html := render(t, r)
		check(t, html)
		if regexp.MustCompile(`[ "]-?(NaN|\+?Inf)`).MatchString(html) {
			t.Errorf("%v reaches the page", bad)
		}
	}
}

// TestWriteHostile puts markup, scripts and characters that turn the direction
// of text into every text.
func TestWriteHostile(t *testing.T) {
	plain := outline(t, render(t, sample()))
	for _, evil := range []string{
		`"><script>alert(1)</script><svg onload=alert(2)>`, `' onmouseover='alert(3)`, `</style></title></template><img src=x onerror=alert(4)>`,
		"\u202eevil\u2066", "\x00\xff<!--", `{{.}} javascript:alert(5) ${x}`, strings.Repeat("أب", 40),
	} {
		r := sample()
		fill(reflect.ValueOf(r).Elem(), func(v reflect.Value) {
			if v.Kind() == reflect.String && v.Type().Name() == "string" {
				v.SetString(evil)
			}
		})
		html := render(t, r)
		check(t, html)
		got := outline(t, html)
		if got["script"] != 1 || got["style"] != 1 || got["img"] != 0 || got["svg"] != plain["svg"] {
			t.Errorf("%q changes the elements of the page: %v", evil, got)
		}
		if strings.ContainsAny(html, "\u202e\u2066\x00") {
			t.Errorf("%q: a control character reaches the page", evil)
		}
	}
}

func TestWriteHidesValues(t *testing.T) {
	r := sample()
	r.Invented, r.HideValues = false, true
	html := render(t, r)
	check(t, html)
	secret := []string{"<mark>"}
	for _, p := range r.Pairs {
		secret = append(secret, p.Left.ID, p.Right.ID)
		for _, f := range p.Fields {
			if len(f.Left) > 1 && len(f.Right) > 1 {
				secret = append(secret, f.Left, f.Right)
			}
		}
	}
	for _, c := range r.Clusters.Review {
		for _, m := range c.Members {
			secret = append(secret, m.Label, m.Record.ID)
		}
		secret = append(secret, c.ID)
	}
	for _, g := range r.Groups[0].Groups {
		secret = append(secret, g.Name)
	}
	for _, s := range secret {
		if strings.Contains(html, s) {
			t.Errorf("page shows %q, which is to be hidden", s)
		}
	}
	if !strings.Contains(html, "Values are hidden.") || !strings.Contains(html, "row\u00a0801") {
		t.Error("page does not say what is hidden, or names no row")
	}
}

func TestWriteIsBounded(t *testing.T) {
	html := render(t, enormous())
	check(t, html)
	if len(html) > maxBytes {
		t.Errorf("page has %d bytes, want at most %d", len(html), maxBytes)
	}
	r := sample()
	for range 5 {
		r.Clusters.Review = append(r.Clusters.Review, r.Clusters.Review...)
	}
	if html := render(t, r); !strings.Contains(html, "Showing 12 of 3,400.") {
		t.Error("page does not say how many clusters it leaves out")
	}
}

// enormous is more of everything than can be shown, with the longest names.
func enormous() *Report {
	r := sample()
	for range 7 {
		r.Columns = append(r.Columns, r.Columns...)
		r.Model.Comparisons = append(r.Model.Comparisons, r.Model.Comparisons...)
		r.Blocking.Rules = append(r.Blocking.Rules, r.Blocking.Rules...)
		r.Pairs = append(r.Pairs, r.Pairs...)
		r.Clusters.Review = append(r.Clusters.Review, r.Clusters.Review...)
		r.Groups = append(r.Groups, r.Groups...)
		r.Histogram = append(r.Histogram, r.Histogram...)
		r.Thresholds = append(r.Thresholds, r.Thresholds...)
		r.Tables = append(r.Tables, r.Tables...)
		r.Stages = append(r.Stages, r.Stages...)
	}
	long := strings.Repeat(`"𝔘&`, 100_000)
	fill(reflect.ValueOf(r).Elem(), func(v reflect.Value) {
		if v.Kind() == reflect.String && v.Type().Name() == "string" {
			v.SetString(long)
		}
	})
	return r
}

func TestWriteTellsOfAFailingWriter(t *testing.T) {
	want := errors.New("disk full")
	if got := Write(failing{want}, sample()); !errors.Is(got, want) {
		t.Errorf("Write: %v, want %v", got, want)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestReportIsPlainData(t *testing.T) {
	data, err := json.Marshal(sample())
	if err != nil {
		t.Fatal(err)
	}
	got := &Report{}
	if err := json.Unmarshal(data, got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, sample()); diff != "" {
		t.Errorf("report read from its own JSON differs (-got +want):\n%s", diff)
	}
}

// TestPolicyLetsOnlyOurOwnRun recomputes the policy from what was written.
func TestPolicyLetsOnlyOurOwnRun(t *testing.T) {
	html := render(t, sample())
	for _, tag := range []string{"style", "script"} {
		_, rest, _ := strings.Cut(html, "<"+tag+">")
		body, _, _ := strings.Cut(rest, "</"+tag+">")
		want := tag + "-src " + source(body)
		policy := strings.NewReplacer("&#39;", "'", "&#43;", "+").Replace(html[:strings.Index(html, "<style>")])
		if !strings.Contains(policy, want) {
			t.Errorf("policy does not allow the page's own %s", tag)
		}
	}
}

func render(t testing.TB, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// fill calls set for every value within v that can be set.
func fill(v reflect.Value, set func(reflect.Value)) {
	switch v.Kind() {
	case reflect.Struct:
		for _, f := range v.Fields() {
			fill(f, set)
		}
	case reflect.Slice:
		for i := range v.Len() {
			fill(v.Index(i), set)
		}
	default:
		set(v)
	}
}

var (
	inline = regexp.MustCompile(`(?s)<(style|script)>.*?</(style|script)>`)
	void   = regexp.MustCompile(`<(meta|input|br)([^>]*)>`)
)

// elements walks the page, which but for its void elements is XML.
func elements(t *testing.T, html string, visit func(xml.StartElement)) {
	t.Helper()
	html = strings.TrimPrefix(html, "<!DOCTYPE html>\n")
	html = inline.ReplaceAllString(html, "<$1></$1>")
	html = void.ReplaceAllString(html, "<$1$2/>")
	html = strings.NewReplacer(" hidden>", ` hidden="">`).Replace(html)
	d := xml.NewDecoder(strings.NewReader(html))
	d.Entity = xml.HTMLEntity
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("page is not well formed: %v", err)
		}
		if e, ok := token.(xml.StartElement); ok {
			visit(e)
		}
	}
}

func outline(t *testing.T, html string) map[string]int {
	t.Helper()
	out := map[string]int{}
	elements(t, html, func(e xml.StartElement) { out[e.Name.Local]++ })
	return out
}

// attributes are all that the page may have.
var attributes = []string{
	"aria-hidden", "aria-label", "aria-labelledby", "charset", "class", "colspan", "content", "cx", "cy", "d", "data-label", "for",
	"height", "hidden", "href", "http-equiv", "id", "lang", "min", "name", "preserveAspectRatio", "r", "role", "scope", "step",
	"tabindex", "type", "viewBox", "width", "x", "x1", "x2", "y", "y1", "y2",
}

// check is what every page has to keep to: well formed, only attributes that
// are known, ids once each and found, images with their names, and no address
// but those within the page.
func check(t *testing.T, html string) {
	t.Helper()
	ids, wanted := map[string]bool{}, []string{}
	elements(t, html, func(e xml.StartElement) {
		attr := map[string]string{}
		for _, a := range e.Attr {
			attr[a.Name.Local] = a.Value
			if !strings.Contains(" "+strings.Join(attributes, " ")+" ", " "+a.Name.Local+" ") {
				t.Errorf("<%s> has an attribute %q", e.Name.Local, a.Name.Local)
			}
		}
		if id := attr["id"]; id != "" {
			if ids[id] {
				t.Errorf("id %q stands twice", id)
			}
			ids[id] = true
		}
		wanted = append(wanted, strings.Fields(attr["aria-labelledby"])...)
		wanted = append(wanted, strings.Fields(attr["for"])...)
		if href, ok := attr["href"]; ok {
			if !strings.HasPrefix(href, "#") {
				t.Errorf("page leads to %q", href)
			}
			wanted = append(wanted, strings.TrimPrefix(href, "#"))
		}
		if e.Name.Local == "svg" && attr["aria-hidden"] == "" && (attr["role"] != "img" || attr["aria-labelledby"] == "") {
			t.Error("a drawing has no name")
		}
		if e.Name.Local == "th" && attr["scope"] == "" {
			t.Error("a heading cell has no scope")
		}
	})
	for _, id := range wanted {
		if !ids[id] {
			t.Errorf("nothing has the id %q", id)
		}
	}
}

// TestColoursCanBeRead holds text to a contrast of 4.5 and marks to 3, by
// WCAG's formula, on each paper.
func TestColoursCanBeRead(t *testing.T) {
	light, dark, _ := strings.Cut(style, "@media screen and (prefers-color-scheme: dark)")
	dark, _, _ = strings.Cut(dark, "* { box-sizing")
	palette := colours(light)
	for _, scheme := range []string{light, dark} {
		for k, v := range colours(scheme) {
			palette[k] = v
		}
		for _, c := range []struct {
			on, ink string
			least   float64
		}{
			{"paper", "ink", 4.5}, {"paper", "quiet", 4.5}, {"soft", "quiet", 4.5}, {"paper", "link", 4.5}, {"mark", "mark-ink", 4.5}, {"good-soft", "good", 4.5},
			{"doubt-soft", "doubt", 4.5}, {"poor-soft", "poor", 4.5}, {"focus", "focus-ink", 4.5}, {"doubt-soft", "ink", 4.5}, {"one", "paper", 4.5},
			{"paper", "one", 3}, {"paper", "relatives", 3}, {"paper", "strangers", 3}, {"paper", "against", 3},
		} {
			if got := contrast(palette[c.on], palette[c.ink]); got < c.least {
				t.Errorf("%s on %s has a contrast of %.2f, want %.1f", c.ink, c.on, got, c.least)
			}
		}
	}
}

func colours(css string) map[string]float64 {
	out := map[string]float64{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]+)`).FindAllStringSubmatch(css, -1) {
		hex := m[2]
		if len(hex) == 3 {
			hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
		}
		var rgb [3]uint8
		fmt.Sscanf(hex, "%02x%02x%02x", &rgb[0], &rgb[1], &rgb[2])
		out[m[1]] = luminance(rgb)
	}
	return out
}

func luminance(rgb [3]uint8) float64 {
	sum := 0.0
	for i, share := range []float64{0.2126, 0.7152, 0.0722} {
		c := float64(rgb[i]) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += share * c
	}
	return sum
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }
