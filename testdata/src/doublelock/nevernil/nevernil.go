// Package nevernil has fields that are set before anybody knows the object, and to nil never.
package nevernil

import "sync"

type reader struct{ n int }

type source interface{ Next() int }

func (r *reader) Next() int { return r.n }

type ordered struct {
	mu  sync.Mutex
	cur *reader
}

func newOrdered(s source) *ordered {
	o := &ordered{}
	o.cur = s.(*reader)
	return o
}

func (o *ordered) reset() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cur = &reader{o.cur.n + 1}
}

// Fine: there always is one.
func (o *ordered) Next() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.cur == nil {
		o.reset()
	}
	return o.cur.Next()
}

// One of the constructors leaves it to the first call.
type lazy struct {
	mu  sync.Mutex
	cur *reader
}

func newLazy() *lazy { return &lazy{} }

func newSet() *lazy { return &lazy{cur: &reader{}} }

func (l *lazy) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cur = &reader{}
}

func (l *lazy) Next() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cur == nil {
		l.reset() // want `l\.mu is locked again at .* by \(\*lazy\)\.reset`
	}
	return l.cur.Next()
}

// It is nil when it has been taken away.
type closer struct {
	mu  sync.Mutex
	cur *reader
}

func newCloser() *closer { return &closer{cur: &reader{}} }

func (c *closer) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cur = nil
}

func (c *closer) open() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cur = &reader{}
}

func (c *closer) Next() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cur == nil {
		c.open() // want `c\.mu is locked again at .* by \(\*closer\)\.open`
	}
	return c.cur.Next()
}

// Others know it before it is set.
type early struct {
	mu  sync.Mutex
	cur *reader
}

func newEarly(known chan<- *early) *early {
	e := &early{}
	known <- e
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cur = &reader{}
	return e
}

func (e *early) open() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cur = &reader{}
}

func (e *early) Next() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.cur == nil {
		e.open() // want `e\.mu is locked again at .* by \(\*early\)\.open`
	}
	return e.cur.Next()
}

// Some are elements.
type part struct {
	mu  sync.Mutex
	cur *reader
}

func newPart() *part { return &part{cur: &reader{}} }

type whole struct{ parts [4]part }

func (w *whole) Part(i int) *part { return &w.parts[i] }

func (p *part) open() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cur = &reader{}
}

func (p *part) Next() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cur == nil {
		p.open() // want `p\.mu is locked again at .* by \(\*part\)\.open`
	}
	return p.cur.Next()
}
