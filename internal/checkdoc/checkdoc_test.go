package checkdoc

import "testing"

const source = `// Package p has two checks.
//
// # Analyzer one
//
// one: report the first
//
// More about it:
//
//	code()
//
// # Analyzer two
//
// two: report the second
package p

// # Analyzer two
`

func TestExtract(t *testing.T) {
	for name, want := range map[string]string{
		"one": "report the first\n\nMore about it:\n\n\tcode()",
		"two": "report the second",
	} {
		if got := Extract(source, name); got != want {
			t.Errorf("Extract(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestExtractMissing(t *testing.T) {
	if got := Extract(source, "three"); got != "" {
		t.Errorf("the section that is not there is %q", got)
	}
}
