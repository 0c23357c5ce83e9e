package lsp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// A theirs is a diagnostic of gopls.
type theirs struct {
	raw json.RawMessage
	span
	moved bool
	head  struct {
		Range  textRange `json:"range"`
		Source string    `json:"source"`
	}
}

// move lets a diagnostic follow an edit. If its code is edited it keeps to what
// is left of it; gopls will say shortly whether it still stands.
func (t *theirs) move(e edit) {
	if moved, ok := t.span.move(e); ok {
		t.moved = t.moved || moved != t.span
		t.span = moved
		return
	}
	t.moved = true
	t.start = min(t.start, e.start)
	t.end = max(t.start, t.end+len(e.text)-(e.end-e.start))
}

// json returns the diagnostic as it was, but where it is now.
func (t *theirs) json(s *session, text string) json.RawMessage {
	if !t.moved {
		return t.raw
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(t.raw, &fields) != nil {
		return t.raw
	}
	fields["range"] = mustJSON(s.rangeOf(text, t.span))
	return mustJSON(fields)
}

// mustJSON is for values that always are JSON.
func mustJSON(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("not JSON: %v", err))
	}
	return data
}

// merge takes in what gopls publishes and returns what to publish instead.
func (s *session) merge(raw json.RawMessage) json.RawMessage {
	var params publishParams
	if json.Unmarshal(raw, &params) != nil {
		return raw
	}
	path, err := pathOf(params.URI)
	if err != nil {
		return raw
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.file(path)
	s.takeTheirs(f, params.Diagnostics)
	f.matched = f.open && params.Version != nil && *params.Version == f.version
	f.shown = nil
	if len(f.ours) == 0 {
		return raw
	}
	params.Diagnostics = s.merged(f)
	return mustJSON(params)
}

func (s *session) takeTheirs(f *file, diagnostics []json.RawMessage) {
	f.theirs = make([]theirs, len(diagnostics))
	for i, raw := range diagnostics {
		t := theirs{raw: raw}
		if json.Unmarshal(raw, &t.head) == nil && f.open {
			t.start = s.encoding.offset(f.text, t.head.Range.Start)
			t.end = s.encoding.offset(f.text, t.head.Range.End)
		}
		f.theirs[i] = t
	}
}

// mergePulled adds what lockvet has to say to the answer that gopls gave to a
// textDocument/diagnostic request.
func (s *session) mergePulled(params, result json.RawMessage) json.RawMessage {
	var doc documentParams
	var report map[string]json.RawMessage
	var items []json.RawMessage
	if json.Unmarshal(params, &doc) != nil || json.Unmarshal(result, &report) != nil || json.Unmarshal(report["items"], &items) != nil {
		return result
	}
	path, err := pathOf(doc.TextDocument.URI)
	if err != nil {
		return result
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[path]
	if f == nil || len(f.ours) == 0 {
		return result
	}
	pulled := &file{path: path, open: f.open, text: f.text, ours: f.ours}
	s.takeTheirs(pulled, items)
	report["items"] = mustJSON(s.merged(pulled))
	// With the ID of the answer, an editor could ask next time for what is new
	// since then, of which gopls knows its part only.
	delete(report, "resultId")
	return mustJSON(report)
}

// merged returns the diagnostics of a file, gopls's first. What gopls has found
// as well, with a check that both have, it says once.
func (s *session) merged(f *file) []json.RawMessage {
	all := []json.RawMessage{}
	for i := range f.theirs {
		all = append(all, f.theirs[i].json(s, f.text))
	}
	for _, o := range f.ours {
		d := s.diagnostic(o)
		known := slices.ContainsFunc(f.theirs, func(t theirs) bool {
			return t.head.Source == o.Check && (t.start == o.start || t.head.Range.Start == d.Range.Start)
		})
		if !known {
			all = append(all, mustJSON(d))
		}
	}
	return all
}

// show publishes what is said of a file, if it is not what was published last.
func (s *session) show(f *file) bool {
	params := publishParams{URI: uriOf(f.path), Diagnostics: s.merged(f)}
	if f.open {
		params.Version = &f.version
	}
	data := mustJSON(params)
	if bytes.Equal(data, f.shown) {
		return false
	}
	f.shown = data
	s.editor.publish(params)
	return true
}
