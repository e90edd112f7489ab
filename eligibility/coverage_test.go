package eligibility

import (
	"testing"

	"github.com/hearthmatch/hearth/family"
)

func TestCoverage(t *testing.T) {
	day := family.MustDate
	window := day("2024-10-01")
	for _, tc := range []struct {
		name       string
		deliveries []family.Delivery
		want       bool
	}{
		{"nothing", nil, false},
		{"another feed", []family.Delivery{{Feed: family.Housing}}, false},
		{"all by saying nothing", []family.Delivery{{Feed: family.Police}}, true},
		{"all by name", []family.Delivery{{Feed: family.Police, Organisations: []string{"ALL"}}}, true},
		{"a part", []family.Delivery{{Feed: family.Police, Organisations: []string{"north"}}}, false},
		{"a part and all", []family.Delivery{{Feed: family.Police, Organisations: []string{"north"}}, {Feed: family.Police}}, true},
		{"from the window's first day", []family.Delivery{{Feed: family.Police, From: window}}, true},
		{"from a day later", []family.Delivery{{Feed: family.Police, From: window + 1}}, false},
		{"the earliest of several", []family.Delivery{{Feed: family.Police, From: window + 90}, {Feed: family.Police, From: window}}, true},
		{"a part does not lengthen it", []family.Delivery{{Feed: family.Police, From: window + 90},
			{Feed: family.Police, From: window, Organisations: []string{"north"}}}, false},
	} {
		if got := NewCoverage(tc.deliveries, nil).Complete(family.Police, window); got != tc.want {
			t.Errorf("%s: got complete %v, want %v", tc.name, got, tc.want)
		}
	}
	if !CompleteCoverage().Complete(family.Police, 1) {
		t.Error("complete coverage is not complete")
	}
}
