package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/lockvet/lockvet/internal/frontend"
)

// kinds are GoKer's two halves: bugs that hang, and bugs that go wrong some
// other way. The second half is here for what must stay silent.
var kinds = []string{"blocking", "nonblocking"}

// A kernel is one GoKer program: a single test file in a folder of its own.
type kernel struct {
	name string // project_number
	file string // relative to the goker folder: blocking/project/number/x_test.go
}

// findKernels lists the kernels of a GoBench checkout.
func findKernels(goker string) ([]kernel, error) {
	var kernels []kernel
	for _, kind := range kinds {
		files, err := filepath.Glob(filepath.Join(goker, kind, "*", "*", "*.go"))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			rel, err := filepath.Rel(goker, f)
			if err != nil {
				return nil, err
			}
			kernels = append(kernels, kernel{kernelName(rel), rel})
		}
	}
	if len(kernels) == 0 {
		return nil, fmt.Errorf("no kernels in %s: is -dir a checkout of github.com/timmyyuan/gobench?", goker)
	}
	return kernels, nil
}

// kernelName makes project_number of a path kind/project/number/file.
func kernelName(rel string) string {
	dir := filepath.Dir(rel)
	return filepath.Base(filepath.Dir(dir)) + "_" + filepath.Base(dir)
}

// scratchMod is the module the kernels are analysed in. Theirs asks for a
// hundred others that no kernel imports. The language version is theirs: a
// newer one would give loops a variable per iteration, which cures some bugs.
const scratchMod = "module goker\n\ngo 1.13\n"

// analyse copies the kernels into the scratch module and returns what lockvet,
// built as exe, reports there, by kernel.
func analyse(exe, goker, scratch string, kernels []kernel) (map[string][]frontend.Finding, error) {
	if err := os.WriteFile(filepath.Join(scratch, "go.mod"), []byte(scratchMod), 0o666); err != nil {
		return nil, err
	}
	for _, k := range kernels {
		if err := copyFile(filepath.Join(scratch, k.file), filepath.Join(goker, k.file)); err != nil {
			return nil, err
		}
	}

	cmd := exec.Command(exe, "-format=json", "./...")
	cmd.Dir = scratch
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	// It exits with 1 where it finds something.
	if exit := (*exec.ExitError)(nil); err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
		return nil, fmt.Errorf("lockvet: %w", err)
	}
	var report frontend.Report
	if err := json.Unmarshal(out, &report); err != nil {
		return nil, fmt.Errorf("lockvet's output: %w", err)
	}
	byKernel := map[string][]frontend.Finding{}
	for _, f := range report.Findings {
		name := kernelName(f.Start.File)
		byKernel[name] = append(byKernel[name], f)
	}
	return byKernel, nil
}

func copyFile(dst, src string) error {
	data, err := os.ReadFile(src)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dst), 0o777); err != nil {
		return err
	}
	return os.WriteFile(dst, data, 0o666)
}
