//go:build !unix

package usage

import "os/exec"

// ownGroup does nothing: without process groups there is no /proc to find one
// in, and an interrupt ends the command alone.
func ownGroup(*exec.Cmd) {}
