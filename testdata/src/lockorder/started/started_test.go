package started

import (
	"sync"
	"testing"
)

type peer struct {
	mu   sync.Mutex
	conn chan int

	sessions sync.Mutex
	sess     map[int]int
}

func (p *peer) connect() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conn = make(chan int)
	p.sessions.Lock()
	p.sess = map[int]int{}
	p.sessions.Unlock()
}

func (p *peer) handle(id int) {
	p.sessions.Lock()
	defer p.sessions.Unlock()
	p.mu.Lock()
	p.sess[id]++
	p.mu.Unlock()
}

// One goroutine does the one and the other.
func TestOneAfterTheOther(t *testing.T) {
	p := &peer{}
	p.connect()
	p.handle(1)
}
