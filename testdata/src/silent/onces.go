package silent

import (
	"fmt"
	"sync"
)

// A Once that unlocks early, and otherwise at the end: Do of a new one runs its function, and Do of one that has run
// does not.
type onced struct {
	mu sync.Mutex
	n  int
}

type oncedConn struct{ ok bool }

func (c *oncedConn) check() bool { return c.ok }

func (p *onced) take() {
	p.mu.Lock()
	unlock := new(sync.Once)
	defer unlock.Do(p.mu.Unlock)
	p.n++
	unlock.Do(p.mu.Unlock)
}

func (p *onced) takeOne(c *oncedConn) bool {
	p.mu.Lock()
	unlock := new(sync.Once)
	defer unlock.Do(p.mu.Unlock)
	p.n++
	unlock.Do(p.mu.Unlock)
	if c.check() {
		return true
	}
	return false
}

func (p *onced) takeAny(cs []*oncedConn) bool {
	p.mu.Lock()
	unlock := new(sync.Once)
	defer unlock.Do(p.mu.Unlock)
	for _, c := range cs {
		unlock.Do(p.mu.Unlock)
		if c.check() {
			return true
		}
		p.mu.Lock()
		*unlock = sync.Once{}
	}
	return false
}

// The answer of TryLock goes to the goroutine that unlocks.
func answered() bool {
	var mu sync.Mutex
	got := make(chan bool, 1)
	mu.Lock()
	go func() { got <- mu.TryLock() }()
	mu.Unlock()
	if <-got {
		mu.Unlock()
		return true
	}
	return false
}

// The answer is printed, and what follows goes by what is expected.
func printed(mu *sync.Mutex) {
	fmt.Println(mu.TryLock())
	mu.Unlock()
	mu.Lock()
	fmt.Println(mu.TryLock())
	mu.Unlock()
}
