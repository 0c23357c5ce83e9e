// Package gobuild builds the programs that the eval commands run.
package gobuild

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Lockvet is the import path of the program the eval commands are about.
const Lockvet = "github.com/lockvet/lockvet/cmd/lockvet"

// Root returns the directory of the module that the working directory is in: the
// eval commands run from a checkout of lockvet.
func Root() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	mod := strings.TrimSpace(string(out))
	if filepath.Base(mod) != "go.mod" {
		return "", errors.New("run this from a checkout of lockvet")
	}
	return filepath.Dir(mod), nil
}

// Build compiles the main package pkg, as the module in root sees it, to the
// file exe. GOFLAGS and GOWORK are meant for the module that is analysed.
func Build(root, pkg, exe string, flags ...string) error {
	args := append([]string{"build", "-buildvcs=false", "-o", exe}, flags...)
	cmd := exec.Command("go", append(args, pkg)...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
	}
	return nil
}
