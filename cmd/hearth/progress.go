package main

import (
	"io"
	"sync"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress shows how far something has come: a bar on a terminal, else a plain
// line at each tenth. Its methods may be called from any goroutine.
type progress struct {
	mu    sync.Mutex
	p     *program
	name  string
	bytes bool // counts are bytes
	tenth int64
	bars  *mpb.Progress // nil without a terminal
	bar   *mpb.Bar      // made once the total is known
}

func (p *program) newProgress(name string, bytes bool) *progress {
	g := &progress{p: p, name: name, bytes: bytes}
	if p.terminal {
		g.bars = mpb.New(mpb.WithOutput(p.stderr), mpb.WithWidth(48))
	}
	return g
}

// set tells that done of total are done.
func (g *progress) set(done, total int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if total <= 0 {
		return
	}
	if g.bars != nil {
		if g.bar == nil {
			g.bar = g.newBar(total)
		}
		g.bar.SetCurrent(min(done, total))
		return
	}
	if tenth := min(done, total) * 10 / total; tenth > g.tenth {
		g.tenth = tenth
		g.p.say("%s %d%%", g.name, tenth*10)
	}
}

func (g *progress) newBar(total int64) *mpb.Bar {
	counts := decor.CountersNoUnit("%d / %d", decor.WCSyncSpace)
	if g.bytes {
		counts = decor.CountersKibiByte("% .1f / % .1f", decor.WCSyncSpace)
	}
	return g.bars.AddBar(total,
		mpb.PrependDecorators(decor.Name(g.name, decor.WCSyncSpaceR)),
		mpb.AppendDecorators(decor.Percentage(decor.WCSyncSpace), counts))
}

// end takes the bar away; a bar that came to its end stays to be seen.
func (g *progress) end(done bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.bars == nil {
		return
	}
	if g.bar != nil {
		if done {
			g.bar.SetTotal(-1, true)
		} else {
			g.bar.Abort(false)
		}
	}
	g.bars.Wait()
}

// quiet discards progress.
func (p *program) quiet() *program {
	q := *p
	q.stderr, q.terminal = io.Discard, false
	return &q
}
