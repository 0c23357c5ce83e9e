// Package rules says which kinds of findings there are, which of them a user wants,
// and how grave each is. Every way to run lockvet asks it.
package rules

import (
	"cmp"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/lazyregexp"
)

// A Rule is one kind of finding: a check or, where it has several, a category.
type Rule struct {
	Analyzer *analysis.Analyzer
	Category string // empty if the check has none, or all of it is meant
	Summary  string // of the category, from the documentation of the check
}

// category matches an entry in the list of categories in a check's documentation.
var category = lazyregexp.New(`(?m)^\s*- (\w+): (.*(?:\n    .*\S.*)*)`)

// Of returns a rule for each category that a check documents, or one for the check
// if it documents none.
func Of(a *analysis.Analyzer) (rules []Rule) {
	for _, m := range category.FindAllStringSubmatch(a.Doc, -1) {
		rules = append(rules, Rule{a, m[1], strings.Join(strings.Fields(m[2]), " ")})
	}
	if rules == nil {
		rules = []Rule{{Analyzer: a}}
	}
	return rules
}

// All returns the rules of the checks, in their order.
func All(checks []*analysis.Analyzer) (rules []Rule) {
	for _, a := range checks {
		rules = append(rules, Of(a)...)
	}
	return rules
}

// Name is the name of the rule: what a finding has in brackets.
func (r Rule) Name() string { return Name(r.Analyzer.Name, r.Category) }

// Name returns the name of the rule of a category, which may be empty.
func Name(check, category string) string {
	if category == "" || category == check {
		return check
	}
	return check + "/" + category
}

// Title says in one line what the rule is about.
func (r Rule) Title() string {
	title, _, _ := strings.Cut(r.Analyzer.Doc, "\n")
	return cmp.Or(r.Summary, strings.TrimPrefix(title, r.Analyzer.Name+": "))
}
