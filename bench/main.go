// Command bench drives a built hearth from outside, as an agency and an
// operator would, and prints how fast it was and how much memory it took: a
// fictional council made, its files pushed to a fresh service, a night run and
// the links exported.
//
// It measures and prints; it never judges a figure, and it imports nothing of
// hearth but the contract. Memory is read from /proc, so it needs Linux.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
)

// feeds are pushed in this order; the reference files come first.
var feeds = []string{"schools", "addresses", "population", "targets",
	"attendance", "police", "housing", "benefits", "involvement"}

// asAt is the day that the fictional council's files describe.
const asAt = "2026-03-31"

// bench is one measured run.
type bench struct {
	hearth string // the built binary
	people int
	seed   int
	dir    string // everything the run writes
	out    io.Writer
}

func main() {
	b := bench{out: os.Stdout}
	flag.StringVar(&b.hearth, "hearth", "bin/hearth", "the built binary")
	flag.IntVar(&b.people, "people", 100_000, "people in the fictional council")
	flag.IntVar(&b.seed, "seed", 1, "seed of the fictional council")
	keep := flag.String("dir", "", "folder to work in and keep; blank is a temporary one")
	flag.Parse()
	if err := b.main(*keep); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// main makes the folder that the run writes to, and removes it if nobody
// named it.
func (b *bench) main(keep string) (err error) {
	if b.hearth, err = filepath.Abs(b.hearth); err != nil {
		return err
	}
	if b.dir = keep; keep == "" {
		if b.dir, err = os.MkdirTemp("", "hearth-bench-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	}
	return b.run()
}

func (b *bench) run() error {
	fmt.Fprintf(b.out, "%d people, seed %d, %d cores, %s\n", b.people, b.seed, runtime.NumCPU(), runtime.Version())
	files := filepath.Join(b.dir, "council")
	took, _, err := b.command("synth", "--people", strconv.Itoa(b.people),
		"--seed", strconv.Itoa(b.seed), "--as-at", asAt, "--out", files)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.out, "%-24s %8.2f s\n", "synth", took.Seconds())

	s, err := b.serve()
	if err != nil {
		return err
	}
	defer s.stop()
	if err := b.push(s, files); err != nil {
		return err
	}
	if err := b.night(s); err != nil {
		return err
	}
	took, _, err = b.command("export", "links", "--server", s.addr, "--out", filepath.Join(b.dir, "links.csv"))
	if err != nil {
		return err
	}
	fmt.Fprintf(b.out, "%-24s %8.2f s\n", "export links", took.Seconds())
	return nil
}

// push sends every file and prints the rate from file to durable.
func (b *bench) push(s *service, files string) error {
	var rows int64
	var total time.Duration
	for _, feed := range feeds {
		took, out, err := b.command("push", feed, filepath.Join(files, feed+".csv"),
			"--server", s.addr, "--agency", "bench", "--delivery-id", "bench-1", "--as-at", asAt)
		if err != nil {
			return err
		}
		n := rowsOf(out)
		rows, total = rows+n, total+took
		fmt.Fprintf(b.out, "push %-19s %8.2f s %9d rows %9.0f rows/s\n", feed, took.Seconds(), n, float64(n)/took.Seconds())
	}
	fmt.Fprintf(b.out, "%-24s %8.2f s %9d rows %9.0f rows/s\n", "push in all", total.Seconds(), rows, float64(rows)/total.Seconds())
	return s.memory(b.out, "after ingest")
}

// night runs one, then asks the service how long each stage took.
func (b *bench) night(s *service) error {
	took, _, err := b.command("run", "--server", s.addr)
	if err != nil {
		return err
	}
	status, err := s.status()
	if err != nil {
		return err
	}
	for _, stage := range status.GetLastNight().GetStages() {
		fmt.Fprintf(b.out, "night %-18s %8.2f s\n", stage.GetStage(), stage.GetSeconds())
	}
	fmt.Fprintf(b.out, "%-24s %8.2f s %9d rows %9d persons %d households\n", "night in all", took.Seconds(),
		status.GetLastNight().GetRows(), status.GetLastNight().GetPersons(), status.GetLastNight().GetHouseholds())
	return s.memory(b.out, "after the night")
}

// rowsOf reads rows=N of the line that a push ends with.
func rowsOf(out []byte) int64 {
	_, rest, _ := strings.Cut(string(out), "rows=")
	digits, _, _ := strings.Cut(rest, " ")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0 // a push that printed no count
	}
	return n
}

// command runs hearth to its end. Exit code 3 (something was refused) is no
// failure of a measurement: the fictional council has faulty rows.
func (b *bench) command(args ...string) (time.Duration, []byte, error) {
	var out, faults bytes.Buffer
	cmd := exec.Command(b.hearth, args...)
	cmd.Stdout, cmd.Stderr = &out, &faults
	begin := time.Now()
	err := cmd.Run()
	took := time.Since(begin)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 3 {
		err = nil
	}
	if err != nil {
		return took, nil, fmt.Errorf("hearth %s: %w: %s", args[0], err, bytes.TrimSpace(faults.Bytes()))
	}
	return took, out.Bytes(), nil
}

// service is a running hearth serve.
type service struct {
	cmd  *exec.Cmd
	addr string
}

// serve starts a service on a fresh directory and waits until it listens.
func (b *bench) serve() (*service, error) {
	cmd := exec.Command(b.hearth, "serve", "--data", filepath.Join(b.dir, "data"),
		"--listen", "127.0.0.1:0", "--web", "127.0.0.1:0")
	log, err := os.Create(filepath.Join(b.dir, "serve.log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "listening grpc="); ok {
			addr, _, _ := strings.Cut(rest, " ")
			go func() { _, _ = io.Copy(io.Discard, out) }() // ends when the service does
			return &service{cmd: cmd, addr: addr}, nil
		}
	}
	return nil, fmt.Errorf("hearth serve ended before it listened: %w", cmd.Wait())
}

func (s *service) stop() {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		fmt.Fprintln(os.Stderr, "bench: stopping the service:", err)
	}
	if err := s.cmd.Wait(); err != nil {
		fmt.Fprintln(os.Stderr, "bench: the service ended badly:", err)
	}
}

func (s *service) status() (*adminpb.GetStatusResponse, error) {
	conn, err := grpc.NewClient(s.addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return adminpb.NewAdminServiceClient(conn).GetStatus(context.Background(), &adminpb.GetStatusRequest{})
}

// memory prints the most that the service has held in memory so far.
func (s *service) memory(out io.Writer, when string) error {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[0] == "VmHWM:" {
			kib, err := strconv.ParseFloat(fields[1], 64)
			fmt.Fprintf(out, "%-24s %8.0f MiB at most\n", "memory "+when, kib/1024)
			return err
		}
	}
	return errors.New("the system does not tell a process's peak memory")
}
