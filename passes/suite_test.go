package passes

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/docs"
)

func TestSuite(t *testing.T) {
	analyzers := Analyzers(Optional()...)
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

// A check that is off by default runs if it is named, and not otherwise.
func TestOptional(t *testing.T) {
	names := func(analyzers []*analysis.Analyzer) (names []string) {
		for _, a := range analyzers {
			names = append(names, a.Name)
		}
		return names
	}
	without := names(Analyzers())
	for _, check := range Optional() {
		with := names(Analyzers(check))
		if slices.Contains(without, check) || !slices.Contains(with, check) || len(with) != len(without)+1 {
			t.Errorf("got %v without %s, and %v with it", without, check, with)
		}
	}
}

// A finding's URL leads to a page that is there, and its category to a heading.
func TestPages(t *testing.T) {
	const base = "https://github.com/lockvet/lockvet/blob/main/docs/"
	for _, a := range Analyzers(Optional()...) {
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
