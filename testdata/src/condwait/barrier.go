package condwait

import "sync"

// The last one to come to a barrier wakes the others: nothing is to be tested again.
type meeting struct {
	mutex    sync.Mutex
	cond     sync.Cond
	capacity int
	waiting  int
	released bool
}

func newMeeting(capacity int) *meeting {
	b := &meeting{capacity: capacity}
	b.cond.L = &b.mutex
	return b
}

func (b *meeting) wait() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.released {
		return
	}
	b.waiting++
	if b.waiting == b.capacity {
		b.cond.Broadcast()
		b.waiting = 0
	} else {
		b.cond.Wait()
	}
}

func (b *meeting) release() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.released = true
	b.cond.Broadcast()
}

// Here a broadcast that changes nothing opens the gate for those who wait.
type turnstile struct {
	mutex    sync.Mutex
	cond     *sync.Cond
	capacity int
	waiting  int
}

func newTurnstile(capacity int) *turnstile {
	t := &turnstile{capacity: capacity}
	t.cond = sync.NewCond(&t.mutex)
	return t
}

func (t *turnstile) wait() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.waiting++
	if t.waiting == t.capacity {
		t.cond.Broadcast()
		t.waiting = 0
	} else {
		t.cond.Wait() // want `the condition is not tested again after Wait, which any signal of t\.cond ends: use a for loop`
	}
}

func (t *turnstile) leave() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.waiting > 0 {
		t.waiting--
	}
	t.cond.Broadcast()
}
