package condwait

import "sync"

// Nothing wakes who waits.
type plugin struct {
	active   bool
	activate *sync.Cond
}

func newPlugin() *plugin {
	return &plugin{activate: sync.NewCond(&sync.Mutex{})}
}

func (p *plugin) wait() {
	p.activate.L.Lock()
	for !p.active {
		p.activate.Wait() // want `Wait never returns: nothing calls Signal or Broadcast on p\.activate`
	}
	p.activate.L.Unlock()
}

func local2(work func()) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	done := false
	go func() {
		work()
		mu.Lock()
		done = true
		mu.Unlock()
	}()
	mu.Lock()
	for !done {
		cond.Wait() // want `nothing calls Signal or Broadcast on cond`
	}
	mu.Unlock()
}

var (
	bootMu   sync.Mutex
	boot     = sync.NewCond(&bootMu)
	isBooted bool
)

func awaitBoot() {
	bootMu.Lock()
	for !isBooted {
		boot.Wait() // want `nothing calls Signal or Broadcast on boot`
	}
	bootMu.Unlock()
}

// Fine: other packages can signal these.
type Open struct {
	Mu    sync.Mutex
	Ready *sync.Cond
	N     int
}

func (o *Open) Await() {
	o.Mu.Lock()
	for o.N == 0 {
		o.Ready.Wait()
	}
	o.Mu.Unlock()
}

func AwaitGiven(c *sync.Cond, ok func() bool) {
	c.L.Lock()
	for !ok() {
		c.Wait()
	}
	c.L.Unlock()
}

type given struct {
	cond *sync.Cond
	n    int
}

func New(c *sync.Cond) *given { return &given{cond: c} }

func (g *given) await() {
	g.cond.L.Lock()
	for g.n == 0 {
		g.cond.Wait()
	}
	g.cond.L.Unlock()
}

// Fine: signalled under another name.
type worker struct {
	mu   sync.Mutex
	cond *sync.Cond
	idle bool
}

func (w *worker) run(work func()) {
	cond := sync.NewCond(&w.mu)
	w.cond = cond
	go func() {
		work()
		w.mu.Lock()
		w.idle = true
		w.mu.Unlock()
		cond.Broadcast()
	}()
}

func (w *worker) await() {
	w.mu.Lock()
	for !w.idle {
		w.cond.Wait()
	}
	w.mu.Unlock()
}

// Fine: passed to a function of the package, which signals it.
func passed(work func()) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	done := false
	go wakeAfter(cond, func() {
		work()
		mu.Lock()
		done = true
		mu.Unlock()
	})
	mu.Lock()
	for !done {
		cond.Wait()
	}
	mu.Unlock()
}

func wakeAfter(c *sync.Cond, f func()) {
	f()
	c.Broadcast()
}

// Fine: a method value, an element, an interface.
func values(register func(func()), any func(any)) {
	var mu sync.Mutex
	n := 0
	a, b, c := sync.NewCond(&mu), sync.NewCond(&mu), sync.NewCond(&mu)
	register(a.Broadcast)
	list := []*sync.Cond{b}
	any(list)
	any(c)
	mu.Lock()
	for n == 0 {
		a.Wait()
	}
	for n == 1 {
		b.Wait()
	}
	for n == 2 {
		c.Wait()
	}
	for n == 3 {
		list[0].Wait()
	}
	mu.Unlock()
}

// Fine: a result.
type pool struct {
	mu   sync.Mutex
	cond sync.Cond
	free int
}

func newPool() *pool {
	p := &pool{}
	p.cond.L = &p.mu
	return p
}

func (p *pool) freed() *sync.Cond { return &p.cond }

func (p *pool) release() {
	p.mu.Lock()
	p.free++
	p.mu.Unlock()
	p.freed().Signal()
}

func (p *pool) acquire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.free == 0 {
		p.cond.Wait()
	}
	p.free--
}
