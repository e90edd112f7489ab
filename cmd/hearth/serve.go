package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/store"
)

// dataFlags are the flags of the commands that open a data directory.
type dataFlags struct {
	dir, keyFile string
	frameworks   []string
}

// add adds the flags; what says what --data names.
func (d *dataFlags) add(cmd *cobra.Command, what string) {
	f := cmd.Flags()
	f.StringVar(&d.dir, "data", "", what)
	f.StringVar(&d.keyFile, "key-file", "", "seal stored data with the key in this file: 32 bytes, as they are, in hexadecimal or in base64")
	f.StringArrayVar(&d.frameworks, "framework-file", nil, "score by the framework in this file too, or in place of the one of its id (may be repeated)")
}

// options reads the files that the flags name.
func (d *dataFlags) options(p *program, log *zap.Logger) (serviceOptions, error) {
	opt := serviceOptions{dir: d.dir, log: log, now: p.now}
	if d.dir == "" {
		return opt, usageError("--data is required: name the data directory")
	}
	if info, err := os.Stat(d.dir); err == nil && !info.IsDir() {
		return opt, fmt.Errorf("--data %s: is a file; name a directory", d.dir)
	}
	var err error
	if opt.key, err = readKey(d.keyFile); err != nil {
		return opt, err
	}
	opt.frameworks, err = loadFrameworks(d.frameworks)
	return opt, err
}

func (p *program) serveCommand() *cobra.Command {
	var data dataFlags
	var listen, web string
	var refusedShare float64
	cmd := &cobra.Command{
		Use:   "serve --data DIR",
		Short: "Run the service on a data directory",
		Long: `Run the service on a data directory until it is told to stop (SIGTERM or Ctrl-C).

It prints one line, "listening grpc=ADDR web=ADDR", when it is ready; its log
goes to standard error as JSON. Callers are not yet authenticated: let it
listen on this machine only, as it does by default.`,
		Example: `  hearth serve --data /var/lib/hearth
  hearth serve --data DIR --key-file /etc/hearth/key
  hearth serve --data DIR --listen 127.0.0.1:0 --web 127.0.0.1:0`,
		Args: takes(),
	}
	data.add(cmd, "the data directory; made if it is not there")
	f := cmd.Flags()
	f.StringVar(&listen, "listen", defaultServer, "where gRPC listens, HOST:PORT; port 0 picks one")
	f.StringVar(&web, "web", defaultWeb, "where the pages are, HOST:PORT; port 0 picks one")
	f.Float64Var(&refusedShare, "hold-above", 0.20, "hold a delivery of which a larger share of rows is refused")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		log := newLog(p.stderr, zapcore.InfoLevel)
		opt, err := data.options(p, log)
		if err != nil {
			return err
		}
		if refusedShare <= 0 || refusedShare > 1 {
			return usageError("--hold-above: a share above 0, at most 1")
		}
		opt.listen, opt.web, opt.refused = listen, web, refusedShare
		s, err := startService(cmd.Context(), opt)
		if err != nil && cmd.Context().Err() != nil {
			log.Info("stopped before it was ready")
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "listening grpc=%s web=%s\n", s.grpcAddr, s.webAddr)
		err = s.Wait(cmd.Context())
		log.Info("stopping")
		if closed := s.Close(); err == nil {
			err = closed
		}
		return err
	}
	return cmd
}

// defaultWeb is where the pages are unless told otherwise.
const defaultWeb = "127.0.0.1:7480"

func (p *program) rebuildCommand() *cobra.Command {
	var data dataFlags
	cmd := &cobra.Command{
		Use:   "rebuild --data DIR",
		Short: "Build the index anew from the journal",
		Long: `Throw the index of a data directory away and build it anew from the journal,
then compute the last night again. The service must not be running. Nothing
that was acknowledged is lost: the journal is the truth.`,
		Example: "  hearth rebuild --data /var/lib/hearth",
		Args:    takes(),
	}
	data.add(cmd, "the data directory")
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		opt, err := data.options(p, newLog(p.stderr, zapcore.WarnLevel))
		if err != nil {
			return err
		}
		if _, err := os.Stat(opt.dir); err != nil {
			return fmt.Errorf("--data %s: %w", opt.dir, pathless(err))
		}
		s, err := store.Open(store.Options{Dir: opt.dir, Key: opt.key, Log: opt.log, Now: opt.now, RebuildIndex: true})
		if err != nil {
			return err
		}
		defer func() {
			if closed := s.Close(); err == nil {
				err = closed
			}
		}()
		nights, err := newNights(cmd.Context(), s, opt)
		if err != nil {
			return err
		}
		again, err := nights.Restore(cmd.Context())
		if err != nil && cmd.Context().Err() != nil {
			return errors.New("stopped before the last night was computed again; nothing is lost, run the command again")
		}
		if err != nil {
			return err
		}
		return p.printRebuilt(s, again)
	}
	return cmd
}

func (p *program) printRebuilt(s *store.Store, again bool) error {
	var rows int64
	for _, feed := range family.Feeds() {
		err := s.LiveRows(0, feed, func(*family.Row) error { rows++; return nil })
		if err != nil {
			return err
		}
	}
	fmt.Fprintf(p.stdout, "index rebuilt deliveries=%d live_rows=%d decisions=%d\n", len(s.Deliveries()), rows, len(s.Decisions(0)))
	info, ok := s.LastNight()
	switch {
	case again:
		fmt.Fprintf(p.stdout, "night %s computed again as_at=%s persons=%d households=%d\n", info.ID, info.AsAt, info.Persons, info.Households)
	case ok:
		fmt.Fprintf(p.stdout, "night %s stands\n", info.ID)
	default:
		fmt.Fprintln(p.stdout, "no night had been run")
	}
	return nil
}
