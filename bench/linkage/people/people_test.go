package people

import (
	"bytes"
	"encoding/csv"
	"math/rand/v2"
	"testing"
)

func write(t *testing.T, opt Options) (table, truth [][]string, text string) {
	t.Helper()
	var a, b bytes.Buffer
	if err := Write(opt, &a, &b); err != nil {
		t.Fatal(err)
	}
	text = a.String()
	for _, in := range []struct {
		from *bytes.Buffer
		to   *[][]string
	}{{&a, &table}, {&b, &truth}} {
		rows, err := csv.NewReader(in.from).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		*in.to = rows
	}
	return table, truth, text
}

func TestWrite(t *testing.T) {
	for _, style := range Styles {
		t.Run(style.Name, func(t *testing.T) {
			opt := Options{Style: style, Records: 2000, Seed: 3, NoiseSeed: 4, Noise: 1, Prefix: "X"}
			table, truth, text := write(t, opt)
			if len(table) != len(truth) || len(table) < 2001 {
				t.Fatalf("%d rows and %d of truth, want 2001 or a few more of both", len(table), len(truth))
			}
			people := make(map[string]int)
			for i := range table {
				if table[i][0] != truth[i][0] && i > 0 {
					t.Fatalf("row %d is %s in the table and %s in the truth", i, table[i][0], truth[i][0])
				}
				people[truth[i][1]]++
			}
			if got := len(table) / len(people); got < 1 || got > 3 {
				t.Errorf("%d rows a person", got)
			}
			if _, _, again := write(t, opt); again != text {
				t.Error("equal options gave other bytes")
			}
			opt.NoiseSeed++
			if _, _, other := write(t, opt); other == text {
				t.Error("another noise gave the same bytes")
			}
		})
	}
}

func TestOnce(t *testing.T) {
	_, truth, _ := write(t, Options{Style: Styles[0], Records: 2000, Seed: 3, Noise: 1, Once: true, Share: 0.7})
	seen := make(map[string]bool)
	for _, row := range truth {
		if seen[row[1]] {
			t.Fatalf("%s is there twice", row[1])
		}
		seen[row[1]] = true
	}
}

func TestNoNoise(t *testing.T) {
	c := &clerk{rand.New(rand.NewPCG(1, 1)), 0}
	if got := c.word("Hesketh", 1); got != "Hesketh" {
		t.Errorf("got %q without noise", got)
	}
	if y, m, d := c.date(1999, 4, 5); y != 1999 || m != 4 || d != 5 {
		t.Errorf("got %d-%d-%d without noise", y, m, d)
	}
}
