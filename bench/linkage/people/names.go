package people

import (
	"embed"
	"math"
	"math/rand/v2"
	"sort"
	"strings"
)

//go:embed names.txt
var nameFile embed.FS

// origin is where a family's names come from. It stands in the truth file only.
type origin struct {
	name     string
	male     bag
	female   bag
	surname  bag
	start    []string // syllables that rare surnames are made of
	end      []string
	ukWeight float64
	usWeight float64
}

// bag draws words with frequencies that fall like those of names.
type bag struct {
	words []string
	sum   []float64
}

func newBag(words []string) bag {
	b := bag{words: words, sum: make([]float64, len(words))}
	total := 0.0
	for i := range words {
		total += 1 / math.Pow(float64(i)+4, 0.9)
		b.sum[i] = total
	}
	return b
}

func (b *bag) draw(r *rand.Rand) string {
	x := r.Float64() * b.sum[len(b.sum)-1]
	return b.words[min(sort.SearchFloat64s(b.sum, x), len(b.words)-1)]
}

// readNames reads the embedded list: a line of "origin NAME UK US", then
// lines "male …", "female …", "surname …", "start …" and "end …"; and lines
// "short FORMAL SHORT…" for what people are called.
func readNames() (origins []origin, short map[string][]string) {
	text, err := nameFile.ReadFile("names.txt")
	if err != nil {
		panic(err) // it is embedded
	}
	short = make(map[string][]string)
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		if f[0] == "origin" {
			origins = append(origins, origin{name: f[1], ukWeight: share(f[2]), usWeight: share(f[3])})
			continue
		}
		if f[0] == "short" {
			short[f[1]] = f[2:]
			continue
		}
		o := &origins[len(origins)-1]
		switch f[0] {
		case "male":
			o.male = newBag(f[1:])
		case "female":
			o.female = newBag(f[1:])
		case "surname":
			o.surname = newBag(f[1:])
		case "start":
			o.start = f[1:]
		case "end":
			o.end = f[1:]
		}
	}
	return origins, short
}

// share reads a whole number of percent.
func share(s string) float64 {
	n := 0
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return float64(n)
}

// family draws a surname: common ones of the list, rare ones of syllables.
func (o *origin) family(r *rand.Rand) string {
	if r.Float64() < 0.55 {
		return o.surname.draw(r)
	}
	return o.start[r.IntN(len(o.start))] + o.end[r.IntN(len(o.end))]
}

func (o *origin) forename(r *rand.Rand, sex byte) string {
	if sex == 'F' {
		return o.female.draw(r)
	}
	return o.male.draw(r)
}
