package server

import (
	"testing"

	"github.com/hearthmatch/hearth/family"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

func TestNoAnswerPassesUnaudited(t *testing.T) {
	for name, c := range map[string]struct {
		call call
		may  bool
	}{
		"a read without an entry": {call{method: querypb.QueryService_GetPerson_FullMethodName}, false},
		"a read with one":         {call{method: querypb.QueryService_GetPerson_FullMethodName, audited: true}, true},
		"no read":                 {call{method: "/grpc.health.v1.Health/Check"}, true},
	} {
		if err := c.call.mayAnswer(); (err == nil) != c.may {
			t.Errorf("%s: got %v", name, err)
		}
	}
	s := callStream{call: &call{method: querypb.QueryService_ExportLinks_FullMethodName}}
	if err := s.SendMsg(nil); err == nil {
		t.Error("a stream sends without an entry")
	}
}

func TestMemberVerdicts(t *testing.T) {
	at, before, after := family.MustDate("2025-03-14"), family.MustDate("2024-01-01"), family.MustDate("2026-01-01")
	for want, m := range map[string]family.Member{
		"A member (child): x":                                {Role: family.Child, Reason: "x"},
		"No longer a member: died on 2024-01-01. x":          {Role: family.Adult, Deceased: before, To: before, Reason: "x"},
		"No longer a member: left by 2024-01-01. x":          {Role: family.Adult, To: before, Reason: "x"},
		"Not yet a member: from 2026-01-01. x":               {Role: family.Adult, From: after, Reason: "x"},
		"Not a member, an associate only: x":                 {Role: family.Associate, Reason: "x"},
		"Not a member, a parent who lives elsewhere: x":      {Role: family.NonResidentParent, Reason: "x"},
		"No longer a member: died on 2024-01-01. was tenant": {Role: family.Associate, Deceased: before, Reason: "was tenant"},
	} {
		if got := memberVerdict(m, at); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPartIsTheCurrentOneElseTheLatest(t *testing.T) {
	at := family.MustDate("2025-03-14")
	past := func(to string) family.Member {
		return family.Member{PersonID: "P", Role: family.Adult, To: family.MustDate(to)}
	}
	h := family.Household{Members: []family.Member{past("2020-01-01"), past("2023-01-01"), past("2021-01-01")}}
	if m, ok := partIn(&h, "P", at); !ok || m.To != family.MustDate("2023-01-01") {
		t.Errorf("got %v, %v, want the latest", m.To, ok)
	}
	h.Members = append(h.Members, family.Member{PersonID: "P", Role: family.Adult, From: family.MustDate("2024-01-01")})
	if m, _ := partIn(&h, "P", at); !m.Current(at) {
		t.Error("the current part is not the one told of")
	}
	if _, ok := partIn(&h, "Q", at); ok {
		t.Error("a stranger has a part")
	}
}
