package closers

import "sync"

type writeCloser interface {
	Write(s string) bool
	Close()
}

type session struct {
	out struct {
		sync.Locker
		text []string
	}
}

type locked struct {
	s *session
	l sync.Locker
}

func (w *locked) Write(text string) bool {
	w.s.out.text = append(w.s.out.text, text)
	return true
}

func (w *locked) Close() { w.l.Unlock() }

func (s *session) writer() writeCloser {
	s.out.Lock()
	return &locked{l: s.out.Locker, s: s}
}

// This one locks when it is written to first.
type deferred struct {
	s *session
	w writeCloser
}

func (d *deferred) Write(text string) bool {
	if d.w == nil {
		d.w = d.s.writer()
	}
	return d.w.Write(text)
}

func (d *deferred) Close() {
	if d.w != nil {
		d.w.Close()
	}
}

func use() {
	s := &session{}
	s.out.Locker = &sync.Mutex{}
	write(s, []string{"a", "b"})
	d := &deferred{s: s}
	d.Write("c")
	d.Close()
}
