package report

import (
	"bytes"
	"flag"
	"os"
	"testing"
)

var (
	pageFile = flag.String("page", "", "write the sample's page to this file, to look at")
	hide     = flag.Bool("hide", false, "hide the values of the page written by -page")
)

func render(t testing.TB, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSamplePage(t *testing.T) {
	r := sample()
	r.HideValues = *hide
	html := render(t, r)
	if *pageFile != "" {
		if err := os.WriteFile(*pageFile, []byte(html), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
