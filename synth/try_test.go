package synth

import (
	"os"
	"strconv"
	"testing"
	"time"
)

func TestTry(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("N"))
	if n == 0 {
		t.Skip()
	}
	seed, _ := strconv.Atoi(os.Getenv("SEED"))
	start := time.Now()
	if err := Generate(Options{People: n, Seed: uint64(seed)}, os.Getenv("OUT"), nil); err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(start))
}
