package deferred

import "sync"

type pipe struct {
	mu   sync.Mutex
	more *sync.Cond
	bufs [][]byte
}

func newPipe() *pipe {
	p := &pipe{}
	p.more = sync.NewCond(&p.mu)
	return p
}

func (p *pipe) Write(b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bufs = append(p.bufs, b)
	p.more.Broadcast()
}

// The goroutine has the lock of who starts it, and waits for its end.
func (p *pipe) Read() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.bufs) == 0 {
		done := make(chan struct{})
		go func() {
			p.more.Wait()
			close(done)
		}()
		<-done
	}
	b := p.bufs[0]
	p.bufs = p.bufs[1:]
	return b
}

// Here it does not.
func (p *pipe) Peek() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.bufs) == 0 {
		go func() {
			p.more.Wait() // want `Wait unlocks p\.mu, which the goroutine started at lent\.go:\d+ does not hold`
		}()
		return nil
	}
	return p.bufs[0]
}
