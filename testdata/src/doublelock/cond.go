package doublelock

import "sync"

type pipe struct {
	mu   sync.Mutex
	more *sync.Cond
	buf  []byte
}

func newPipe() *pipe {
	p := &pipe{}
	p.more = sync.NewCond(&p.mu)
	return p
}

// Fine: Wait gives the lock back and takes it again.
func (p *pipe) read() byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.buf) == 0 {
		p.more.Wait()
	}
	b := p.buf[0]
	p.buf = p.buf[1:]
	return b
}

// Wait returns with the lock held.
func (p *pipe) peek() byte {
	p.mu.Lock()
	for len(p.buf) == 0 {
		p.more.Wait()
		p.mu.Lock() // want `p\.mu is locked again`
	}
	b := p.buf[0]
	p.mu.Unlock()
	return b
}

// A Cond over the read half.
type snapshot struct {
	mu      sync.RWMutex
	changed *sync.Cond
	rev     int
}

func newSnapshot() *snapshot {
	s := &snapshot{}
	s.changed = sync.NewCond(s.mu.RLocker())
	return s
}

func (s *snapshot) Rev() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.rev
}

func (s *snapshot) advance() {
	s.mu.Lock()
	s.rev++
	s.mu.Unlock()
	s.changed.Broadcast()
}

func (s *snapshot) wait(rev int) {
	s.changed.L.Lock()
	defer s.changed.L.Unlock()
	for s.rev < rev {
		s.changed.Wait()
	}
}

func (s *snapshot) waitRev(rev int) int {
	s.changed.L.Lock()
	defer s.changed.L.Unlock()
	for s.rev < rev {
		s.changed.Wait()
	}
	return s.Rev() // want `s\.changed\.L is read-locked again at cond\.go:\d+, which deadlocks if a writer calls Lock in between: read-locked since cond\.go:\d+`
}

// The Cond's lock by its other name.
func (p *pipe) write(b byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.buf = append(p.buf, b)
	p.more.L.Lock() // want `locked again`
	p.more.Signal()
	p.more.L.Unlock()
}
