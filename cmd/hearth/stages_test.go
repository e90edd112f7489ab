package main

import (
	"io"
	"strings"
	"testing"
	"time"
)

// TestStagesCountWhatTheyTake has a clock that moves a second at each look, and a
// system that counts half a second of processor time and more memory each time.
func TestStagesCountWhatTheyTake(t *testing.T) {
	var out strings.Builder
	p := newProgram(strings.NewReader(""), io.Discard, &out)
	looks := 0
	peaks := []int64{10 << 20, 10 << 20, 10 << 20, 300 << 20, 300 << 20, 300 << 20}
	p.used = func() usage {
		looks++
		return usage{time.Duration(looks) * 500 * time.Millisecond, peaks[looks-1]}
	}
	at := time.Unix(0, 0)
	p.now = func() time.Time { at = at.Add(time.Second); return at }
	s := &stages{p: p}
	s.set(readStage, 0, 0)
	s.set(readStage, 1, 2)
	s.set("train", 0, 1)
	s.set("cluster", 0, 1)
	s.end(true)
	want := "seconds read_tables=1.00 train=1.00 cluster=1.00\ncpu_seconds read_tables=0.50 train=0.50 cluster=0.50\n" +
		"peak_mib read_tables=10 train=300"
	if got := s.text(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := s.peak(); got != 300<<20 {
		t.Errorf("peak %d", got)
	}
	p.used = func() usage { return usage{} }
	s = &stages{p: p}
	s.set("train", 0, 1)
	s.end(true)
	if got, want := s.text(), "seconds train=1.00"; got != want {
		t.Errorf("where the system does not say: got %q, want %q", got, want)
	}
}

func TestUsageGrows(t *testing.T) {
	first := usageNow()
	if first == (usage{}) {
		t.Skip("this system does not say what a process takes")
	}
	if next := usageNow(); next.cpu < first.cpu || next.peak < first.peak || first.peak < 1<<20 {
		t.Errorf("got %v, then %v", first, next)
	}
}
