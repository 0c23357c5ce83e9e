package condwait

import "sync"

type nilled struct {
	mu   sync.Mutex
	cond *sync.Cond
	late *sync.Cond
	ok   bool
}

func newNilled() *nilled {
	n := &nilled{cond: sync.NewCond(nil)} // want `NewCond\(nil\) makes a Cond without a lock: Wait will panic`
	n.late = sync.NewCond(nil)
	n.late.L = &n.mu
	return n
}

func (n *nilled) wait() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for !n.ok {
		n.cond.Wait()
	}
	for !n.ok {
		n.late.Wait()
	}
}

func (n *nilled) set() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ok = true
	n.cond.Broadcast()
	n.late.Broadcast()
}

// A Cond whose L nobody sets.
type unset struct {
	mu   sync.Mutex
	cond sync.Cond
	ok   bool
}

func (u *unset) wait() {
	u.mu.Lock()
	defer u.mu.Unlock()
	for !u.ok {
		u.cond.Wait() // want `Wait panics: nothing sets u\.cond\.L`
	}
}

func (u *unset) set() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.ok = true
	u.cond.Broadcast()
}

// Fine: set in a literal.
func newSet() *barrier {
	return &barrier{cond: sync.Cond{L: new(sync.Mutex)}}
}

type barrier struct {
	cond sync.Cond
	left int
}

func (b *barrier) wait() {
	b.cond.L.Lock()
	defer b.cond.L.Unlock()
	b.left--
	if b.left == 0 {
		b.cond.Broadcast()
	}
	for b.left > 0 {
		b.cond.Wait()
	}
}
