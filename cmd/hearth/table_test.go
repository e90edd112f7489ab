package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSheetsFitTheLineAndKeepWordsWhole(t *testing.T) {
	sentence := strings.TrimSpace(strings.Repeat("registered pupil at this dwelling; ", 12))
	rows := "attendance/ATT-130015-103098\nbenefits/BEN103721\nand 12 more"
	var out bytes.Buffer
	s := newProgram(nil, &out, &bytes.Buffer{}).newSheet("who", "part", "count", "why", "rows").
		wrap("part", 12).numbers("count").takeRest("why")
	s.add("Ada O'Hara", "non resident parent", "7", sentence, rows)
	s.add("Zoë", "adult", "1204", "", "")
	s.print()
	for line := range strings.Lines(out.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > lineWidth {
			t.Errorf("a line of %d characters: %s", n, line)
		}
	}
	got := strings.Fields(out.String())
	for _, word := range strings.Fields("Ada O'Hara non resident parent 1204 Zoë and 12 more " + sentence + " " + rows) {
		if !strings.Contains(" "+strings.Join(got, " ")+" ", " "+word+" ") {
			t.Errorf("the sheet breaks %q:\n%s", word, out.String())
		}
	}
	for _, want := range []string{"resident      7  registered", "adult          1204\n", "/BEN103721\n", " and 12 more\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the sheet lacks %q:\n%s", want, out.String())
		}
	}
}

func TestSheetBreaksWhatIsNoWord(t *testing.T) {
	var out bytes.Buffer
	s := newProgram(nil, &out, &bytes.Buffer{}).newSheet("column", "text").takeRest("text")
	s.add("marks", strings.Repeat(`/\`, 400))
	s.print()
	for line := range strings.Lines(out.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > lineWidth {
			t.Errorf("a line of %d characters", n)
		}
	}
	if got := strings.Count(out.String(), `/`); got != 400 {
		t.Errorf("%d marks are shown, want 400", got)
	}
}

func TestFewRows(t *testing.T) {
	for _, tc := range []struct {
		rows []string
		want string
	}{
		{nil, ""},
		{[]string{"a/1", "a/2", "a/3"}, "a/1\na/2\na/3"},
		{[]string{"a/1", "a/2", "a/3", "a/4"}, "a/1\na/2\nand 2 more"},
	} {
		if got := fewRows(tc.rows); got != tc.want {
			t.Errorf("fewRows(%q) = %q, want %q", tc.rows, got, tc.want)
		}
	}
}
