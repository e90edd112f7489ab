package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/store"
)

func TestOneNightAtATime(t *testing.T) {
	s, err := store.Open(store.Options{Dir: t.TempDir(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	stopping, stop := context.WithCancel(t.Context())
	all, err := loadFrameworks(nil)
	if err != nil {
		t.Fatal(err)
	}
	n, err := newNights(stopping, s, serviceOptions{frameworks: all, log: zap.NewNop(), now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	run := func() error {
		_, err := n.Run(t.Context(), 0, false, func(string, int64, int64) {})
		return err
	}
	if err := run(); !errors.Is(err, family.ErrState) {
		t.Errorf("over nothing: got %v, want ErrState", err)
	}
	if _, err := n.At(t.Context(), family.MustDate("2025-03-14")); !errors.Is(err, family.ErrState) {
		t.Errorf("another day of no night: got %v, want ErrState", err)
	}
	n.running.Store(true)
	if err := run(); !errors.Is(err, family.ErrState) {
		t.Errorf("while one runs: got %v, want ErrState", err)
	}
	n.running.Store(false)
	n.computing <- struct{}{} // a computation that does not end
	stop()
	if err := run(); !errors.Is(err, family.ErrState) || errors.Is(err, context.Canceled) {
		t.Errorf("while the service stops: got %v, want ErrState", err)
	}
}

func TestFrameworkFiles(t *testing.T) {
	all, err := loadFrameworks(nil)
	if err != nil || len(all.shipped) != len(eligibility.Builtin()) {
		t.Fatalf("got %d frameworks, %v", len(all.shipped), err)
	}
	if _, err := loadFrameworks([]string{write(t, "f.yaml", "id: [")}); !errors.Is(err, family.ErrInvalid) {
		t.Errorf("a broken file: got %v, want ErrInvalid", err)
	}
}

func TestPushErrors(t *testing.T) {
	for _, tc := range []struct {
		err  error
		code int
	}{
		{status.Error(codes.InvalidArgument, "as_at: give a day"), exitRefused},
		{status.Error(codes.AlreadyExists, "sent with other bytes"), exitRefused},
		{status.Error(codes.FailedPrecondition, "sealed"), exitRefused},
		{status.Error(codes.PermissionDenied, "not yours"), exitRefused},
		{status.Error(codes.Unavailable, "error reading from server: EOF"), exitFailed},
		{status.Error(codes.ResourceExhausted, "free space"), exitFailed},
		{status.Error(codes.Internal, "internal"), exitFailed},
		{family.ErrInvalid, exitRefused},
		{errors.New("disk"), exitFailed},
	} {
		c := &client{addr: "127.0.0.1:1"}
		err := c.explain(pushError(t.Context(), "f.csv", tc.err))
		code := exitFailed
		var exit *exitError
		if errors.As(err, &exit) {
			code = exit.code
		}
		if code != tc.code {
			t.Errorf("%v: exit %d, want %d", tc.err, code, tc.code)
		}
	}
}

func TestTextIsNoFormula(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "12 % missed": "12 % missed", "=1+1": "'=1+1", "@x": "'@x", "-1": "'-1", "+1": "'+1", "\t=1": "'\t=1",
	} {
		if got := formulaSafe(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestActorIsWhatMetadataCarries(t *testing.T) {
	for name, want := range map[string]string{"zoë": "zo", "a.b": "a.b", "\n": "", " x ": "x"} {
		if got := metadataText(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
