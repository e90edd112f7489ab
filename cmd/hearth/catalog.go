package main

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/eligibility/frameworks"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/server"
)

// catalog is the frameworks' files that a service has besides those published
// within it.
type catalog struct {
	shipped, files []frameworkFile
}

// frameworkFile is a framework's file that has not been loaded yet.
type frameworkFile struct {
	id, name string // name is for messages
	server.Framework
}

// casesSuffix ends the name of the test cases beside a framework's file.
const casesSuffix = ".cases.txt"

// loadFrameworks reads the frameworks that hearth ships and those in the given
// files, of which one takes the place of others of the same id.
func loadFrameworks(files []string) (*catalog, error) {
	c := &catalog{}
	names, err := fs.Glob(frameworks.Files, "*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		f, err := readFramework(name, server.ShippedFramework, frameworks.Files.ReadFile)
		if err != nil {
			return nil, err
		}
		c.shipped = append(c.shipped, f)
	}
	for _, name := range files {
		f, err := readFramework(name, server.FrameworkFromFile, os.ReadFile)
		if err != nil {
			return nil, fmt.Errorf("--framework-file %s: %w", name, err)
		}
		c.files = append(c.files, f)
	}
	_, err = c.at(nil, nil)
	return c, err
}

// readFramework reads a framework's file and the cases beside it.
func readFramework(path string, source server.FrameworkSource, read func(string) ([]byte, error)) (frameworkFile, error) {
	f := frameworkFile{name: filepath.Base(path), Framework: server.Framework{Source: source}}
	var err error
	if f.File, err = read(path); err != nil {
		return f, pathless(err)
	}
	f.Cases, err = read(strings.TrimSuffix(path, filepath.Ext(path)) + casesSuffix)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f, pathless(err)
	}
	f.id, _ = frameworkHead(f.File)
	return f, nil
}

// frameworkHead reads the id that a framework's file gives itself, and of which
// one it is an overlay, if of any; what else is wrong with the file comes to
// light when it is loaded.
func frameworkHead(data []byte) (id, extends string) {
	var head struct {
		ID      string `yaml:"id"`
		Extends string `yaml:"extends"`
	}
	if err := yaml.Unmarshal(data, &head); err != nil {
		return "", ""
	}
	return head.ID, head.Extends
}

// programmes are the frameworks in force at one place of the journal. They are
// not changed once made.
type programmes struct {
	server.Programmes
	loaded map[loadKey]*eligibility.Framework // so that the next are not loaded again
}

// loadKey is what a loaded framework follows from.
type loadKey struct {
	name string
	file [sha256.Size]byte
	base *eligibility.Framework
}

// at loads the frameworks in force with what was published, the oldest first.
// Of each id that is the file that the service was started with, else the
// publication that came last, else what is shipped; of those that do not load,
// the next in line. A file of --framework-file that does not load is an error,
// with every fault. earlier may be nil.
func (c *catalog) at(published []family.PublishedFramework, earlier *programmes) (*programmes, error) {
	p := c.loader(published, earlier).all()
	var err error
	for _, f := range p.Faults {
		if f.Source != server.PublishedFramework {
			err = errors.Join(err, fmt.Errorf("--framework-file %w", f.Err))
		}
	}
	return p, err
}

func (c *catalog) loader(published []family.PublishedFramework, earlier *programmes) *frameworkLoader {
	l := &frameworkLoader{inLine: map[string][]frameworkFile{}, done: map[string]*server.Framework{},
		busy: map[string]bool{}, out: &programmes{loaded: map[loadKey]*eligibility.Framework{}}}
	if earlier != nil {
		l.earlier = earlier.loaded
	}
	add := func(f frameworkFile) { l.inLine[f.id] = append(l.inLine[f.id], f) }
	for _, f := range slices.Backward(c.files) {
		add(f)
	}
	for _, p := range slices.Backward(published) {
		add(frameworkFile{id: p.ID, name: p.ID + ".yaml",
			Framework: server.Framework{Source: server.PublishedFramework, File: p.File, Cases: p.Cases, Published: p}})
	}
	for _, f := range c.shipped {
		add(f)
	}
	return l
}

// frameworkLoader loads frameworks, each overlay on what is in force of the id
// that it extends.
type frameworkLoader struct {
	inLine  map[string][]frameworkFile // of each id, the one to be preferred first
	earlier map[loadKey]*eligibility.Framework
	done    map[string]*server.Framework // nil for an id of which nothing loads
	busy    map[string]bool              // being loaded
	out     *programmes
}

func (l *frameworkLoader) all() *programmes {
	for _, id := range slices.Sorted(maps.Keys(l.inLine)) {
		if f := l.of(id); f != nil {
			l.out.Frameworks = append(l.out.Frameworks, *f)
		}
	}
	slices.SortFunc(l.out.Faults, func(a, b server.FrameworkFault) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), cmp.Compare(b.Seq, a.Seq))
	})
	return l.out
}

// of returns the framework of an id; nil if there is none that loads.
func (l *frameworkLoader) of(id string) *server.Framework {
	if f, ok := l.done[id]; ok {
		return f
	}
	l.busy[id] = true
	f := l.first(id, l.inLine[id])
	delete(l.busy, id)
	l.done[id] = f
	return f
}

// first returns the first of the files in line that loads, and notes why those
// before do not.
func (l *frameworkLoader) first(id string, files []frameworkFile) *server.Framework {
	for _, f := range files {
		rules, err := l.load(&f)
		if err == nil && rules.ID() != id {
			err = fmt.Errorf("%s: the file's id is %q, not %q: %w", f.name, rules.ID(), id, family.ErrInvalid)
		}
		if err == nil {
			f.Rules = rules
			return &f.Framework
		}
		l.out.Faults = append(l.out.Faults, server.FrameworkFault{ID: id, Source: f.Source, Seq: f.Published.Seq, Err: err})
	}
	return nil
}

// load loads one file, and before it what it is an overlay of.
func (l *frameworkLoader) load(f *frameworkFile) (*eligibility.Framework, error) {
	key := loadKey{name: f.name, file: sha256.Sum256(f.File)}
	if _, extends := frameworkHead(f.File); extends != "" {
		if l.busy[extends] {
			return nil, fmt.Errorf("%s: extends: %s is this framework, or extends it in its turn; name another: %w", f.name, extends, family.ErrInvalid)
		}
		if base := l.of(extends); base != nil {
			key.base = base.Rules
		}
	}
	rules := cmp.Or(l.out.loaded[key], l.earlier[key])
	var err error
	switch {
	case rules != nil:
	case eligibility.IsOverlay(f.File):
		rules, err = eligibility.LoadOverlay(f.name, f.File, func(string) *eligibility.Framework { return key.base })
	default:
		rules, err = eligibility.Load(f.name, f.File)
	}
	if err == nil {
		l.out.loaded[key] = rules
	}
	return rules, err
}

// try loads a file as the next night would if it were published: with every
// fault that was not there without it.
func (c *catalog) try(f family.PublishedFramework, published []family.PublishedFramework, now *programmes) (server.Framework, error) {
	id, _ := frameworkHead(f.File)
	f.ID, f.Seq = cmp.Or(f.ID, id), math.MaxUint64 // after all that was published
	p, err := c.at(append(slices.Clone(published), f), now)
	var faults []error
	for _, x := range p.Faults {
		if !slices.ContainsFunc(now.Faults, func(y server.FrameworkFault) bool { return x.ID == y.ID && x.Seq == y.Seq && x.Source == y.Source }) {
			faults = append(faults, x.Err)
		}
	}
	if len(faults) > 0 {
		return server.Framework{}, errors.Join(faults...)
	}
	if err != nil {
		return server.Framework{}, err
	}
	for _, x := range p.Frameworks {
		if x.Rules.ID() == f.ID {
			if x.Source == server.FrameworkFromFile {
				return x, fmt.Errorf("the service was started with a file of %s, which holds whatever is published; start it without: %w", f.ID, family.ErrConflict)
			}
			x.Published.Seq = 0
			return x, nil
		}
	}
	return server.Framework{}, fmt.Errorf("the file has no id: %w", family.ErrInvalid)
}
