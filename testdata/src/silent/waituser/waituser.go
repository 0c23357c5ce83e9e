package waituser

import (
	"sync"

	"silent/waitlib"
)

var mu waitlib.RWMutex

type Conn struct {
	acked chan struct{}
	err   error
}

func (c *Conn) waitAck() { waitlib.Wait(&mu, c.acked) }

// Fine: a function of another package gives the lock back for a while, and that package knows who holds it.
func (c *Conn) Send() error {
	mu.Lock()
	defer mu.Unlock()
	c.waitAck()
	return c.err
}

func (c *Conn) Flush() {
	mu.Lock()
	waitlib.Wait(&mu, c.acked)
	mu.Unlock()
}

// Fine: a type of this package with two locks in it, which a callee knows as a Locker.
type twoLocks struct {
	counted, plain sync.Mutex
	counting       bool
}

func (t *twoLocks) Lock() {
	if t.counting {
		t.counted.Lock()
	} else {
		t.plain.Lock()
	}
}

func (t *twoLocks) Unlock() {
	if t.counting {
		t.counted.Unlock()
	} else {
		t.plain.Unlock()
	}
}

func await(l sync.Locker, ready <-chan struct{}) {
	l.Unlock()
	<-ready
	l.Lock()
}

var both twoLocks

func (c *Conn) next() error {
	await(&both, c.acked)
	return c.err
}

func (c *Conn) Read() error {
	both.Lock()
	defer both.Unlock()
	return c.next()
}
