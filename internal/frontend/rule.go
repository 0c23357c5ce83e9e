package frontend

import (
	"cmp"
	"strings"

	"github.com/lockvet/lockvet/docs"
	"github.com/lockvet/lockvet/internal/rules"
)

const (
	repository = "https://github.com/lockvet/lockvet"
	pagesURL   = repository + "/blob/main/docs/"
)

// ruleURL is where the rule is documented.
func ruleURL(r rules.Rule) string {
	address := cmp.Or(r.Analyzer.URL, pagesURL+r.Analyzer.Name+".md")
	if r.Category != "" && !strings.Contains(address, "#") {
		address += "#" + r.Category
	}
	return address
}

// page is the documentation at that place, in Markdown; for a check of others,
// what it says itself.
func page(r rules.Rule) string {
	file, _, _ := strings.Cut(strings.TrimPrefix(ruleURL(r), pagesURL), "#")
	text, ok := docs.Page(file)
	if !ok {
		return r.Analyzer.Doc
	}
	if r.Category == "" {
		return text
	}
	section, ok := docs.Section(text, r.Category)
	if !ok {
		return text
	}
	return section
}
