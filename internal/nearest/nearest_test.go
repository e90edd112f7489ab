package nearest

import "testing"

func TestWord(t *testing.T) {
	list := []string{"offender", "victim", "witness", "with"}
	for _, c := range []struct {
		word string
		most int
		want string
	}{
		{"ofender", 2, "offender"}, {"offender", 0, "offender"}, {"wintess", 2, "witness"}, {"victum", 1, "victim"},
		{"victum", 0, ""}, {"", 3, ""}, {"", 4, "with"}, {"suspect", 2, ""},
	} {
		if got := Word(c.word, list, c.most); got != c.want {
			t.Errorf("Word(%q, at most %d) = %q, want %q", c.word, c.most, got, c.want)
		}
	}
	if got := Word("x", nil, 5); got != "" {
		t.Errorf("of no words: %q", got)
	}
}
