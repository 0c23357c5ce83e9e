// Package checkdoc turns a check's doc.go into its Analyzer.Doc, so that the
// documentation is written once. x/tools does the same in a package that is
// internal to it.
package checkdoc

import (
	"fmt"
	"strings"
)

// Extract returns the section "# Analyzer NAME" of the package comment in the
// source of a doc.go, from its "NAME: summary" line (without the name) up to
// the next heading. It panics if there is no such section: the source is
// embedded, so every test of the check would find that.
func Extract(source, name string) string {
	comment, _, _ := strings.Cut(source, "\npackage ")
	var section strings.Builder
	inside := false
	for line := range strings.Lines(comment) {
		text := strings.TrimPrefix(strings.TrimPrefix(strings.TrimRight(line, "\r\n"), "//"), " ")
		if heading, ok := strings.CutPrefix(text, "# "); ok {
			inside = heading == "Analyzer "+name
			continue
		}
		if inside {
			section.WriteString(text + "\n")
		}
	}
	doc, ok := strings.CutPrefix(strings.TrimSpace(section.String()), name+": ")
	if !ok {
		panic(fmt.Sprintf(`doc.go has no section "# Analyzer %[1]s" that starts with "%[1]s: "`, name))
	}
	return doc
}
