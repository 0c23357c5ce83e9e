package lsp

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

const quickFix = "quickfix"

// actions returns the code actions that lockvet has for the parameters of a
// textDocument/codeAction request: the fixes of the findings there. A finding
// that may not be true any more has none.
func (s *session) actions(raw json.RawMessage) (actions []codeAction) {
	var params codeActionParams
	if json.Unmarshal(raw, &params) != nil || !wants(params.Context.Only, quickFix) {
		return nil
	}
	path, err := pathOf(params.TextDocument.URI)
	if err != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[path]
	if f == nil || s.caps.TextDocument.CodeAction.LiteralSupport == nil {
		return nil
	}
	for _, o := range f.ours {
		if !s.isFresh(o) {
			continue
		}
		d := s.diagnostic(o)
		named := false
		for _, shown := range params.Context.Diagnostics {
			named = named || shown.Source == d.Source && shown.Message == d.Message
		}
		if !named && !d.Range.touches(params.Range) {
			continue
		}
		for i, fix := range o.fixes {
			actions = append(actions, codeAction{
				Title:       fix.title,
				Kind:        quickFix,
				Diagnostics: []diagnostic{d},
				IsPreferred: i == 0, // what -fix would do
				Edit:        s.workspaceEdit(fix),
			})
		}
	}
	return actions
}

// wants reports whether actions of that kind are among those asked for: all if
// none is named, else those and the ones below them ("a" is above "a.b").
func wants(only []string, kind string) bool {
	if len(only) == 0 {
		return true
	}
	return slices.ContainsFunc(only, func(o string) bool {
		return o == "" || o == kind || strings.HasPrefix(kind, o+".")
	})
}

func (s *session) workspaceEdit(f fix) (w workspaceEdit) {
	for _, path := range slices.Sorted(maps.Keys(f.edits)) {
		doc := documentID{URI: uriOf(path)}
		text := s.textOf(path)
		if open := s.files[path]; open != nil && open.open {
			doc.Version = &open.version
		}
		var edits []textEdit
		for _, e := range f.edits[path] {
			edits = append(edits, textEdit{s.rangeOf(text, e.span), e.text})
		}
		if s.caps.Workspace.WorkspaceEdit.DocumentChanges {
			w.DocumentChanges = append(w.DocumentChanges, documentEdit{doc, edits})
		} else {
			if w.Changes == nil {
				w.Changes = make(map[string][]textEdit)
			}
			w.Changes[doc.URI] = edits
		}
	}
	return w
}

// mergeActions adds code actions of lockvet to the answer that gopls gave.
func mergeActions(result json.RawMessage, ours []codeAction) json.RawMessage {
	var all []json.RawMessage
	if len(ours) == 0 || json.Unmarshal(result, &all) != nil {
		return result
	}
	for _, a := range ours {
		all = append(all, mustJSON(a))
	}
	return mustJSON(all)
}
