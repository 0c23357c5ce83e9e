// Package gone has receivers that leave their loops when a call fails, and senders that hold the lock and do not know.
package gone

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"sync"
	"sync/atomic"
)

// The receiver ends without a word.
type conn struct {
	mu     sync.RWMutex
	w      io.WriteCloser
	msgs   chan []byte
	closed bool
}

func open(w io.WriteCloser) *conn {
	c := &conn{w: w, msgs: make(chan []byte)}
	go c.write()
	return c
}

func (c *conn) write() {
	for b := range c.msgs {
		if _, err := c.w.Write(b); err != nil {
			log.Printf("write: %v", err)
			return
		}
	}
}

func (c *conn) send(b []byte) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.closed {
		return net.ErrClosed
	}
	c.msgs <- b // want `send to c.msgs with c.mu held \(since gone.go:38\): its receiver \(gone.go:29\) may have ended \(gone.go:32\): deadlock`
	return nil
}

func (c *conn) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.w.Close()
}

// The receiver wants the lock before it tells anybody.
type teller struct {
	mu     sync.Mutex
	w      io.Writer
	msgs   chan []byte
	quit   chan bool
	closed bool
}

func start(w io.Writer) *teller {
	t := &teller{w: w, msgs: make(chan []byte), quit: make(chan bool)}
	go t.run()
	return t
}

func (t *teller) run() {
	defer t.end()
	for {
		select {
		case b := <-t.msgs:
			if err := put(t.w, b); err != nil {
				return
			}
		case <-t.quit:
			return
		}
	}
}

func put(w io.Writer, b []byte) error {
	_, err := w.Write(b)
	return err
}

func (t *teller) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
}

func (t *teller) send(b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.msgs <- b // want `send to t.msgs with t.mu held .*: its receiver may receive no more, and wait for t.mu \(gone.go:89\): deadlock`
	}
}

// This one tells by a flag before it wants the lock.
type flagged struct {
	mu   sync.Mutex
	w    io.Writer
	msgs chan []byte
	dead atomic.Bool
	left int
}

func newFlagged(w io.Writer) *flagged {
	f := &flagged{w: w, msgs: make(chan []byte)}
	go f.run()
	return f
}

func (f *flagged) run() {
	for b := range f.msgs {
		if _, err := f.w.Write(b); err != nil {
			f.dead.Store(true)
			f.mu.Lock()
			f.left++
			f.mu.Unlock()
			return
		}
	}
}

func (f *flagged) send(b []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.dead.Load() {
		f.msgs <- b
	}
}

// This one is told to end by its messages.
type told struct {
	mu   sync.Mutex
	n    int
	msgs chan error
}

func newTold() *told {
	t := &told{msgs: make(chan error)}
	go func() {
		for err := range t.msgs {
			if err != nil {
				return
			}
			t.n++
		}
	}()
	return t
}

func (t *told) send(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.msgs <- err
}

// What fails here fails when the context has ended, which those who end it know.
type limited struct {
	mu   sync.Mutex
	msgs chan int
	wait func(context.Context) error
	done bool
	stop context.CancelFunc
}

func newLimited(wait func(context.Context) error) *limited {
	ctx, cancel := context.WithCancel(context.Background())
	l := &limited{msgs: make(chan int), wait: wait, stop: cancel}
	go func() {
		for range l.msgs {
			if err := wait(ctx); err != nil {
				return
			}
		}
	}()
	return l
}

func (l *limited) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done = true
	l.stop()
}

func (l *limited) send(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.done {
		l.msgs <- n
	}
}

// Somebody starts this one again.
type restarted struct {
	mu   sync.Mutex
	w    io.Writer
	msgs chan []byte
}

func newRestarted(w io.Writer) *restarted { return &restarted{w: w, msgs: make(chan []byte)} }

func (r *restarted) watch() {
	for {
		go r.run()
	}
}

func (r *restarted) run() {
	for b := range r.msgs {
		if _, err := r.w.Write(b); err != nil {
			return
		}
	}
}

func (r *restarted) send(b []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.msgs <- b
}

// This one goes on receiving when it has failed.
type drained struct {
	mu   sync.Mutex
	w    io.Writer
	msgs chan []byte
	err  error
}

func newDrained(w io.Writer) *drained {
	d := &drained{w: w, msgs: make(chan []byte)}
	go d.run()
	return d
}

func (d *drained) run() {
	for b := range d.msgs {
		if _, err := d.w.Write(b); err != nil {
			break
		}
	}
	for range d.msgs {
	}
}

func (d *drained) send(b []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.msgs <- b
}

// This one ends only when it has been closed, which its closer knows.
type closable struct {
	mu     sync.Mutex
	w      io.WriteCloser
	msgs   chan []byte
	closed bool
}

func newClosable(w io.WriteCloser) *closable {
	c := &closable{w: w, msgs: make(chan []byte)}
	go func() {
		for b := range c.msgs {
			if _, err := c.w.Write(b); err != nil {
				if errors.Is(err, net.ErrClosed) {
					return
				}
				log.Print(err)
			}
		}
	}()
	return c
}

func (c *closable) send(b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.msgs <- b
	}
}

func (c *closable) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.w.Close()
}

// What this one calls never fails.
type sure struct {
	mu   sync.Mutex
	n    int
	msgs chan []byte
}

func newSure() *sure {
	s := &sure{msgs: make(chan []byte)}
	go s.run()
	return s
}

func (s *sure) put(b []byte) error {
	s.n += len(b)
	return nil
}

func (s *sure) run() {
	for b := range s.msgs {
		if err := s.put(b); err != nil {
			return
		}
	}
}

func (s *sure) send(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.msgs <- b
}
