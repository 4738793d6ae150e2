//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package runs

import (
	"fmt"
	"os"
)

// exclusive does nothing where the system has no flock: a lease is all there is.
func exclusive(*os.File) error { return nil }

// seesLocks is one process.
func seesLocks() string { return fmt.Sprint(hostName(), " ", os.Getpid()) }

// removed is not known.
func removed(*os.File) bool { return false }
