package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"

	"github.com/hearthmatch/hearth/bench/linkage/people"
)

// made is a table to make and where to.
type made struct {
	style, out, truth, parquet string
	options                    people.Options
}

// makeTable is the command "make".
func makeTable(args []string) error {
	var m made
	f := flag.NewFlagSet("make", flag.ExitOnError)
	f.StringVar(&m.style, "style", "uk", "layout: uk, nhs, us, client or school")
	f.StringVar(&m.out, "out", "table.csv", "CSV file to write")
	f.StringVar(&m.truth, "truth", "truth.csv", "truth to write: record_id, cluster_id, origin")
	f.StringVar(&m.parquet, "parquet", "", "write the table as Parquet too")
	f.IntVar(&m.options.Records, "records", 10_000, "about how many")
	f.Uint64Var(&m.options.Seed, "seed", 1, "which people")
	f.Uint64Var(&m.options.NoiseSeed, "noise-seed", 1, "what clerks wrote of them")
	f.Float64Var(&m.options.Noise, "noise", 1, "times the usual rate of errors")
	f.BoolVar(&m.options.Once, "once", false, "everybody at most once: one side of a link")
	f.Float64Var(&m.options.Share, "share", 0.8, "part of the people who are there at all, with -once")
	f.StringVar(&m.options.Prefix, "prefix", "", "begins every id")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := m.write(); err != nil || m.parquet == "" {
		return err
	}
	return toParquet(m.out, m.parquet)
}

func (m *made) write() (err error) {
	i := slices.IndexFunc(people.Styles, func(s people.Style) bool { return s.Name == m.style })
	if i < 0 {
		return fmt.Errorf("no style %q", m.style)
	}
	m.options.Style = people.Styles[i]
	table, err := os.Create(m.out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, table.Close()) }()
	truth, err := os.Create(m.truth)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, truth.Close()) }()
	return people.Write(m.options, table, truth)
}
