//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package runs

import "os"

// exclusive does nothing where the system has no flock: two processes must not be given one folder there.
func exclusive(*os.File) error { return nil }
