// Command linkage measures hearth link against Splink: both on the same files
// and machine, in turns, each in a process of its own. It makes the peers'
// environments and the tables itself, prints and writes what it measured, and
// judges nothing.
package main

import (
	"fmt"
	"os"
)

func main() {
	var err error
	if len(os.Args) > 1 && os.Args[1] == "make" {
		err = makeTable(os.Args[2:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "linkage:", err)
		os.Exit(1)
	}
}
