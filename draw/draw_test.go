package draw

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

var update = flag.Bool("update", false, "write the pictures of testdata anew")

var day = family.MustDate

// examples are the fictional families of testdata.
func examples() map[string]Input {
	people := map[string]Person{
		"P1": {"Rosa Example", 'F', day("1986-04-01"), 0}, "P2": {"Ivan Example", 'M', day("1984-02-11"), 0},
		"P3": {"Mila Example", 'F', day("2012-06-30"), 0}, "P4": {"Finn Example", 'M', day("2015-09-02"), 0},
		"P5": {"Noah Example-Sampleworthy the Younger", 'M', day("2015-09-02"), 0}, "P6": {"Otto Sample", 'M', day("1988-12-24"), 0},
		"P7": {"Wilma Example", 'F', day("1955-01-20"), day("2021-03-03")}, "P8": {"Baby Sample", 0, day("2024-08-08"), 0},
		"P9": {"Karl <Sample> & Co", 'M', 0, 0},
	}
	home := family.Address{Line1: "7 Invented Row", Postcode: "ZZ1 1AA"}
	old := family.Address{Line1: "Flat 2, 90 Made Up Street", Postcode: "ZZ9 9ZZ"}
	h := family.Household{ID: "H1", Address: home, Certainty: 0.9, Members: []family.Member{
		{PersonID: "P1", Role: family.Adult, Confidence: 0.99}, {PersonID: "P6", Role: family.Adult, Confidence: 0.8},
		{PersonID: "P7", Role: family.Adult, To: day("2021-03-03"), Deceased: day("2021-03-03"), Confidence: 0.9},
		{PersonID: "P3", Role: family.Child, Confidence: 0.99}, {PersonID: "P4", Role: family.Child, Confidence: 0.99},
		{PersonID: "P5", Role: family.Child, Confidence: 0.99}, {PersonID: "P8", Role: family.Child, Confidence: 0.99},
		{PersonID: "P2", Role: family.NonResidentParent, Confidence: 0.8},
		{PersonID: "P9", Role: family.Associate, Kind: family.PossibleMember, Confidence: 0.3},
		{PersonID: "PX", Role: family.Associate, Kind: family.EventContact, Confidence: 0.9},
	}}
	rel := func(a, b string, kind family.RelationKind, to family.Date) {
		h.Relations = append(h.Relations, family.Relation{A: a, B: b, Kind: kind, To: to, Confidence: 0.9})
	}
	for _, c := range []string{"P3", "P4", "P5"} {
		rel("P1", c, family.Mother, 0)
		rel("P2", c, family.Father, 0)
	}
	rel("P1", "P8", family.Mother, 0)
	rel("P6", "P8", family.Father, 0)
	rel("P1", "P2", family.Partner, day("2020-05-05"))
	rel("P1", "P6", family.Partner, 0)
	rel("P7", "P1", family.Mother, 0)
	stay := func(id string, a family.Address, from, to family.Date, p float64) {
		h.Stays = append(h.Stays, family.Stay{PersonID: id, Address: a, From: from, To: to, FromStated: true, ToStated: to != 0, Probability: p})
	}
	for _, id := range []string{"P1", "P3", "P4", "P5"} {
		stay(id, old, day("2015-09-20"), day("2020-05-05"), 0.95)
		stay(id, home, day("2020-05-05"), 0, 0.99)
	}
	stay("P6", home, day("2023-01-10"), 0, 0.8)
	stay("P6", family.Address{Line1: "1 Elsewhere", Postcode: "ZZ3 3AA"}, 0, day("2023-01-10"), 0.4)
	stay("P8", home, day("2024-08-08"), 0, 0.99)
	h.Changes = []family.Change{
		{Day: day("2024-08-08"), Kind: family.Born, Persons: []string{"P8"}}, {Day: day("2023-01-10"), Kind: family.NewPartner, Persons: []string{"P6"}},
		{Day: day("2020-05-05"), Kind: family.Separated, Persons: []string{"P2"}},
	}
	protected := family.Household{ID: "H2", Protected: true, Members: h.Members[:4:4], Relations: h.Relations, Stays: []family.Stay{
		{PersonID: "P1", Address: home, From: day("2024-01-01"), Probability: 0.9, Protected: true},
	}}
	of := func(id string) Person { return people[id] }
	return map[string]Input{
		"family":    {&h, of, day("2025-03-14")},
		"protected": {&protected, of, day("2025-03-14")},
		"nobody":    {&family.Household{ID: "H3"}, of, day("2025-03-14")},
	}
}

// TestPictures compares the pictures with those of testdata. Look at what -update
// writes before it is kept.
func TestPictures(t *testing.T) {
	for name, in := range examples() {
		for kind, draw := range map[string]func(Input) Picture{"genogram": Genogram, "timeline": Timeline} {
			got := draw(in)
			wellFormed(t, got.SVG)
			for ext, data := range map[string][]byte{"svg": got.SVG, "txt": []byte(strings.Join(got.Text, "\n") + "\n")} {
				file := filepath.Join("testdata", name+"_"+kind+"."+ext)
				if *update {
					if err := os.WriteFile(file, data, 0o644); err != nil {
						t.Fatal(err)
					}
					continue
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(data, want) {
					t.Errorf("%s is another picture than was looked at", file)
				}
			}
		}
	}
}

// wellFormed checks that a picture is XML and may stand in a page that runs no
// script, takes no style of its own and loads nothing.
func wellFormed(t interface{ Errorf(string, ...any) }, svg []byte) {
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if e, ok := token.(xml.StartElement); ok {
			if slices.Contains([]string{"script", "style", "image", "use", "a", "foreignObject"}, e.Name.Local) {
				t.Errorf("a %s in the picture", e.Name.Local)
			}
			for _, a := range e.Attr {
				if a.Name.Local == "style" || a.Name.Local == "href" || strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("%s of a %s in the picture", a.Name.Local, e.Name.Local)
				}
			}
		}
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("the picture is no XML: %v", err)
			return
		}
	}
}

// TestProtected: no line goes round the people of a protected household, and no
// protected address is written.
func TestProtected(t *testing.T) {
	in := examples()["protected"]
	if svg := string(Genogram(in).SVG); strings.Contains(svg, `stroke-dasharray="2 5"`) {
		t.Error("a line goes round those of a protected household")
	}
	p := Timeline(in)
	if all := string(p.SVG) + strings.Join(p.Text, "\n"); strings.Contains(all, "Invented Row") {
		t.Error("a protected address is written")
	}
}

// TestStrangersAreNotDrawn: whoever an event names is no family.
func TestStrangersAreNotDrawn(t *testing.T) {
	in := examples()["family"]
	of := in.Of
	in.Of = func(id string) Person {
		if id == "PX" {
			return Person{Name: "Visitor"}
		}
		return of(id)
	}
	p := Genogram(in)
	if all := string(p.SVG) + strings.Join(p.Text, "\n"); strings.Contains(all, "Visitor") {
		t.Error("a visitor is drawn among the family")
	}
}

// drawHousehold makes a household with relations of all kinds, loops too.
func drawHousehold(t *rapid.T) Input {
	n := rapid.IntRange(0, 9).Draw(t, "people")
	h := &family.Household{Protected: rapid.Bool().Draw(t, "protected")}
	people := map[string]Person{}
	id := func(i int) string { return fmt.Sprintf("P%d", i) }
	for i := range n {
		m := family.Member{PersonID: id(i), Role: family.Role(rapid.IntRange(1, 5).Draw(t, "role")), Confidence: rapid.Float64Range(0, 1).Draw(t, "confidence")}
		if m.Role == family.Associate {
			m.Kind = family.AssociateKind(rapid.IntRange(1, 7).Draw(t, "kind"))
		}
		m.To = rapid.SampledFrom([]family.Date{0, 0, 0, day("2020-01-01")}).Draw(t, "to")
		h.Members = append(h.Members, m)
		people[m.PersonID] = Person{Name: fmt.Sprintf("Person <%d>", i), Sex: rapid.SampledFrom([]byte("MFX")).Draw(t, "sex"),
			Born: rapid.SampledFrom([]family.Date{0, day("1980-01-01"), day("2012-01-01"), day("2012-01-01"), day("2030-01-01")}).Draw(t, "born")}
	}
	if n > 1 {
		for range rapid.IntRange(0, 14).Draw(t, "relations") {
			h.Relations = append(h.Relations, family.Relation{
				A: id(rapid.IntRange(0, n).Draw(t, "a")), B: id(rapid.IntRange(0, n).Draw(t, "b")),
				Kind: family.RelationKind(rapid.IntRange(1, 10).Draw(t, "relation")), Confidence: rapid.Float64Range(0, 1).Draw(t, "sure"),
			})
		}
		h.Relations = slices.DeleteFunc(h.Relations, func(r family.Relation) bool { return r.A == r.B })
	}
	return Input{h, func(id string) Person { return people[id] }, day("2025-03-14")}
}

// TestGenogramLayout: whoever is drawn has room, and no dotted line goes round
// anybody who does not live there.
func TestGenogramLayout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawHousehold(t)
		p := Genogram(in)
		wellFormed(t, p.SVG)
		k := kinOf(&in)
		k.place()
		for i := range k.nodes {
			for j := range i {
				a, b := &k.nodes[i], &k.nodes[j]
				if d := a.x - b.x; a.generation == b.generation && d < 2*half && d > -2*half {
					t.Fatalf("%s and %s of generation %d stand at %v and %v", a.member.PersonID, b.member.PersonID, a.generation, a.x, b.x)
				}
			}
			for _, b := range k.boxes() {
				if n := &k.nodes[i]; !n.here && b.generation == n.generation && b.left < n.x && n.x < b.right {
					t.Fatalf("%s does not live there and is within the line", n.member.PersonID)
				}
			}
			if !strings.Contains(string(p.SVG), fmt.Sprintf("Person &lt;%s&gt;", k.nodes[i].member.PersonID[1:])) {
				t.Fatalf("%s is not drawn", k.nodes[i].member.PersonID)
			}
		}
		k.levels()
		for i, x := range k.stems() {
			b := &k.broods[i]
			if _, places := k.between(*b); places == 0 || k.nodes[b.parents[0]].generation != k.nodes[b.parents[1]].generation {
				continue
			}
			for j := range k.nodes {
				if n := &k.nodes[j]; n.generation == k.nodes[b.parents[0]].generation && x > n.x-half && x < n.x+half {
					t.Fatalf("the line of a couple's children runs through %s", n.member.PersonID)
				}
			}
		}
		wellFormed(t, Timeline(in).SVG)
	})
}

// TestNamesFit: whatever a name is, what is written beneath a sign has room there.
func TestNamesFit(t *testing.T) {
	for _, name := range []string{"", "Ana", "Noah Example-Sampleworthy the Younger", "WILHELMINA MMMMMMMMMMMMMMMMMMMM", "Ü Ö", strings.Repeat("x", 90), "A " + strings.Repeat("W", 40) + " B"} {
		for _, line := range lines(name) {
			if width(line) > room {
				t.Errorf("%q: %q is %v wide", name, line, width(line))
			}
		}
	}
}
