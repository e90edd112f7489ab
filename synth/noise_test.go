package synth

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOtherNoise(t *testing.T) {
	usual, dir := generate(t, 3000, 7), t.TempDir()
	if err := Generate(Options{People: 3000, Seed: 7, Noise: Other}, dir, nil); err != nil {
		t.Fatal(err)
	}
	people := func(dir string) map[string]string {
		text, err := os.ReadFile(filepath.Join(dir, truthPersons))
		if err != nil {
			t.Fatal(err)
		}
		out := make(map[string]string)
		for line := range strings.Lines(string(text)) {
			id, rest, _ := strings.Cut(line, ",")
			out[id] = rest
		}
		return out
	}
	a, b := people(usual), people(dir)
	both := 0
	for id := range a {
		if _, ok := b[id]; !ok {
			continue
		}
		if both++; a[id] != b[id] {
			t.Errorf("%s is another person with the other noise", id)
		}
	}
	if both < len(a)*9/10 {
		t.Errorf("%d of %d people are in both", both, len(a))
	}
}

func TestWorsenStaysProbability(t *testing.T) {
	worse := Other.clerks()
	if got, usual := worse.police.typoSur, policeErrors.typoSur; got <= usual {
		t.Errorf("surnames: got %v, want more than %v", got, usual)
	}
	for _, p := range []profile{worse.school, worse.contact, worse.police} {
		if p.noDOB < 0 || p.noDOB > 1 {
			t.Errorf("a probability of %v", p.noDOB)
		}
	}
}

func TestMisread(t *testing.T) {
	d := newDice(1, 1)
	for range 1000 {
		for _, s := range []string{"Ann", "O'Neill", "Łukasz", "Éva", "Christopherson"} {
			if got := misread(d, s); got == "" || len(got) > len(s)+1 {
				t.Errorf("%q became %q", s, got)
			}
		}
	}
}

func TestParseNoise(t *testing.T) {
	for s, want := range map[string]Noise{"usual": Usual, "other": Other} {
		if got, err := ParseNoise(s); got != want || err != nil {
			t.Errorf("%s: got %v, %v", s, got, err)
		}
	}
	if _, err := ParseNoise("loud"); err == nil {
		t.Error("loud was read")
	}
}
