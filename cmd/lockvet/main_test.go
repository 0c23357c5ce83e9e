package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/lockvet/lockvet/internal/see"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"lockvet": main, "lockvet-see": func() { os.Exit(see.Main()) }})
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// TestScript runs the program in small modules, as testdata/script tells. The
// go command is the real one, offline; GOCACHE is shared, so that the standard
// library is built once.
func TestScript(t *testing.T) { scripts(t, "script") }

// TestSlowScript does the same for the scripts in testdata/slow, which run lockvet with many flags: each time the standard library is
// analysed anew.
func TestSlowScript(t *testing.T) {
	slow(t)
	scripts(t, "slow")
}

// slow skips a test that takes long, unless the environment wants it, as .ci/run does.
func slow(t *testing.T) {
	if os.Getenv("LOCKVET_TEST_SLOW") == "" {
		t.Skip("this takes long; LOCKVET_TEST_SLOW=1 wants it")
	}
}

func scripts(t *testing.T, dir string) {
	goenv := func(name string) string {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatalf("go env %s: %v", name, err)
		}
		return strings.TrimSpace(string(out))
	}
	cache, root := goenv("GOCACHE"), goenv("GOROOT")
	clone, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", dir),
		RequireExplicitExec: true,
		Condition: func(cond string) (bool, error) {
			if cond != "root" {
				return false, fmt.Errorf("no condition %q", cond)
			}
			return os.Getuid() == 0, nil
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("GOCACHE", cache)
			env.Setenv("GOROOT", root)
			env.Setenv("ROOT", clone)
			env.Setenv("GOPROXY", "off")
			env.Setenv("GOTOOLCHAIN", "local")
			env.Setenv("GOFLAGS", "")
			env.Setenv("GOMODCACHE", filepath.Join(env.WorkDir, "modcache"))
			// Found in the PATH that testscript made, as a user's shell would.
			for _, dir := range filepath.SplitList(env.Getenv("PATH")) {
				if tool := filepath.Join(dir, "lockvet"); isFile(tool) {
					env.Setenv("LOCKVET", tool)
					return nil
				}
			}
			return errors.New("no lockvet on PATH")
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// code CODE PROGRAM ARG... runs a program that must exit with that code.
			"code": func(ts *testscript.TestScript, neg bool, args []string) {
				if neg || len(args) < 2 {
					ts.Fatalf("usage: code CODE PROGRAM ARG...")
				}
				want, got := args[0], "0"
				if err := ts.Exec(args[1], args[2:]...); err != nil {
					got = strings.TrimPrefix(err.Error(), "exit status ")
				}
				if got != want {
					ts.Fatalf("exit code %s, want %s", got, want)
				}
			},
		},
	})
}
