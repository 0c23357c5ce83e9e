package lsp

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/lockvet/lockvet/internal/frontend"
	"github.com/lockvet/lockvet/internal/rules"
)

// A finding is one of lockvet's, at its place in a text that is being edited.
type finding struct {
	frontend.Finding
	place
	steps []place // of Finding.Related
	fixes []fix
	asOf  int  // the time, by the session's clock, that it was true at
	stale bool // the package could not be analysed since
}

// A place is a part of a file. The span follows the edits of a file that is open;
// the range is where it was to begin with.
type place struct {
	path string
	span
	was textRange
}

// move lets the place follow an edit, unless that changes what is there.
func (p *place) move(e edit) (ok bool) {
	p.span, ok = p.span.move(e)
	return ok
}

type fix struct {
	title string
	edits map[string][]edit // by path
}

// read turns those findings of a report that are in a directory into ours. It
// also returns the files that they mention. The texts must be those that the
// report is about.
func (s *session) read(dir string, asOf int, r frontend.Report) (found []*finding, mentioned map[string]bool) {
	texts := make(map[string]string)
	text := func(path string) string {
		t, known := texts[path]
		if !known {
			t = s.textOf(path)
			texts[path] = t
		}
		return t
	}
	placeOf := func(start, end frontend.Position) place {
		path := filepath.FromSlash(start.File)
		p := place{path: path}
		p.start = byteOffset(text(path), start.Line, start.Column)
		p.end = p.start
		if end.Line > 0 {
			p.end = max(p.start, byteOffset(text(path), end.Line, end.Column))
		}
		if p.end == p.start { // an end is not always known
			p.end += len(lineAt(text(path), p.start))
		}
		p.was = s.rangeOf(text(path), p.span)
		return p
	}
	for _, f := range r.Findings {
		if filepath.Dir(filepath.FromSlash(f.Start.File)) != dir {
			continue
		}
		o := &finding{Finding: f, place: placeOf(f.Start, f.End), asOf: asOf}
		for _, step := range f.Related {
			o.steps = append(o.steps, placeOf(step.Start, step.End))
		}
		for _, suggested := range f.Fixes {
			if f, ok := readFix(suggested, dir, text); ok {
				o.fixes = append(o.fixes, f)
			}
		}
		found = append(found, o)
	}
	mentioned = make(map[string]bool)
	for path := range texts {
		mentioned[path] = true
	}
	return found, mentioned
}

// textOf returns the text of a file, that of the editor if it is open there.
func (s *session) textOf(path string) string {
	if f := s.files[path]; f != nil && f.open {
		return f.text
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "" // positions are at the start then
	}
	return string(data)
}

// readFix turns a suggested fix into ours. It is not ok if it changes more than
// the package in dir: then its files are none that the user has, but what cmd/go
// made of them.
func readFix(suggested frontend.Fix, dir string, text func(path string) string) (f fix, ok bool) {
	f = fix{title: suggested.Message, edits: make(map[string][]edit)}
	for _, e := range suggested.Edits {
		path := filepath.FromSlash(e.File)
		if filepath.Dir(path) != dir || e.Start > e.End || e.End > len(text(path)) {
			return fix{}, false
		}
		f.edits[path] = append(f.edits[path], edit{span{e.Start, e.End}, e.New})
	}
	return f, len(f.edits) > 0
}

func (s *session) rangeOf(text string, at span) textRange {
	return textRange{s.encoding.position(text, at.start), s.encoding.position(text, at.end)}
}

// rangeNow returns the range of a place in the text as it is now.
func (s *session) rangeNow(p place) textRange {
	if f := s.files[p.path]; f != nil && f.open {
		return s.rangeOf(f.text, p.span)
	}
	return p.was
}

// diagnostic is a finding as an editor is told of it.
func (s *session) diagnostic(o *finding) diagnostic {
	d := diagnostic{
		Range:    s.rangeNow(o.place),
		Severity: severityOf(o.Severity),
		Code:     o.Tag(),
		Source:   "lockvet",
		Message:  o.Message,
	}
	if o.URL != "" {
		d.CodeDescription = &codeDescription{o.URL}
	}
	if o.stale {
		d.Severity = severityInformation
		d.Message += " (stale: the package does not compile)"
	}
	var steps strings.Builder
	for i, step := range o.Related {
		at := s.rangeNow(o.steps[i])
		d.Related = append(d.Related, related{location{uriOf(o.steps[i].path), at}, step.Message})
		fmt.Fprintf(&steps, "\n%s:%d: %s", filepath.Base(o.steps[i].path), at.Start.Line+1, step.Message)
	}
	if !s.caps.TextDocument.PublishDiagnostics.RelatedInformation {
		d.Related = nil
		d.Message += steps.String()
	}
	return d
}

// severityOf returns the number by which editors know a severity.
func severityOf(s string) int {
	switch rules.Severity(s) {
	case rules.Error:
		return severityError
	case rules.Note:
		return severityInformation
	}
	return severityWarning
}

// isFresh reports whether a finding is true of the text as it is now.
func (s *session) isFresh(o *finding) bool {
	return !o.stale && s.changed[filepath.Dir(o.path)] <= o.asOf
}
