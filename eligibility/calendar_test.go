package eligibility

import (
	"testing"

	"github.com/hearthmatch/hearth/family"
)

func TestEaster(t *testing.T) {
	for _, want := range []string{
		"1818-03-22", // the earliest there can be
		"1943-04-25", // the latest
		"1961-04-02", "1991-03-31", "2000-04-23", "2008-03-23", "2011-04-24", "2012-04-08", "2013-03-31",
		"2014-04-20", "2015-04-05", "2016-03-27", "2017-04-16", "2018-04-01", "2019-04-21", "2020-04-12",
		"2021-04-04", "2022-04-17", "2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28",
		"2028-04-16", "2029-04-01", "2030-04-21", "2035-03-25", "2038-04-25", "2049-04-18",
	} {
		d := family.MustDate(want)
		if got := easter(d.Year()); got != d {
			t.Errorf("easter(%d) = %v, want %v", d.Year(), got, d)
		}
	}
}

func TestTermsLeaveNoDayOut(t *testing.T) {
	for d := family.MustDate("1999-12-31"); d < family.MustDate("2051-01-01"); d++ {
		this := termOf(d)
		first, last := this.span()
		if d < first || d > last {
			t.Fatalf("%v lies outside its term %v..%v", d, first, last)
		}
		if next := termOf(last + 1); next != this+1 {
			t.Fatalf("after %v comes term %d, want %d", last, next, this+1)
		}
	}
}

func TestLastTerms(t *testing.T) {
	for _, tc := range []struct {
		asAt        string
		n           int
		first, last string
	}{
		{"2025-09-30", 3, "2024-08-01", "2025-07-31"},
		{"2025-09-30", 2, "2025-01-01", "2025-07-31"},
		{"2025-09-30", 1, "2025-04-21", "2025-07-31"},
		{"2025-12-31", 3, "2024-08-01", "2025-07-31"}, // autumn ends today: not before as-at
		{"2026-01-01", 3, "2025-01-01", "2025-12-31"},
		{"2026-04-05", 3, "2025-01-01", "2025-12-31"}, // Easter Sunday
		{"2026-04-06", 3, "2025-04-21", "2026-04-05"}, // Easter Monday
		{"2026-07-31", 1, "2026-01-01", "2026-04-05"},
		{"2026-08-01", 1, "2026-04-06", "2026-07-31"},
		{"2024-03-31", 1, "2023-08-01", "2023-12-31"},
		{"2024-04-01", 1, "2024-01-01", "2024-03-31"},
	} {
		first, last := lastTerms(family.MustDate(tc.asAt), tc.n)
		if first.String() != tc.first || last.String() != tc.last {
			t.Errorf("last %d terms at %s = %v..%v, want %s..%s", tc.n, tc.asAt, first, last, tc.first, tc.last)
		}
	}
}

func TestCompulsorySchoolAge(t *testing.T) {
	for _, tc := range []struct {
		dob, asAt string
		want      bool
	}{
		{"2009-08-31", "2025-09-30", false},
		{"2009-09-01", "2025-09-30", true},
		{"2020-08-31", "2025-09-30", true},
		{"2020-09-01", "2025-09-30", false},
		{"2009-08-31", "2025-08-31", true}, // the school year that began in September 2024
		{"2020-08-31", "2025-08-31", false},
		{"2009-08-31", "2025-01-01", true},
		{"", "2025-01-01", true},
	} {
		if got := compulsorySchoolAge(family.MustDate(tc.dob), family.MustDate(tc.asAt)); got != tc.want {
			t.Errorf("born %q at %s: got %v, want %v", tc.dob, tc.asAt, got, tc.want)
		}
	}
}
