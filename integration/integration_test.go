// Package integration tests lockvet in the tools of others: golangci-lint, go tool,
// nogo, pre-commit, readers of SARIF, a shared build cache.
package integration

import (
	"errors"
	"flag"
	"fmt"
	"go/version"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/mod/module"
	modzip "golang.org/x/mod/zip"
)

var update = flag.Bool("update", false, "write the recordings in docs/recordings anew")

// bin has the programs that this package builds: lockvet, golangci-lint with lockvet
// in it, and a build cache that machines share.
var bin string

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := buildAndRun(m)
	if err != nil {
		log.Fatal(err)
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (code int, err error) {
	if bin, err = os.MkdirTemp("", "lockvet-integration-"); err != nil {
		return 0, err
	}
	defer os.RemoveAll(bin)
	for _, pkg := range []string{
		"github.com/lockvet/lockvet/cmd/lockvet", "./golangci-lint",
		"github.com/bradfitz/go-tool-cache/cmd/go-cacher", "github.com/bradfitz/go-tool-cache/cmd/go-cacher-server",
	} {
		cmd := exec.Command("go", "build", "-buildvcs=false", "-o", bin+string(filepath.Separator), pkg)
		if out, err := cmd.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("%v: %v\n%s", cmd, err, out)
		}
	}
	return m.Run(), nil
}

// goenv returns what the go command has for the variables, in their order.
func goenv(t testing.TB, names ...string) []string {
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatalf("go env: %v", err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

// proxies returns a value of GOPROXY that has lockvet as it is here, from the proxy
// in the directory, and the modules it needs. They are in the cache, as lockvet was
// built with them; but a cache may have lost the archive of a module that it has
// unpacked, and so the proxies of the user follow.
func proxies(t testing.TB, dir string) string {
	env := goenv(t, "GOMODCACHE", "GOPROXY")
	return "file://" + dir + ",file://" + filepath.Join(env[0], "cache", "download") + "," + env[1]
}

// TestScript runs what testdata/script tells, in small modules.
func TestScript(t *testing.T) {
	env := goenv(t, "GOCACHE", "GOROOT", "GOMODCACHE")
	proxy := lockvetProxy(t)
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", bin+string(filepath.ListSeparator)+e.Getenv("PATH"))
			e.Setenv("LOCKVET", filepath.Join(bin, "lockvet"))
			e.Setenv("ROOT", root)
			e.Setenv("PORT", freePort(t))
			e.Setenv("GOCACHE", env[0])
			e.Setenv("GOROOT", env[1])
			e.Setenv("GOTOOLCHAIN", "local")
			e.Setenv("NEWER_GO", newerGo)
			e.Setenv("SHARED_MODCACHE", env[2])
			e.Setenv("GOFLAGS", "")
			e.Setenv("GOPROXY", proxies(t, proxy))
			e.Setenv("GOSUMDB", "off")
			e.Setenv("GOMODCACHE", filepath.Join(e.WorkDir, "modcache"))
			e.Setenv("GOFLAGS", "-modcacherw")
			e.Setenv("GOLANGCI_LINT_CACHE", filepath.Join(e.WorkDir, "lintcache"))
			e.Setenv("GIT_CONFIG_GLOBAL", filepath.Join(e.WorkDir, "gitconfig"))
			return os.WriteFile(filepath.Join(e.WorkDir, "gitconfig"),
				[]byte("[user]\n\tname = somebody\n\temail = somebody@example.com\n[init]\n\tdefaultBranch = main\n"), 0o666)
		},
		Condition: func(cond string) (bool, error) {
			if cond != "newer" {
				return false, fmt.Errorf("no condition %q", cond)
			}
			return version.Lang(newerGo) != version.Lang(runtime.Version()) && hasToolchain(newerGo), nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":   exitCode,
			"record": func(ts *testscript.TestScript, _ bool, args []string) { record(ts, root, args) },
		},
	})
}

// newerGo is a release of Go that follows the one in go.mod.
const newerGo = "go1.27.3"

// hasToolchain reports whether the go command can run as another release, which it may
// have to download.
func hasToolchain(name string) bool {
	cmd := exec.Command("go", "version")
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+name)
	return cmd.Run() == nil
}

// exitCode is the command "code CODE PROGRAM ARG...": the program must exit so.
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code CODE PROGRAM ARG...")
	}
	got := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

// record is the command "record FILE NAME": the file must be as the recording of
// that name in docs/recordings, or becomes it with -update.
func record(ts *testscript.TestScript, root string, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: record FILE NAME")
	}
	got := strings.ReplaceAll(ts.ReadFile(args[0]), ts.Getenv("WORK"), "$WORK")
	name := filepath.Join(root, "docs", "recordings", args[1])
	if *update {
		ts.Check(os.WriteFile(name, []byte(got), 0o666))
		return
	}
	want, err := os.ReadFile(name)
	ts.Check(err)
	if got != string(want) {
		ts.Fatalf("not as in %s (go test -update writes it anew):\n%s", name, got)
	}
}

// freePort returns a port that nobody listens on.
func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

const (
	lockvetModule  = "github.com/lockvet/lockvet"
	lockvetVersion = "v0.99.0" // as no real one is called
)

// lockvetProxy writes a module proxy that has lockvet as it is here.
func lockvetProxy(t *testing.T) (dir string) {
	gomod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	return moduleProxy(t, lockvetVersion, gomod, func(zip io.Writer) error {
		return modzip.CreateFromDir(zip, module.Version{Path: lockvetModule, Version: lockvetVersion}, "..")
	})
}

// moduleProxy writes a module proxy that has one version of lockvet.
func moduleProxy(t *testing.T, version string, gomod []byte, pack func(zip io.Writer) error) (dir string) {
	dir = t.TempDir()
	versions := filepath.Join(dir, filepath.FromSlash(lockvetModule), "@v")
	if err := os.MkdirAll(versions, 0o777); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(versions, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("list", version+"\n")
	write(version+".info", fmt.Sprintf(`{"Version": %q, "Time": "2026-01-01T00:00:00Z"}`, version))
	write(version+".mod", string(gomod))
	zip, err := os.Create(filepath.Join(versions, version+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	if err = errors.Join(pack(zip), zip.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}
