package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// worked is a service with a story in it and somebody who works with its families.
type worked struct {
	t    *testing.T
	addr string
}

func newWorked(t *testing.T) *worked {
	t.Helper()
	s := serve(t, t.TempDir())
	pushStory(t, s)
	return &worked{t: t, addr: s.addr}
}

// does runs a command as its person and returns what it printed.
func (w *worked) does(by string, args ...string) string {
	w.t.Helper()
	return must(w.t, append(args, "--server", w.addr, "--by", by)...)
}

// asks runs a command that records nothing.
func (w *worked) asks(args ...string) string {
	w.t.Helper()
	return must(w.t, append(args, "--server", w.addr)...)
}

// refuses runs a command that has to be refused with a word of why.
func (w *worked) refuses(why string, args ...string) {
	w.t.Helper()
	code, out, talk := hearth(w.t, append(args, "--server", w.addr, "--by", "m. example")...)
	if code == exitDone || !strings.Contains(talk, why) || out != "" {
		w.t.Errorf("%v: exit %d, printed %q, said %q, want it refused for %q", args, code, out, talk, why)
	}
}

var eventID = regexp.MustCompile(`E\d+`)

// pupilsHome is the household of the story's one pupil.
func (w *worked) pupilsHome() string {
	w.t.Helper()
	pupil := regexp.MustCompile(`P[0-9a-f]{16}`).FindString(w.asks("person", "attendance/AT-B1-1/subject"))
	for _, row := range readCSV(w.t, w.asks("export", "households", "--out", "-")) {
		if row[1] == pupil && row[2] == "child" {
			return row[0]
		}
	}
	w.t.Fatal("the pupil lives nowhere")
	return ""
}

// begun opens a case for the pupil's family and brings it to where support begins.
func (w *worked) begun(home string) string {
	w.t.Helper()
	id := eventID.FindString(w.does("m. example", "case", "open", home, "--framework", "tf-phase1-2012", "--needs", "p1.unauth15",
		"--day", "2024-09-02", "--reason", "panel", "--acknowledge-known"))
	w.does("m. example", "case", "contacted", id, "--day", "2024-09-03")
	w.does("m. example", "case", "agreed", id, "--day", "2024-09-04")
	w.does("m. example", "case", "worked-with", id, "--day", "2024-09-05", "--reason", "first visit",
		"--lead-agency", "Early Help", "--practitioner", "A. Example")
	return id
}

func TestFromNominationToAuditedClaim(t *testing.T) {
	w := newWorked(t)
	home := w.pupilsHome()
	nominate := []string{"nomination", "make", home, "--framework", "tf-phase1-2012", "--needs", "education",
		"--agency", "Millrace School", "--reason", "lates", "--acknowledge-known"}
	if said := w.does("m. example", append(nominate, "--dry-run")...); said != "" {
		t.Errorf("a dry run printed %q", said)
	}
	w.does("m. example", nominate...)
	w.refuses("in force", nominate...)
	if list := w.asks("nomination", "list", "--state", "open"); !strings.Contains(list, "Millrace School") {
		t.Errorf("nominations: %s", list)
	}

	id := w.begun(home)
	w.refuses("support has begun", "case", "worked-with", id, "--reason", "again", "--lead-agency", "Early Help")
	claim := []string{"claim", "make", id, "--result", "crime_asb_education", "--day", "2025-11-14", "--reason", "all met"}
	w.refuses("has no plan", claim...)
	w.does("m. example", "case", "planned", id, "--plan", "FP-1", "--day", "2024-09-06", "--reason", "assessed")
	confirm := []string{"case", "confirm", id, "--needs", "p1.unauth15", "--day", "2025-01-06", "--reason", "register seen"}
	w.refuses("which agency", confirm[:len(confirm):len(confirm)]...)
	confirmed := eventID.FindString(w.does("t. example", append(confirm, "--agency", "Millrace School")...))
	w.refuses("is confirmed by "+confirmed, append(confirm, "--agency", "Millrace School")...)
	if shown := w.asks("case", "show", id); !strings.Contains(shown, "2025-01-06 "+confirmed) || !strings.Contains(shown, "need met") {
		t.Errorf("the case does not say that %s confirmed:\n%s", confirmed, shown)
	}
	w.does("t. example", "case", "undo", id, "--event", confirmed, "--reason", "another pupil")
	shown := w.asks("case", "show", id)
	for _, want := range []string{"worked with, tf-phase1-2012", "FP-1", "A. Example, Early Help", "can be claimed", "2.63 % (10 of 380"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the case does not say %q:\n%s", want, shown)
		}
	}
	claimID := eventID.FindString(w.does("m. example", claim...))
	w.refuses("claimed for this family already", claim...)
	w.does("m. example", "claim", "sample", "--framework", "tf-phase1-2012", "--from", "2025-01-01", "--to", "2025-12-31",
		"--seed", "7", "--reason", "first quarter")
	w.refuses("somebody else", "claim", "audit", claimID, "--verdict", "valid", "--reason", "read")
	w.does("b. auditor", "claim", "audit", claimID, "--verdict", "valid", "--reason", "read")
	if list := w.asks("claim", "list", "--state", "valid"); !strings.Contains(list, claimID) {
		t.Errorf("claims: %s", list)
	}
	w.checkPack(claimID)
	w.checkReports()
}

// checkPack reads the pack of a claim as an auditor would.
func (w *worked) checkPack(claim string) {
	w.t.Helper()
	dir := filepath.Join(w.t.TempDir(), "pack")
	w.asks("claim", "pack", claim, "--out", dir)
	frozen, err := os.ReadFile(filepath.Join(dir, "snapshot.json"))
	if err != nil {
		w.t.Fatal(err)
	}
	sum := sha256.Sum256(frozen)
	for name, wants := range map[string][]string{
		"claim.html": {hex.EncodeToString(sum[:]), "Crime, antisocial behaviour and education", "attendance/AT-B1-1", "claim audited: valid"},
		"rows.csv":   {"sessions_unauthorised", "AT-B1-3"},
	} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			w.t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(string(text), want) {
				w.t.Errorf("%s does not hold %q", name, want)
			}
		}
		if strings.Contains(string(text), "Quill") {
			w.t.Errorf("%s names somebody of the family", name)
		}
	}
}

// checkReports counts the one family and writes the returns in each format.
func (w *worked) checkReports() {
	w.t.Helper()
	if table := w.asks("funnel", "--by", "lead_agency"); !strings.Contains(table, "Early Help") || !strings.Contains(table, "Turned round") {
		w.t.Errorf("funnel: %s", table)
	}
	dir := w.t.TempDir()
	for _, format := range []string{"csv", "xlsx", "parquet"} {
		w.asks("returns", "--from", "2024-04-01", "--to", "2025-12-31", "--format", format, "--out", dir)
		if files, err := filepath.Glob(filepath.Join(dir, "*."+format)); err != nil || len(files) == 0 {
			w.t.Errorf("returns as %s: %v, %v", format, files, err)
		}
	}
	code, _, talk := hearth(w.t, "returns", "--server", w.addr, "--from", "2024-04-01", "--to", "2025-12-31", "--profile", "identified", "--out", dir)
	if code != exitUsage || !strings.Contains(talk, "--legal-basis") {
		w.t.Errorf("identified without a legal basis: exit %d, %s", code, talk)
	}
}

func TestCaseworkIsRefusedInWords(t *testing.T) {
	w := newWorked(t)
	id := w.begun(w.pupilsHome())
	for _, c := range []struct {
		why  string
		args []string
	}{
		{"future", []string{"case", "note", id, "--day", "2999-01-01", "--reason", "x"}},
		{"--reason is required", []string{"case", "note", id}},
		{"no such case", []string{"case", "note", "E1", "--reason", "x"}},
		{"has agreed", []string{"case", "agreed", id}},
		{"--plan is required", []string{"case", "planned", id, "--reason", "x"}},
		{"choose from", []string{"case", "add-needs", id, "--needs", "9.9", "--reason", "x"}},
		{"--verdict is required", []string{"claim", "audit", "E1", "--reason", "x"}},
		{"write one of valid", []string{"claim", "audit", "E1", "--verdict", "good", "--reason", "x"}},
		{"--seed is required", []string{"claim", "sample", "--from", "2025-01-01", "--to", "2025-12-31", "--reason", "x"}},
		{"name a household", []string{"case", "open", "--reason", "x"}},
		{"name a household", []string{"nomination", "make", "nobody", "--needs", "work", "--agency", "a", "--reason", "x"}},
	} {
		w.refuses(c.why, c.args...)
	}
	t.Setenv("USER", "")
	code, _, talk := hearth(t, "case", "note", id, "--reason", "x", "--server", w.addr)
	if code != exitUsage || !strings.Contains(talk, "--by is required") {
		t.Errorf("without a name: exit %d, %s", code, talk)
	}
}
