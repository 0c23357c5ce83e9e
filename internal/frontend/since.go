package frontend

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
)

// repoRoot returns the directory at or above dir that a git repository is checked
// out in. It does not ask git, which refuses repositories of other users.
func repoRoot(dir string) (root string, ok bool) {
	for {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
			return dir, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

// changes has the lines, by absolute file name, that were changed. A file that
// is new as a whole has nil.
type changes map[string]map[int]bool

// changedSince asks git which lines of the repository around dir differ from a
// revision, in the working tree and in files that git does not track yet.
func changedSince(ctx context.Context, dir, rev string) (changes, error) {
	root, ok := repoRoot(dir)
	if !ok {
		return nil, fmt.Errorf("there is no git repository in %s or above it", dir)
	}
	git := func(args ...string) ([]byte, error) {
		cmd := exec.CommandContext(ctx, "git", args...)
		cmd.Dir = root
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if message := strings.TrimSpace(stderr.String()); err != nil && message != "" {
			err = fmt.Errorf("git says: %s", message)
		}
		return out, err
	}
	commit, err := git("rev-parse", "--verify", "--end-of-options", rev+"^{commit}")
	if err != nil {
		return nil, err
	}
	patch, err := git("diff", "--unified=0", "--find-renames", "--no-color", "--no-ext-diff", "--no-textconv",
		"--no-relative", "--ignore-submodules", "--src-prefix=a/", "--dst-prefix=b/", strings.TrimSpace(string(commit)), "--")
	if err != nil {
		return nil, err
	}
	changed, err := parseChanges(root, patch)
	if err != nil {
		return nil, err
	}
	untracked, err := git("ls-files", "-z", "--others", "--exclude-standard")
	for name := range strings.SplitSeq(string(untracked), "\x00") {
		changed[filepath.Join(root, filepath.FromSlash(name))] = nil
	}
	return changed, err
}

// parseChanges reads a patch without context. A line that lost its neighbour
// counts as changed: it is what an Unlock was deleted before.
func parseChanges(root string, patch []byte) (changes, error) {
	files, _, err := gitdiff.Parse(bytes.NewReader(patch))
	if err != nil {
		return nil, fmt.Errorf("cannot read what git diff printed: %v", err)
	}
	changed := make(changes)
	for _, file := range files {
		if file.IsDelete || file.IsBinary {
			continue
		}
		name := filepath.Join(root, filepath.FromSlash(file.NewName))
		if file.IsNew {
			changed[name] = nil
			continue
		}
		lines := make(map[int]bool)
		for _, f := range file.TextFragments {
			from, to := int(f.NewPosition), int(f.NewPosition+f.NewLines)
			if f.NewLines == 0 { // deleted after that line
				to = from + 2
			}
			for line := from; line < to; line++ {
				lines[line] = true
			}
		}
		changed[name] = lines
	}
	return changed, nil
}

// has reports whether a line was changed.
func (c changes) has(file string, line int) bool {
	lines, ok := c[file]
	return ok && (lines == nil || lines[line])
}

// keepChanged drops findings that have neither their own line nor that of one of
// their steps among the changes.
func (r *Report) keepChanged(changed changes, src *sources) {
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool {
		return !changed.has(src.abs(f.Start.File), f.Start.Line) &&
			!slices.ContainsFunc(f.Related, func(s Step) bool { return changed.has(src.abs(s.Start.File), s.Start.Line) })
	})
}
