// Package others has locks taken again and unlocks that are no mistakes, or that lockvet cannot be
// sure of.
package others

import "sync"

type T struct {
	mu   sync.Mutex
	rw   sync.RWMutex
	n    int
	next *T
	last *T
	ch   chan int
}

// The callee does not lock when it is called like this.
func (t *T) update() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.add(true) // why doublelock/again not-on-this-call "(*T).add locks it only if locked is false" @add
}

func (t *T) add(locked bool) {
	if !locked {
		t.mu.Lock() // @add
		defer t.mu.Unlock()
	}
	t.n++
}

// What leads to the lock has changed.
func (t *T) walk() {
	t.last.mu.Lock()
	t.advance()      // @advance
	t.last.mu.Lock() // why doublelock/again maybe-another "calls (*T).advance" @advance
	t.last.mu.Unlock()
} // why missingunlock/never released-for-callers "(*T).finish" @finish

func (t *T) advance() { t.last = t.last.next }

// It is not known what the Locker does.
func twice(l sync.Locker) {
	l.Lock()
	l.Lock() // why doublelock/again unknown-locker
	l.Unlock()
	l.Unlock() // why unlockunheld/twice unknown-locker
}

// Nobody writes, so readers do not block each other.
func (t *T) read() int {
	t.rw.RLock()
	defer t.rw.RUnlock()
	return t.again() // why doublelock/recursiveread no-writer "others.T.rw"
}

func (t *T) again() int {
	t.rw.RLock()
	defer t.rw.RUnlock()
	return t.n // why guardedby/forgotten never-takes "n"
}

// The panic is what is wrong.
func (t *T) fail() {
	defer t.mu.Lock() // why doublelock/again panicking
	t.mu.Lock()
	panic("fail")
}

// Only some paths lock it here, but a caller holds it for the others.
func (t *T) finish() { // @finish
	if random() > 0 {
		t.mu.Lock()
	}
	t.mu.Unlock() // why unlockunheld/path caller-holds "(*T).start" @start // why unlockunheld/never callers-may-hold "(*T).start, which holds locks then" @start
}

var random func() int

func (t *T) start() {
	t.mu.Lock()
	t.n = 0
	t.finish() // @start // why doublelock/again at-will "(*T).finish" @finish
} // why missingunlock/return maybe-released "calls (*T).finish" @start

// A condition that callers know says who holds the lock.
func (t *T) end(locked bool) { // @end
	if !locked {
		t.mu.Lock()
	}
	t.n++
	t.mu.Unlock() // why unlockunheld/path caller-knows "locked is true there" // why unlockunheld/never callers-may-hold "nobody in sight calls it" @end
}

type F struct {
	mu   sync.Mutex
	held bool
}

// A flag says who holds the lock.
func (f *F) Release() {
	if f.held {
		f.mu.Unlock() // why unlockunheld/never flag-tells "f.held"
	}
}

func (f *F) Use() {
	f.mu.Lock()
	f.mu.Unlock()
}

type H struct {
	mu sync.Mutex
	ch chan int
}

// The lock comes with the message.
func (h *H) take(ready bool) { // @take
	h.mu.Lock()
	h.mu.Unlock()
	<-h.ch        // @receives
	h.mu.Unlock() // why unlockunheld/twice handed-by-message "(*H).take" @receives
}

func (h *H) give() {
	h.mu.Lock()
	h.ch <- 1 // why blockinglock/channel not-made "h.ch"
} // why missingunlock/never released-for-callers "(*H).take" @take

// A goroutine ends with the lock held.
func (h *H) back() {
	h.mu.Lock()
	h.mu.Unlock()
	done := make(chan bool)
	go func() { // @back
		h.mu.Lock()
		close(done)
	}() // why missingunlock/never released-for-callers "(*H).take" @take
	<-done
	h.mu.Unlock() // why unlockunheld/twice handed-back "(*H).back.func1" @back
}

type C struct {
	mu sync.Mutex
	n  int
}

// wrong returns with the lock held, which is reported there.
func (c *C) wrong(x int) int { // @wrong
	c.mu.Lock()
	if x < 0 {
		return 0
	}
	c.mu.Unlock()
	return x
}

func (c *C) after(x int) {
	if c.wrong(x) == 0 { // why missingunlock/never consequence "(*C).wrong" @wrong
		c.n++
	}
}

// The comment says so.
func (c *C) comment() {
	c.mu.Lock()
	c.mu.Lock() //lockvet:ignore doublelock the golden package wants it
}

// Whoever makes a message for the call knows what the test says of it.
type M struct{ urgent bool }

func (m *M) Urgent() bool { return m.urgent && random() > 0 }

func (t *T) put(m *M) { // @put
	if m.Urgent() {
		return
	}
	t.mu.Lock()
	t.mu.Unlock()
}

func (t *T) putUrgent() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.put(&M{urgent: true}) // why doublelock/again told "(*T).put" @put
}
