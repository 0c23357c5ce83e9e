package others

import "sync"

// The lock passes between the goroutines of the function.
func around() { // @around
	var mu sync.Mutex
	mu.Lock()
	go func() { // @literal
		mu.Unlock() // why unlockunheld/never given-to-release "around" @around
	}()
	mu.Lock() // why doublelock/again maybe-released "starts around.func1" @literal
	mu.Lock() // why doublelock/again handed-around "around.func1" @literal
}

type W struct {
	mu   sync.Mutex
	cond *sync.Cond
	L    sync.Mutex
	C    *sync.Cond
}

func newW() *W {
	w := new(W)
	w.cond = sync.NewCond(&w.mu)
	w.C = sync.NewCond(&w.L)
	return w
}

// There is nothing to test.
func (w *W) wait() {
	w.mu.Lock()
	w.cond.Wait() // why condwait/untested nothing-to-test
	w.mu.Unlock()
}

func (w *W) signal() { w.cond.Signal() }

// Others may have locked it.
func (w *W) Wait() {
	w.C.Wait() // why condwait/unheld not-private "others.W.L" // why condwait/nosignal out-of-sight
}

type G struct {
	gate sync.Mutex
	rw   sync.RWMutex
}

// Writers hold the gate.
func (g *G) Write() {
	g.gate.Lock()
	defer g.gate.Unlock()
	g.rw.Lock()
	g.rw.Unlock()
}

func (g *G) Read() {
	g.gate.Lock()
	defer g.gate.Unlock()
	g.rw.RLock()
	defer g.rw.RUnlock()
	g.rw.RLock() // why doublelock/recursiveread writers-gated "others.G.gate"
	g.rw.RUnlock()
}
