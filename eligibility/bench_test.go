package eligibility_test

import (
	"flag"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/synth"
)

// people is the size of the council that is scored. Of 100,000 people, ten times
// over, which is the work of a million:
//
//	go test ./eligibility -run xxx -bench Council -benchtime 10x -people 100000
var people = flag.Int("people", 5000, "people of the fictional council to benchmark with")

// BenchmarkCouncil scores every household of a council by all frameworks, on
// every core: from rows to candidates, and its parts by themselves. A candidate
// is dropped as soon as it is made.
func BenchmarkCouncil(b *testing.B) {
	at := family.MustDate("2025-03-14")
	empty := heap()
	homes := homesOf(readCouncil(b, synth.Options{People: *people, Seed: 42, AsAt: at}))
	frameworks := eligibility.Builtin()
	rows := heap() - empty
	b.Run("rows to candidates", func(b *testing.B) {
		measure(b, homes, func(h *home) int { return h.score(frameworks, at, h.evidence()) })
	})
	b.Run("rows to evidence", func(b *testing.B) {
		measure(b, homes, func(h *home) int { return len(h.evidence()) })
		b.StopTimer()
		reportHeld(b, homes, frameworks, at, rows)
	})
	read := make(map[*home]map[string]*eligibility.Evidence, len(homes))
	for i := range homes {
		read[&homes[i]] = homes[i].evidence()
	}
	for _, f := range frameworks {
		b.Run("evidence to candidates of "+f.ID(), func(b *testing.B) {
			measure(b, homes, func(h *home) int { return h.score([]*eligibility.Framework{f}, at, read[h]) })
		})
	}
}

// home is a household with its people.
type home struct {
	household *family.Household
	people    []*family.Person
}

func homesOf(c *synthCouncil) []home {
	var out []home
	for _, id := range slices.Sorted(maps.Keys(c.homes)) {
		one := c.homes[id]
		h := home{household: &one.household}
		for _, m := range one.household.Members {
			if p := one.people[m.PersonID]; p != nil {
				h.people = append(h.people, p)
			}
		}
		out = append(out, h)
	}
	return out
}

// evidence reads the rows of the household's people.
func (h *home) evidence() map[string]*eligibility.Evidence {
	out := make(map[string]*eligibility.Evidence, len(h.people))
	for _, p := range h.people {
		out[p.ID] = eligibility.NewEvidence(p)
	}
	return out
}

// score returns by how many frameworks the household is eligible.
func (h *home) score(fs []*eligibility.Framework, at family.Date, read map[string]*eligibility.Evidence) int {
	fam := eligibility.NewFamily(h.household, func(id string) *eligibility.Evidence { return read[id] }, nil,
		eligibility.CompleteCoverage(), at)
	eligible := 0
	for _, f := range fs {
		if c, ok := f.Score(fam); ok && c.Eligible {
			eligible++
		}
	}
	return eligible
}

// measure does the work of each household once an iteration, on every core.
func measure(b *testing.B, homes []home, work func(*home) int) {
	b.ReportAllocs()
	var count int
	for i := range homes {
		count += len(homes[i].people)
	}
	var total atomic.Int64
	before := cpuSeconds()
	for b.Loop() {
		total.Store(0)
		var next atomic.Int64
		var wait sync.WaitGroup
		for range runtime.GOMAXPROCS(0) {
			wait.Go(func() {
				for i := next.Add(1) - 1; int(i) < len(homes); i = next.Add(1) - 1 {
					total.Add(int64(work(&homes[i])))
				}
			})
		}
		wait.Wait()
	}
	if total.Load() == 0 {
		b.Error("nothing came out")
	}
	seconds := b.Elapsed().Seconds() / float64(b.N)
	b.ReportMetric(float64(count)/seconds, "people/s")
	b.ReportMetric(float64(len(homes))/seconds, "households/s")
	b.ReportMetric((cpuSeconds()-before)*1e6/float64(b.N)/float64(count), "CPU-µs/person")
}

// cpuSeconds is the processor time that the process has used, which other work
// on the machine alters less than the time that passes.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// reportHeld says what is held in memory for a person: the rows with the people
// and homes they make, the evidence read from them, and the candidates of all
// frameworks where they are kept together, as a night does.
func reportHeld(b *testing.B, homes []home, fs []*eligibility.Framework, at family.Date, rows int64) {
	b.Helper()
	before := heap()
	held := make([]map[string]*eligibility.Evidence, len(homes))
	people := 0
	for i := range homes {
		held[i] = homes[i].evidence()
		people += len(held[i])
	}
	read := heap()
	var kept []family.Candidate
	for i := range homes {
		fam := eligibility.NewFamily(homes[i].household, func(id string) *eligibility.Evidence { return held[i][id] }, nil,
			eligibility.CompleteCoverage(), at)
		for _, f := range fs {
			if c, ok := f.Score(fam); ok {
				kept = append(kept, c)
			}
		}
	}
	b.ReportMetric(float64(rows)/float64(people), "B-rows/person")
	b.ReportMetric(float64(read-before)/float64(people), "B-evidence/person")
	b.ReportMetric(float64(heap()-read)/float64(people), "B-candidates/person")
	runtime.KeepAlive(held)
	runtime.KeepAlive(kept)
}

// heap is what is in use after a collection, in bytes.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
