package condwait

import "sync"

// A receiver that a literal uses as well is no variable that others may change: to call its method is to test
// what the method reads.
type berths struct {
	mu   sync.Mutex
	cond *sync.Cond
	once sync.Once
	free int
	wake func()
}

func newBerths() *berths {
	b := &berths{free: 2}
	b.cond = sync.NewCond(&b.mu)
	return b
}

func (b *berths) any() bool { return b.free > 0 }

func (b *berths) take() {
again:
	b.mu.Lock()
	if b.any() {
		b.free--
		b.mu.Unlock()
		return
	}
	b.mu.Unlock()
	b.once.Do(func() { b.wake() })
	b.mu.Lock()
	if !b.any() {
		b.cond.Wait()
	}
	b.mu.Unlock()
	goto again
}

func (b *berths) takeOne() {
	b.once.Do(func() { b.wake() })
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.any() {
		b.cond.Wait() // want `the condition is not tested again after Wait, which any signal of b\.cond ends: use a for loop`
	}
	b.free--
}

func (b *berths) leave() {
	b.mu.Lock()
	b.free++
	b.cond.Broadcast()
	b.mu.Unlock()
}
