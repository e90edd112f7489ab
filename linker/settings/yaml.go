package settings

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// Marshal writes the settings as YAML that a person can edit. Equal settings
// give equal bytes, and Parse reads them back as they were.
func (s *Settings) Marshal() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("# What each column is, and how the tables are linked. Change what is wrong: a column\n" +
		"# that is not listed here, or is left out, is not compared.\n" +
		"# The roles, and what else may stand here, are listed by: hearth settings --help\n\n")
	fmt.Fprintf(&b, "threshold: %s # probability from which records are one person\n", decimal(s.Threshold))
	if s.ID != "" {
		fmt.Fprintf(&b, "id: %s # the column that names a record\n", quote(s.ID))
	}
	b.WriteString("\ncolumns:\n")
	if len(s.Columns) == 0 {
		b.Truncate(b.Len() - 1)
		b.WriteString(" []\n")
	}
	for i := range s.Columns {
		s.Columns[i].write(&b)
	}
	if len(s.Rules) > 0 {
		b.WriteString("\n# Records are compared if they agree on all parts of any of these rules.\n")
		list(&b, "rules", s.Rules, "")
	} else {
		b.WriteString("\n# Which records are compared is found from the tables. To say it yourself, write rules:\n" +
			"# rules:\n#   - \"surname + year of date of birth\"\n#   - \"either way: forename + surname + postcode\"\n")
	}
	if len(s.Notes) > 0 {
		b.WriteString("\n")
		list(&b, "notes", s.Notes, "")
	}
	return b.Bytes(), nil
}

func (c *Column) write(b *bytes.Buffer) {
	fmt.Fprintf(b, "  - name: %s\n", quote(c.Name))
	put := func(key, value string) {
		if value != "" {
			fmt.Fprintf(b, "    %s: %s\n", key, quote(value))
		}
	}
	put("table", c.Table)
	if c.As == "" {
		b.WriteString("    as: " + leaveOut + "\n")
	}
	put("as", c.As)
	put("into", c.Into)
	put("format", c.Format)
	put("group", c.Group)
	if c.Frequent != nil {
		fmt.Fprintf(b, "    rare values tell more: %t\n", *c.Frequent)
	}
	if c.Shared != nil {
		fmt.Fprintf(b, "    families share it: %t\n", *c.Shared)
	}
	if len(c.Missing) > 0 {
		list(b, "missing", c.Missing, "    ")
	}
	put("why", c.Why)
	if c.Confidence != 0 {
		fmt.Fprintf(b, "    confidence: %s\n", decimal(c.Confidence))
	}
}

// leaveOut is the word for no role.
const leaveOut = "leave out"

func list(b *bytes.Buffer, key string, items []string, indent string) {
	fmt.Fprintf(b, "%s%s:\n", indent, key)
	for _, t := range items {
		fmt.Fprintf(b, "%s  - %s\n", indent, quote(t))
	}
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// quote writes a text as YAML: bare where it is plain words, else in double
// quotes.
func quote(s string) string {
	bare := s != ""
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		bare = bare && (letter || i > 0 && (c >= '0' && c <= '9' || c == '-' || c == ' ' && i+1 < len(s)))
	}
	switch strings.ToLower(s) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		bare = false
	}
	if bare {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20 || r == 0x7f || r >= 0x80 && !strconv.IsPrint(r):
			if r > 0xffff {
				fmt.Fprintf(&b, "\\U%08X", r)
			} else {
				fmt.Fprintf(&b, "\\u%04X", r)
			}
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
