package doublelock

import "sync"

// An interface of the package that one type implements.
type backend interface {
	flush() error
	close() error
}

type fileBackend struct {
	mu   sync.Mutex
	data []byte
}

func (f *fileBackend) flush() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.data = nil
	return nil
}

// The interface comes in and goes back through the concrete type.
type observer interface {
	notify(topic string)
}

type bus struct {
	mu   sync.Mutex
	subs []observer
}

func (b *bus) publish(topic string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.subs {
		s.notify(topic)
	}
}

// Two types implement it: nobody knows which one is there.
type auditor struct{ b *bus }

func (a *auditor) notify(topic string) {
	a.b.mu.Lock()
	defer a.b.mu.Unlock()
}

type nobody struct{}

func (nobody) notify(string) {}

// An interface held by the owner of the lock, whose only implementation locks it.
type policy interface {
	allows(s *safe) bool
}

type strict struct{}

func (strict) allows(s *safe) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.docs) == 0
}

type safe struct {
	mu   sync.Mutex
	rule policy
	docs []string
}

// Silent shape 11: an embedded interface.
type rwSafe struct {
	sync.Locker
	n int
}

func (r *rwSafe) bump() {
	r.Lock()
	r.n++
	r.Unlock()
	r.Lock()
	defer r.Unlock()
	r.n++
}

func (f *fileBackend) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var b backend = f
	return b.flush() // want `f\.mu is locked again at interfaces\.go:\d+ by \(\*fileBackend\)\.flush`
}

func (s *safe) put(doc string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.rule.allows(s) { // want `s\.mu is locked again at interfaces\.go:\d+ by \(?strict\)?\.allows`
		return false
	}
	s.docs = append(s.docs, doc)
	return true
}
