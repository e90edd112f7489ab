package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
)

// report is everything that was measured.
type report struct {
	Machine string   `json:"machine"`
	Threads int      `json:"threads"`
	Times   int      `json:"times"`
	Peers   []string `json:"peers"`
	Tasks   []result `json:"tasks"`
	Growth  []growth `json:"growth,omitempty"`
}

type result struct {
	task
	Figures []figures `json:"figures"`
}

// growth is how time grows from one size to a larger one: as records to this
// power.
type growth struct {
	Contender string  `json:"contender"`
	From      int     `json:"from"`
	To        int     `json:"to"`
	Wall      float64 `json:"wall_exponent"`
	CPU       float64 `json:"cpu_exponent"`
}

func newReport(b *bench) *report {
	r := &report{Machine: fmt.Sprintf("%s/%s, %d cores, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version()),
		Threads: b.threads, Times: b.times}
	for _, e := range environments {
		r.Peers = append(r.Peers, e.packages...)
	}
	fmt.Printf("%s, %d threads a side, %d times in turns\n", r.Machine, r.Threads, r.Times)
	return r
}

// summarise takes the least and the median of each figure.
func (f *figures) summarise() {
	pick := func(of func(run) float64) (least, median float64) {
		var all []float64
		for _, r := range f.Runs {
			all = append(all, of(r))
		}
		slices.Sort(all)
		return all[0], (all[len(all)/2] + all[(len(all)-1)/2]) / 2
	}
	f.Least.Wall, f.Median.Wall = pick(func(r run) float64 { return r.Wall })
	f.Least.CPU, f.Median.CPU = pick(func(r run) float64 { return r.CPU })
	f.Least.Peak, f.Median.Peak = pick(func(r run) float64 { return r.Peak })
}

// add keeps a task's figures and prints them.
func (r *report) add(t task, all []figures) {
	r.Tasks = append(r.Tasks, result{t, all})
	fmt.Printf("\n%s, %d records\n", t.Name, t.Records)
	fmt.Printf("  %-13s %8s %8s %8s | %-23s | %-15s | %-15s | %s\n", "", "wall s", "CPU s", "MiB",
		"pair P R F1 at 0.95", "B3 F1, exact F1", "best pair, B3", "calibration error, band, worst group gap")
	for _, f := range all {
		f.print()
	}
	verdict(all)
}

func (f *figures) print() {
	if f.Failed != "" {
		fmt.Printf("  %-13s %s\n", f.Contender, f.Failed)
		return
	}
	best, bestB := 0.0, 0.0
	if f.BestPairwise != nil {
		best, bestB = f.BestPairwise.Pairwise.F1, f.BestBCubed.BCubed.F1
	}
	fmt.Printf("  %-13s %8.2f %8.2f %8.0f | %s  | %.4f  %.4f  | %.4f  %.4f  | ", f.Contender, f.Median.Wall, f.Median.CPU, f.Median.Peak,
		f.Fixed.Pairwise, f.Fixed.BCubed.F1, f.Fixed.Exact.F1, best, bestB)
	if f.Calibration != nil {
		fmt.Printf("%.4f  %.4f", f.Calibration.ECE, f.Calibration.BandECE)
	}
	for _, g := range f.Groups {
		fmt.Printf("  %s", g.Gap)
	}
	fmt.Println()
}

// verdict says how hearth stands to each peer, and where a peer wins. The
// peers' F1 is at the threshold that is best for them in hindsight.
func verdict(all []figures) {
	at := slices.IndexFunc(all, func(f figures) bool { return f.Contender == "hearth" && f.Failed == "" })
	if at < 0 {
		return
	}
	we := &all[at]
	for i, f := range all {
		if i == at || f.Failed != "" {
			continue
		}
		pair := max(f.Fixed.Pairwise.F1, f.BestPairwise.Pairwise.F1)
		b3 := max(f.Fixed.BCubed.F1, f.BestBCubed.BCubed.F1)
		fmt.Printf("  against %-13s wall ×%.1f, CPU ×%.1f, memory ×%.2f, pair F1 %+.4f, B3 F1 %+.4f%s\n", f.Contender, f.Median.Wall/we.Median.Wall,
			f.Median.CPU/we.Median.CPU, we.Median.Peak/f.Median.Peak, we.Fixed.Pairwise.F1-pair, we.Fixed.BCubed.F1-b3, wins(we, &f, pair, b3))
	}
}

// wins names what the peer does better.
func wins(we, peer *figures, pair, b3 float64) string {
	out := ""
	for _, w := range []struct {
		what   string
		theirs bool
	}{
		{"wall", peer.Median.Wall < we.Median.Wall}, {"CPU", peer.Median.CPU < we.Median.CPU}, {"memory", peer.Median.Peak < we.Median.Peak},
		{"pair F1", pair > we.Fixed.Pairwise.F1}, {"B3 F1", b3 > we.Fixed.BCubed.F1},
		{"calibration", peer.Calibration.ECE < we.Calibration.ECE},
	} {
		if w.theirs {
			out += " " + w.what
		}
	}
	if out != "" {
		out = "; the peer wins on" + out
	}
	return out
}

// scaling says how time grows with size.
func (r *report) scaling() {
	var sized []result
	for _, t := range r.Tasks {
		if t.sized {
			sized = append(sized, t)
		}
	}
	slices.SortStableFunc(sized, func(a, b result) int { return cmp.Compare(a.Records, b.Records) })
	for i := 1; i < len(sized); i++ {
		for k, from := range sized[i-1].Figures {
			to := sized[i].Figures[k]
			if from.Failed != "" || to.Failed != "" {
				continue
			}
			times := math.Log(float64(sized[i].Records) / float64(sized[i-1].Records))
			g := growth{Contender: to.Contender, From: sized[i-1].Records, To: sized[i].Records,
				Wall: math.Log(to.Least.Wall/from.Least.Wall) / times, CPU: math.Log(to.Least.CPU/from.Least.CPU) / times}
			r.Growth = append(r.Growth, g)
			fmt.Printf("\n%s from %d to %d records: wall grows as n^%.2f, CPU as n^%.2f", g.Contender, g.From, g.To, g.Wall, g.CPU)
		}
	}
	fmt.Println()
}

// save writes the figures as JSON; a blank path writes nothing.
func (r *report) save(path string) error {
	if path == "" {
		return nil
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
