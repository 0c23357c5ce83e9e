// Package fetched keeps tests from downloading many modules that nobody has asked for.
package fetched

import (
	"os"
	"os/exec"
	"testing"
)

// Variable allows the downloads. .ci/run sets it.
const Variable = "LOCKVET_TEST_STORES"

// Need skips a test if the packages of the module in dir cannot be loaded with the modules
// that are in the module cache already, unless the environment allows to download more.
func Need(t testing.TB, dir string) {
	t.Helper()
	if os.Getenv(Variable) != "" {
		return
	}
	cmd := exec.Command("go", "list", "-mod=readonly", "-deps", "-test", "-f", "{{.ImportPath}}", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off")
	if err := cmd.Run(); err != nil {
		t.Skipf("the modules of %s are not in the module cache; with %s=1 the test downloads them", dir, Variable)
	}
}
