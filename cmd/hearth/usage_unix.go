//go:build unix

package main

import (
	"runtime"
	"syscall"
	"time"
)

// usageNow asks the system what this process has taken so far.
func usageNow() usage {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return usage{}
	}
	peak := int64(r.Maxrss) << 10
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		peak = int64(r.Maxrss) // there it is counted in bytes
	}
	return usage{time.Duration(r.Utime.Nano() + r.Stime.Nano()), peak}
}
