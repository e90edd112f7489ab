package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/ingest"
	"github.com/hearthmatch/hearth/server"
	"github.com/hearthmatch/hearth/store"
	"github.com/hearthmatch/hearth/web"
)

// stopTimeout bounds how long calls under way may go on after a stop.
const stopTimeout = 10 * time.Second

// serviceOptions say what a service runs on.
type serviceOptions struct {
	dir        string
	key        []byte
	listen     string // HOST:PORT of gRPC; port 0 picks one
	web        string // HOST:PORT of the pages
	frameworks *catalog
	refused    float64 // share of refused rows above which a delivery is held; 0 is the default
	invented   bool
	log        *zap.Logger
	now        func() time.Time
}

// service is a running hearth: store, gRPC and web.
type service struct {
	grpcAddr, webAddr string
	store             *store.Store
	server            *server.Server
	web               *http.Server
	inside            *grpc.ClientConn // the web's way to the services
	stopNights        context.CancelFunc
	failed            chan error // a listener that ended by itself
}

// startService opens the store, computes the last night again if the index has
// lost it, and listens. It returns when calls are answered. ctx ends the start
// only, not the service.
func startService(ctx context.Context, opt serviceOptions) (_ *service, err error) {
	s := &service{failed: make(chan error, 3)}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	grpcListener, err := listen("--listen", opt.listen)
	if err != nil {
		return nil, err
	}
	defer closeUnless(&err, grpcListener)
	webListener, err := listen("--web", opt.web)
	if err != nil {
		return nil, err
	}
	defer closeUnless(&err, webListener)
	s.store, err = store.Open(store.Options{Dir: opt.dir, Key: opt.key, Log: opt.log, Now: opt.now})
	if err != nil {
		return nil, err
	}
	stopping, stop := context.WithCancel(context.Background())
	s.stopNights = stop
	nights, err := newNights(stopping, s.store, opt)
	if err != nil {
		return nil, err
	}
	again, err := nights.Restore(ctx)
	if err != nil {
		return nil, fmt.Errorf("the last night could not be computed again: %w", err)
	}
	if again {
		opt.log.Info("last night computed again")
	}
	s.server, err = server.New(server.Deps{
		Index: s.store, Nights: nights, Log: opt.log, Now: opt.now, Version: version(),
		ReferenceKey: referenceKey(opt.dir),
		Feed: ingest.NewService(s.store, ingest.ServiceOptions{
			MaxRefusedShare: opt.refused, Log: opt.log,
			Today: func() family.Date { return family.DateOf(opt.now()) },
		}),
	})
	if err != nil {
		return nil, err
	}
	if err = s.serveWeb(webListener, opt); err != nil {
		return nil, err
	}
	s.grpcAddr, s.webAddr = grpcListener.Addr().String(), webListener.Addr().String()
	go func() { s.failed <- s.server.Serve(grpcListener) }()
	s.server.SetServing(true)
	opt.log.Info("serving", zap.String("grpc", s.grpcAddr), zap.String("web", s.webAddr), zap.Bool("sealed", s.store.Sealed()))
	return s, nil
}

// insideBuffer is the size of the pipe between the pages and the services.
const insideBuffer = 1 << 20

// serveWeb starts the pages. They reach the services over a pipe within the
// process, past no interceptor less than a caller from outside.
func (s *service) serveWeb(l net.Listener, opt serviceOptions) error {
	pipe := bufconn.Listen(insideBuffer)
	go func() { s.failed <- s.server.Serve(pipe) }()
	var err error
	s.inside, err = grpc.NewClient("passthrough:///inside", grpc.WithNoProxy(),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(server.MaxMessageBytes)),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return pipe.DialContext(ctx) }))
	if err != nil {
		return err
	}
	app, err := web.New(s.inside, web.Options{Invented: opt.invented, LocalOnly: loopback(l.Addr()), Log: opt.log})
	if err != nil {
		return err
	}
	s.web = &http.Server{
		Handler: app.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: zap.NewStdLog(opt.log),
	}
	go func() {
		if err := s.web.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
	}()
	return nil
}

func loopback(a net.Addr) bool {
	t, ok := a.(*net.TCPAddr)
	return ok && t.IP.IsLoopback()
}

func listen(flag, addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		var op *net.OpError
		if errors.As(err, &op) {
			err = op.Err
		}
		return nil, fmt.Errorf("%s %s: cannot listen there (%w); choose another address, or port 0 for a free one", flag, addr, err)
	}
	return l, nil
}

func closeUnless(err *error, c io.Closer) {
	if *err != nil {
		_ = c.Close() // the first error is the one to tell
	}
}

// Wait blocks until ctx ends or a listener fails.
func (s *service) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.failed:
		return err
	}
}

// Close stops a running night, lets the calls under way end within
// stopTimeout, and closes the store.
func (s *service) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	var errs []error
	if s.stopNights != nil {
		s.stopNights()
	}
	if s.web != nil {
		if err := s.web.Shutdown(ctx); err != nil {
			errs = append(errs, s.web.Close())
		}
	}
	if s.inside != nil {
		errs = append(errs, s.inside.Close())
	}
	if s.server != nil {
		s.server.Stop(ctx)
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	return errors.Join(errs...)
}

// newLog writes JSON lines to w; nothing is sampled away.
func newLog(w io.Writer, level zapcore.Level) *zap.Logger {
	enc := zap.NewProductionEncoderConfig()
	enc.EncodeTime = zapcore.RFC3339TimeEncoder
	sink := zapcore.Lock(zapcore.AddSync(w))
	return zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(enc), sink, level))
}
