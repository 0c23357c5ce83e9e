package missingunlock

import "sync"

type ledgerEntry struct {
	mu sync.Mutex
	n  int
}

// The goroutine unlocks what the loop has locked.
func lockAll() {
	var all []*ledgerEntry
	var wg sync.WaitGroup
	for range 3 {
		a := &ledgerEntry{}
		a.mu.Lock()
		all = append(all, a)
	}
	wg.Add(1)
	go func() {
		defer wg.Done()
		for _, a := range all {
			a.mu.Unlock()
		}
	}()
	wg.Wait()
}

func (a *ledgerEntry) add() {
	a.mu.Lock()
	a.n++
	a.mu.Unlock()
}

// Nobody calls the literal that would unlock it.
func (a *ledgerEntry) forgotten() {
	a.mu.Lock() // want `never unlocked`
	_ = func() {
		a.mu.Unlock()
	}
}

// A latch is locked when it is made, and opened once for all readers, who pass through.
type latch struct {
	gate sync.RWMutex
}

func (l *latch) Shut() { l.gate.Lock() }
func (l *latch) Open() { l.gate.Unlock() }
func (l *latch) Pass() { l.gate.RLock() }

// Here somebody locks the gate again and again.
type barrierGate struct {
	mu sync.RWMutex
	n  int
}

func (g *barrierGate) Shut() { g.mu.Lock() }
func (g *barrierGate) Open() { g.mu.Unlock() }
func (g *barrierGate) Pass() { g.mu.RLock() } // want `never unlocked`
func (g *barrierGate) Count() {
	g.mu.Lock()
	g.n++
	g.mu.Unlock()
}

type readyStore struct {
	mu    sync.RWMutex
	ready bool
	poll  func() bool
}

// waitReady returns with the lock held, and its caller hands the Unlock to others.
func waitReady(s *readyStore) {
	s.mu.RLock()
	if s.ready {
		return
	}
	s.mu.RUnlock()
	for s.poll() {
		s.mu.RLock()
		if s.ready {
			return
		}
		s.mu.RUnlock()
	}
	s.mu.RLock()
}

func readyLock(s *readyStore) func() {
	waitReady(s)
	return s.mu.RUnlock
}

func (s *readyStore) set() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready = true
}

func (s *readyStore) get() bool {
	defer readyLock(s)()
	return s.ready
}

// The writer that is returned has the lock, and its Close unlocks.
type frames struct {
	writing *sync.Mutex
	broken  bool
	n       int
}

type frame struct {
	l *sync.Mutex
	n *int
}

func newFrame(l *sync.Mutex, n *int) frame { return frame{l, n} }

func (f frame) Close() error {
	*f.n++
	defer f.l.Unlock()
	return nil
}

type closer interface{ Close() error }

func (f frames) next() (closer, bool) {
	f.writing.Lock()
	if f.broken {
		f.writing.Unlock()
		return nil, false
	}
	return newFrame(f.writing, &f.n), true
}

func (f *frames) nextWrong() (closer, bool) {
	f.writing.Lock()
	if f.broken {
		f.writing.Unlock()
		return nil, false
	}
	other := new(sync.Mutex)
	other.Lock()
	return newFrame(other, &f.n), true // want `return with f.writing still locked`
}
