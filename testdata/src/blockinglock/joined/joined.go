// Package joined waits, with locks held, for goroutines of another package that call functions of this one.
package joined

import (
	"sync"

	"blockinglock/joined/source"
)

type hub struct {
	src source.Source
	mu  sync.Mutex
	n   int
}

func (h *hub) Start() { h.src.Subscribe(h.onEvent) }

func (h *hub) onEvent(e int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.n += e
}

func (h *hub) Stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.src.Unsubscribe() // want `wait of \(\*Source\).Unsubscribe with h.mu held .*: its goroutine .*must lock h.mu first .*: deadlock`
}

func (h *hub) StopInCallee() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.unsubscribe()
}

func (h *hub) unsubscribe() {
	h.src.Unsubscribe() // want `wait of \(\*Source\).Unsubscribe with h.mu held .*: its goroutine .*must lock h.mu first .*: deadlock`
}

func (h *hub) StopRight() {
	h.mu.Lock()
	h.n = 0
	h.mu.Unlock()
	h.src.Unsubscribe()
}

// What the second source of this one calls needs no lock, and the first is not stopped under it.
type pair struct {
	first, second source.Source
	mu            sync.Mutex
	n             int
}

func (p *pair) Start() {
	p.first.Subscribe(func(e int) {
		p.mu.Lock()
		p.n += e
		p.mu.Unlock()
	})
	p.second.Subscribe(func(e int) { println(e) })
}

func (p *pair) Stop() {
	p.mu.Lock()
	p.second.Unsubscribe()
	p.mu.Unlock()
	p.first.Unsubscribe()
}

func (p *pair) StopWrong() {
	p.mu.Lock()
	p.first.Unsubscribe() // want `wait of \(\*Source\).Unsubscribe with p.mu held .*: its goroutine .*must lock p.mu first .*: deadlock`
	p.mu.Unlock()
}

type parent struct {
	mu    sync.Mutex
	kids  map[string]*kid
	total int
}

type kid struct {
	parent *parent
	poller source.Poller
	mu     sync.Mutex
	seen   int
}

func (p *parent) Add(name string, in chan int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k := &kid{parent: p}
	k.poller = source.New(k, in)
	p.kids[name] = k
}

func (k *kid) Update(n int) {
	k.mu.Lock()
	k.seen++
	k.mu.Unlock()
	k.parent.mu.Lock()
	defer k.parent.mu.Unlock()
	k.parent.total += n
}

func (p *parent) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, k := range p.kids {
		delete(p.kids, name)
		k.poller.Close() // want `wait of Poller.Close with p.mu held .*: its goroutine .*must lock p.mu first .*: deadlock`
	}
}

func (p *parent) StopRight() {
	p.mu.Lock()
	kids := p.kids
	p.kids = nil
	p.mu.Unlock()
	for _, k := range kids {
		k.poller.Close()
	}
}

// What the elements of the first map call needs the lock, and what those of the second one call does not.
type shelf struct {
	mu          sync.Mutex
	loud, quiet map[string]source.Poller
	total       int
}

func (s *shelf) Add(name string, in chan int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := source.New(s, in)
	s.loud[name] = p
	s.quiet[name] = source.New(silent{}, in)
}

func (s *shelf) Update(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total += n
}

type silent struct{}

func (silent) Update(int) {}

func (s *shelf) Drop(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.quiet[name]; ok {
		p.Close()
	}
	if p, ok := s.loud[name]; ok {
		s.drop(p)
	}
}

func (s *shelf) drop(p source.Poller) {
	p.Close() // want `wait of Poller.Close with s.mu held .*: its goroutine .*must lock s.mu first .*: deadlock`
}
