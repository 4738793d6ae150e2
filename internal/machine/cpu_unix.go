//go:build unix

package machine

import (
	"syscall"
	"time"
)

// CPU is how long the process's threads have worked, whatever others do on the machine; where the system does not tell, the
// time.
func CPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return time.Duration(time.Now().UnixNano())
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
