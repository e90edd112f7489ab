package trial_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/eligibility/trial"
)

func shipped(id string) *eligibility.Framework {
	for _, f := range eligibility.Builtin() {
		if f.ID() == id {
			return f
		}
	}
	return nil
}

// TestCases runs the cases of the shipped frameworks that are not a table of one
// framework alone.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("../testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) { runFile(t, name, nil) })
	}
}

// runFile runs each case of a file as a test of its own.
func runFile(t *testing.T, name string, own *eligibility.Framework) *trial.Table {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	table, err := trial.Read(name, data)
	if err != nil {
		t.Fatal(err)
	}
	for i := range table.Cases {
		t.Run(table.Cases[i].Name, func(t *testing.T) {
			for _, f := range table.Run(&table.Cases[i], own, shipped) {
				t.Error(f)
			}
		})
	}
	return table
}
