package rules

import (
	"flag"
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// A Selection says which rules are wanted. It is written as staticcheck's -checks: a
// list of patterns, of which the last one that matches a rule counts.
//
//	doublelock               a check, with all its categories
//	doublelock/again         a category
//	distlock/*, *            patterns, as in path.Match
//	-doublelock/recursive    not these
//	all, inherit             every rule; those of the configuration, or on by default
//
// A list that starts with what is not wanted starts from inherit.
type Selection struct {
	terms []string
	off   []string // checks and rules that are off by default
}

// words are the terms that are no patterns.
const (
	wordAll     = "all"
	wordInherit = "inherit"
)

// Parse reads a list. The checks are all there are, those off by default included. The
// words of inherited stand in the place of inherit; nil is what is on by default. An
// error names a term for which there is no rule, and the nearest that there is.
func Parse(list, inherited []string, checks []*analysis.Analyzer, off []string) (*Selection, error) {
	all := All(checks)
	s := &Selection{off: slices.Concat(off, OffByDefault(checks))}
	if len(list) > 0 && strings.HasPrefix(strings.TrimSpace(list[0]), "-") {
		list = append([]string{wordInherit}, list...)
	}
	if len(inherited) > 0 && strings.HasPrefix(inherited[0], "-") {
		inherited = append([]string{wordInherit}, inherited...)
	}
	for _, term := range list {
		term = strings.TrimSpace(term)
		switch {
		case term == "":
			continue
		case term == wordInherit && inherited != nil:
			s.terms = append(s.terms, inherited...)
		default:
			s.terms = append(s.terms, term)
		}
	}
	if len(s.terms) == 0 {
		return nil, fmt.Errorf("the list of checks is empty")
	}
	for _, term := range s.terms {
		if err := known(strings.TrimPrefix(term, "-"), all); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// String writes the selection as Parse reads it.
func (s *Selection) String() string { return strings.Join(s.terms, ",") }

// Wants reports whether findings of a rule are wanted. A nil selection wants all that
// is on by default.
func (s *Selection) Wants(check, category string) bool {
	if s == nil {
		return true
	}
	wanted := false
	for _, term := range s.terms {
		pattern, negative := strings.CutPrefix(term, "-")
		switch {
		case pattern == wordInherit:
			wanted = !slices.Contains(s.off, check) && !slices.Contains(s.off, Name(check, category))
		case strings.EqualFold(pattern, check) && !negative:
			wanted = wanted || !slices.Contains(s.off, Name(check, category)) || category == ""
		case matches(pattern, check, category):
			wanted = !negative
		}
	}
	return wanted
}

// WantsAny reports whether a rule of the check is wanted.
func (s *Selection) WantsAny(a *analysis.Analyzer) bool {
	return slices.ContainsFunc(Of(a), func(r Rule) bool { return s.Wants(a.Name, r.Category) })
}

// wantsAll reports whether every rule of the check is wanted.
func (s *Selection) wantsAll(a *analysis.Analyzer) bool {
	return !slices.ContainsFunc(Of(a), func(r Rule) bool { return !s.Wants(a.Name, r.Category) })
}

// Limit makes a check report only findings that are wanted. Those for which keep is
// true are not for the user, and are reported always.
func (s *Selection) Limit(a *analysis.Analyzer, keep func(analysis.Diagnostic) bool) {
	if s == nil || s.wantsAll(a) {
		return
	}
	name, run := a.Name, a.Run
	a.Run = func(pass *analysis.Pass) (any, error) {
		limited := *pass
		limited.Report = func(d analysis.Diagnostic) {
			if keep(d) || s.Wants(name, d.Category) {
				pass.Report(d)
			}
		}
		return run(&limited)
	}
}

// Apply makes the checks do what the selection says, which they do until the process
// ends, and returns the names of those that are to run. Keep is as for Limit.
func (s *Selection) Apply(checks []*analysis.Analyzer, keep func(analysis.Diagnostic) bool) (run []string, err error) {
	for _, a := range checks {
		if !s.WantsAny(a) {
			continue
		}
		run = append(run, a.Name)
		for _, r := range Of(a) {
			if f := switchOf(r); f != nil && f.DefValue == "false" && s.Wants(a.Name, r.Category) {
				if err := f.Value.Set("true"); err != nil {
					return nil, err
				}
			}
		}
		s.Limit(a, keep)
	}
	return run, nil
}

// OffByDefault returns the names of the rules that a flag of their check switches on.
func OffByDefault(checks []*analysis.Analyzer) (names []string) {
	for _, r := range All(checks) {
		if f := switchOf(r); f != nil && f.DefValue == "false" {
			names = append(names, r.Name())
		}
	}
	return names
}

// switchOf returns the flag of a check that switches a category on; nil if there is none.
func switchOf(r Rule) *flag.Flag {
	if r.Category == "" {
		return nil
	}
	f := r.Analyzer.Flags.Lookup(r.Category)
	if f == nil {
		return nil
	}
	if b, ok := f.Value.(interface{ IsBoolFlag() bool }); !ok || !b.IsBoolFlag() {
		return nil
	}
	return f
}

// matches reports whether a pattern of a list is about a rule.
func matches(pattern, check, category string) bool {
	if pattern == wordAll || strings.EqualFold(pattern, check) {
		return true
	}
	for _, name := range []string{check, Name(check, category)} {
		if ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(name)); ok && err == nil {
			return true
		}
	}
	return false
}

// known returns an error if a pattern is about no rule.
func known(pattern string, all []Rule) error {
	if pattern == wordAll || pattern == wordInherit {
		return nil
	}
	if _, err := path.Match(pattern, ""); err != nil {
		return fmt.Errorf("%q is not a pattern: a [ has no end", pattern)
	}
	var checks, names []string
	for _, r := range all {
		if matches(pattern, r.Analyzer.Name, r.Category) {
			return nil
		}
		names = append(names, r.Name())
		if !slices.Contains(checks, r.Analyzer.Name) {
			checks = append(checks, r.Analyzer.Name)
		}
	}
	check, category, cut := strings.Cut(pattern, "/")
	if i := slices.Index(checks, check); cut && i >= 0 {
		var of []string
		for _, name := range names {
			if c, ok := strings.CutPrefix(name, check+"/"); ok {
				of = append(of, c)
			}
		}
		if of == nil {
			return fmt.Errorf("%s has no categories", check)
		}
		return fmt.Errorf("%s has no category %q%s", check, category, Suggest(category, of))
	}
	return fmt.Errorf("there is no check %q%s", pattern, Suggest(pattern, append(checks, names...)))
}

// Known returns an error, which names the nearest rule, if there is none of that name
// or pattern.
func Known(pattern string, checks []*analysis.Analyzer) error { return known(pattern, All(checks)) }
