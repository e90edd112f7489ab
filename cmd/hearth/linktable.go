package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/linker"
	"github.com/hearthmatch/hearth/linker/evaluate"
	"github.com/hearthmatch/hearth/linker/settings"
	"github.com/hearthmatch/hearth/linker/table"
	"github.com/hearthmatch/hearth/matcher"
)

// tableFlags are the flags of the commands that link tables.
type tableFlags struct {
	id, settings, model, labels  string
	free                         string // tables without duplicates
	linkOnly, dedupe, both, json bool
	dryRun                       bool
	threshold                    float64
	workers                      int
}

func (f *tableFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.id, "id", "", "the column that names a record (default: found by its contents, else the row's number)")
	fl.StringVar(&f.settings, "settings", "", "what the columns are, as `hearth settings` writes it (default: worked out)")
	fl.BoolVar(&f.dedupe, "dedupe", false, "the tables are one: find who is in them more than once (default for one table)")
	fl.BoolVar(&f.linkOnly, "link-only", false, "only records of different tables can be one person (default for several)")
	fl.BoolVar(&f.both, "both", false, "link the tables, and find who is in one more than once")
	fl.IntVar(&f.workers, "workers", runtime.GOMAXPROCS(0), "how many processors to use; the answer is the same for any number")
}

func (f *tableFlags) addModel(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.model, "model", "", "a model of `hearth train`, or one of Splink 4 or 5 (default: train one on the tables)")
}

func (f *tableFlags) addThreshold(cmd *cobra.Command) {
	cmd.Flags().Float64Var(&f.threshold, "threshold", settings.DefaultThreshold, "the probability from which records are one person")
}

func (f *tableFlags) addLabels(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.labels, "labels", "", "pairs that people have judged: record_id_l, record_id_r and match (1 or 0)")
}

// check refuses flags that cannot hold, before any file is read.
func (f *tableFlags) check(cmd *cobra.Command, tables int) error {
	modes := 0
	for _, set := range []bool{f.linkOnly, f.dedupe, f.both} {
		if set {
			modes++
		}
	}
	switch {
	case modes > 1:
		return usageError("choose one of --link-only, --dedupe and --both")
	case f.linkOnly && tables == 1:
		return usageError("--link-only: name at least two tables, or leave it out to find who is in one more than once")
	case f.workers < 1:
		return usageError("--workers: at least 1")
	case cmd.Flags().Lookup("threshold") != nil && (math.IsNaN(f.threshold) || f.threshold <= 0 || f.threshold > 1):
		return usageError("--threshold: a probability above 0 and at most 1, such as 0.95")
	}
	return nil
}

// mode is which records are compared.
func (f *tableFlags) mode(tables int) settings.Mode {
	switch {
	case f.both:
		return settings.Both
	case f.dedupe || tables == 1:
		return settings.Dedupe
	}
	return settings.LinkOnly
}

// modeWords says it in words.
var modeWords = map[settings.Mode]string{
	settings.Dedupe:   "who is in the table more than once",
	settings.LinkOnly: "who is in more than one table",
	settings.Both:     "who is in the tables more than once, in one or in several",
}

// atLeastOne refuses no table at all.
func atLeastOne(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return errors.New("missing: TABLE, a CSV or Parquet file")
	}
	return nil
}

// job reads what the flags and arguments name.
func (p *program) job(ctx context.Context, f *tableFlags, paths []string, s *stages) (*linkJob, error) {
	j := &linkJob{mode: f.mode(len(paths)), threshold: f.threshold, workers: f.workers, progress: s.set}
	var err error
	if j.tables, err = p.readTables(ctx, paths, f.workers, s); err != nil {
		return nil, err
	}
	if j.free, err = f.duplicateFree(j.tables); err != nil {
		return nil, err
	}
	if f.model != "" {
		if j.model, err = readSmall(f.model); err != nil {
			return nil, err
		}
	}
	if j.settings, err = f.read(j.tables, j.model); err != nil {
		return nil, err
	}
	if f.labels != "" {
		if j.labels, err = readLabels(f.labels, j); err != nil {
			return nil, err
		}
	}
	return j, nil
}

// duplicateFree says which tables hold nobody twice; nil where that is to be
// found out.
func (f *tableFlags) duplicateFree(tables []*table.Table) ([]bool, error) {
	if f.free == "" || f.free == "auto" {
		return nil, nil
	}
	out := make([]bool, len(tables))
	for _, name := range strings.Split(f.free, ",") {
		found := name == "none"
		for i, t := range tables {
			if name == "all" || t.Name == name {
				out[i], found = true, true
			}
		}
		if !found {
			return nil, usageError("--duplicate-free: no table has the name given; say auto, none, all, or names of tables with commas between")
		}
	}
	return out, nil
}

// readTables reads the tables one after the other, and gives those of one name
// names of their own.
func (p *program) readTables(ctx context.Context, paths []string, workers int, s *stages) ([]*table.Table, error) {
	var out []*table.Table
	taken := make(map[string]bool)
	for _, path := range paths {
		s.set(readStage, 0, 0)
		t, err := table.Read(ctx, path, workers, func(done, total int64) { s.set(readStage, done, total) })
		if err != nil {
			s.end(false)
			return nil, err
		}
		name := t.Name
		for n := 2; taken[t.Name]; n++ {
			t.Name = fmt.Sprintf("%s-%d", name, n)
		}
		taken[t.Name] = true
		out = append(out, t)
	}
	s.end(true)
	return out, nil
}

// read gives what the settings file says, or what the tables look like.
func (f *tableFlags) read(tables []*table.Table, model []byte) (*settings.Settings, error) {
	s, err := f.settingsOf(tables, model)
	if err != nil {
		return nil, err
	}
	if f.id == "" {
		return s, nil
	}
	for _, t := range tables {
		if t.Column(f.id) == nil {
			return nil, fmt.Errorf("--id: %s has no column of this name; its columns are %s", t.Name, columnNames(t))
		}
	}
	s.ID = f.id
	return s, nil
}

func (f *tableFlags) settingsOf(tables []*table.Table, model []byte) (*settings.Settings, error) {
	if isSplink(model) {
		s, err := splinkSettings(model, tables)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.model, err)
		}
		return s, nil
	}
	if f.settings == "" {
		if t, err := linker.ParseTrained(model); err == nil && t.Settings != nil {
			s, err := t.Settings.Reuse(tables)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", f.model, err)
			}
			return s, nil
		}
		return settings.Propose(tables) // what is wrong with the model linking will say
	}
	data, err := readSmall(f.settings)
	if err != nil {
		return nil, err
	}
	s, err := settings.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.settings, err)
	}
	return s, nil
}

// columnNames lists a table's columns, as far as they are few.
func columnNames(t *table.Table) string {
	const few = 20
	var names []string
	for _, c := range t.Columns[:min(few, len(t.Columns))] {
		names = append(names, c.Name)
	}
	if len(t.Columns) > few {
		names = append(names, fmt.Sprintf("and %d more", len(t.Columns)-few))
	}
	return strings.Join(names, ", ")
}

// mostSmall is how large a file of settings or a model may be.
const mostSmall = 256 << 20

// readSmall reads a file of settings or a model.
func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, pathless(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostSmall+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, pathless(err))
	case len(data) > mostSmall:
		return nil, fmt.Errorf("%s: is over %d MiB; this is neither settings nor a model", path, mostSmall>>20)
	}
	return data, nil
}

// recordIDs names records: by their id column, or by their row's number from 1.
type recordIDs struct {
	tables []*table.Table
	ids    []*table.Column // of each table; nil for row numbers
	from   []int           // the first record of each table, and how many there are
}

// idsOf finds the id columns and makes sure that every record has an id of its
// own within its table.
func (j *linkJob) idsOf() (*recordIDs, error) {
	r := &recordIDs{tables: j.tables, from: []int{0}}
	for i, t := range j.tables {
		id := j.settings.IDColumn(t)
		if id != nil {
			if err := unique(t, id); err != nil {
				return nil, err
			}
		}
		r.ids = append(r.ids, id)
		r.from = append(r.from, r.from[i]+t.Rows)
	}
	if r.from[len(j.tables)] > math.MaxInt32 {
		return nil, fmt.Errorf("there are over %d records; link fewer at a time", math.MaxInt32)
	}
	return r, nil
}

// unique makes sure that no id is blank or stands twice.
func unique(t *table.Table, id *table.Column) error {
	first := make([]uint32, len(id.Values))
	for row, cell := range id.Cells {
		switch {
		case cell == 0:
			return fmt.Errorf("%s: row %d has no id in column %q; give every record one, or name another column with --id",
				t.Name, row+1, id.Name)
		case first[cell] > 0:
			return fmt.Errorf("%s: rows %d and %d have the same id in column %q; give each record its own, or name another "+
				"column with --id", t.Name, first[cell], row+1, id.Name)
		}
		first[cell] = uint32(row + 1)
	}
	return nil
}

// place is the table that a record stands in, by number, and its row.
func (r *recordIDs) place(record int32) (table, row int) {
	i, _ := slices.BinarySearch(r.from, int(record)+1)
	return i - 1, int(record) - r.from[i-1]
}

// row is the table that a record stands in, and its row.
func (r *recordIDs) row(record int32) (*table.Table, int) {
	i, row := r.place(record)
	return r.tables[i], row
}

// of returns the table and the id of a record.
func (r *recordIDs) of(record int32) (source, id string) {
	i, row := r.place(record)
	if r.ids[i] == nil {
		return r.tables[i].Name, strconv.Itoa(row + 1)
	}
	return r.tables[i].Name, r.ids[i].Text(row)
}

// name is how a record is called in print: by its id, after its table where
// there are several.
func (r *recordIDs) name(record int32) string {
	source, id := r.of(record)
	if len(r.tables) == 1 {
		return id
	}
	return source + "/" + id
}

// lookup finds the records that keys name; where there is one table a key need
// not name it. Keys that name none are left out.
func (r *recordIDs) lookup(keys map[evaluate.Key]bool) map[evaluate.Key]int32 {
	out := make(map[evaluate.Key]int32, len(keys))
	for i, t := range r.tables {
		for row := range t.Rows {
			record := int32(r.from[i] + row)
			_, id := r.of(record)
			for _, k := range []evaluate.Key{{Source: t.Name, ID: id}, {ID: id}} {
				if keys[k] && (k.Source != "" || len(r.tables) == 1) {
					out[k] = record
				}
			}
		}
	}
	return out
}

// find looks a record up that is named by its id, or by TABLE/ID.
func (r *recordIDs) find(name string) (int32, error) {
	keys := make(map[evaluate.Key]bool)
	for _, t := range r.tables {
		keys[evaluate.Key{Source: t.Name, ID: name}] = true
		if id, ok := strings.CutPrefix(name, t.Name+"/"); ok {
			keys[evaluate.Key{Source: t.Name, ID: id}] = true
		}
	}
	found := r.lookup(keys)
	switch len(found) {
	case 0:
		return 0, errors.New("no record has the id given; ids are " + r.kind())
	case 1:
		for _, record := range found {
			return record, nil
		}
	}
	return 0, errors.New("several tables have a record of the id given; write TABLE/ID")
}

// kind says what the ids are.
func (r *recordIDs) kind() string {
	if r.ids[0] == nil {
		return "the rows' numbers, from 1"
	}
	return fmt.Sprintf("those of column %q", r.ids[0].Name)
}

// readLabels reads judged pairs of the job's records.
func readLabels(path string, j *linkJob) ([]matcher.Label, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, pathless(err))
	}
	defer f.Close()
	pairs, err := evaluate.ReadPairs(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	ids, err := j.idsOf()
	if err != nil {
		return nil, err
	}
	keys := make(map[evaluate.Key]bool, 2*len(pairs))
	for _, l := range pairs {
		keys[l.A], keys[l.B] = true, true
	}
	found := ids.lookup(keys)
	var out []matcher.Label
	for _, l := range pairs {
		a, okA := found[l.A]
		b, okB := found[l.B]
		if okA && okB && a != b {
			out = append(out, matcher.Label{A: a, B: b, Same: l.Probability >= 0.5})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no pair is of two records of the tables; ids are %s", path, ids.kind())
	}
	return out, nil
}
