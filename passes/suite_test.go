package passes

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
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

// A finding's URL leads to a page that is there.
func TestPages(t *testing.T) {
	const base = "https://github.com/lockvet/lockvet/blob/main/"
	for _, a := range Analyzers() {
		url := cmp.Or(a.URL, base+"docs/"+a.Name+".md")
		page, ours := strings.CutPrefix(url, base)
		if !ours {
			continue
		}
		if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(page))); err != nil {
			t.Errorf("%s: %v", a.Name, err)
		}
	}
}
