// Command linkage measures hearth link against Splink: both on the same files
// and machine, in turns, each in a process of its own. It makes the peers'
// environments and the tables itself, prints and writes what it measured, and
// judges nothing.
//
//	go run ./bench/linkage -hearth bin/hearth -sizes 100000,1000000 -out results.json
//	go run ./bench/linkage make -style us -records 10000 -out table.csv -truth truth.csv
//
// CPU seconds and peak memory are those that the system counts for each
// process, so it needs Linux or macOS, and python3 for the peers.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// bench is what is measured and where.
type bench struct {
	hearth   string
	dir      string // everything the run writes
	envs     string // the peers' environments
	python   string
	sizes    []int
	peersTo  int // records up to which the peers run
	times    int
	threads  int
	seed     uint64
	febrl    bool
	also     []task
	wide     bool
	only     string
	results  string
	contests []contender
}

func main() {
	err := func() error {
		if len(os.Args) > 1 && os.Args[1] == "make" {
			return makeTable(os.Args[2:])
		}
		if len(os.Args) > 1 && os.Args[1] == "time" {
			return timed(os.Args[2:])
		}
		return measure(os.Args[1:])
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, "linkage:", err)
		os.Exit(1)
	}
}

func measure(args []string) (err error) {
	var b bench
	sizes, keep := "", ""
	f := flag.NewFlagSet("linkage", flag.ExitOnError)
	f.StringVar(&b.hearth, "hearth", "bin/hearth", "the built binary")
	f.StringVar(&keep, "dir", "", "folder to work in and keep; blank is a temporary one")
	f.StringVar(&b.envs, "envs", "bench/.venv", "folder of the peers' Python environments, made where missing")
	f.StringVar(&b.python, "python", "python3", "the Python to make them with")
	f.StringVar(&sizes, "sizes", "100000,1000000", "records of the invented tables, parted by commas; blank for none")
	f.IntVar(&b.peersTo, "peers-to", 1_000_000, "the most records that the peers are run on")
	f.IntVar(&b.times, "times", 3, "how often each side runs, in turns")
	f.IntVar(&b.threads, "threads", 4, "threads that each side may use")
	f.Uint64Var(&b.seed, "seed", 1, "of the invented people")
	f.BoolVar(&b.febrl, "febrl", true, "measure on FEBRL 3 and 4 too")
	f.BoolVar(&b.wide, "wide", true, "run Splink with more blocking rules too")
	f.StringVar(&b.only, "only", "", "contenders, parted by commas; blank is all: hearth, splink4, splink5, splink4-wide, splink5-wide")
	f.StringVar(&b.results, "out", "", "JSON file to write the figures to")
	f.Func("also", "NAME:MODEL:TRUTH:TABLE[:TABLE], another data set; may be given again", b.addTask)
	if err := f.Parse(args); err != nil {
		return err
	}
	if b.sizes, err = numbers(sizes); err != nil {
		return err
	}
	if b.hearth, err = filepath.Abs(b.hearth); err != nil {
		return err
	}
	if b.dir = keep; keep == "" {
		if b.dir, err = os.MkdirTemp("", "hearth-linkage-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	}
	return b.run()
}

func numbers(s string) (out []int, err error) {
	for word := range strings.SplitSeq(s, ",") {
		if word == "" {
			continue
		}
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-sizes: %q is no number of records", word)
		}
		out = append(out, n)
	}
	return out, nil
}

func (b *bench) addTask(s string) error {
	part := strings.Split(s, ":")
	if len(part) < 4 {
		return errors.New("give NAME:MODEL:TRUTH:TABLE")
	}
	b.also = append(b.also, task{Name: part[0], model: part[1], truth: part[2], tables: part[3:]})
	return nil
}

// run measures every task and prints as it goes.
func (b *bench) run() error {
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return err
	}
	if err := b.environments(); err != nil {
		return err
	}
	tasks, err := b.tasks()
	if err != nil {
		return err
	}
	report := newReport(b)
	for _, t := range tasks {
		figures, err := b.contest(t)
		if err != nil {
			return err
		}
		report.add(t, figures)
		if err := report.save(b.results); err != nil {
			return err
		}
	}
	report.scaling()
	return report.save(b.results)
}
