package missingunlock

import "sync"

type ring struct {
	mu   sync.Mutex
	rw   sync.RWMutex
	data []int
}

// Silent shape 10.
func (r *ring) push(n int) {
	mu := &r.mu
	mu.Lock()
	r.data = append(r.data, n)
	r.mu.Unlock()
}

func (r *ring) pop() (n int) {
	mu := &r.mu
	r.mu.Lock()
	if len(r.data) == 0 {
		return 0 // want `return with r\.mu still locked`
	}
	n, r.data = r.data[0], r.data[1:]
	mu.Unlock()
	return n
}

// Through a copy of the pointer to the struct.
func (r *ring) reset() {
	self := r
	self.mu.Lock()
	r.data = nil
	r.mu.Unlock()
}

// Silent shape 10: the read half as a Locker.
func (r *ring) sum() (n int) {
	rl := r.rw.RLocker()
	rl.Lock()
	defer rl.Unlock()
	for _, d := range r.data {
		n += d
	}
	return n
}

func (r *ring) max() (m int) {
	l := r.rw.RLocker()
	l.Lock()
	if len(r.data) == 0 {
		return 0 // want `return with l still read-locked`
	}
	for _, d := range r.data {
		m = max(m, d)
	}
	r.rw.RUnlock()
	return m
}

// An alias chosen on the way: one of two locks, the same at both ends.
type pair struct {
	a, b sync.Mutex
	n    [2]int
}

func (p *pair) bump(second bool) {
	mu, i := &p.a, 0
	if second {
		mu, i = &p.b, 1
	}
	mu.Lock()
	p.n[i]++
	mu.Unlock()
}

func (p *pair) drop(second bool) int {
	mu, i := &p.a, 0
	if second {
		mu, i = &p.b, 1
	}
	mu.Lock()
	if p.n[i] == 0 {
		return 0 // want `return with mu still locked`
	}
	p.n[i]--
	mu.Unlock()
	return p.n[i]
}
