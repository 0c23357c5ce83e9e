package main

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// A module is what one run of lockvet analyses.
type module struct {
	project  string // the name of the checkout's directory
	root     string // the checkout
	path     string // module path; "std" for std and cmd
	dir      string // where lockvet runs
	patterns []string
	flags    []string // what the module needs to build
	source   string   // tells one state of the source from another, by sizes and times
}

// name is short and tells the modules of a run apart.
func (m module) name() string {
	rel, err := filepath.Rel(m.root, m.dir)
	if err != nil || rel == "." || m.path == "std" {
		return m.project
	}
	return m.project + "/" + filepath.ToSlash(rel)
}

// findModules lists the modules of the checkouts, std first: what projects
// share is analysed, and paid for, with the first that needs it.
func findModules(checkouts []string, std bool) ([]module, error) {
	flags, err := parseBuildFlags(embeddedBuildFlags)
	if err != nil {
		return nil, err
	}
	var modules []module
	if std {
		out, err := exec.Command("go", "env", "GOROOT", "GOVERSION").Output()
		if err != nil {
			return nil, fmt.Errorf("go env: %w", err)
		}
		goroot, version, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		src := filepath.Join(goroot, "src")
		modules = append(modules, module{
			project: "std", path: "std", root: src, dir: src, patterns: []string{"std", "cmd"}, source: version,
		})
	}
	for _, checkout := range checkouts {
		found, err := modulesOf(checkout)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("%s: no go.mod in it: is it a checkout of a Go project?", checkout)
		}
		for _, m := range found {
			m.flags = flags[m.path]
			modules = append(modules, m)
		}
	}
	return modules, nil
}

// modulesOf lists the modules of a checkout, the outermost first. As for the go
// command, what is in testdata or vendor or begins with "." or "_" does not count.
func modulesOf(checkout string) (modules []module, err error) {
	if checkout, err = filepath.Abs(checkout); err != nil {
		return nil, err
	}
	source := sha256.New()
	err = filepath.WalkDir(checkout, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".git" || d.Name() == "node_modules" {
				return fs.SkipDir
			}
			return nil
		}
		if ext := filepath.Ext(path); ext == ".go" || ext == ".mod" || ext == ".work" {
			info, err := d.Info()
			if err != nil {
				return err
			}
			fmt.Fprintln(source, path, info.Size(), info.ModTime().UnixNano())
		}
		rel, err := filepath.Rel(checkout, filepath.Dir(path))
		if err != nil || d.Name() != "go.mod" || ignored(rel) {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		modules = append(modules, module{
			project: filepath.Base(checkout), root: checkout, dir: filepath.Dir(path),
			path: modfile.ModulePath(data), patterns: []string{"./..."},
		})
		return nil
	})
	for i := range modules {
		modules[i].source = hex.EncodeToString(source.Sum(nil))
	}
	slices.SortFunc(modules, func(a, b module) int { return strings.Compare(a.dir, b.dir) })
	return modules, err
}

// ignored reports whether the go command, given "./...", would not go there.
func ignored(dir string) bool {
	return slices.ContainsFunc(strings.Split(filepath.ToSlash(dir), "/"), func(name string) bool {
		return name == "testdata" || name == "vendor" || name != "." && strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
	})
}

//go:embed buildflags.tsv
var embeddedBuildFlags string

// parseBuildFlags reads the table of what modules need to build, by module path.
func parseBuildFlags(table string) (map[string][]string, error) {
	flags := map[string][]string{}
	for i, line := range strings.Split(table, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) != 3 || cells[0] == "" || cells[1] == "" || cells[2] == "" {
			return nil, fmt.Errorf("buildflags.tsv:%d: want module, flags and reason, separated by tabs", i+1)
		}
		flags[cells[0]] = strings.Fields(cells[1])
	}
	return flags, nil
}
