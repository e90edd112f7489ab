// Command hearth tells a council which families meet a support programme's
// criteria, and why. One binary holds the service, the senders' and the
// coordinators' commands, a fictional council and the demonstration.
//
// This package is the only place that reads flags, the environment and the
// clock, and the only one that knows every room; it wires them together and
// decides nothing about rows, persons or families. Results go to standard
// output, everything else to standard error. Exit status: 0 done, 1 failed,
// 2 wrong use, 3 refused or held, or done and below the bar.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// gcPercent lets the heap grow by a quarter before it is collected, not to twice
// its size: a night holds a whole council at once, and memory is scarcer there
// than time. The environment's GOGC, where set, holds instead.
const gcPercent = 25

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := newProgram(os.Stdin, os.Stdout, os.Stderr)
	code := p.Run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
