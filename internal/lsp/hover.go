package lsp

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/lockvet/lockvet/internal/frontend"
)

// hoverPatience is how long a hover waits for lockvet. The first question about a module
// takes longer; it is answered when it is asked again.
const hoverPatience = 4 * time.Second

// operations are the names whose hover says which locks are held. Others must not wait.
var operations = []string{
	"Lock", "Unlock", "RLock", "RUnlock", "TryLock", "TryRLock", "Wait", "Signal", "Broadcast", "Acquire", "Release",
}

// A question is what lockvet is asked for a hover, and its answer when that is there.
type question struct {
	path  string
	line  int
	clock int // of the session, when it was asked
	done  chan struct{}
	text  string
}

// hovered asks which locks are held at the operation that a hover is on. It returns nil
// if the hover is on none.
func (s *session) hovered(params json.RawMessage) *question {
	var at hoverParams
	path, ok := s.goFile(params, &at, &at.TextDocument.URI)
	if !ok {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[path]
	if f == nil || !f.open || !slices.Contains(operations, wordAt(f.text, s.encoding.offset(f.text, at.Position))) {
		return nil
	}
	q := s.question
	if q != nil && q.path == path && q.line == at.Position.Line+1 && q.clock == s.clock {
		return q
	}
	q = &question{path: path, line: at.Position.Line + 1, clock: s.clock, done: make(chan struct{})}
	s.question = q
	go func() {
		defer close(q.done)
		s.ask(q)
	}()
	return q
}

// ask finds the answer to a question. It is not stopped when the editor has given up:
// what it has learned of the module makes the next question quick.
func (s *session) ask(q *question) {
	s.mu.Lock()
	text := s.textOf(q.path)
	s.mu.Unlock()
	dir := filepath.Dir(q.path)
	s.request(dir, func(req frontend.Request, _ int) {
		q.text = frontend.Held(context.Background(), s.suite, req, q.path, text, q.line)
	})
}

// answer waits for the answer to a question, for a while.
func (q *question) answer() string {
	if q == nil {
		return ""
	}
	select {
	case <-q.done:
		return q.text
	case <-time.After(hoverPatience):
		return "**lockvet**: still looking which locks are held; ask again\n"
	}
}

// wordAt returns the identifier around an offset in text.
func wordAt(text string, at int) string {
	isPart := func(r rune) bool {
		return r == '_' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || r > 127
	}
	if at < 0 || at > len(text) {
		return ""
	}
	start := strings.LastIndexFunc(text[:at], func(r rune) bool { return !isPart(r) }) + 1
	end := strings.IndexFunc(text[at:], func(r rune) bool { return !isPart(r) })
	if end < 0 {
		return text[start:]
	}
	return text[start : at+end]
}

// mergeHover adds what lockvet says to the result of gopls for a hover.
func mergeHover(result json.RawMessage, text string) json.RawMessage {
	if text == "" {
		return result
	}
	var h struct {
		Contents json.RawMessage `json:"contents"`
		Range    json.RawMessage `json:"range,omitempty"`
	}
	var content markup
	if json.Unmarshal(result, &h) == nil && h.Contents != nil {
		if json.Unmarshal(h.Contents, &content) != nil || content.Kind == "" {
			return result // in a form of older editors
		}
		content.Value += "\n\n"
	}
	if content.Kind == "" {
		content.Kind = "markdown"
	}
	if content.Kind == "plaintext" {
		text = strings.NewReplacer("**", "", "`", "").Replace(text)
	}
	content.Value += text
	h.Contents = mustJSON(content)
	return mustJSON(h)
}
