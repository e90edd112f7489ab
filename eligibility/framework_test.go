package eligibility

import "testing"

func TestBuiltin(t *testing.T) {
	for _, f := range Builtin() {
		t.Log(f.ID(), len(f.Headlines()), len(f.Criteria()))
	}
}
