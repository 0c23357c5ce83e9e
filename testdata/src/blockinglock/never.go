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
