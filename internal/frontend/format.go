package frontend

import (
	"log"
	"maps"
	"slices"
	"strings"
)

// formats are the ways to show findings, by name.
var formats = map[string]struct {
	// Programs that read these know the repository, and not where lockvet was run.
	fromRoot bool
	// The last argument says whether the text goes to standard output.
	write func(*frontend, *Report, *sources, bool) []byte
}{
	"text": {false, func(f *frontend, r *Report, src *sources, shown bool) []byte {
		return r.text(src, look(f.isTerm && shown))
	}},
	"plain":      {false, func(_ *frontend, r *Report, _ *sources, _ bool) []byte { return r.plain() }},
	"json":       {false, func(_ *frontend, r *Report, _ *sources, _ bool) []byte { return r.json() }},
	"checkstyle": {false, func(_ *frontend, r *Report, _ *sources, _ bool) []byte { return r.checkstyle() }},
	"github":     {true, func(_ *frontend, r *Report, src *sources, _ bool) []byte { return r.github(src) }},
	"sarif":      {true, func(f *frontend, r *Report, src *sources, _ bool) []byte { return r.sarif(f.sarifRules(), src) }},
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

// sarifRules describes the rules of this run.
func (f *frontend) sarifRules() []sarifRule {
	wanted, err := f.command.wanted(f.analyzers, f.optional)
	if err != nil {
		log.Panicf("what is wanted is no list of checks: %v", err)
	}
	return sarifRules(f.analyzers, wanted, f.command.config.Severity)
}
