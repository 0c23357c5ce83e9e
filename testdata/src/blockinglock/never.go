package blockinglock

import "sync"

// Nobody receives, and the close needs the lock.
type framer struct {
	mu    sync.Mutex
	reset chan bool
}

func newFramer() *framer { return &framer{reset: make(chan bool)} }

func (f *framer) monitor() {
	f.mu.Lock()
	close(f.reset)
	f.mu.Unlock()
}

func (f *framer) write() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reset <- true // want `send to f\.reset with f\.mu held \(since never\.go:\d+\): nothing receives from it, and its close \(never\.go:\d+\) must lock f\.mu first \(never\.go:\d+\)`
}

// A hook that the package never makes, for tests.
type hooked struct {
	mu   sync.Mutex
	hook chan bool
}

func (h *hooked) write() {
	h.mu.Lock()
	if h.hook != nil {
		h.hook <- true
	}
	h.mu.Unlock()
}

// Somebody else may receive.
type Public struct {
	mu sync.Mutex
	C  chan bool
}

func NewPublic() *Public { return &Public{C: make(chan bool)} }

func (p *Public) write() {
	p.mu.Lock()
	p.C <- true
	p.mu.Unlock()
}

// The send goes into the buffer, and the channel is closed next: there is no second send.
type stopper struct {
	mu   sync.Mutex
	stop chan struct{}
}

func (s *stopper) start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop = make(chan struct{}, 1)
}

func (s *stopper) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop <- struct{}{}
	close(s.stop)
}

// Nothing closes this one, and the second send fills the buffer for ever.
type pauser struct {
	mu   sync.Mutex
	stop chan struct{}
}

func newPauser() *pauser { return &pauser{stop: make(chan struct{}, 1)} }

func (p *pauser) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stop <- struct{}{} // want `send to p\.stop`
}
