package condwait

import "sync"

// A bounded buffer with one Cond: a Signal of Put may wake another Put, which waits again, and no Get.
type Buffer struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []int
	max   int
}

func NewBuffer(max int) *Buffer {
	b := &Buffer{max: max}
	b.cond = sync.NewCond(&b.mu)
	return b
}

func (b *Buffer) Get() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == 0 {
		b.cond.Wait()
	}
	x := b.items[0]
	b.items = b.items[1:]
	b.cond.Signal() // want `Signal may wake the goroutine at buffer\.go:\d+, whose condition has not changed, and not the one at buffer\.go:\d+: use Broadcast`
	return x
}

func (b *Buffer) Put(x int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == b.max {
		b.cond.Wait()
	}
	b.items = append(b.items, x)
	b.cond.Signal() // want `Signal may wake the goroutine at buffer\.go:\d+, whose condition has not changed, and not the one at buffer\.go:\d+: use Broadcast`
}

// One Cond for each of the two things that are waited for.
type Buffer2 struct {
	mu               sync.Mutex
	notEmpty, notFul *sync.Cond
	items            []int
	max              int
}

func NewBuffer2(max int) *Buffer2 {
	b := &Buffer2{max: max}
	b.notEmpty, b.notFul = sync.NewCond(&b.mu), sync.NewCond(&b.mu)
	return b
}

func (b *Buffer2) Get() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == 0 {
		b.notEmpty.Wait()
	}
	x := b.items[0]
	b.items = b.items[1:]
	b.notFul.Signal()
	return x
}

func (b *Buffer2) Put(x int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == b.max {
		b.notFul.Wait()
	}
	b.items = append(b.items, x)
	b.notEmpty.Signal()
}

// All wait for one thing: who takes of several passes the Signal on.
type Pile struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []int
}

func NewPile() *Pile {
	p := &Pile{}
	p.cond = sync.NewCond(&p.mu)
	return p
}

func (p *Pile) Take() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.items) == 0 {
		p.cond.Wait()
	}
	x := p.items[0]
	p.items = p.items[1:]
	if len(p.items) > 0 {
		p.cond.Signal()
	}
	return x
}

func (p *Pile) Add(x int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.items = append(p.items, x)
	p.cond.Signal()
}

// A ring with one Cond: it is full when its size is its length.
type Ring struct {
	mu         sync.Mutex
	changed    *sync.Cond
	ring       []int
	head, size int
}

func NewRing(n int) *Ring {
	r := &Ring{ring: make([]int, n)}
	r.changed = sync.NewCond(&r.mu)
	return r
}

func (r *Ring) Put(v int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.ring) == r.size {
		r.changed.Wait()
	}
	r.ring[(r.head+r.size)%len(r.ring)] = v
	r.size++
	r.changed.Signal() // want `Signal may wake the goroutine at buffer\.go:\d+, whose condition has not changed, and not the one at buffer\.go:\d+: use Broadcast`
}

func (r *Ring) Get() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.size == 0 {
		r.changed.Wait()
	}
	v := r.ring[r.head]
	r.head = (r.head + 1) % len(r.ring)
	r.size--
	r.changed.Signal() // want `Signal may wake the goroutine at buffer\.go:\d+, whose condition has not changed, and not the one at buffer\.go:\d+: use Broadcast`
	return v
}

// Silent: only one side waits for the ring.
type Loose struct {
	mu         sync.Mutex
	changed    *sync.Cond
	ring       []int
	head, size int
}

func NewLoose(n int) *Loose {
	r := &Loose{ring: make([]int, n)}
	r.changed = sync.NewCond(&r.mu)
	return r
}

func (r *Loose) Put(v int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.size == len(r.ring) {
		return false
	}
	r.ring[(r.head+r.size)%len(r.ring)] = v
	r.size++
	r.changed.Signal()
	return true
}

func (r *Loose) Get() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.size == 0 {
		r.changed.Wait()
	}
	v := r.ring[r.head]
	r.head = (r.head + 1) % len(r.ring)
	r.size--
	return v
}
