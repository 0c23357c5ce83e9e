//go:build unix

package lsp

import (
	"os"
	"syscall"
)

// replaceProcess runs a program in the place of this one. It only returns if
// that fails.
func replaceProcess(path string, argv, env []string) error { return syscall.Exec(path, argv, env) }

// signalOf returns the signal that ended a process.
func signalOf(state *os.ProcessState) int { return int(state.Sys().(syscall.WaitStatus).Signal()) }

// terminate asks a process to end.
func terminate(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
