// Command hearth tells a council which families meet a support programme's
// criteria, and why. One binary holds the service, the senders' and the
// coordinators' commands, a fictional council and the demonstration.
//
// This package is the only place that reads flags, the environment and the
// clock, and the only one that knows every room; it wires them together and
// decides nothing about rows, persons or families. Results go to standard
// output, everything else to standard error. Exit status: 0 done, 1 failed,
// 2 wrong use, 3 refused or held.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := newProgram(os.Stdin, os.Stdout, os.Stderr)
	code := p.Run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
