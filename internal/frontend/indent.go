package frontend

import (
	"bytes"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/lazyregexp"
)

// indentFixes makes the lines that a check's fixes begin as deep as the line they are
// inserted in. Checks leave that to gofmt, which "go vet -fix" runs, and so does the
// command; but editors and readers of reports apply an edit as it is.
func indentFixes(a *analysis.Analyzer) {
	run := a.Run
	a.Run = func(pass *analysis.Pass) (any, error) {
		indenting := *pass
		indenting.Report = func(d analysis.Diagnostic) {
			for i := range d.SuggestedFixes {
				edits := d.SuggestedFixes[i].TextEdits
				for j := range edits {
					edits[j].NewText = indented(pass, edits[j])
				}
			}
			pass.Report(d)
		}
		return run(&indenting)
	}
}

// beginning matches where a line begins that is not indented, or that is what the edit
// leaves of the line it is in.
var beginning = lazyregexp.New(`\n([^\s]|$)`)

// indented returns the new text of an edit. An edit that begins at the start of a line
// makes whole lines, and is right as it is.
func indented(pass *analysis.Pass, e analysis.TextEdit) []byte {
	if !bytes.Contains(e.NewText, []byte("\n")) {
		return e.NewText
	}
	at := pass.Fset.PositionFor(e.Pos, false)
	text, err := pass.ReadFile(at.Filename)
	start := at.Offset - (at.Column - 1)
	if err != nil || at.Column <= 1 || start < 0 || start > len(text) {
		return e.NewText
	}
	line := text[start:]
	indent := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
	return beginning.ReplaceAll(e.NewText, []byte("\n"+string(indent)+"$1"))
}
