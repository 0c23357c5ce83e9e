// Package toolchain compares the Go that lockvet was built with to the go command
// that it works for. The type checker in lockvet is that of the former. It refuses
// the standard library of a newer release, one package after the other, so lockvet
// says so once and before anything is analysed.
package toolchain

import (
	"context"
	"fmt"
	"go/version"
	"os/exec"
	"runtime"
	"strings"
)

// Refusal returns why lockvet cannot work for a go command of a version, written as
// runtime.Version writes it: as an error of one line that says what to do. It returns
// nil if lockvet can, and for a version that is no release.
func Refusal(goVersion string) error {
	return refusal(goVersion, runtime.Version())
}

func refusal(goVersion, builtWith string) error {
	// GOEXPERIMENT adds a word to either version.
	goVersion, _, _ = strings.Cut(goVersion, " ")
	builtWith, _, _ = strings.Cut(builtWith, " ")
	theirs, ours := version.Lang(goVersion), version.Lang(builtWith)
	if theirs == "" || ours == "" || version.Compare(theirs, ours) <= 0 {
		return nil
	}
	return fmt.Errorf("built with %s, cannot read the standard library of %s; build lockvet anew with that Go: "+
		"GOTOOLCHAIN=%s go install github.com/lockvet/lockvet/cmd/lockvet@latest", builtWith, goVersion, goVersion)
}

// Check asks the go command in dir for its version and returns what Refusal says of
// it. The environment is that of this process if env is nil. Check returns nil if the
// go command does not answer: the caller's next use of it tells why.
func Check(ctx context.Context, dir string, env []string) error {
	cmd := exec.CommandContext(ctx, "go", "env", "GOVERSION")
	cmd.Dir, cmd.Env = dir, env
	out, err := cmd.Output()
	if err != nil {
		return nil
	}
	return Refusal(strings.TrimSpace(string(out)))
}
