package journal

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

// collect reads a whole journal by a Reader.
func collect(t testing.TB, j *Journal) []string {
	t.Helper()
	r, err := j.NewReader(Position{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out []string
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		p, err := f.Payload()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%d:%d+%d:%s", f.Type, f.Seq, f.Count, p))
	}
}

func open(t testing.TB, opt Options) (*Journal, []string) {
	t.Helper()
	var seen []string
	j, err := Open(opt, func(f *Frame) error {
		p, err := f.Payload()
		seen = append(seen, fmt.Sprintf("%d:%d+%d:%s", f.Type, f.Seq, f.Count, p))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return j, seen
}

func TestRoundTrip(t *testing.T) {
	for _, key := range [][]byte{nil, make([]byte, 32)} {
		opt := Options{Dir: t.TempDir(), Key: key, SegmentBytes: 4096}
		var want []string
		for round := range 4 {
			j, seen := open(t, opt)
			if fmt.Sprint(seen) != fmt.Sprint(want) {
				t.Fatalf("round %d: got %v, want %v", round, seen, want)
			}
			for i := range 20 {
				text := fmt.Sprintf("round %d, frame %d %0*d", round, i, i*20, 0)
				seq, err := j.Append(byte(i+1), uint32(i+1), []byte(text), nil)
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, fmt.Sprintf("%d:%d+%d:%s", i+1, seq, i+1, text))
			}
			if got := collect(t, j); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("round %d: reader got %v, want %v", round, got, want)
			}
			if round == 2 { // as after a kill
				continue
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
