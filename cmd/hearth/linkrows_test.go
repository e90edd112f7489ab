package main

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestAppendFixedIsAppendFloat(t *testing.T) {
	check := func(t interface{ Errorf(string, ...any) }, x float64, decimals int) {
		want := strconv.AppendFloat(nil, x, 'f', decimals, 64)
		if got := appendFixed(nil, x, decimals); !bytes.Equal(got, want) {
			t.Errorf("%v with %d decimals: got %s, want %s", x, decimals, got, want)
		}
	}
	for _, x := range []float64{0, math.Copysign(0, -1), 1, -1e-9, 0.0005, 0.0015, 2.5e-6, 0.9999995, 1e12, -1e300, math.Inf(1), math.NaN(), 0.1 + 0.2} {
		check(t, x, 3)
		check(t, x, 6)
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t, rapid.Float64Range(-200, 200).Draw(t, "weight"), 3)
		check(t, float64(rapid.IntRange(-200_000, 200_000).Draw(t, "halves"))/2000, 3)
		check(t, rapid.Float64Range(0, 1).Draw(t, "probability"), 6)
	})
}

// breaking is a file that fails once so many bytes are written.
type breaking struct{ left int }

var errFull = errors.New("full")

func (b *breaking) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestRowsAreWrittenInOrder(t *testing.T) {
	row := func(out []byte, i int) []byte { return strconv.AppendInt(out, int64(i), 10) }
	for _, n := range []int{0, 1, rowsAtOnce, 5*rowsAtOnce + 1} {
		want := []byte("n\n")
		for i := range n {
			want = fmt.Appendln(want, i)
		}
		for _, workers := range []int{0, 1, 3, 50} {
			var got bytes.Buffer
			if err := writeRows(&got, "n", n, workers, row); err != nil || !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%d rows by %d: got %d bytes and %v, want %d in order", n, workers, got.Len(), err, len(want))
			}
			if err := writeRows(&breaking{left: len(want) - 1}, "n", n, workers, row); !errors.Is(err, errFull) {
				t.Errorf("%d rows by %d into a full file: got %v, want its error", n, workers, err)
			}
		}
	}
}
