package missingunlock

import (
	"encoding/json"
	"errors"
	"io"
	"sync"
)

var errStreamDown = errors.New("down")

// A streamPeer gives its writer away with the lock, until done.
type streamPeer struct {
	mu   sync.Mutex
	w    io.WriteCloser
	down bool
}

func (p *streamPeer) begin() (io.Writer, error) {
	p.mu.Lock()
	if p.down {
		p.mu.Unlock()
		return nil, errStreamDown
	}
	return p.w, nil
}

func (p *streamPeer) beginCloser() (io.WriteCloser, error) {
	p.mu.Lock()
	if p.down {
		p.mu.Unlock()
		return nil, errStreamDown
	}
	return p.w, nil
}

func (p *streamPeer) done() { p.mu.Unlock() }

func forwardTo(p *streamPeer, msgs ...any) error {
	w, err := p.begin()
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	for _, m := range msgs {
		if err := enc.Encode(m); err != nil {
			return err // want `return with p\.mu still locked`
		}
	}
	p.done()
	return nil
}

// Fine: whoever has the writer may close it, and so give the lock back.
func forwardCloser(p *streamPeer, keep func(io.WriteCloser), now bool) error {
	w, err := p.beginCloser()
	if err != nil {
		return err
	}
	keep(w)
	if !now {
		return nil
	}
	p.done()
	return nil
}
