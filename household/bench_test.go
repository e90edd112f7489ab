package household

import (
	"runtime"
	"testing"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/synth"
)

// BenchmarkForm makes households of a fictional council of -people people;
// it reports persons a second.
func BenchmarkForm(b *testing.B) {
	dir := b.TempDir()
	if err := synth.Generate(synth.Options{People: *people, Seed: 7, AsAt: family.MustDate(*asAtFlag)}, dir, nil); err != nil {
		b.Fatal(err)
	}
	c := readCouncil(b, dir)
	c.in.Workers = runtime.NumCPU()
	b.ReportAllocs()
	for b.Loop() {
		Form(c.in)
	}
	b.ReportMetric(float64(len(c.in.Persons))*float64(b.N)/b.Elapsed().Seconds(), "persons/s")
}
