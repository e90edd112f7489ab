package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/hearthmatch/hearth/eligibility/frameworks"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/server"
	"github.com/hearthmatch/hearth/store"
)

// storyStore is a data directory with a story and its night.
func storyStore(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	s := serve(t, dir)
	pushStory(t, s)
	if code := s.stop(); code != exitDone {
		t.Fatalf("the service ended with %d", code)
	}
	return dir
}

// nightsOn opens a store with its nights, as a service does.
func nightsOn(t *testing.T, dir string, rebuild bool, files ...string) (*nights, *observer.ObservedLogs) {
	t.Helper()
	core, log := observer.New(zapcore.WarnLevel)
	s, err := store.Open(store.Options{Dir: dir, RebuildIndex: rebuild})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	all, err := loadFrameworks(files)
	if err != nil {
		t.Fatal(err)
	}
	n, err := newNights(t.Context(), s, serviceOptions{frameworks: all, log: zap.New(core), now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return n, log
}

func runNight(t *testing.T, n *nights) family.NightInfo {
	t.Helper()
	info, err := n.Run(t.Context(), 0, false, func(string, int64, int64) {})
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// candidatesOf reads what the index says of a framework.
func candidatesOf(t *testing.T, n *nights, framework string) []family.Candidate {
	t.Helper()
	var out []family.Candidate
	err := n.store.Candidates(framework, 0, func(_ int, c *family.Candidate) error {
		out = append(out, *c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// ownFramework is a shipped framework under another id, with an edit.
func ownFramework(t *testing.T, id string, edit ...string) family.PublishedFramework {
	t.Helper()
	data, err := frameworks.Files.ReadFile("sf-2022.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(append([]string{"id: sf-2022\n", "id: " + id + "\n"}, edit...)...).Replace(string(data))
	if text == string(data) && id != "sf-2022" {
		t.Fatal("nothing was edited")
	}
	return family.PublishedFramework{ID: id, File: []byte(text), By: "a.manager", Reason: "as agreed"}
}

func publish(t *testing.T, n *nights, f family.PublishedFramework) {
	t.Helper()
	if _, err := n.store.PublishFramework(f); err != nil {
		t.Fatal(err)
	}
}

var (
	threeShipped = []string{"sf-2022", "tf-phase1-2012", "tf-phase2-2015"}
	andOwn       = []string{"own-2022", "sf-2022", "tf-phase1-2012", "tf-phase2-2015"}
)

// TestPublishedFrameworks: a framework published within a service counts from
// the next night on, a later one in its place likewise, and one that does not
// load changes nothing. A rebuilt index has the night as it was.
func TestPublishedFrameworks(t *testing.T) {
	dir := storyStore(t)
	n, log := nightsOn(t, dir, false)
	first := ownFramework(t, "own-2022")
	if f, err := n.TryFramework(first); err != nil || f.Rules.ID() != "own-2022" || f.Published.Seq != 0 {
		t.Fatalf("a good file: %+v, %v", f.Published.ID, err)
	}
	publish(t, n, first)
	if got := n.Frameworks(); !slices.Equal(got, threeShipped) {
		t.Errorf("before the next night: %v", got)
	}
	if next := n.Programmes(true); len(next.Frameworks) != 4 || next.Frameworks[0].Source != server.PublishedFramework ||
		next.Frameworks[0].Published.By != "a.manager" || next.Frameworks[1].Source != server.ShippedFramework || len(next.Frameworks[1].File) == 0 {
		t.Errorf("the next night: %+v", next)
	}
	info := runNight(t, n)
	if got := n.Frameworks(); !slices.Equal(got, andOwn) || info.Frameworks[0].ID != "own-2022" {
		t.Errorf("after the night: %v", got)
	}
	own, shipped := candidatesOf(t, n, "own-2022"), candidatesOf(t, n, "sf-2022")
	if diff := cmp.Diff(shipped, own, cmpopts.IgnoreFields(family.Candidate{}, "Framework")); diff != "" || len(own) == 0 {
		t.Errorf("equal rules, unequal answers (-want +got):\n%s", diff)
	}

	broken := ownFramework(t, "own-2022", "count: headlines", "count: fingers")
	if _, err := n.TryFramework(broken); !errors.Is(err, family.ErrInvalid) || !strings.Contains(err.Error(), "line ") {
		t.Errorf("a file with a fault: %v", err)
	}
	publish(t, n, broken) // as a hearth that could read it did
	if next := n.Programmes(true); len(next.Faults) != 1 || next.Faults[0].ID != "own-2022" || next.Frameworks[0].Published.Seq == 0 {
		t.Errorf("faults: %+v", next.Faults)
	}
	if log.FilterMessageSnippet("cannot be used").Len() != 1 {
		t.Errorf("the log: %v", log.All())
	}
	runNight(t, n)
	if diff := cmp.Diff(own, candidatesOf(t, n, "own-2022")); diff != "" {
		t.Errorf("a framework that does not load changed answers (-want +got):\n%s", diff)
	}

	publish(t, n, ownFramework(t, "own-2022", "at_least: 3", "at_least: 1"))
	if diff := cmp.Diff(own, derived(t, n)["own-2022"]); diff != "" {
		t.Errorf("at another day it holds before its night (-want +got):\n%s", diff)
	}
	runNight(t, n)
	replaced := candidatesOf(t, n, "own-2022")
	if eligible(replaced) <= eligible(own) {
		t.Errorf("%d eligible where one headline is enough, %d where three are", eligible(replaced), eligible(own))
	}
	publish(t, n, ownFramework(t, "own-2022"))
	if err := n.store.Close(); err != nil {
		t.Fatal(err)
	}

	n, _ = nightsOn(t, dir, true)
	if again, err := n.Restore(t.Context()); err != nil || !again {
		t.Fatalf("restored: %t, %v", again, err)
	}
	if diff := cmp.Diff(replaced, candidatesOf(t, n, "own-2022")); diff != "" {
		t.Errorf("the rebuilt night differs (-want +got):\n%s", diff)
	}
}

func eligible(all []family.Candidate) (n int) {
	for i := range all {
		if all[i].Eligible {
			n++
		}
	}
	return n
}

// derived is the last night as it is computed again.
func derived(t *testing.T, n *nights) map[string][]family.Candidate {
	t.Helper()
	d, err := n.At(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	return d.Candidates
}

// TestFrameworkSources: the file that a service was started with holds before
// what is published, and that before what is shipped.
func TestFrameworkSources(t *testing.T) {
	dir := t.TempDir()
	n, _ := nightsOn(t, dir, false)
	publish(t, n, ownFramework(t, "sf-2022", "at_least: 3", "at_least: 2"))
	if err := n.store.Close(); err != nil {
		t.Fatal(err)
	}
	own := ownFramework(t, "own-2022")
	file := write(t, "own.yaml", string(own.File))
	n, _ = nightsOn(t, dir, false, file)
	sources := map[string]server.FrameworkSource{}
	for _, f := range n.Programmes(true).Frameworks {
		sources[f.Rules.ID()] = f.Source
	}
	want := map[string]server.FrameworkSource{"own-2022": server.FrameworkFromFile, "sf-2022": server.PublishedFramework,
		"tf-phase1-2012": server.ShippedFramework, "tf-phase2-2015": server.ShippedFramework}
	if diff := cmp.Diff(want, sources); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, tc := range map[string]struct {
		f    family.PublishedFramework
		want error
	}{
		"of the id of a file": {own, family.ErrConflict},
		"no YAML":             {family.PublishedFramework{File: []byte("id: [")}, family.ErrInvalid},
		"nothing":             {family.PublishedFramework{}, family.ErrInvalid},
		"another id":          {family.PublishedFramework{ID: "other", File: own.File}, family.ErrInvalid},
	} {
		if _, err := n.TryFramework(tc.f); !errors.Is(err, tc.want) {
			t.Errorf("%s: got %v, want %v", name, err, tc.want)
		}
	}
	if got := len(n.store.Frameworks(0)); got != 1 {
		t.Errorf("%d published, want 1", got)
	}
	if _, err := newNights(context.Background(), n.store, serviceOptions{log: zap.NewNop(), now: time.Now,
		frameworks: &catalog{files: []frameworkFile{{id: "x", name: "x.yaml", Framework: server.Framework{Source: server.FrameworkFromFile}}}}}); !errors.Is(err, family.ErrInvalid) {
		t.Errorf("a file that does not load: %v", err)
	}
}

// overlay is an overlay's file with one change.
func overlay(id, extends, changes string) family.PublishedFramework {
	text := "extends: " + extends + "\nid: " + id + "\nversion: 1\nname: own\nsource: test\nchanges: " + changes + "\n"
	return family.PublishedFramework{ID: id, Base: extends, File: []byte(text), By: "a.manager", Reason: "as agreed"}
}

// TestPublishedOverlays: an overlay stands on what is in force of its base, is
// loaded anew when that changes, and keeps a base from being published under
// which it could not be loaded.
func TestPublishedOverlays(t *testing.T) {
	n, _ := nightsOn(t, t.TempDir(), false)
	easy := overlay("easy-2022", "sf-2022", "{eligible: {at_least: 1}}")
	if _, err := n.TryFramework(easy); err != nil {
		t.Fatal(err)
	}
	publish(t, n, easy)
	headlines := func() (out []int) {
		for _, f := range n.Programmes(true).Frameworks {
			if strings.HasSuffix(f.Rules.ID(), "2022") {
				out = append(out, len(f.Rules.Criteria()))
			}
		}
		return out
	}
	before := headlines()
	if len(before) != 2 || before[0] != before[1] {
		t.Errorf("criteria of the overlay and of its base: %v", before)
	}
	publish(t, n, overlay("easier-2022", "easy-2022", `{criteria: [{id: "1.3", remove: true}]}`))
	removes := overlay("sf-2022", "own-2022", `{criteria: [{id: "1.3", remove: true}]}`)
	if _, err := n.TryFramework(removes); !errors.Is(err, family.ErrInvalid) || !strings.Contains(err.Error(), "own-2022") {
		t.Errorf("an overlay of nothing: %v", err)
	}
	publish(t, n, ownFramework(t, "own-2022"))
	if _, err := n.TryFramework(removes); !errors.Is(err, family.ErrInvalid) || !strings.Contains(err.Error(), "easier-2022") {
		t.Errorf("a base without what an overlay changes: %v", err)
	}
	for name, f := range map[string]family.PublishedFramework{
		"itself":   overlay("easy-2022", "easy-2022", "{eligible: {at_least: 1}}"),
		"a circle": overlay("sf-2022", "easier-2022", "{eligible: {at_least: 2}}"),
	} {
		if _, err := n.TryFramework(f); !errors.Is(err, family.ErrInvalid) || !strings.Contains(err.Error(), "extends") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := n.Programmes(true); len(got.Faults) != 0 || len(got.Frameworks) != 6 {
		t.Errorf("%d frameworks, faults %v", len(got.Frameworks), got.Faults)
	}
}

// TestPublishCommand publishes a framework into a running service: its cases
// have to pass, it is signed, and it is in use with the next night.
func TestPublishCommand(t *testing.T) {
	s := serve(t, t.TempDir())
	pushStory(t, s)
	own := ownFramework(t, "own-2022")
	cases, err := frameworks.Files.ReadFile("sf-2022.cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	file := write(t, "own-2022.yaml", string(own.File))
	publish := func(more ...string) (int, string) {
		code, out, talk := hearth(t, append([]string{"framework", "publish", file, "--server", s.addr}, more...)...)
		return code, out + talk
	}
	signed := []string{"--by", "C. Lead", "--reason", "agreed by the board"}
	if code, said := publish(signed...); code != exitFailed || !strings.Contains(said, "published with its cases") {
		t.Errorf("without cases: exit %d, %s", code, said)
	}
	beside := strings.TrimSuffix(file, ".yaml") + casesSuffix
	if err := os.WriteFile(beside, bytes.ReplaceAll(cases, []byte("sf-2022"), []byte("own-2022")), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, said := publish("--by", "C. Lead"); code != exitUsage || !strings.Contains(said, "--reason is required") {
		t.Errorf("without a reason: exit %d, %s", code, said)
	}
	if code, said := publish(append(signed, "--dry-run")...); code != exitDone || !strings.Contains(said, "nothing was") {
		t.Errorf("dry run: exit %d, %s", code, said)
	}
	if out := must(t, "status", "--server", s.addr); strings.Contains(out, "own-2022") {
		t.Errorf("after a dry run: %s", out)
	}
	if code, said := publish(signed...); code != exitDone || !strings.Contains(said, "framework own-2022") {
		t.Errorf("exit %d, %s", code, said)
	}
	if out := must(t, "run", "--server", s.addr); !strings.Contains(out, "own-2022 scored=") {
		t.Errorf("the next night: %s", out)
	}
	if out := must(t, "status", "--server", s.addr); !strings.Contains(out, "frameworks: own-2022, sf-2022") || strings.Contains(out, "not in use") {
		t.Errorf("status: %s", out)
	}
}

// TestStatusTellsWhatIsNotInUse: a published framework that this program cannot
// load does not stop the service, and its status says why.
func TestStatusTellsWhatIsNotInUse(t *testing.T) {
	dir := t.TempDir()
	n, _ := nightsOn(t, dir, false)
	publish(t, n, ownFramework(t, "own-2022", "count: headlines", "count: fingers"))
	if err := n.store.Close(); err != nil {
		t.Fatal(err)
	}
	s := serve(t, dir)
	out := must(t, "status", "--server", s.addr)
	if !strings.Contains(out, "not in use: own-2022.yaml: line ") || !strings.Contains(out, "frameworks: sf-2022, tf-phase1-2012, tf-phase2-2015\n") {
		t.Errorf("status: %s", out)
	}
	if !strings.Contains(s.log.String(), "cannot be used") {
		t.Errorf("the log: %s", s.log)
	}
}
