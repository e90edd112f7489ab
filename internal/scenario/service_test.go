package scenario

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/ingest"
	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
	reviewpb "github.com/hearthmatch/hearth/proto/hearth/review/v1"
)

// top is the top of the repository, from this folder.
const top = "../.."

// scratch is removed when the tests end.
var scratch string

func TestMain(m *testing.M) {
	code, err := withScratch(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func withScratch(run func() int) (code int, err error) {
	if scratch, err = os.MkdirTemp("", "hearth-scenario-"); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	return run(), nil
}

// binary builds hearth once for all tests.
var binary = sync.OnceValues(func() (string, error) {
	// The go command that builds is a process of its own: without these reads
	// a cached result would stand although the source has changed.
	if err := readSources(); err != nil {
		return "", err
	}
	path := filepath.Join(scratch, "hearth")
	out, err := exec.Command("go", "build", "-o", path, top+"/cmd/hearth").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// readSources opens every file that the binary is made of.
func readSources() error {
	return filepath.WalkDir(top, func(path string, e fs.DirEntry, err error) error {
		switch name := filepath.Base(path); {
		case err != nil:
			return err
		case e.IsDir() && path != top && (strings.HasPrefix(name, ".") || name == "testdata" || name == "tools"):
			return fs.SkipDir
		case e.IsDir() || !strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".yaml"):
			return nil
		}
		_, err = os.ReadFile(path)
		return err
	})
}

// hearth runs a command of the binary to its end and returns what it printed.
// Exit code 3, something refused, is left to the caller to look at.
func hearth(t *testing.T, args ...string) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	var out, faults bytes.Buffer
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Stdout, cmd.Stderr = &out, &faults
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 3 {
		err = nil
	}
	if err != nil {
		t.Fatalf("hearth %s: %v\n%s", strings.Join(args, " "), err, faults.Bytes())
	}
	return out.String()
}

// service is a running hearth serve.
type service struct {
	t    *testing.T
	dir  string // the data directory
	cmd  *exec.Cmd
	addr string
	log  *os.File
	conn *grpc.ClientConn
}

// serve starts the service on a data directory and waits until it listens.
// It is stopped when the test ends, if not before.
func serve(t *testing.T, dir string) *service {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, dir: dir}
	if s.log, err = os.CreateTemp(t.TempDir(), "serve-*.log"); err != nil {
		t.Fatal(err)
	}
	s.cmd = exec.Command(path, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0")
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	lines := bufio.NewScanner(out)
	for s.addr == "" && lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "listening grpc="); ok {
			s.addr, _, _ = strings.Cut(rest, " ")
		}
	}
	if s.addr == "" {
		t.Fatalf("hearth serve ended before it listened:\n%s", s.said())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the service
	s.conn = s.dial()
	return s
}

// said returns what the service wrote to standard error.
func (s *service) said() []byte {
	text, err := os.ReadFile(s.log.Name())
	if err != nil {
		s.t.Error(err)
	}
	return text
}

func (s *service) dial(opts ...grpc.DialOption) *grpc.ClientConn {
	s.t.Helper()
	opts = append(opts, grpc.WithTransportCredentials(insecure.NewCredentials()))
	conn, err := grpc.NewClient(s.addr, opts...)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// stop ends the service as an operator would, and checks that it ends well.
func (s *service) stop() {
	if s.cmd == nil {
		return
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Error(err)
	}
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("hearth serve on SIGTERM: %v\n%s", err, s.said())
	}
	s.cmd = nil
}

// kill ends the service as a power cut would end the process.
func (s *service) kill() {
	if err := s.cmd.Process.Kill(); err != nil {
		s.t.Error(err)
	}
	_ = s.cmd.Wait() // "killed" is what is wanted
	s.cmd = nil
}

// push sends one file and wants it accepted.
func (s *service) push(opt ingest.PushOptions) ingest.PushResult {
	s.t.Helper()
	got, err := ingest.Push(s.t.Context(), s.conn, opt)
	if err != nil {
		s.t.Fatalf("push of %v: %v", opt.Feed, err)
	}
	if got.State != family.DeliveryAccepted {
		s.t.Fatalf("push of %v: state %v, want accepted", opt.Feed, got.State)
	}
	a := got.Account
	if a.Rows != a.Accepted+a.Rejected+a.Superseded+a.Held {
		s.t.Errorf("push of %v: the account does not add up: %+v", opt.Feed, a)
	}
	return got
}

// night runs one at the day asAt, training anew, and returns its summary.
func (s *service) night(asAt family.Date) *adminpb.NightSummary {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	stream, err := adminpb.NewAdminServiceClient(s.conn).RunNight(ctx,
		&adminpb.RunNightRequest{AsAt: asAt.String(), Retrain: true})
	if err != nil {
		s.t.Fatal(err)
	}
	var last *adminpb.NightSummary
	for {
		got, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			s.t.Fatalf("night: %v", err)
		}
		if got.GetSummary() != nil {
			last = got.GetSummary()
		}
	}
	if last == nil {
		s.t.Fatal("the night ended without a summary")
	}
	return last
}

// decide records a decision and returns its identifier.
func (s *service) decide(d *reviewpb.Decision) string {
	s.t.Helper()
	d.Reason = "seen at the door"
	got, err := reviewpb.NewReviewServiceClient(s.conn).Decide(s.t.Context(), &reviewpb.DecideRequest{Decision: d})
	if err != nil {
		s.t.Fatal(err)
	}
	return got.GetDecision().GetDecisionId()
}

// exports returns every file that hearth export writes, by name.
func (s *service) exports() map[string]string {
	s.t.Helper()
	dir := s.t.TempDir()
	out := make(map[string]string)
	write := func(name string, args ...string) {
		file := filepath.Join(dir, name)
		hearth(s.t, append([]string{"export"}, append(args, "--include-protected", "--server", s.addr, "--out", file)...)...)
		text, err := os.ReadFile(file)
		if err != nil {
			s.t.Fatal(err)
		}
		out[name] = string(text)
	}
	write("links.csv", "links")
	write("households.csv", "households")
	for _, f := range []string{"tf-phase1-2012", "tf-phase2-2015", "sf-2022"} {
		write("candidates-"+f+".csv", "candidates", "--framework", f)
	}
	return out
}
