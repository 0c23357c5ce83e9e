package frontend

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/aymanbagabas/go-udiff"

	"github.com/lockvet/lockvet/internal/mend"
)

// A repair is a finding with the fix that is applied to it, which is the first that it
// has: others need somebody to choose them.
type repair struct {
	Finding
	refused error // why it is not applied; nil if it is
}

// repairs finds out what fixes make of files. Nothing is written.
func (f *frontend) repairs(ctx context.Context, v *vet) (changes []mend.Change, repairs []repair, failures []Failure) {
	r, _ := v.findings(ctx)
	if ctx.Err() != nil {
		return nil, nil, nil
	}
	r.tidy("", v.tests)
	r.finish(f.analyzers, v.config)
	var fixes [][]mend.Edit
	for _, found := range r.Findings {
		if len(found.Fixes) == 0 {
			continue
		}
		edits, ok := editsOf(found)
		if ok {
			fixes = append(fixes, edits)
			repairs = append(repairs, repair{Finding: found})
		}
	}
	changes, refused := mend.Plan(fixes, os.ReadFile)
	for i := range repairs {
		repairs[i].refused = refused[i]
	}
	return changes, repairs, r.Errors
}

// editsOf returns the edits of a finding's first fix. It is not ok if they are not in the
// directory of its package: then the files are what cmd/go has made of those of the user.
func editsOf(found Finding) (edits []mend.Edit, ok bool) {
	for _, e := range found.Fixes[0].Edits {
		if filepath.Dir(e.File) != filepath.Dir(found.Start.File) {
			return nil, false
		}
		edits = append(edits, mend.Edit{File: e.File, Start: e.Start, End: e.End, New: e.New})
	}
	return edits, len(edits) > 0
}

// applyFixes has the suggested fixes written to the files, in place, and says on standard
// error what it has fixed. A file that cannot be finished gets its contents back.
func (f *frontend) applyFixes(ctx context.Context, v *vet) []Failure {
	changes, repairs, failures := f.repairs(ctx, v)
	if ctx.Err() != nil {
		return nil
	}
	unwritten := make(map[string]bool)
	for _, c := range changes {
		err := rewrite(c)
		if err != nil {
			unwritten[c.File] = true
			failures = append(failures, Failure{Message: fmt.Sprintf("applying fix: %v", err)})
		}
	}
	f.progress.stop()
	fixed, files := 0, make(map[string]bool)
	for _, r := range repairs {
		place, what := r.Start, r.Fixes[0].Message
		relative(v.dir, &place.File)
		switch {
		case r.refused != nil:
			fmt.Fprintf(f.stderr, "not fixed: %s: %s [%s]: %v\n", escape(place.String()), escape(what), r.Tag(), r.refused)
			continue
		case unwritten[r.Fixes[0].Edits[0].File]:
			continue
		}
		fixed++
		files[r.Start.File] = true
		fmt.Fprintf(f.stderr, "fixed: %s: %s [%s]\n", escape(place.String()), escape(what), r.Tag())
	}
	if fixed > 0 {
		fmt.Fprintf(f.stderr, "%s fixed in %s\n", count(fixed, "finding"), count(len(files), "file"))
	}
	return failures
}

// rewrite writes a file. If that fails it has its contents as before.
func rewrite(c mend.Change) error {
	err := os.WriteFile(c.File, c.After, 0o666) // it exists, and keeps its mode
	if err == nil {
		return nil
	}
	if now, readErr := os.ReadFile(c.File); readErr == nil && bytes.Equal(now, c.Before) {
		return err
	}
	if again := os.WriteFile(c.File, c.Before, 0o666); again != nil {
		return fmt.Errorf("%w; %s is damaged: its contents could not be put back: %v", err, c.File, again)
	}
	return err
}

// patch returns what applyFixes would do as a unified diff.
func (f *frontend) patch(ctx context.Context, v *vet) (patch []byte, failures []Failure) {
	changes, _, failures := f.repairs(ctx, v)
	for _, c := range changes {
		name := c.File
		relative(v.dir, &name)
		patch = append(patch, udiff.Unified(name+" (old)", name+" (new)", string(c.Before), string(c.After))...)
	}
	return patch, slices.Clip(failures)
}
