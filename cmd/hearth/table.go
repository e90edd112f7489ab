package main

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// A sheet's lines are at most lineWidth characters, so that they fit a screen,
// unless its words do not let it be so narrow.
const (
	lineWidth = 120
	gapWidth  = 2  // after each column
	leastFlex = 24 // what the column that takes the rest is never narrower than
	// wordWidth is the longest word that is kept whole: longer ones, such as a
	// register's marks, are nothing to read aloud or to copy.
	wordWidth = 60
)

// sheet is a table on standard output whose cells wrap between words.
type sheet struct {
	p      *program
	names  []string
	rows   [][]string
	atMost map[string]int // the widths at which columns wrap
	flex   string         // the column that takes what the others leave
	right  map[string]bool
}

func (p *program) newSheet(names ...string) *sheet {
	return &sheet{p: p, names: names, atMost: map[string]int{}, right: map[string]bool{}}
}

// wrap makes a column no wider than width, but for words that are.
func (s *sheet) wrap(name string, width int) *sheet {
	s.atMost[name] = width
	return s
}

// takeRest lets a column have what the others leave of the line.
func (s *sheet) takeRest(name string) *sheet {
	s.flex = name
	return s
}

// numbers sets columns to the right.
func (s *sheet) numbers(names ...string) *sheet {
	for _, name := range names {
		s.right[name] = true
	}
	return s
}

func (s *sheet) add(cells ...string) { s.rows = append(s.rows, cells) }

// widths works out how wide each column may be.
func (s *sheet) widths() []int {
	out, flex, rest := make([]int, len(s.names)), -1, lineWidth-gapWidth*len(s.names)
	for i, name := range s.names {
		full, word := s.natural(i)
		out[i] = full
		if limit, ok := s.atMost[name]; ok {
			out[i] = min(full, max(limit, word))
		}
		if name == s.flex {
			flex = i
			out[i] = max(word, min(full, leastFlex))
			continue
		}
		rest -= out[i]
	}
	if flex >= 0 {
		full, _ := s.natural(flex)
		out[flex] = max(out[flex], min(full, rest))
	}
	return out
}

// natural is how wide column i would be without wrapping, and its longest word
// that is kept whole.
func (s *sheet) natural(i int) (full, word int) {
	full = text.StringWidthWithoutEscSequences(s.names[i])
	word = full
	for _, row := range s.rows {
		for line := range strings.Lines(row[i]) {
			full = max(full, text.StringWidthWithoutEscSequences(strings.TrimSuffix(line, "\n")))
		}
		for w := range strings.FieldsSeq(row[i]) {
			word = max(word, min(text.StringWidthWithoutEscSequences(w), wordWidth))
		}
	}
	return full, word
}

// wrapLines wraps each line of a text between words.
func wrapLines(lines string, width int) string {
	var out []string
	for line := range strings.SplitSeq(lines, "\n") {
		for wrapped := range strings.SplitSeq(text.WrapSoft(line, width), "\n") {
			out = append(out, strings.TrimRight(wrapped, " "))
		}
	}
	return strings.Join(out, "\n")
}

// print writes the sheet.
func (s *sheet) print() {
	t := table.NewWriter()
	t.SetOutputMirror(s.p.stdout)
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault // as written
	t.Style().Options.DrawBorder = false
	t.Style().Options.SeparateColumns = false
	t.Style().Box.PaddingLeft = ""
	t.Style().Box.PaddingRight = strings.Repeat(" ", gapWidth)
	t.SuppressTrailingSpaces()
	var header table.Row
	var columns []table.ColumnConfig
	widths := s.widths()
	for i := range widths {
		header = append(header, s.names[i])
		c := table.ColumnConfig{Number: i + 1}
		if s.right[s.names[i]] {
			c.Align, c.AlignHeader = text.AlignRight, text.AlignRight
		}
		columns = append(columns, c)
	}
	t.AppendHeader(header)
	t.SetColumnConfigs(columns)
	for _, row := range s.rows {
		var cells table.Row
		for i, cell := range row {
			cells = append(cells, wrapLines(cell, widths[i]))
		}
		t.AppendRow(cells)
	}
	t.Render()
}
