package main

import (
	"fmt"
	"strings"
	"time"
)

// usage is what the program has taken so far: time of all processors, and the
// most memory that it held at once, in bytes. It is zero where that is not known.
type usage struct {
	cpu  time.Duration
	peak int64
}

// stages measures what each stage takes and shows how far it has come.
type stages struct {
	p      *program
	bar    *progress
	name   string
	from   time.Time
	before usage
	done   []stageTime
}

// stageTime is what one stage took. Peak is the most memory held at once from the
// program's start to the stage's end: a stage that raised it needed so much.
type stageTime struct {
	Stage   string  `json:"stage"`
	Seconds float64 `json:"seconds"`
	CPU     float64 `json:"cpu_seconds"`
	Peak    int64   `json:"peak_bytes,omitempty"`
}

// set tells how far a stage has come; a new name ends the one before.
func (s *stages) set(stage string, done, total int64) {
	if stage != s.name {
		s.end(true)
		s.name, s.from, s.before = stage, s.p.now(), s.p.used()
		s.bar = s.p.newProgress(stage, stage == readStage)
		if !s.p.terminal {
			s.p.say("%s", stage)
		}
	}
	if total > 1 { // of one whole nothing is half done
		s.bar.set(done, total)
	}
}

// readStage is the one whose progress is counted in bytes.
const readStage = "read tables"

func (s *stages) end(done bool) {
	if s.bar == nil {
		return
	}
	s.bar.end(done)
	now := s.p.used()
	s.done = append(s.done, stageTime{Stage: s.name, Seconds: s.p.now().Sub(s.from).Seconds(),
		CPU: (now.cpu - s.before.cpu).Seconds(), Peak: now.peak})
	s.bar, s.name = nil, ""
}

// peak is the most memory held at once, as far as it is known.
func (s *stages) peak() int64 {
	if len(s.done) == 0 {
		return 0
	}
	return s.done[len(s.done)-1].Peak
}

// text is a line of how long each stage took, and, where the system says, one of
// its processors' time and one of the memory, for the stages that raised it.
func (s *stages) text() string {
	wall, cpu, peak := "seconds", "cpu_seconds", "peak_mib"
	before := int64(0)
	for _, d := range s.done {
		name := strings.ReplaceAll(d.Stage, " ", "_")
		wall += fmt.Sprintf(" %s=%.2f", name, d.Seconds)
		cpu += fmt.Sprintf(" %s=%.2f", name, d.CPU)
		if mib := d.Peak >> 20; mib > before {
			peak += fmt.Sprintf(" %s=%d", name, mib)
			before = mib
		}
	}
	if before == 0 {
		return wall
	}
	return wall + "\n" + cpu + "\n" + peak
}
