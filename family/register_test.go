package family

import (
	"errors"
	"strings"
	"testing"
)

func TestRegisterCodes(t *testing.T) {
	old, in2024 := "2024-08-16", "2024-08-19" // the Friday before and the Monday of the change
	counts := map[string]SessionCounts{
		"present": {1, 0, 0}, "authorised": {1, 1, 0}, "unauthorised": {1, 0, 1}, "none": {0, 0, 0},
	}
	for _, tc := range []struct{ day, codes, class string }{
		{in2024, `/ \ L K V P W B`, "present"},
		{in2024, `C [C1] [C2] [J1] M S T R I E`, "authorised"},
		{in2024, `G N O U`, "unauthorised"},
		{in2024, `D Q [Y1] [Y2] [Y3] [Y4] [Y5] [Y6] [Y7] X Z #`, "none"},
		{in2024, `l [k] o`, ""},
		{in2024, `H J Y F`, "refused"},
		{old, `/ \ L V P W B J`, "present"},
		{old, `C M S T R I E H`, "authorised"},
		{old, `Y D X Z #`, "none"},
		{old, `K Q [C1] [C2] [J1] [Y1] [Y7] F`, "refused"},
		{"2013-08-30", `F`, "authorised"},
		{"2013-09-02", `F`, "refused"},
		{in2024, `- ? A [Y8] [Y] [CC1] [] [ ] 1 é`, "refused"},
	} {
		for code := range strings.SplitSeq(tc.codes, " ") {
			r, err := ParseRegister(code, MustDate(tc.day))
			if tc.class == "refused" {
				if !errors.Is(err, ErrInvalid) {
					t.Errorf("%s on %s: got error %v, want ErrInvalid", code, tc.day, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s on %s: %v", code, tc.day, err)
				continue
			}
			if want, ok := counts[tc.class]; ok && r.Counts(0, 0) != want {
				t.Errorf("%s on %s: got %+v, want %+v", code, tc.day, r.Counts(0, 0), want)
			}
		}
	}
}

func TestRegisterDays(t *testing.T) {
	for _, tc := range []struct {
		name, marks, start string
		from, to           string
		want               SessionCounts
		end                string
	}{
		{"one week", `/\/\UO/\II`, "2025-01-06", "", "", SessionCounts{10, 2, 2}, "2025-01-10"},
		{"over a weekend", `OO/\`, "2025-01-10", "", "", SessionCounts{4, 0, 2}, "2025-01-13"},
		{"from a Saturday", `OO/\`, "2025-01-11", "", "2025-01-13", SessionCounts{2, 0, 2}, "2025-01-14"},
		{"from a Sunday", `OO`, "2025-01-12", "2025-01-13", "2025-01-13", SessionCounts{2, 0, 2}, "2025-01-13"},
		{"part of it", `OO//II//`, "2025-01-06", "2025-01-07", "2025-01-08", SessionCounts{4, 2, 0}, "2025-01-09"},
		{"half a day", `/\O`, "2025-01-06", "2025-01-07", "", SessionCounts{1, 0, 1}, "2025-01-07"},
		{"six days on", strings.Repeat(`/\`, 6), "2025-01-08", "", "", SessionCounts{12, 0, 0}, "2025-01-15"},
		{"eleven days", strings.Repeat(`/\`, 11), "2025-01-10", "", "", SessionCounts{22, 0, 0}, "2025-01-24"},
		{"change of codes within", strings.Repeat("H", 10) + strings.Repeat("K", 4), "2024-08-12", "", "", SessionCounts{14, 10, 0}, "2024-08-20"},
		{"blank", "", "2025-01-06", "", "", SessionCounts{}, ""},
	} {
		r, err := ParseRegister(tc.marks, MustDate(tc.start))
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if got := r.Counts(MustDate(tc.from), MustDate(tc.to)); got != tc.want {
			t.Errorf("%s: got %+v, want %+v", tc.name, got, tc.want)
		}
		if got := r.End(); got != MustDate(tc.end) {
			t.Errorf("%s: got end %v, want %s", tc.name, got, tc.end)
		}
	}
}

func TestRegisterErrorHoldsNoMark(t *testing.T) {
	_, err := ParseRegister(`/\@`, MustDate("2025-01-06"))
	if err == nil || strings.Contains(err.Error(), "@") || !strings.Contains(err.Error(), "session 3") {
		t.Errorf("got %v, want the session's place and not its mark", err)
	}
	if _, err := ParseRegister(`/\`, 0); !errors.Is(err, ErrInvalid) {
		t.Errorf("without a start: got %v, want ErrInvalid", err)
	}
}

func FuzzParseRegister(f *testing.F) {
	f.Add(`/\[Y1]O`, int32(NewDate(2025, 1, 6)))
	f.Fuzz(func(t *testing.T, marks string, start int32) {
		if start < 1 || start > int32(NewDate(9000, 1, 1)) {
			return
		}
		r, err := ParseRegister(marks, Date(start))
		if err != nil {
			return
		}
		all := r.Counts(0, 0)
		if all.Absent() > all.Possible || all.Possible > r.Sessions() {
			t.Errorf("counts contradict each other: %+v of %d", all, r.Sessions())
		}
		if mid := Date(start) + 3; r.Counts(0, mid).Plus(r.Counts(mid+1, 0)) != all {
			t.Error("two parts do not add up to the whole")
		}
		if r.Sessions() > 0 && r.Counts(0, r.End()) != all {
			t.Error("sessions after the end")
		}
	})
}
