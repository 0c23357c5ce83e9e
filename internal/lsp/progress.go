package lsp

import (
	"fmt"
	"path/filepath"
	"sync/atomic"
	"time"
)

// progressDelay is how long a check runs before the editor hears of it. Most are over
// by then.
var progressDelay = time.Second

// progressed counts the checks that editors were told of.
var progressed atomic.Int64

// working tells the editor, if it wants to know, that a directory is being checked. The
// function that it returns says that this is over.
func (s *session) working(dir string) (done func()) {
	s.mu.Lock()
	wanted := s.caps.Window.WorkDoneProgress
	s.mu.Unlock()
	if !wanted {
		return func() {}
	}
	token := fmt.Sprintf("lockvet/check/%d", progressed.Add(1))
	begun := make(chan bool, 1)
	timer := time.AfterFunc(progressDelay, func() {
		s.editor.create(token)
		s.editor.progress(progressParams{token, map[string]any{
			"kind": "begin", "title": "lockvet", "message": "checking " + filepath.Base(dir), "cancellable": false,
		}})
		begun <- true
	})
	return func() {
		if !timer.Stop() {
			<-begun
			s.editor.progress(progressParams{token, map[string]any{"kind": "end"}})
		}
	}
}
