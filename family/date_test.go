package family

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDateAgreesWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-62135596800/86400, 253402214400/86400).Draw(t, "day")
		tm := time.Unix(n*86400, 0).UTC()
		d := DateOf(tm)
		if got, want := d.String(), tm.Format("2006-01-02"); got != want {
			t.Fatalf("String() = %s, want %s", got, want)
		}
		if got := d.Time(); !got.Equal(tm) {
			t.Fatalf("Time() = %v, want %v", got, tm)
		}
		if got, want := d.Weekday(), tm.Weekday(); got != want {
			t.Fatalf("%v: Weekday() = %v, want %v", d, got, want)
		}
		back, err := ParseDate(d.String())
		if err != nil || back != d {
			t.Fatalf("ParseDate(%s) = %v, %v", d, back, err)
		}
	})
}

func TestParseDate(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"2024-02-29", "2024-02-29"}, {"29/02/2024", "2024-02-29"}, {"", ""},
		{"2023-02-29", "error"}, {"31/04/2024", "error"}, {"2024-13-01", "error"},
		{"1/2/2024", "error"}, {"2024/02/01", "error"}, {"00/00/0000", "error"},
		{"2024-0a-01", "error"}, {"0000-01-01", "error"},
	} {
		d, err := ParseDate(tc.in)
		got := d.String()
		if err != nil {
			got = "error"
		}
		if got != tc.want {
			t.Errorf("ParseDate(%q) = %s, want %s", tc.in, got, tc.want)
		}
	}
}

func TestAddMonthsAndAge(t *testing.T) {
	for _, tc := range []struct {
		from   string
		months int
		want   string
	}{
		{"2024-02-29", -12, "2023-02-28"}, {"2024-03-31", -1, "2024-02-29"},
		{"2024-01-15", -1, "2023-12-15"}, {"2023-12-31", 2, "2024-02-29"},
	} {
		if got := MustDate(tc.from).AddMonths(tc.months).String(); got != tc.want {
			t.Errorf("%s.AddMonths(%d) = %s, want %s", tc.from, tc.months, got, tc.want)
		}
	}
	for _, tc := range []struct {
		born, at string
		want     int
	}{
		{"2008-02-29", "2026-02-28", 17}, {"2008-02-29", "2026-03-01", 18},
		{"2008-05-05", "2026-05-04", 17}, {"2008-05-05", "2026-05-05", 18},
		{"2008-05-05", "2008-05-04", -1},
	} {
		if got := MustDate(tc.born).AgeAt(MustDate(tc.at)); got != tc.want {
			t.Errorf("born %s at %s: age %d, want %d", tc.born, tc.at, got, tc.want)
		}
	}
}
