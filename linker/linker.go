// Package linker is the stand-alone linkage of tables: it takes tables of any
// columns, settles what they are, trains a model, links, and says how good the
// answer is. What belongs together the matcher decides; files, clocks and
// screens are the caller's.
package linker

import (
	"context"
	"errors"
	"fmt"

	"github.com/hearthmatch/hearth/linker/quality"
	"github.com/hearthmatch/hearth/linker/settings"
	"github.com/hearthmatch/hearth/linker/splink"
	"github.com/hearthmatch/hearth/linker/table"
	"github.com/hearthmatch/hearth/matcher"
)

// ErrInput reports tables, settings or a model that cannot be used together.
var ErrInput = errors.New("unusable input")

// Job is what to link and how.
type Job struct {
	// Tables are one or more tables; records are their rows, those of the first
	// table first.
	Tables []*table.Table
	// Settings say what the columns are; nil lets them be proposed.
	Settings *settings.Settings
	// Mode says which records are compared; 0 stands for Dedupe with one table
	// and LinkOnly with several.
	Mode settings.Mode
	// Model is a trained model; nil lets one be trained on the tables.
	Model *matcher.Model
	// Splink, if set, is a model of Splink's to link with instead: it says which
	// records are compared, and the settings no more than which column names one.
	Splink *splink.Model
	// Planned, if set, hears what blocking found before anything is compared.
	Planned func(*matcher.Plan)
	// DuplicateFree says of each table whether no two of its records are of one
	// person; nil lets that be found out where only records of different tables
	// are compared.
	DuplicateFree []bool
	// Threshold is the probability from which records are one person, between
	// 0 and 1; 0 stands for that of the settings.
	Threshold float64
	// Labels are judged pairs of records to train with; there may be none.
	Labels []matcher.Label
	// Lean lets go of the tables' cells as soon as they are read, but for the
	// columns that name the records. The Result then makes no Report.
	Lean bool
	// Workers is how many goroutines work at once.
	Workers int
	// Progress, if set, hears of the work done, stage by stage: "profile",
	// "prepare", "rules", "block", "train", "compare", "cluster".
	Progress func(stage string, done, total int64)
}

// prepared is a job made ready.
type prepared struct {
	*Job
	in matcher.Input
}

// progress tells of a stage that is one whole, done or not.
func (j *Job) progress(stage string, done int64) {
	if j.Progress != nil {
		j.Progress(stage, done, 1)
	}
}

// prepare settles what the columns are and makes the matcher's input of them.
// It completes the job's Settings, Mode and Threshold.
func (j *Job) prepare() (*prepared, error) {
	if len(j.Tables) == 0 {
		return nil, fmt.Errorf("no table: name one or more: %w", ErrInput)
	}
	j.progress("profile", 0)
	if j.Settings == nil {
		s, err := settings.Propose(j.Tables)
		if err != nil {
			return nil, err
		}
		j.Settings = s
	}
	j.progress("profile", 1)
	if j.Mode == 0 {
		j.Mode = settings.Dedupe
		if len(j.Tables) > 1 {
			j.Mode = settings.LinkOnly
		}
	}
	if j.Threshold == 0 {
		j.Threshold = j.Settings.Threshold
	}
	if err := j.check(); err != nil {
		return nil, err
	}
	j.progress("prepare", 0)
	in, err := j.Settings.Input(j.Tables, j.Mode, j.Workers)
	if err != nil {
		return nil, err
	}
	if j.Lean {
		for i, t := range j.Tables {
			j.Tables[i] = namesOnly(t, j.Settings.IDColumn(t))
		}
	}
	in.Exclusive = j.DuplicateFree
	j.progress("prepare", 1)
	return &prepared{Job: j, in: in}, nil
}

// check refuses what no tables could be linked by.
func (j *Job) check() error {
	switch {
	case !(j.Threshold >= 0 && j.Threshold <= 1):
		return fmt.Errorf("a threshold is a probability from 0 to 1: %w", ErrInput)
	case j.DuplicateFree != nil && len(j.DuplicateFree) != len(j.Tables):
		return fmt.Errorf("%d tables, but of %d it is said whether they are free of duplicates: %w",
			len(j.Tables), len(j.DuplicateFree), ErrInput)
	}
	return nil
}

func (j *Job) options() matcher.Options {
	return matcher.Options{Workers: j.Workers, Threshold: j.Threshold, Labels: j.Labels, Progress: j.Progress, Planned: j.Planned}
}

// Train learns a model from the tables, by labels too if there are any. It
// completes the job's Settings. It blocks until done or ctx ends, and fails as Link
// does.
func Train(ctx context.Context, j *Job) (*matcher.Model, error) {
	p, err := j.prepare()
	if err != nil {
		return nil, err
	}
	return matcher.Train(ctx, p.in, j.options())
}

// Link links the tables' records. It completes the job's Settings and, unless
// a model of Splink's links, its Model. It blocks until done or ctx ends. It fails
// with ErrInput, settings.ErrSettings or matcher.ErrModel where tables, settings and
// model do not go together.
func Link(ctx context.Context, j *Job) (*Result, error) {
	if j.Splink != nil {
		return linkSplink(ctx, j)
	}
	p, err := j.prepare()
	if err != nil {
		return nil, err
	}
	r := &Result{Job: j}
	opt := j.options()
	opt.Planned = func(p *matcher.Plan) {
		r.Plan = p
		if j.Planned != nil {
			j.Planned(p)
		}
	}
	if j.Model == nil {
		j.Model, r.Linked, err = matcher.TrainAndLink(ctx, p.in, opt)
		r.trained = true
	} else {
		r.Linked, err = matcher.Link(ctx, p.in, j.Model, opt)
	}
	if err != nil {
		return nil, err
	}
	r.take(r.Linked)
	if err := r.exclude(ctx, p.in, opt); err != nil {
		return nil, err
	}
	return r, nil
}

// Result is the outcome of Link. Its methods are not for use by several
// goroutines at once: what they work out they keep.
type Result struct {
	// Job is what was asked, complete.
	Job *Job
	// Cluster numbers each record's cluster from 0, in the order of the
	// clusters' first records.
	Cluster []int32
	// Clusters is how many there are.
	Clusters int
	// Compared is how many pairs were compared.
	Compared int64
	// Exclusive says of each table whether it was taken to have no two records of
	// one person; nil for none.
	Exclusive []bool
	// Notes say in plain words what was found out on the way.
	Notes []string
	// Plan is what blocking found; nil for a model of Splink's.
	Plan *matcher.Plan
	// Linked is the matcher's outcome; nil for a model of Splink's.
	Linked *matcher.Linked

	trained  bool // the model was trained on these tables
	foreign  *foreign
	pairs    []Pair
	verdict  *quality.Verdict
	evidence *matcher.Evidence
	nodes    []int32
	doubtful []matcher.Doubt
}

// Record finds the table and the row, both from 0, that a record stands in.
func (r *Result) Record(i int32) (tableIndex, row int) {
	row = int(i)
	for t, tab := range r.Job.Tables {
		if row < tab.Rows {
			return t, row
		}
		row -= tab.Rows
	}
	return -1, -1
}

// ID returns what names a record: the text of its table's id column, or its row
// from 1.
func (r *Result) ID(i int32) string {
	t, row := r.Record(i)
	if c := r.Job.Settings.IDColumn(r.Job.Tables[t]); c != nil {
		return c.Text(row)
	}
	return fmt.Sprint(row + 1)
}

// namesOnly is a table with the column that names its records, if there is one,
// and no other.
func namesOnly(t *table.Table, id *table.Column) *table.Table {
	out := &table.Table{Name: t.Name, Rows: t.Rows, Notes: t.Notes}
	if id != nil {
		out.Columns = []table.Column{*id}
	}
	return out
}
