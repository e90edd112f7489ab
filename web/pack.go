package web

import (
	"html/template"
	"io"
	"strings"

	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

// pack is what the page of a claim shows.
type pack struct {
	*caseworkpb.GetClaimResponse
	Style template.CSS
	State string // how far its audit has come
}

// WritePack writes a claim as a page of its own, for an auditor's file or for
// print: what was claimed, the evidence as frozen, what was corrected since, and
// what happened to the claim. It loads nothing from elsewhere and holds no name
// of anybody in the family.
func WritePack(w io.Writer, claim *caseworkpb.GetClaimResponse) error {
	t, err := template.New("pack.html").Funcs(funcs).ParseFS(pages, "pages/pack.html")
	if err != nil {
		return err
	}
	css, err := pages.ReadFile("pages/style.css")
	if err != nil {
		return err
	}
	if claim.Snapshot == nil {
		claim.Snapshot = &caseworkpb.ClaimSnapshot{}
	}
	return t.Execute(w, pack{GetClaimResponse: claim, Style: template.CSS(css),
		State: enumWords(claim.Claim.GetState().String(), "CLAIM_STATE_")})
}

// enumWords writes a value of the contract in words.
func enumWords(name, prefix string) string {
	s := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, prefix), "_", " "))
	if s == "unspecified" {
		return "not known"
	}
	return s
}

// anchorOf names the place of a row on a page. It keeps letters, digits and
// hyphens, so that a link to it is the same text as its id.
func anchorOf(ref string) string {
	return "row-" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, ref)
}
