// Package prose reads what comments and names say of locks, in the words that Go programs use. It is read on the silent side only: it says
// where not to report.
package prose

import (
	"go/ast"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lazyregexp"
)

// callerHolds: a comment at a function says that somebody else locks.
var callerHolds = lazyregexp.New(`(?i)(lock|mutex|\bmu\b|mtx)\S*\s+(is|are|must be|should be|has to be|needs to be|already|being)?\s*((already|currently)\s+)?(held|acquired|locked|taken|hold)|hold(s|ing)?\s+(the\s+)?\S*\s*\S*(lock|mutex|\bmu\b|mtx)|(acquire|acquired|take|taken)\s+(the|a)\s+(\S+\s+)?(lock|mutex)\b|responsible for (locking|holding|acquiring)|must (be )?(hold|held|lock|locked)|(needs|requires|with|under|assumes)\s+(the\s+)?\S*\s*(lock|mutex|mu)\b`)

// speaksOfLocks: a word for locks, or for having one.
var speaksOfLocks = lazyregexp.New(`(?i)lock|mutex|\bmu\b|\bheld\b|\bhold|acquire|release|critical section`)

// heldSuffixes are ends of names of functions that are called with a lock held.
var heldSuffixes = []string{"locked", "lockheld", "withlock", "holdinglock", "underlock"}

// CallerHolds reports whether a comment at a function says that its callers hold a lock.
func CallerHolds(comment string) bool { return callerHolds.MatchString(OneLine(comment)) }

// UnderLock reports whether a function says by its name or by the comment at its declaration, that its callers hold a lock.
func UnderLock(fn *ssa.Function) bool {
	name := strings.ToLower(fn.Name())
	if slices.ContainsFunc(heldSuffixes, func(s string) bool { return strings.HasSuffix(name, s) }) && !strings.HasSuffix(name, "unlocked") {
		return true
	}
	decl, ok := fn.Syntax().(*ast.FuncDecl)
	return ok && CallerHolds(decl.Doc.Text())
}

// SpeaksOfLocks reports whether the name of a function, or the comment at its declaration, has anything to do with locks.
func SpeaksOfLocks(fn *ssa.Function) bool {
	text := fn.Name()
	if decl, ok := fn.Syntax().(*ast.FuncDecl); ok {
		text += " " + decl.Doc.Text()
	}
	return speaksOfLocks.MatchString(text)
}

// OneLine returns a comment with single spaces between its words.
func OneLine(comment string) string { return strings.Join(strings.Fields(comment), " ") }
