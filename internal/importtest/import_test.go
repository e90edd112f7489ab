package importtest

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is one Go file of the module.
type source struct {
	path    string // from the top of the repository, with slashes
	room    string // the top-level folder
	test    bool
	syntax  *ast.File
	lines   int
	imports []string
}

// dir is the folder that the file stands in.
func (s source) dir() string { return s.path[:strings.LastIndexByte(s.path, '/')] }

func TestImportsRunDownwards(t *testing.T) {
	for _, s := range readSources(t) {
		if s.test {
			continue
		}
		for _, path := range s.imports {
			if why := refusal(s.room, path); why != "" {
				t.Errorf("%s imports %s: %s", s.path, path, why)
			}
		}
	}
}

// refusal says why a file of the room may not import path, or "".
func refusal(name, path string) string {
	r := rooms[name]
	within, ours := strings.CutPrefix(path, module+"/")
	first, _, _ := strings.Cut(path, "/")
	switch {
	case ours:
		to, _, _ := strings.Cut(within, "/")
		if to != name && !slices.Contains(r.rooms, to) {
			return "imports run from an upper row to a lower one, never sideways (see ARCHITECTURE.md)"
		}
	case strings.Contains(first, "."):
		if !hasPrefix(r.modules, path) || hasPrefix(r.but, path) {
			return "the room has no use for this module (see rules_test.go)"
		}
	case r.pure && hasPath(impure, path):
		return "a pure room takes clock, randomness, environment and logger from its caller"
	}
	return ""
}

func TestRefusal(t *testing.T) {
	tests := []struct {
		room, path string
		refused    bool
	}{
		{"family", "strings", false},
		{"family", "golang.org/x/text/unicode/norm", true},
		{"family", module + "/internal/fold", true},
		{"matcher", module + "/family", true},
		{"matcher", module + "/matcher/em", false},
		{"matcher", "math/rand/v2", true},
		{"matcher", "math", false},
		{"household", module + "/eligibility", true},
		{"household", module + "/proto/hearth/feed/v1", true},
		{"eligibility", "log/slog", true},
		{"eligibility", "net/netip", true},
		{"eligibility", "google.golang.org/grpc/codes", true},
		{"pipeline", module + "/store", true},
		{"ingest", module + "/store", true},
		{"server", module + "/pipeline", true},
		{"server", badger + "/v4", true},
		{"store", badger + "/v4", false},
		{"store", "google.golang.org/grpc", true},
		{"synth", module + "/family", false},
		{"cmd", module + "/store", false},
		{"cmd", badger + "/v4", true},
		{"bench", module + "/family", true},
	}
	for _, tt := range tests {
		if got := refusal(tt.room, tt.path) != ""; got != tt.refused {
			t.Errorf("refusal(%q, %q) = %v, want %v", tt.room, tt.path, got, tt.refused)
		}
	}
}

func TestPureRoomsReadNoClock(t *testing.T) {
	for _, s := range readSources(t) {
		if s.test || !rooms[s.room].pure || !slices.Contains(s.imports, "time") {
			continue
		}
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(clock, sel.Sel.Name) {
				t.Errorf("%s calls time.%s: take the day from the caller", s.path, sel.Sel.Name)
			}
			return true
		})
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	documented := make(map[string]bool)
	for _, s := range readSources(t) {
		if ast.IsGenerated(s.syntax) {
			continue // its words stand in the .proto
		}
		doc := s.syntax.Doc
		documented[s.dir()] = documented[s.dir()] || doc != nil && len(doc.Text()) > 40
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment: say what it decides and what it never does", dir)
		}
	}
}

func TestFilesStayShort(t *testing.T) {
	for _, s := range readSources(t) {
		if s.lines > maxLines && !ast.IsGenerated(s.syntax) {
			t.Errorf("%s has %d lines; split it by idea (at most %d)", s.path, s.lines, maxLines)
		}
	}
}

func TestEveryTopFolderIsKnown(t *testing.T) {
	entries, err := os.ReadDir(top(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		_, known := rooms[e.Name()]
		known = known || slices.Contains(noGo, e.Name()) || slices.Contains(ignored, e.Name())
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !known {
			t.Errorf("folder %s has no place in rules_test.go: choose its row, or note that it holds no Go", e.Name())
		}
		if strings.HasSuffix(e.Name(), ".go") {
			t.Errorf("%s stands at the top: it belongs in a room", e.Name())
		}
	}
}

// readSources parses every Go file of the module; nested modules are apart.
func readSources(t *testing.T) []source {
	t.Helper()
	root := top(t)
	var out []source
	for name := range rooms {
		dir := filepath.Join(root, name)
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			switch {
			case path == dir && errors.Is(err, fs.ErrNotExist):
				return nil // a room that is not built yet
			case err != nil:
				return err
			case e.IsDir() && (e.Name() == "testdata" || strings.HasPrefix(e.Name(), ".")):
				return fs.SkipDir
			case e.IsDir() || !strings.HasSuffix(path, ".go"):
				return nil
			}
			s, err := readSource(root, path)
			s.room = name
			out = append(out, s)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.SortFunc(out, func(a, b source) int { return strings.Compare(a.path, b.path) })
	return out
}

func readSource(root, path string) (source, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return source{}, err
	}
	f, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return source{}, err
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return source{}, err
	}
	s := source{path: filepath.ToSlash(rel), syntax: f, lines: bytes.Count(text, []byte("\n"))}
	s.test = strings.HasSuffix(s.path, "_test.go")
	for _, i := range f.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return source{}, err
		}
		s.imports = append(s.imports, p)
	}
	return s, nil
}

// top finds the top of the repository above the test's own folder.
func top(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func hasPrefix(prefixes []string, path string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(path, p) })
}

// hasPath says whether path is one of dirs or lies below one.
func hasPath(dirs []string, path string) bool {
	return slices.ContainsFunc(dirs, func(d string) bool {
		return path == d || strings.HasPrefix(path, d+"/")
	})
}
