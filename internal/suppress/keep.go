package suppress

import (
	"go/token"

	"golang.org/x/tools/go/analysis"
)

// Keep makes the wrapped checks keep all that they find, for somebody who asks what becomes of it. It
// is set before any analyzer runs.
var Keep bool

// A Kept finding is one that a check has reported to its wrapper.
type Kept struct {
	Check string
	analysis.Diagnostic
	By token.Pos // the comment that silences it, if there is one
}

// Kept returns what the checks of the package have found so far, in no particular order.
func (t *Table) Kept() []Kept {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kept
}

// keep notes a finding and what silences it.
func (t *Table) keep(fset *token.FileSet, check string, d analysis.Diagnostic) {
	k := Kept{Check: check, Diagnostic: d}
	tf := fset.File(d.Pos)
	t.mu.Lock()
	defer t.mu.Unlock()
	if tf != nil && !Off {
		if covers := t.covering(tf, line(tf, d.Pos), check, d.Category); len(covers) > 0 {
			k.By = covers[0].pos
		}
	}
	t.kept = append(t.kept, k)
}
