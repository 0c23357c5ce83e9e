package frontend

import (
	"maps"
	"slices"
	"strings"
)

// formats are the ways to show findings, by name.
var formats = map[string]struct {
	// Programs that read these know the repository, and not where lockvet was run.
	fromRoot bool
	write    func(*frontend, *Report, *sources) []byte
}{
	"text": {false, func(f *frontend, r *Report, src *sources) []byte {
		return r.text(src, f.isTerm && colorWanted())
	}},
	"plain":      {false, func(_ *frontend, r *Report, _ *sources) []byte { return r.plain() }},
	"json":       {false, func(_ *frontend, r *Report, _ *sources) []byte { return r.json() }},
	"checkstyle": {false, func(_ *frontend, r *Report, _ *sources) []byte { return r.checkstyle() }},
	"github":     {true, func(_ *frontend, r *Report, src *sources) []byte { return r.github(src) }},
	"sarif":      {true, func(f *frontend, r *Report, src *sources) []byte { return r.sarif(f.analyzers, src) }},
}

// defaultFormat is for people where there is one to read it.
func (f *frontend) defaultFormat() string {
	if f.isTerm {
		return "text"
	}
	return "plain"
}

func formatNames() string {
	return strings.Join(slices.Sorted(maps.Keys(formats)), ", ")
}
