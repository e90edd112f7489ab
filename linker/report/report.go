// Package report writes what a linkage found, and how far it can be trusted, as
// one HTML page that needs no network.
//
// It decides how things are drawn and worded, and how much of a long list is
// shown. It never decides anything about records: every number is the caller's,
// and equal reports give equal bytes.
package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed page
var files embed.FS

var (
	pages  = template.Must(template.ParseFS(files, "page/*.html"))
	style  = mustRead("page/style.css")
	script = mustRead("page/script.js")
)

func mustRead(path string) string {
	data, err := files.ReadFile(path)
	if err != nil {
		panic(err) // unreachable: the file is embedded
	}
	// Browsers read a line's end as one character before they take its sum.
	return strings.ReplaceAll(string(data), "\r\n", "\n")
}

// maxBytes bounds the page, so that any browser and most mail can hold it.
const maxBytes = 2_000_000

// page is what the template is filled with.
type page struct {
	Title, Policy    string
	Style            template.CSS
	Script           template.JS
	Invented, Hidden bool

	Answer      answerView
	Columns     columnsView
	Model       modelView
	Blocking    blockingView
	Threshold   thresholdView
	Calibration calibrationView
	Pairs       pairsView
	Clusters    clustersView
	Unlinkable  unlinkableView
	Groups      []groupingView
	Card        cardView
}

// Write writes the page of r to w, in at most two million bytes: of long lists
// it shows the first, and says so. It blocks until done and fails only as w
// does. The page loads nothing, and its only script is its own.
func Write(w io.Writer, r *Report) error {
	var out bytes.Buffer
	for l := usual; ; l = l.tighter() {
		out.Reset()
		if err := pages.ExecuteTemplate(&out, "page.html", newPage(r, l)); err != nil {
			return err
		}
		if out.Len() <= maxBytes || l == l.tighter() {
			break
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

func newPage(r *Report, l limits) page {
	p := page{
		Title: sentence(r.Title), Style: template.CSS(style), Script: template.JS(script),
		Invented: r.Invented, Hidden: r.HideValues,
		Policy: fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'",
			source(style), source(script)),
		Answer: newAnswer(r, l), Columns: newColumns(r, l), Model: newModel(r, l), Blocking: newBlocking(r, l),
		Threshold: newThresholds(r, l), Calibration: newCalibration(r), Pairs: newPairs(r, l),
		Clusters: newClusters(r, l), Unlinkable: newUnlinkable(r, l), Groups: newGroups(r, l), Card: newCard(r, l),
	}
	if p.Title == "" {
		p.Title = "How these records were linked"
	}
	return p
}

// source names a text in a content security policy, which lets nothing else
// run.
func source(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
