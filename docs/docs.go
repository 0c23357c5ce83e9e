// Package docs holds the pages of this directory, so that the program can show
// them without a network.
package docs

import (
	"embed"
	"regexp"
	"strings"
)

//go:embed *.md
var pages embed.FS

// Page returns the text of a page, such as doublelock.md, as a person reads it
// who does not need to know what tests make of its examples.
func Page(name string) (text string, ok bool) {
	data, err := pages.ReadFile(name)
	return fence.ReplaceAllString(string(data), "```go\n"), err == nil
}

// fence is the start of an example, with what lockvet says of it.
var fence = regexp.MustCompile("(?m)^```go (right|wrong=\\w+)\n")

// Section returns the part of a page below the heading "## name", up to the next
// heading of that rank, and with its own.
func Section(page, name string) (text string, ok bool) {
	var section strings.Builder
	inside := false
	for line := range strings.Lines(page) {
		if heading, is := strings.CutPrefix(line, "## "); is {
			inside = strings.TrimSpace(heading) == name
		}
		if inside {
			section.WriteString(line)
		}
	}
	return section.String(), section.Len() > 0
}
