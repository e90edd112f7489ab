package server

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/eligibility/trial"
	"github.com/hearthmatch/hearth/family"
	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
)

// frameworkMessage describes a framework, in use or to be.
func frameworkMessage(f *Framework) *adminpb.FrameworkInfo {
	from, to := f.Rules.Valid()
	sum := sha256.Sum256(f.File)
	m := &adminpb.FrameworkInfo{
		FrameworkId: f.Rules.ID(), Name: f.Rules.Name(), ValidFrom: from.String(), ValidTo: to.String(), Extends: f.Rules.Extends(),
		Hash: hex.EncodeToString(sum[:]), Source: string(f.Source), PublishedBy: f.Published.By, Reason: f.Published.Reason,
	}
	if !f.Published.At.IsZero() {
		m.PublishTime = timestamppb.New(f.Published.At)
	}
	for _, h := range f.Rules.Headlines() {
		m.Headlines = append(m.Headlines, h.ID)
	}
	for _, c := range f.Rules.Criteria() {
		m.Criteria = append(m.Criteria, c.ID)
	}
	for _, r := range f.Rules.Results() {
		m.Results = append(m.Results, r.ID)
	}
	return m
}

// ListFrameworks implements the admin service.
func (a *admin) ListFrameworks(context.Context, *adminpb.ListFrameworksRequest) (*adminpb.ListFrameworksResponse, error) {
	now, next := a.nights.Programmes(false), a.nights.Programmes(true)
	out := &adminpb.ListFrameworksResponse{Faults: next.faults()}
	for i := range now.Frameworks {
		m := frameworkMessage(&now.Frameworks[i])
		m.InUse, m.Next = true, slices.ContainsFunc(next.Frameworks, func(f Framework) bool { return f.Rules == now.Frameworks[i].Rules })
		out.Frameworks = append(out.Frameworks, m)
	}
	for i := range next.Frameworks {
		if f := &next.Frameworks[i]; !slices.ContainsFunc(now.Frameworks, func(g Framework) bool { return f.Rules == g.Rules }) {
			m := frameworkMessage(f)
			m.Next = true
			out.Frameworks = append(out.Frameworks, m)
		}
	}
	slices.SortStableFunc(out.Frameworks, func(x, y *adminpb.FrameworkInfo) int { return strings.Compare(x.FrameworkId, y.FrameworkId) })
	return out, nil
}

// GetFramework implements the admin service.
func (a *admin) GetFramework(_ context.Context, req *adminpb.GetFrameworkRequest) (*adminpb.GetFrameworkResponse, error) {
	for _, f := range a.nights.Programmes(req.Next).Frameworks {
		if f.Rules.ID() != req.FrameworkId {
			continue
		}
		out := &adminpb.GetFrameworkResponse{
			Framework: frameworkMessage(&f), File: &adminpb.FrameworkFile{Name: f.Rules.ID() + ".yaml", Data: f.File},
		}
		out.Framework.InUse, out.Framework.Next = !req.Next, req.Next
		if len(f.Cases) > 0 {
			out.Cases = &adminpb.FrameworkFile{Name: f.Rules.ID() + ".cases.txt", Data: f.Cases}
		}
		return out, nil
	}
	return nil, absent(family.ErrNotFound, "no such framework; list the frameworks for those there are")
}

// given is a framework's files as a request holds them.
type given struct {
	file, cases *adminpb.FrameworkFile
	reason, by  string
}

// checked is what came of looking at a framework's files.
type checked struct {
	framework Framework // without rules where the file cannot be read
	faults    []*adminpb.FrameworkFault
	cases     int
}

// check loads a framework as the next night would and runs its cases. An error
// is one of the request; what is wrong with the files is among the faults.
func (a *admin) check(g given, wantCases bool) (checked, error) {
	var out checked
	faults := []error{wantedFile("file", g.file, ".yaml")}
	if wantCases || g.cases != nil {
		faults = append(faults, wantedFile("cases", g.cases, ".cases.txt"))
	}
	if err := joined(faults...); err != nil {
		return out, err
	}
	name := nameOf(g.file, "framework.yaml")
	fw, err := a.nights.TryFramework(family.PublishedFramework{
		File: g.file.Data, Cases: g.cases.GetData(), By: g.by, Reason: g.reason,
	})
	switch {
	case errors.Is(err, family.ErrInvalid):
		out.faults = faultsOf(name, err)
		return out, nil
	case err != nil:
		return out, err
	}
	out.framework = fw
	if g.cases != nil {
		out.try(nameOf(g.cases, "framework.cases.txt"), g.cases.Data, a.nights.Programmes(true))
	}
	return out, nil
}

// maxFrameworkFile is the longest that a framework's file, or its cases, may be.
const maxFrameworkFile = 4 << 20

func wantedFile(field string, f *adminpb.FrameworkFile, suffix string) error {
	switch {
	case len(f.GetData()) == 0:
		return invalid(field, "required: the file that ends in %s", suffix)
	case len(f.Data) > maxFrameworkFile:
		return invalid(field, "too long; at most %d bytes are taken", maxFrameworkFile)
	}
	return nil
}

// nameOf is a file's name for messages, in one line and without its folder.
func nameOf(f *adminpb.FrameworkFile, otherwise string) string {
	if name := printable(filepath.Base(strings.ReplaceAll(f.Name, `\`, "/"))); name != "" && name != "." && name != "/" {
		return clip(name)
	}
	return otherwise
}

// try runs the cases of a framework.
func (c *checked) try(name string, data []byte, all Programmes) {
	table, err := trial.Read(name, data)
	if err != nil {
		c.faults = faultsOf(name, err)
		return
	}
	named := func(id string) *eligibility.Framework {
		for _, f := range all.Frameworks {
			if f.Rules.ID() == id {
				return f.Rules
			}
		}
		return nil
	}
	c.cases = len(table.Cases)
	for _, f := range table.RunAll(c.framework.Rules, named) {
		c.faults = append(c.faults, &adminpb.FrameworkFault{
			File: f.File, Line: int32(f.Line), Text: fmt.Sprintf("%s: %s: %s", f.Case, f.Step, f.Fault),
		})
	}
	if c.cases == 0 {
		c.faults = append(c.faults, &adminpb.FrameworkFault{
			File: name, Text: "holds no case; write one at least for each criterion that meets it, and one that does not",
		})
	}
}

// faultLine is how a fault is written: with file and line, the line, or
// neither.
var faultLine = regexp.MustCompile(`^(?:(.+?)(?:: line |:)(\d+): |line (\d+): )?(.*)$`)

// faultsOf takes apart an error that names one fault a line.
func faultsOf(file string, err error) []*adminpb.FrameworkFault {
	var out []*adminpb.FrameworkFault
	for line := range strings.SplitSeq(err.Error(), "\n") {
		line = strings.TrimSuffix(strings.TrimSuffix(line, family.ErrInvalid.Error()), ": ")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		m := faultLine.FindStringSubmatch(line)
		f := &adminpb.FrameworkFault{File: file, Text: m[4]}
		if n, err := strconv.ParseInt(m[2]+m[3], 10, 32); err == nil {
			f.Line = int32(n)
		}
		out = append(out, f)
	}
	return out
}

// faults are what is wrong with files that cannot be used.
func (p Programmes) faults() []*adminpb.FrameworkFault {
	var out []*adminpb.FrameworkFault
	for _, f := range p.Faults {
		out = append(out, faultsOf(f.ID+".yaml", f.Err)...)
	}
	return out
}

// CheckFramework implements the admin service.
func (a *admin) CheckFramework(_ context.Context, req *adminpb.CheckFrameworkRequest) (*adminpb.CheckFrameworkResponse, error) {
	c, err := a.check(given{file: req.File, cases: req.Cases}, true)
	if err != nil {
		return nil, err
	}
	out := &adminpb.CheckFrameworkResponse{Faults: c.faults, Cases: int32(c.cases)}
	if c.framework.Rules != nil {
		out.Framework = frameworkMessage(&c.framework)
	}
	return out, nil
}

// PublishFramework implements the admin service.
func (a *admin) PublishFramework(ctx context.Context, req *adminpb.PublishFrameworkRequest) (*adminpb.PublishFrameworkResponse, error) {
	by, err := signed(ctx)
	if err != nil {
		return nil, err
	}
	if err := wanted("reason", req.Reason, "say why"); err != nil {
		return nil, err
	}
	a.publishing.Lock()
	defer a.publishing.Unlock()
	c, err := a.check(given{req.File, req.Cases, strings.TrimSpace(req.Reason), by}, true)
	if err != nil {
		return nil, err
	}
	if len(c.faults) > 0 {
		return nil, refusedFramework(c.faults)
	}
	id := c.framework.Rules.ID()
	if err := a.trail.write(ctx, "framework/"+id); err != nil {
		return nil, err
	}
	kept := c.framework.Published
	kept.ID, kept.File, kept.Cases, kept.By, kept.Reason = id, req.File.Data, req.Cases.Data, by, strings.TrimSpace(req.Reason)
	kept.Base = c.framework.Rules.Extends()
	kept.Version = strconv.Itoa(c.framework.Rules.Version())
	if !req.ValidateOnly {
		if kept, err = a.index.PublishFramework(kept); err != nil {
			return nil, err
		}
	}
	c.framework.Source, c.framework.Published = PublishedFramework, kept
	m := frameworkMessage(&c.framework)
	m.Next = !req.ValidateOnly
	return &adminpb.PublishFrameworkResponse{Framework: m}, nil
}

// refusedFramework is the error of files with faults: each a field violation
// that names the file and the line.
func refusedFramework(faults []*adminpb.FrameworkFault) error {
	var out family.FieldErrors
	for _, f := range faults {
		field := f.File
		if f.Line > 0 {
			field += ":" + strconv.Itoa(int(f.Line))
		}
		out = append(out, family.FieldError{Field: field, Detail: f.Text})
	}
	return out
}

// maxDiff bounds the households that a comparison of frameworks names.
const maxDiff = 1000

// DiffFramework implements the admin service.
func (a *admin) DiffFramework(ctx context.Context, req *adminpb.DiffFrameworkRequest) (*adminpb.DiffFrameworkResponse, error) {
	info, ok := a.index.LastNight()
	if !ok {
		return nil, fmt.Errorf("no night has been run yet, so there is nothing to compare by: %w", family.ErrState)
	}
	c, err := a.check(given{file: req.File}, false)
	if err != nil {
		return nil, err
	}
	if len(c.faults) > 0 {
		return nil, refusedFramework(c.faults)
	}
	against := cmp.Or(req.Against, c.framework.Rules.ID())
	if req.Against == "" && checkFramework(info, against) != nil {
		against = c.framework.Rules.Extends()
	}
	if checkFramework(info, against) != nil {
		return nil, invalid("against", "name the framework to compare with: one of %s", strings.Join(a.nights.Frameworks(), ", "))
	}
	after, err := a.nights.Try(ctx, c.framework.Rules)
	if err != nil {
		return nil, err
	}
	d := newDiff(req.IncludeProtected)
	err = a.index.Candidates(against, 0, func(_ int, x *family.Candidate) error {
		d.add(x, false)
		return ctx.Err()
	})
	for i := range after {
		d.add(&after[i], true)
	}
	if err != nil {
		return nil, err
	}
	out := d.message()
	out.Against, out.AsAt = against, info.AsAt.String()
	return out, a.trail.write(ctx, "framework/"+against, "framework/"+c.framework.Rules.ID())
}

// diff counts families by two frameworks.
type diff struct {
	includeProtected bool
	eligible         [2]map[string]bool // by household; false where it may not be named
	criteria         []*adminpb.CriterionDiff
	at               map[string]int // of each criterion, its place
}

func newDiff(includeProtected bool) *diff {
	return &diff{includeProtected: includeProtected, at: make(map[string]int), eligible: [2]map[string]bool{{}, {}}}
}

func (d *diff) add(c *family.Candidate, after bool) {
	side := 0
	if after {
		side = 1
	}
	if c.Eligible {
		d.eligible[side][c.HouseholdID] = d.includeProtected || !c.Protected
	}
	for _, n := range c.Needs {
		i, ok := d.at[n.Criterion]
		if !ok {
			i = len(d.criteria)
			d.at[n.Criterion] = i
			d.criteria = append(d.criteria, &adminpb.CriterionDiff{Criterion: n.Criterion})
		}
		x := d.criteria[i]
		met, unknown := [2]*int64{&x.Before, &x.After}[side], [2]*int64{&x.UnknownBefore, &x.UnknownAfter}[side]
		switch n.Status {
		case family.Met:
			*met++
		case family.Unknown:
			*unknown++
		}
	}
}

func (d *diff) message() *adminpb.DiffFrameworkResponse {
	only := func(in, without map[string]bool) []string {
		var out []string
		for id, named := range in {
			if _, also := without[id]; named && !also {
				out = append(out, id)
			}
		}
		slices.Sort(out)
		return out[:min(len(out), maxDiff)]
	}
	return &adminpb.DiffFrameworkResponse{
		Before: int64(len(d.eligible[0])), After: int64(len(d.eligible[1])), Criteria: d.criteria,
		Gained: only(d.eligible[1], d.eligible[0]), Lost: only(d.eligible[0], d.eligible[1]),
	}
}
