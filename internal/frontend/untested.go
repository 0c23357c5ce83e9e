package frontend

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/guardlist"
	"github.com/lockvet/lockvet/internal/order"
	"github.com/lockvet/lockvet/internal/ordergraph"
	"github.com/lockvet/lockvet/internal/overlay"
	"github.com/lockvet/lockvet/internal/section"
	"github.com/lockvet/lockvet/internal/why"
)

// A loadable is a package that can be loaded, as go list describes it. Of its tests that is not known.
type loadable struct {
	ImportPath, Dir           string
	TestGoFiles, XTestGoFiles []string
}

// loadable returns those packages among v.patterns that can be loaded; none if the go command cannot say.
func (v *vet) loadable(ctx context.Context) (packages []loadable) {
	args := slices.Concat([]string{"list", "-e", "-json=ImportPath,Dir,TestGoFiles,XTestGoFiles,Error,DepsErrors"}, v.buildFlags, v.patterns)
	_, err := v.goCommand(ctx, args, func(stdout io.Reader) error {
		dec := json.NewDecoder(stdout)
		for {
			var p struct {
				loadable
				Error      json.RawMessage
				DepsErrors []json.RawMessage
			}
			if err := dec.Decode(&p); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
			if p.Error == nil && p.DepsErrors == nil {
				packages = append(packages, p.loadable)
			}
		}
	})
	if err != nil {
		return nil
	}
	return packages
}

// withoutTests analyses those of the packages that have no result yet, and have tests, once more without these: what cannot be loaded, or does
// not compile, may be nothing but the tests. An overlay hides them from the go command; one that the user has given is left as it is, and
// then nothing is done.
func (v *vet) withoutTests(ctx context.Context, r *Report, packages []loadable) {
	var paths, hidden []string
	for _, p := range packages {
		if tests := slices.Concat(p.TestGoFiles, p.XTestGoFiles); len(tests) > 0 && !r.has[p.ImportPath] {
			paths = append(paths, p.ImportPath)
			for _, name := range tests {
				hidden = append(hidden, filepath.Join(p.Dir, name))
			}
		}
	}
	if len(paths) == 0 || ctx.Err() != nil || slices.ContainsFunc(v.buildFlags, func(f string) bool { return strings.HasPrefix(f, "-overlay") }) {
		return
	}
	flag, done, err := overlay.Hide(hidden)
	if err != nil {
		r.Errors = append(r.Errors, Failure{Message: err.Error()})
		return
	}
	defer done()
	rest, _ := v.analyse(ctx, paths, "-overlay="+flag)
	r.addMissing(rest)
}

// addMissing adds to r what other has of packages that have no result in r.
func (r *Report) addMissing(other Report) {
	r.Errors = union(r.Errors, other.Errors)
	r.Findings = others(r, r.Findings, other.Findings, func(f Finding) string { return f.Package })
	r.bundles = others(r, r.bundles, other.bundles, func(b *order.Bundle) string { return b.Pkg })
	r.sections = others(r, r.sections, other.sections, func(p *section.Package) string { return p.Pkg })
	r.edges = others(r, r.edges, other.edges, func(b *ordergraph.Bundle) string { return b.Pkg })
	r.guards = others(r, r.guards, other.guards, func(p *guardlist.Package) string { return p.Pkg })
	r.records = others(r, r.records, other.records, func(p *why.Package) string { return p.Pkg })
	r.packages += other.packages
	if r.has == nil {
		r.has = make(map[string]bool)
	}
	maps.Copy(r.has, other.has)
}

// others returns the elements of all, and those of more whose package, which pkg tells, has no result in r.
func others[E any](r *Report, all, more []E, pkg func(E) string) []E {
	for _, e := range more {
		if !r.has[pkg(e)] {
			all = append(all, e)
		}
	}
	return all
}

// union returns the failures, those that are in both lists once.
func union(a, b []Failure) []Failure {
	for _, f := range b {
		if !slices.Contains(a, f) {
			a = append(a, f)
		}
	}
	return a
}
