package integration

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	// The sources of nogo, which are compiled below, and a package they need.
	_ "github.com/aymanbagabas/go-udiff"
	_ "github.com/bazelbuild/rules_go/go/runfiles"
)

// nogoSources are the files of go/tools/builders that rules_go compiles into
// nogo, together with one that it writes (see its target nogo_srcs).
var nogoSources = []string{
	"constants.go", "env.go", "flags.go", "nogo_fix.go", "nogo_goversions_go122.go", "nogo_main.go", "nogo_version.go", "nolint.go",
}

// TestNogo runs the nogo of rules_go over the golden packages of the checks. It has
// no facts of the standard library, and its passes no ReadFile and no Module. What
// it finds must be what go vet finds: the tables of the model stand in for them.
func TestNogo(t *testing.T) {
	checks := importableChecks(t)
	nogo := buildNogo(t, checks)
	golden, err := filepath.Abs("../testdata")
	if err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "GO111MODULE=off", "GOPATH="+golden, "GOWORK=off", "GOFLAGS=")

	got, err := runNogo(t, nogo, env, golden)
	if err != nil {
		t.Fatal(err)
	}
	var flags []string
	for _, c := range checks {
		flags = append(flags, "-"+filepath.Base(c.path))
	}
	want := runVet(t, env, golden, append(flags, "-ignore.off", "-tests=false"))
	if len(want) < 100 {
		t.Fatalf("only %d findings in the golden packages", len(want))
	}
	for finding := range want {
		if !got[finding] {
			t.Errorf("nogo misses %s", finding)
		}
	}
	for finding := range got {
		if !want[finding] {
			t.Errorf("only nogo has %s", finding)
		}
	}
}

// A check, for nogo, is a package that exports an Analyzer of its name.
type check struct{ path string }

// importableChecks returns the packages below passes that nogo can be given.
func importableChecks(t *testing.T) (checks []check) {
	dirs, err := os.ReadDir("../passes")
	if err != nil {
		t.Fatal(err)
	}
	exports := regexp.MustCompile(`(?m)^var Analyzer = `)
	for _, dir := range dirs {
		// lockflow is not a check; SA2001, of emptysection, is staticcheck's; slowlock and
		// guardedby are off by default and need a flag of lockflow.
		if !dir.IsDir() || slices.Contains([]string{"lockflow", "emptysection", "slowlock", "guardedby"}, dir.Name()) {
			continue
		}
		files, err := filepath.Glob(filepath.Join("../passes", dir.Name(), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if text, err := os.ReadFile(file); err == nil && exports.Match(text) {
				checks = append(checks, check{"github.com/lockvet/lockvet/passes/" + dir.Name()})
			}
		}
	}
	if len(checks) < 3 {
		t.Fatalf("found %v", checks)
	}
	return checks
}

// buildNogo compiles nogo with the checks as rules_go would: with the compiler and
// the linker, since it imports packages that are internal to others.
func buildNogo(t *testing.T, checks []check) string {
	dir := t.TempDir()
	main := filepath.Join(dir, "nogo_analyzers.go")
	var src strings.Builder
	src.WriteString("package main\n\nimport (\n\t\"golang.org/x/tools/go/analysis\"\n")
	for i, c := range checks {
		fmt.Fprintf(&src, "\tcheck%d %q\n", i, c.path)
	}
	src.WriteString(")\n\nvar analyzers = []*analysis.Analyzer{")
	for i := range checks {
		fmt.Fprintf(&src, "check%d.Analyzer, ", i)
	}
	src.WriteString("}\n\nvar configs = map[string]config{}\n\nconst debugMode = false\n")
	if err := os.WriteFile(main, []byte(src.String()), 0o666); err != nil {
		t.Fatal(err)
	}

	files := []string{main}
	builders := filepath.Join(goOutput(t, "list", "-m", "-f", "{{.Dir}}", "github.com/bazelbuild/rules_go"), "go", "tools", "builders")
	imports := []string{"golang.org/x/tools/internal/facts", "golang.org/x/tools/go/analysis"}
	for _, name := range nogoSources {
		file := filepath.Join(builders, name)
		files = append(files, file)
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		imports = append(imports, importsOf(parsed)...)
	}
	for _, c := range checks {
		imports = append(imports, c.path)
	}
	importcfg := filepath.Join(dir, "importcfg")
	archives := goOutput(t, slices.Concat([]string{"list", "-export", "-deps", "-f", "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}"}, imports)...)
	if err := os.WriteFile(importcfg, []byte(archives+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	object, nogo := filepath.Join(dir, "nogo.a"), filepath.Join(dir, "nogo")
	goOutput(t, slices.Concat([]string{"tool", "compile", "-p", "main", "-importcfg", importcfg, "-o", object}, files)...)
	goOutput(t, "tool", "link", "-importcfg", importcfg, "-o", nogo, object)
	return nogo
}

func importsOf(file *ast.File) (paths []string) {
	for _, spec := range file.Imports {
		paths = append(paths, strings.Trim(spec.Path.Value, `"`))
	}
	return paths
}

func goOutput(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, &stderr)
	}
	return strings.TrimSpace(string(out))
}

// runNogo calls nogo as rules_go's builder does, for each package below root after
// those it imports, and returns what it finds.
func runNogo(t *testing.T, nogo string, env []string, root string) (map[string]bool, error) {
	dir := t.TempDir()
	list := exec.Command("go", "list", "-e", "-export", "-deps", "-json=ImportPath,Dir,GoFiles,Imports,Export,Standard", "./...")
	list.Dir, list.Env = filepath.Join(root, "src"), env
	out, err := list.Output()
	if err != nil {
		return nil, err
	}
	var importcfg strings.Builder
	facts := make(map[string]string)
	found := make(map[string]bool)
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p struct {
			ImportPath, Dir, Export string
			GoFiles, Imports        []string
			Standard                bool
		}
		if err := dec.Decode(&p); err == io.EOF {
			return found, nil
		} else if err != nil {
			return nil, err
		}
		if p.Export != "" { // -e, since some golden packages have functions without a body
			fmt.Fprintf(&importcfg, "packagefile %s=%s\n", p.ImportPath, p.Export)
		}
		if p.Standard || len(p.GoFiles) == 0 {
			continue
		}
		cfg, x := filepath.Join(dir, "importcfg"), filepath.Join(dir, fmt.Sprintf("facts%d", len(facts)))
		if err := os.WriteFile(cfg, []byte(importcfg.String()), 0o666); err != nil {
			return nil, err
		}
		args := []string{"-p", p.ImportPath, "-importcfg", cfg, "-go_version", "1.26", "-x", x}
		for _, path := range p.Imports {
			if file := facts[path]; file != "" {
				args = append(args, "-fact", path+"="+file)
			}
		}
		facts[p.ImportPath] = x
		for _, file := range p.GoFiles {
			args = append(args, filepath.Join(p.Dir, file))
		}
		report, err := exec.Command(nogo, args...).CombinedOutput()
		const violation = 3
		if exit := new(exec.ExitError); errors.As(err, &exit) && exit.ExitCode() == violation {
			for line := range strings.Lines(string(report)) {
				if m := nogoLine.FindStringSubmatch(line); m != nil {
					found[finding(root, m[1], m[2], m[3])] = true
				}
			}
		} else if err != nil {
			return nil, fmt.Errorf("nogo %s: %v\n%s", p.ImportPath, err, report)
		}
	}
}

var nogoLine = regexp.MustCompile(`^(.+\.go:\d+):\d+: (.*) \((\w+)\)\n?$`)

// finding writes a finding as one string, to be compared.
func finding(root, place, message, check string) string {
	rel, err := filepath.Rel(filepath.Join(root, "src"), place)
	if err != nil {
		rel = place
	}
	return fmt.Sprintf("%s: %s (%s)", filepath.ToSlash(rel), message, check)
}

// runVet returns what the command finds in the same packages.
func runVet(t *testing.T, env []string, root string, flags []string) map[string]bool {
	cmd := exec.Command(filepath.Join(bin, "lockvet"), slices.Concat([]string{"-format=json"}, flags, []string{"./..."})...)
	cmd.Dir, cmd.Env = filepath.Join(root, "src"), env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, _ := cmd.Output() // it finds something, so it fails
	var report struct {
		Findings []struct {
			Check, Message string
			Start          struct {
				File string
				Line int
			}
		}
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal(out, &report); err != nil || len(report.Errors) > 0 {
		t.Fatalf("%v: %v\n%s\n%+v", cmd, err, &stderr, report.Errors)
	}
	found := make(map[string]bool)
	for _, f := range report.Findings {
		place := fmt.Sprintf("%s:%d", filepath.Join(root, "src", f.Start.File), f.Start.Line)
		found[finding(root, place, f.Message, f.Check)] = true
	}
	return found
}
