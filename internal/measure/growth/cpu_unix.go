//go:build unix

package main

import (
	"syscall"
	"time"
)

// cpu is the time that the processors have spent on this process. On a machine with
// other work it tells more than the clock.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
