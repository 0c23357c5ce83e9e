package frontend

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/docs"
)

const (
	repository = "https://github.com/lockvet/lockvet"
	pagesURL   = repository + "/blob/main/docs/"
)

// A rule is one kind of finding: a check or, where it has several, a category.
type rule struct {
	analyzer *analysis.Analyzer
	category string // empty if the check has none, or all of it is meant
	summary  string // of the category, from the documentation of the check
}

// categories matches the list of categories in the documentation of a check.
var categories = regexp.MustCompile(`(?m)^\s*- (\w+): (.*(?:\n    .*\S.*)*)`)

// categoriesOf returns a rule for each category that the check documents.
func categoriesOf(a *analysis.Analyzer) (rules []rule) {
	for _, m := range categories.FindAllStringSubmatch(a.Doc, -1) {
		rules = append(rules, rule{a, m[1], strings.Join(strings.Fields(m[2]), " ")})
	}
	return rules
}

// rulesOf returns the kinds of findings there can be, in the order of the checks.
func rulesOf(analyzers []*analysis.Analyzer) (rules []rule) {
	for _, a := range analyzers {
		if of := categoriesOf(a); len(of) > 0 {
			rules = append(rules, of...)
		} else {
			rules = append(rules, rule{analyzer: a})
		}
	}
	return rules
}

// name is what findings have in brackets.
func (r rule) name() string {
	return (&Finding{Check: r.analyzer.Name, Category: r.category}).Tag()
}

// title says in one line what the rule is about.
func (r rule) title() string {
	title, _, _ := strings.Cut(r.analyzer.Doc, "\n")
	return r.analyzer.Name + ": " + cmp.Or(r.summary, title)
}

// url is where the rule is documented.
func (r rule) url() string {
	url := cmp.Or(r.analyzer.URL, pagesURL+r.analyzer.Name+".md")
	if r.category != "" && !strings.Contains(url, "#") {
		url += "#" + r.category
	}
	return url
}

// page is the documentation at that place, in Markdown; for a check of others,
// what it says itself.
func (r rule) page() string {
	file, _, _ := strings.Cut(strings.TrimPrefix(r.url(), pagesURL), "#")
	page, ok := docs.Page(file)
	if !ok {
		return r.analyzer.Doc
	}
	if r.category == "" {
		return page
	}
	section, ok := docs.Section(page, r.category)
	if !ok {
		return page
	}
	return section
}

// explain prints the documentation of a check, or of one category of it, and
// returns the exit code.
func (f *frontend) explain(names []string) int {
	if len(names) != 1 {
		return f.fail("usage: lockvet explain CHECK[/CATEGORY]; the checks are %s", checkNames(f.analyzers))
	}
	check, category, _ := strings.Cut(names[0], "/")
	a := f.analyzer(check)
	if a == nil {
		return f.fail("there is no check %q; the checks are %s", check, checkNames(f.analyzers))
	}
	r := rule{analyzer: a}
	if category != "" && category != check {
		var known []string
		for _, c := range categoriesOf(a) {
			if known = append(known, c.category); c.category == category {
				r = c
			}
		}
		switch {
		case len(known) == 0:
			return f.fail("%s has no categories", check)
		case r.category == "":
			return f.fail("%s has no category %q; the categories are %s", check, category, strings.Join(known, ", "))
		}
	}
	text := strings.TrimSpace(r.page())
	return f.print(fmt.Appendf(nil, "%s\n\n%s\n", text, r.url()), exitClean)
}
