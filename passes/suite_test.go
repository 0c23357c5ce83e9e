package passes

import (
	"cmp"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/docs"
)

func TestSuite(t *testing.T) {
	analyzers := Analyzers()
	if err := analysis.Validate(analyzers); err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, a := range analyzers {
		if seen[a.Name] {
			t.Errorf("two checks are called %s", a.Name)
		}
		seen[a.Name] = true
	}
}

// A finding's URL leads to a page that is there, and its category to a heading.
func TestPages(t *testing.T) {
	const base = "https://github.com/lockvet/lockvet/blob/main/docs/"
	for _, a := range Analyzers() {
		url := cmp.Or(a.URL, base+a.Name+".md")
		name, ours := strings.CutPrefix(url, base)
		if !ours {
			continue
		}
		page, ok := docs.Page(name)
		if !ok {
			t.Errorf("%s: there is no page docs/%s", a.Name, name)
		}
		for _, m := range category.FindAllStringSubmatch(a.Doc, -1) {
			if _, ok := docs.Section(page, m[1]); !ok {
				t.Errorf("%s: docs/%s has no heading %q", a.Name, name, "## "+m[1])
			}
		}
	}
}
