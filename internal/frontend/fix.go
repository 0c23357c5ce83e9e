package frontend

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// applyFixes has the suggested fixes written to the files. The go command writes files in
// place; one that it could not finish gets its contents back.
func (v *vet) applyFixes(ctx context.Context) []Failure {
	before := v.originals(ctx)
	if ctx.Err() != nil {
		return nil
	}
	args := slices.Concat([]string{"vet", "-fix", "-vettool=" + v.self}, v.buildFlags, v.toolFlags(), v.patterns)
	stderr, err := v.goCommand(ctx, args, func(stdout io.Reader) error {
		_, err := io.Copy(io.Discard, stdout)
		return err
	})
	failures := v.failures(ctx, stderr, err)
	for _, f := range failures {
		if !strings.Contains(f.Message, "applying fix: ") {
			continue
		}
		for name, contents := range before {
			if !strings.Contains(f.Message, name+": ") {
				continue
			}
			if err := restore(name, contents); err != nil {
				failures = append(failures, Failure{Message: fmt.Sprintf("%s is damaged: its contents could not be put back: %v", name, err)})
			}
		}
	}
	return failures
}

// originals returns the contents of the files, by name, that fixes would change.
func (v *vet) originals(ctx context.Context) map[string][]byte {
	files := make(map[string][]byte)
	r, _ := v.findings(ctx)
	for _, finding := range r.Findings {
		for _, fix := range finding.Fixes {
			for _, e := range fix.Edits {
				if _, ok := files[e.File]; ok {
					continue
				}
				// If it cannot be read, it is not written either.
				if contents, err := os.ReadFile(e.File); err == nil {
					files[e.File] = contents
				}
			}
		}
	}
	return files
}

// restore puts the contents of a file back, if it has others.
func restore(name string, contents []byte) error {
	if now, err := os.ReadFile(name); err == nil && bytes.Equal(now, contents) {
		return nil
	}
	return os.WriteFile(name, contents, 0o666) // it exists, and keeps its mode
}

// patch returns what applyFixes would do as a unified diff.
func (v *vet) patch(ctx context.Context) (patch []byte, failures []Failure) {
	args := slices.Concat([]string{"vet", "-fix", "-diff", "-vettool=" + v.self, "-" + depsFlag}, v.buildFlags, v.toolFlags(), v.patterns)
	stderr, err := v.goCommand(ctx, args, func(stdout io.Reader) (err error) {
		patch, err = io.ReadAll(stdout)
		return err
	})
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(patch) > 0 {
		err = nil // it also exits with 1 if there is a difference
	}
	patch = sortPatch(patch, v.dir, v.wanted(ctx))
	return patch, v.failures(ctx, stderr, err)
}
