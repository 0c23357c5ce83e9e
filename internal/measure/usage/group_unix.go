//go:build unix

package usage

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the command into a process group of its own, which tells its
// processes from others, and lets its context interrupt them all. A child that has
// left the group, as go vet does below lockvet, is for its parent to end.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
}
