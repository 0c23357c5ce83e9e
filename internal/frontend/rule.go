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

// ruleURL is where the rule is documented. An analyzer's own address leads to its
// categories, since other drivers add them to it. A check with many has them on a page
// of their own, beside the one of its name.
func ruleURL(r rules.Rule) string {
	own := pagesURL + r.Analyzer.Name + ".md"
	address := cmp.Or(r.Analyzer.URL, own)
	if r.Category != "" && !strings.Contains(address, "#") {
		return address + "#" + r.Category
	}
	if strings.HasPrefix(address, pagesURL+r.Analyzer.Name+"-") {
		return own
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
