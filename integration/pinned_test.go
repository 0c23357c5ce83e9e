package integration

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	modzip "golang.org/x/mod/zip"
	"gopkg.in/yaml.v3"
)

// What .golangci-plugin.yml tells golangci-lint to build is the golangci-lint that is
// tested here, with a version of lockvet that can be built into it.
func TestPinned(t *testing.T) {
	data, err := os.ReadFile("../.golangci-plugin.yml")
	if err != nil {
		t.Fatal(err)
	}
	var conf struct {
		Version string
		Name    string
		Plugins []struct{ Module, Import, Version string }
	}
	if err := yaml.Unmarshal(data, &conf); err != nil {
		t.Fatal(err)
	}
	data, err = os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	gomod, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	const golangci = "github.com/golangci/golangci-lint/v2"
	for _, r := range gomod.Require {
		if r.Mod.Path == golangci && r.Mod.Version != conf.Version {
			t.Errorf("golangci-lint %s is pinned, and %s tested", conf.Version, r.Mod.Version)
		}
	}
	if len(conf.Plugins) != 1 || conf.Plugins[0].Module != lockvetModule || conf.Plugins[0].Import != lockvetModule+"/plugin" {
		t.Fatalf("the plugins are %v", conf.Plugins)
	}
	version := conf.Plugins[0].Version
	revision, err := module.PseudoVersionRev(version)
	if err != nil {
		t.Fatalf("version %s of lockvet names no commit: %v", version, err)
	}
	old, err := exec.Command("git", "show", revision+":go.mod").Output()
	if err != nil {
		t.Skipf("this clone does not have the commit %s", revision)
	}

	tree := t.TempDir()
	archive := exec.Command("sh", "-c", `git -C .. archive "$1" | tar -x -C "$2"`, "sh", revision, tree)
	if out, err := archive.CombinedOutput(); err != nil {
		t.Fatalf("git archive: %v\n%s", err, out)
	}
	proxy := moduleProxy(t, version, old, func(zip io.Writer) error {
		return modzip.CreateFromDir(zip, module.Version{Path: lockvetModule, Version: version}, tree)
	})
	// The module that "golangci-lint custom" makes requires the two versions.
	if err := gomod.DropReplace(lockvetModule, ""); err != nil {
		t.Fatal(err)
	}
	if err := gomod.AddRequire(lockvetModule, version); err != nil {
		t.Fatal(err)
	}
	if err := gomod.AddModuleStmt("custom"); err != nil {
		t.Fatal(err)
	}
	gomod.Cleanup()
	text, err := gomod.Format()
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile("go.sum")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, data := range map[string][]byte{"go.mod": text, "go.sum": sum} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"mod", "download", lockvetModule}, {"build", "-mod=mod", lockvetModule + "/plugin"}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-modcacherw", "GOSUMDB=off", "GOWORK=off",
			"GOMODCACHE="+filepath.Join(dir, "modcache"),
			"GOPROXY="+proxies(t, proxy))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v with what .golangci-plugin.yml pins: %v\n%s", strings.Join(cmd.Args, " "), err, out)
		}
	}
}

// The version of lockvet that .golangci-plugin.yml names is the newest tag or, while
// there is none, a commit that is no more than a month older than the clone's.
func TestPinnedIsNew(t *testing.T) {
	data, err := os.ReadFile("../.golangci-plugin.yml")
	if err != nil {
		t.Fatal(err)
	}
	var conf struct{ Plugins []struct{ Version string } }
	if err := yaml.Unmarshal(data, &conf); err != nil || len(conf.Plugins) != 1 {
		t.Fatalf("%d plugins, %v", len(conf.Plugins), err)
	}
	tags, err := exec.Command("git", "tag", "--list", "v*", "--sort=-version:refname").Output()
	if err != nil {
		t.Skipf("no git: %v", err)
	}
	version := conf.Plugins[0].Version
	if newest, _, _ := strings.Cut(string(tags), "\n"); newest != "" {
		if version != newest {
			t.Errorf("version %s of lockvet is pinned; the newest is %s", version, newest)
		}
		return
	}
	pinned, err := module.PseudoVersionTime(version)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("git", "log", "-1", "--format=%cI").Output()
	if err != nil {
		t.Skipf("no git: %v", err)
	}
	head, err := time.Parse(time.RFC3339, strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	if age := head.Sub(pinned); age > 31*24*time.Hour {
		t.Errorf("version %s of lockvet is pinned, which is %.0f days older than this clone", version, age.Hours()/24)
	}
}
