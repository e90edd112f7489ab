package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/hearthmatch/hearth/linker/evaluate"
)

// contender is one side.
type contender struct {
	name    string
	command func(t task, clusters, pairs string) []string
}

// run is what one process took.
type run struct {
	Wall float64 `json:"wall_seconds"`
	CPU  float64 `json:"cpu_seconds"`
	Peak float64 `json:"peak_mib"`
}

// figures are what one contender did on one task.
type figures struct {
	Contender string `json:"contender"`
	Runs      []run  `json:"runs"`
	// Least and Median are over the runs, each figure apart.
	Least  run `json:"least"`
	Median run `json:"median"`
	// Fixed is the clusters as written, at threshold 0.95.
	Fixed *evaluate.Metrics `json:"fixed"`
	// BestPairwise and BestBCubed are connected components of the scored pairs at
	// the threshold that is best in hindsight, which nobody knows beforehand.
	BestPairwise *evaluate.Point       `json:"best_pairwise,omitempty"`
	BestBCubed   *evaluate.Point       `json:"best_b_cubed,omitempty"`
	Calibration  *evaluate.Calibration `json:"calibration,omitempty"`
	Groups       []evaluate.Groups     `json:"groups,omitempty"`
	// Failed says why there are no figures.
	Failed string `json:"failed,omitempty"`
}

// contest runs every contender on a task, in turns, and measures what they
// wrote. A contender that fails is said to have, and the others go on.
func (b *bench) contest(t task) ([]figures, error) {
	out := make([]figures, len(b.contests))
	for i, c := range b.contests {
		out[i].Contender = c.name
		if c.name != "hearth" && t.Records > b.peersTo {
			out[i].Failed = "not run at this size"
		}
	}
	for range b.times {
		for i, c := range b.contests {
			if out[i].Failed != "" {
				continue
			}
			r, err := b.once(c.command(t, b.written(t, c, "clusters"), b.written(t, c, "pairs")))
			if err != nil {
				out[i].Failed = err.Error()
				continue
			}
			out[i].Runs = append(out[i].Runs, r)
		}
	}
	for i, c := range b.contests {
		if out[i].Failed != "" {
			continue
		}
		out[i].summarise()
		if err := b.quality(t, c, &out[i]); err != nil {
			return nil, fmt.Errorf("%s, %s: %w", t.Name, c.name, err)
		}
	}
	return out, nil
}

func (b *bench) written(t task, c contender, what string) string {
	return filepath.Join(b.dir, t.Name+"."+c.name+"."+what+".csv")
}

// once has a process of its own, small and fresh, run a command and measure
// it: the system counts as a child's peak memory what its parent held when it
// was started, and this process holds whole truths.
func (b *bench) once(args []string) (run, error) {
	self, err := os.Executable()
	if err != nil {
		return run{}, err
	}
	var out, faults bytes.Buffer
	cmd := exec.Command(self, append([]string{"time"}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &faults
	cmd.Env = append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(b.threads))
	if err := cmd.Run(); err != nil {
		last := faults.Bytes()
		return run{}, fmt.Errorf("%w: %s", err, bytes.TrimSpace(last[max(0, len(last)-400):]))
	}
	var r run
	return r, json.Unmarshal(out.Bytes(), &r)
}

// timed is the command "time": it runs another to its end and prints what that
// took. Exit code 3 says that the answer is doubtful, which is no failure.
func timed(args []string) error {
	if len(args) == 0 {
		return errors.New("time: name a command")
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stderr = os.Stderr
	begin := time.Now()
	err := cmd.Run()
	wall := time.Since(begin)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 3 {
		err = nil
	}
	if err != nil {
		return err
	}
	r := run{Wall: wall.Seconds(), CPU: (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()}
	if used, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.Peak = float64(used.Maxrss) / 1024
		if runtime.GOOS == "darwin" { // which counts bytes
			r.Peak /= 1024
		}
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

// quality measures the last run's files.
func (b *bench) quality(t task, c contender, f *figures) error {
	var groups []string
	if t.group != "" {
		groups = []string{t.group}
	}
	truth, err := readFile(t.truth, func(in *os.File) (*evaluate.Clusters, error) { return evaluate.ReadClusters(in, groups...) })
	if err != nil {
		return err
	}
	found, err := readFile(b.written(t, c, "clusters"), func(in *os.File) (*evaluate.Clusters, error) { return evaluate.ReadClusters(in) })
	if err != nil {
		return err
	}
	pairs, err := readFile(b.written(t, c, "pairs"), func(in *os.File) ([]evaluate.ScoredPair, error) { return evaluate.ReadPairs(in) })
	if err != nil {
		return err
	}
	r, err := evaluate.Evaluate(evaluate.Input{Found: found, Truth: truth, Pairs: pairs, Seed: b.seed})
	if err != nil {
		return err
	}
	f.Fixed, f.Groups, f.Calibration = r.Clusters, r.Groups, r.Calibration
	if r.Curve != nil {
		f.BestPairwise, f.BestBCubed = &r.Curve.BestPairwise, &r.Curve.BestBCubed
	}
	return nil
}

func readFile[T any](path string, read func(*os.File) (T, error)) (out T, err error) {
	in, err := os.Open(path)
	if err != nil {
		return out, err
	}
	defer in.Close()
	if out, err = read(in); err != nil {
		return out, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return out, nil
}
