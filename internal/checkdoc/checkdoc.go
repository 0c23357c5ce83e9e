// Package checkdoc turns a check's doc.go into its Analyzer.Doc, so that the
// documentation is written once. x/tools does the same in a package that is
// internal to it.
package checkdoc

import "strings"

// Extract returns the section "# Analyzer NAME" of the package comment in the
// source of a doc.go, from its "NAME: summary" line (without the name) up to
// the next heading. It is empty if there is no such section, which
// [analysis.Validate] does not let pass.
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
		return ""
	}
	return doc
}
