package condwait

import "sync"

// What the loop tests is counted again after each Wait.

type pieces struct {
	mu     sync.Mutex
	ready  *sync.Cond
	closed bool
	parts  map[int]string
	next   int
}

func newPieces() *pieces {
	p := &pieces{parts: make(map[int]string)}
	p.ready = sync.NewCond(&p.mu)
	return p
}

func (p *pieces) count() int {
	n := 0
	for p.parts[p.next+n] != "" {
		n++
	}
	return n
}

func (p *pieces) Close() {
	p.mu.Lock()
	p.closed = true // want `no Signal follows this change of closed before the function ends`
	p.mu.Unlock()
}

func (p *pieces) Put(i int, s string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || i < p.next {
		return
	}
	p.parts[i] = s
	if i == p.next {
		p.ready.Signal()
	}
}

func (p *pieces) Get() (out []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.count()
	for n == 0 && !p.closed {
		p.ready.Wait()
		n = p.count()
	}
	for range n {
		out = append(out, p.parts[p.next])
		delete(p.parts, p.next)
		p.next++
	}
	return out
}
