package quality

import (
	"sync"
	"sync/atomic"
)

// vote is a pair that is to be counted, or several that it stands for.
type vote struct {
	a, b int32
	// open says that its probability has to be asked for.
	open                         bool
	pairs, probability, together float64
}

// poll collects votes. What is open several goroutines ask for; the votes are
// counted in the order in which they came, so that sums are the same to the last
// bit whoever asked.
type poll struct {
	t     *totals
	into  *[len(bands)]stratum
	votes []vote
}

// A poll is counted when it has so many votes, and a goroutine asks for so many
// at a time.
const (
	polled = 1 << 14
	ballot = 1 << 8
)

func (l *poll) add(v vote) {
	if l.votes = append(l.votes, v); len(l.votes) == polled {
		l.close()
	}
}

// close counts the votes.
func (l *poll) close() {
	l.t.settle(l.votes)
	for i := range l.votes {
		v := &l.votes[i]
		l.into[band(v.probability)].add(v.pairs, v.probability, v.together)
	}
	l.votes = l.votes[:0]
}

// settle asks for what is open.
func (t *totals) settle(votes []vote) {
	var next atomic.Int64
	ask := func(given func(a, b int32) float64) {
		for {
			from := int(next.Add(ballot)) - ballot
			if from >= len(votes) {
				return
			}
			some := votes[from:min(from+ballot, len(votes))]
			for i := range some {
				if v := &some[i]; v.open {
					v.probability = sane(given(v.a, v.b))
				}
			}
		}
	}
	if t.in.Given == nil {
		return
	}
	var wait sync.WaitGroup
	for i := 1; i < min(t.in.Workers, len(votes)/ballot+1); i++ {
		given := t.voice(i)
		wait.Go(func() { ask(given) })
	}
	ask(t.voice(0))
	wait.Wait()
}

// voice is what goroutine i asks.
func (t *totals) voice(i int) func(a, b int32) float64 {
	for len(t.voices) <= i {
		t.voices = append(t.voices, t.in.Given())
	}
	return t.voices[i]
}

// given is the probability of a pair, asked for at once.
func (t *totals) given(a, b int32) float64 { return sane(t.voice(0)(a, b)) }

// caught counts pairs by the set of rules that found them. Sets of the first
// rules, which are nearly all, are counted in their places.
type caught struct {
	few  []float64
	many captures
}

const fewRules = 16

func (c *caught) add(rules uint32, q float64) {
	if rules >= 1<<fewRules {
		if c.many == nil {
			c.many = make(captures)
		}
		c.many[rules] += q
		return
	}
	if c.few == nil {
		c.few = make([]float64, 1<<fewRules)
	}
	c.few[rules] += q
}

func (c *caught) captures() captures {
	out := make(captures)
	for rules, q := range c.few {
		if q > 0 {
			out[uint32(rules)] = q
		}
	}
	for rules, q := range c.many {
		out[rules] = q
	}
	return out
}
