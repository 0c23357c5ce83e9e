//go:build !unix

package lsp

import "os"

// replaceProcess does nothing: here a process cannot become another program.
func replaceProcess(string, []string, []string) error { return nil }

// signalOf returns 0: here processes are not ended by signals.
func signalOf(*os.ProcessState) int { return 0 }

// terminate ends a process, which cannot be asked to end itself.
func terminate(p *os.Process) error { return p.Kill() }
