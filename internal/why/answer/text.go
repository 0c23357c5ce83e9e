package answer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/lockvet/lockvet/internal/why"
)

// JSON writes the answer as an object.
func (a *Answer) JSON() []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(a); err != nil {
		panic(err) // there is nothing in it that JSON cannot say
	}
	return out.Bytes()
}

// Text writes the answer in plain words.
func (a *Answer) Text() []byte {
	w := &writer{answer: a}
	if a.NotAnalysed != nil {
		w.line("%s, package %s: %s [%s]", a.File, a.Package, a.NotAnalysed.Says, a.NotAnalysed.Name)
	}
	for i, l := range a.Lines {
		if i > 0 || a.NotAnalysed != nil {
			w.line("")
		}
		w.of(l)
	}
	return w.out.Bytes()
}

type writer struct {
	answer *Answer
	out    bytes.Buffer
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(&w.out, format+"\n", args...) }

func (w *writer) of(l Line) {
	w.line("%s:%d: %s", w.answer.File, l.Line, l.Source)
	for _, op := range l.Operations {
		w.operation(op)
	}
	switch {
	case l.Rule != nil:
		w.line("  Nothing is known here: %s [%s]%s.", l.Rule.Says, l.Rule.Name, w.evidence(l.Rule, ": "))
	case len(l.Operations) == 0 && w.answer.NotAnalysed == nil:
		w.line("  lockvet has found no path to here, or no operation that locks matter to.")
	}
	if len(l.Findings) == 0 {
		w.line("  No finding was considered here.")
		return
	}
	w.line("  Findings considered here:")
	for _, f := range l.Findings {
		w.finding(f, l.Line)
	}
}

func (w *writer) operation(op Operation) {
	w.line("  %s %s", op.Function, op.What)
	for _, s := range op.States {
		on := ""
		if len(op.States) > 1 {
			on = w.path(s.Path)
		}
		w.line("    %s%s", w.state(s), on)
	}
	if op.Unseen {
		w.line("    What this runs is out of sight, and taken to do nothing to these locks.")
	}
}

// state says what is held.
func (w *writer) state(s State) string {
	var parts []string
	for _, l := range s.Held {
		parts = append(parts, w.lock(l))
	}
	text := "with no lock held"
	if len(parts) > 0 {
		text = "with " + strings.Join(parts, ", and ")
	}
	for _, l := range s.Released {
		text += fmt.Sprintf("; %s, which callers hold, has been released%s", l.Name, w.since(l, " at "))
	}
	return text
}

func (w *writer) lock(l Lock) string {
	text := l.Name + " held"
	if l.Mode == "read" {
		text = l.Name + " held for reading"
	}
	text += w.since(l, " since ")
	if l.Doubt != "" {
		text += " (" + l.Doubt
		if l.DoubtedAt != nil {
			text += ", " + w.place(*l.DoubtedAt)
		}
		text += ": nothing is reported of it)"
	}
	return text
}

// since says where a lock was acquired or released, and by what.
func (w *writer) since(l Lock, word string) string {
	if len(l.Steps) == 0 {
		return ""
	}
	text := word + w.place(l.Steps[0].Place)
	if last := l.Steps[len(l.Steps)-1]; len(l.Steps) > 1 {
		text += fmt.Sprintf(" (by %s, %s)", last.Function, w.place(last.Place))
	}
	return text
}

func (w *writer) path(path []Branch) string {
	var parts []string
	for _, b := range path {
		cond := "the condition"
		if what, ok := strings.CutPrefix(b.Condition, "what "); ok {
			cond = "what `" + strings.TrimSuffix(what, " yields") + "` yields"
		} else if b.Condition != "" {
			cond = "`" + b.Condition + "`"
		}
		if b.Line > 0 {
			cond += fmt.Sprintf(" (%d)", b.Line)
		}
		parts = append(parts, fmt.Sprintf("%s is %t", cond, b.Value))
	}
	if parts == nil {
		return ", straight from the beginning"
	}
	return ", for example where " + strings.Join(parts, ", then ")
}

func (w *writer) finding(f Finding, line int) {
	at := ""
	if f.At.Line != line || filepath.Base(f.At.File) != filepath.Base(w.answer.File) {
		at = " at " + w.place(f.At)
	}
	of := ""
	if f.Lock != "" && f.Message == "" {
		of = " of " + f.Lock
	}
	if f.Reported {
		w.line("  - %s%s is reported: %s", f.Check, at, f.Message)
		return
	}
	message := ""
	if f.Message != "" {
		message = " (" + f.Message + ")"
	}
	w.line("  - %s%s%s is not reported%s:", f.Check, of, at, message)
	w.line("      %s [%s]%s", f.Rule.Says, f.Rule.Name, w.evidence(f.Rule, ": "))
}

func (w *writer) evidence(r *Rule, before string) string {
	text := r.Evidence
	if r.At != nil {
		if text != "" {
			text += ", "
		}
		text += w.place(*r.At)
	}
	if text == "" {
		return ""
	}
	return before + text
}

// place writes a place: as file and line, and without the file if it is the one that is asked about.
func (w *writer) place(at why.Place) string {
	base := filepath.Base(at.File)
	if base == filepath.Base(w.answer.File) {
		return fmt.Sprintf("line %d", at.Line)
	}
	return fmt.Sprintf("%s:%d", base, at.Line)
}
