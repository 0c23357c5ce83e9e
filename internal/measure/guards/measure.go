package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// slack is how many lines a finding may be away from where the access is said to be.
const slack = 2

// A measurer analyses the packages of rows.
type measurer struct{ mirror, work, tool string }

// all fills in what is found, one tree after the other.
func (m *measurer) all(rows []*row) {
	type tree struct{ repo, rev string }
	var trees []tree
	for _, r := range rows {
		if t := (tree{r.repo, r.rev}); !slices.Contains(trees, t) {
			trees = append(trees, t)
		}
	}
	for _, t := range trees {
		dir := filepath.Join(m.work, "tree")
		err := m.checkOut(t.repo, t.rev, dir)
		found := make(map[string][]finding)
		failed := make(map[string]string)
		for _, r := range rows {
			if r.repo != t.repo || r.rev != t.rev {
				continue
			}
			if err != nil {
				r.failed = err.Error()
				continue
			}
			if _, ok := found[r.pkg]; !ok && failed[r.pkg] == "" {
				fs, err := m.analyse(dir, r.pkg)
				if err != nil {
					failed[r.pkg] = err.Error()
				}
				found[r.pkg] = fs
			}
			r.failed = failed[r.pkg]
			r.take(found[r.pkg], dir)
		}
		os.RemoveAll(dir)
		fmt.Fprintf(os.Stderr, "%s %s\n", t.repo, t.rev)
	}
}

// checkOut puts the files of a revision into a directory. Files that are missing in the mirror are left out.
func (m *measurer) checkOut(repo, rev, dir string) error {
	git := filepath.Join(m.mirror, strings.Replace(repo, "/", "+", 1), "repo")
	if _, err := os.Stat(git); err != nil {
		return errors.New("not in the mirror")
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	list, err := exec.Command("git", "--git-dir="+git, "ls-tree", "-r", "-l", "-z", rev).Output()
	if err != nil {
		return fmt.Errorf("git ls-tree %s: %w", rev, err)
	}
	args := []string{"--git-dir=" + git, "archive", rev, "--", "."}
	for entry := range strings.SplitSeq(string(list), "\x00") {
		about, name, _ := strings.Cut(entry, "\t")
		if strings.Contains(about, "BAD") {
			args = append(args, ":(exclude,literal)"+name)
		}
	}
	archive := exec.Command("git", args...)
	untar := exec.Command("tar", "x", "-C", dir)
	var stderr bytes.Buffer
	archive.Stderr = &stderr
	if untar.Stdin, err = archive.StdoutPipe(); err != nil {
		return err
	}
	if err := untar.Start(); err != nil {
		return err
	}
	if err := archive.Run(); err != nil {
		return fmt.Errorf("git archive %s: %w: %s", rev, err, stderr.String())
	}
	return untar.Wait()
}

// A finding is what lockvet says of a line.
type finding struct {
	Check, Category, Message string
	Start                    struct {
		File string
		Line int
	}
}

// analyse runs lockvet on a package. Old trees may lack sums, which -mod=mod adds.
func (m *measurer) analyse(dir, pkg string) (found []finding, err error) {
	for _, flags := range []string{"", "-mod=mod"} {
		if found, err = m.run(dir, pkg, flags); err == nil {
			return found, nil
		}
	}
	return nil, err
}

func (m *measurer) run(dir, pkg, goflags string) ([]finding, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	module := moduleOf(dir, pkg)
	rel, err := filepath.Rel(module, filepath.Join(dir, pkg))
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, m.tool, "-format=json", "-checks=guardedby", "./"+filepath.ToSlash(rel))
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS="+goflags)
	out, err := cmd.Output()
	var report struct {
		Findings []finding
		Errors   []struct{ Message string }
	}
	if e := json.Unmarshal(out, &report); e != nil {
		return nil, fmt.Errorf("lockvet: %v, %v", err, e)
	}
	if len(report.Errors) > 0 && len(report.Findings) == 0 {
		message, _, _ := strings.Cut(report.Errors[0].Message, "\n")
		return nil, errors.New(message)
	}
	for i := range report.Findings {
		f := &report.Findings[i]
		if !filepath.IsAbs(f.Start.File) {
			f.Start.File = filepath.Join(module, f.Start.File)
		}
	}
	return report.Findings, nil
}

// moduleOf returns the directory of the module that has a package.
func moduleOf(root, pkg string) string {
	for dir := filepath.Join(root, pkg); strings.HasPrefix(dir, root); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	return root
}

// take notes the finding about the row's field that is nearest to its line.
func (r *row) take(found []finding, dir string) {
	best := slack + 1
	for _, f := range found {
		rel, err := filepath.Rel(dir, f.Start.File)
		if err != nil || filepath.ToSlash(rel) != r.file || !mentions(f.Message, r.field) {
			continue
		}
		away := max(f.Start.Line-r.line, r.line-f.Start.Line)
		if away < best {
			best, r.found = away, f.Category
		}
	}
}

// mentions reports whether a finding is about a field.
func mentions(message, field string) bool {
	subject, _, _ := strings.Cut(message, " is ")
	return subject == field || strings.HasSuffix(subject, "."+field)
}

// table prints the rows and sums them up.
func table(out io.Writer, rows []*row) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	type sum struct{ all, found, failed int }
	sums := make(map[string]*sum)
	var names []string
	for _, r := range rows {
		name := r.category + " " + r.verdict
		if sums[name] == nil {
			sums[name] = new(sum)
			names = append(names, name)
		}
		s := sums[name]
		s.all++
		what := "-"
		switch {
		case r.failed != "":
			s.failed++
			what = "not analysed: " + r.failed
		case r.found != "":
			s.found++
			what = r.found
		}
		fmt.Fprintf(w, "%s\t%s:%d\t%s\t%s\t%s\n", r.id, r.file, r.line, r.category, r.verdict, what)
	}
	w.Flush()
	slices.Sort(names)
	for _, name := range names {
		s := sums[name]
		fmt.Fprintf(out, "%s: %d found of %d that were analysed, of %d\n", name, s.found, s.all-s.failed, s.all)
	}
}
