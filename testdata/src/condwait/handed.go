package condwait

import (
	"sync"
	"time"
)

func after(f func()) <-chan struct{} {
	ch := make(chan struct{})
	go func() {
		defer close(ch)
		if f != nil {
			f()
		}
	}()
	return ch
}

type notifier struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

func newNotifier() *notifier {
	n := &notifier{}
	n.cond = sync.NewCond(&n.mu)
	return n
}

func (n *notifier) serve(abort <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	ch := after(n.cond.Wait) // want `Wait runs in another goroutine, which does not hold the lock that Wait unlocks`
	select {
	case <-abort:
		n.cond.Signal()
		<-ch
	case <-ch:
	}
}

func (n *notifier) started() {
	go n.cond.Wait() // want `Wait runs in another goroutine, which does not hold the lock that Wait unlocks`
}

func (n *notifier) timed() {
	time.AfterFunc(time.Second, n.cond.Wait) // want `Wait runs in another goroutine, which does not hold the lock that Wait unlocks`
}

func (n *notifier) relayed() {
	relay(n.cond.Wait) // want `Wait runs in another goroutine, which does not hold the lock that Wait unlocks`
}

func relay(f func()) { go call(f) }

func call(f func()) { f() }

// Fine: the caller holds the lock, and so does who calls it.
func (n *notifier) called() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for n.n == 0 {
		call(n.cond.Wait)
	}
}

// Fine: the goroutine locks the lock.
func (n *notifier) locked(f func()) {
	go func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		f()
	}()
}

func (n *notifier) lockedWait() {
	n.locked(n.cond.Wait)
}

// Fine: nobody knows what becomes of it.
var hooks []func()

func (n *notifier) hook() {
	hooks = append(hooks, n.cond.Wait)
}
