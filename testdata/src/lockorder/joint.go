package lockorder

import "sync"

// A turnstile is two locks. Who locks it takes both of one turnstile, so that the opposite half must be about one turnstile, too.
type turnstile struct {
	outer sync.Mutex
	inner sync.RWMutex
}

func (t *turnstile) lock() {
	t.outer.Lock()
	t.inner.Lock()
}

func (t *turnstile) unlock() {
	t.inner.Unlock()
	t.outer.Unlock()
}

type platform struct {
	gate turnstile
	n    int
}

type terminus struct {
	gate turnstile
	at   *platform
	n    int
}

func (p *platform) try(f func(int)) {
	p.gate.inner.RLock()
	defer p.gate.inner.RUnlock()
	f(p.n)
}

// The station's gate is locked under the platform's: two turnstiles.
func (s *terminus) Accept() {
	s.at.try(func(n int) {
		s.gate.lock()
		defer s.gate.unlock()
		s.n += n
	})
}

type barrier struct {
	outer sync.Mutex
	inner sync.RWMutex
}

func (b *barrier) lock() {
	b.outer.Lock()
	b.inner.Lock()
}

func (b *barrier) unlock() {
	b.inner.Unlock()
	b.outer.Unlock()
}

type dock struct {
	gate barrier
	n    int
}

func (d *dock) Open() {
	d.gate.lock()
	defer d.gate.unlock()
	d.n++
}

// Here the two locks are those of one barrier.
func (d *dock) Close() {
	d.gate.inner.RLock()
	defer d.gate.inner.RUnlock()
	d.gate.outer.Lock() // want `dock\.Close read-locks dock\.gate\.inner, then locks dock\.gate\.outer, and dock\.Open in the opposite order: can deadlock`
	d.n--
	d.gate.outer.Unlock()
}
