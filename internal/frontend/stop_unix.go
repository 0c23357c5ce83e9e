//go:build unix

package frontend

import (
	"os/exec"
	"syscall"
)

// stopGroup makes cmd, when its context ends, be interrupted together with the
// vet tools it has started, which it would otherwise wait for.
func stopGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
}
