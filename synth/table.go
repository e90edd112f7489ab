package synth

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// readTable reads a CSV file's named columns, in whatever order it has them,
// and calls yield with a slice that it uses again. A column whose name ends in
// "?" is blank where the file has none. Errors name the file and the line,
// never a value.
func readTable(path string, columns []string, yield func(fields []string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("synth: cannot read %s: %w", filepath.Base(path), errors.Join(err, family.ErrNotFound))
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return fmt.Errorf("synth: %s has no header; it begins with %s: %w", filepath.Base(path),
			needed(columns), family.ErrInvalid)
	}
	at := make([]int, len(columns))
	for i, c := range columns {
		c, optional := strings.CutSuffix(c, "?")
		at[i] = slices.Index(header, c)
		if i == 0 && at[i] < 0 {
			at[i] = slices.Index(header, "\ufeff"+c)
		}
		if at[i] < 0 && !optional {
			return fmt.Errorf("synth: %s has no column %s; it needs %s: %w", filepath.Base(path), c,
				needed(columns), family.ErrInvalid)
		}
	}
	fields := make([]string, len(columns))
	for {
		row, err := r.Read()
		if err == io.EOF {
			return nil
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			return fmt.Errorf("synth: %s, line %d: the fields do not agree with the header: %w", filepath.Base(path), line, family.ErrInvalid)
		}
		for i, c := range at {
			if c >= 0 {
				fields[i] = row[c]
			}
		}
		if err := yield(fields); err != nil {
			return fmt.Errorf("synth: %s, line %d: %w: %w", filepath.Base(path), line, err, family.ErrInvalid)
		}
	}
}

// needed names the columns that must be there.
func needed(columns []string) string {
	var out []string
	for _, c := range columns {
		if !strings.HasSuffix(c, "?") {
			out = append(out, c)
		}
	}
	return strings.Join(out, ",")
}
