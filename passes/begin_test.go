package passes

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var begin = regexp.MustCompile("(?s)^# \\w+\n\n```go[^\n]*\n(.*?)```\n```text\n([^\n]+)\n```\n")

// The page of each check begins with the bug, in a few lines of one of its wrong
// examples, and what the check says about it.
func TestPagesBegin(t *testing.T) {
	for _, a := range Analyzers(Optional()...) {
		data, err := os.ReadFile(filepath.Join("..", "docs", a.Name+".md"))
		if os.IsNotExist(err) {
			continue // TestPages knows whether there must be one
		} else if err != nil {
			t.Fatal(err)
		}
		page := string(data)
		m := begin.FindStringSubmatch(page)
		if m == nil {
			t.Errorf("docs/%s.md does not begin with code and a message", a.Name)
			continue
		}
		code, message := m[1], m[2]
		// What a line says of itself here is not in the example, which has other lines around it.
		bare := func(line string) string {
			line, _, _ = strings.Cut(line, " // ")
			return strings.Join(strings.Fields(line), " ")
		}
		var found bool
		examples, err := os.ReadFile(filepath.Join("..", "docs", categoriesPage(a)))
		if os.IsNotExist(err) {
			examples = data // the address is elsewhere
		} else if err != nil {
			t.Fatal(err)
		}
		for _, e := range examplesOf(a.Name+".md", a.Name, string(examples)) {
			if len(e.messages) == 0 || e.messages[0] != message {
				continue
			}
			in := make(map[string]bool)
			for line := range strings.Lines(e.code) {
				in[bare(line)] = true
			}
			found = true
			for line := range strings.Lines(code) {
				if !in[bare(line)] {
					t.Errorf("docs/%s.md: no such line in the example: %s", a.Name, line)
				}
			}
		}
		if !found {
			t.Errorf("docs/%s.md: no example has the message %q", a.Name, message)
		}
		const most = 9 // of a whole example
		if n := strings.Count(code, "\n"); n > most {
			t.Errorf("docs/%s.md begins with %d lines of code", a.Name, n)
		}
	}
}
