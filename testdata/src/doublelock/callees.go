package doublelock

import "sync"

type lru struct {
	mu  sync.Mutex
	max int
	m   map[string]string
}

func (c *lru) Set(k, v string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.m) > c.max {
		c.evict() // want `c\.mu is locked again at callees\.go:21 by \(\*lru\)\.evict, which deadlocks: it is held since callees\.go:12`
	}
	c.m[k] = v
}

func (c *lru) evict() {
	c.mu.Lock()
	clear(c.m)
	c.mu.Unlock()
}

// Through a chain of callees; the message names the last.
type scheduler struct {
	mu    sync.Mutex
	tasks []string
}

func (s *scheduler) Submit(task string) {
	s.mu.Lock()
	s.tasks = append(s.tasks, task)
	s.wake() // want `s\.mu is locked again at callees\.go:48 by \(\*scheduler\)\.Len`
	s.mu.Unlock()
}

func (s *scheduler) wake() {
	if s.busy() {
		return
	}
}

func (s *scheduler) busy() bool { return s.Len() > 10 }

func (s *scheduler) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.tasks)
}

// Through a function with the object as an argument.
type node struct {
	mu    sync.Mutex
	name  string
	peers []*node
}

func describe(n *node) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.name
}

func (n *node) rename(name string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	old := describe(n) // want `n\.mu is locked again at callees\.go:\d+ by describe`
	n.name = name
	return old
}

// Another object of the type is another lock: silent shape 14.
func (n *node) greet(other *node) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.name + describe(other)
}

func (n *node) roll() (names []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range n.peers {
		names = append(names, describe(p))
	}
	return names
}

// The lock is taken by a callee that returns with it held.
type vault struct {
	mu   sync.Mutex
	gold int
}

func (v *vault) enter() { v.mu.Lock() }
func (v *vault) leave() { v.mu.Unlock() }

func (v *vault) rob() int {
	v.enter()
	defer v.leave()
	v.enter() // want `v\.mu is locked again at callees\.go:\d+ by \(\*vault\)\.enter`
	n := v.gold
	v.leave()
	return n
}

func (v *vault) look() int {
	v.enter()
	defer v.leave()
	return v.gold
}

// Silent shape 6: the callee gives the caller's lock back around something slow.
type fetcher struct {
	mu    sync.Mutex
	pages map[string]string
}

func (f *fetcher) get(url string, download func(string) string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p, ok := f.pages[url]; ok {
		return p
	}
	return f.fill(url, download)
}

func (f *fetcher) fill(url string, download func(string) string) string {
	f.mu.Unlock()
	p := download(url)
	f.mu.Lock()
	f.pages[url] = p
	return p
}

// Silent shape 6, deferred.
func (f *fetcher) warm(urls []string, download func(string) string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, u := range urls {
		f.prefetch(u, download)
	}
}

func (f *fetcher) prefetch(url string, download func(string) string) {
	f.mu.Unlock()
	defer f.mu.Lock()
	download(url)
}

// The callee locks on one side of a flag that the caller gives.
type printer struct {
	mu  sync.Mutex
	out []string
}

func (p *printer) emit(line string, locked bool) {
	if !locked {
		p.mu.Lock()
		defer p.mu.Unlock()
	}
	p.out = append(p.out, line)
}

func (p *printer) page(lines []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range lines {
		p.emit(l, true)
	}
	p.emit("--", false) // want `p\.mu is locked again at callees\.go:\d+ by \(\*printer\)\.emit`
}

// A go statement starts with no locks.
func (p *printer) later(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	go p.emit(line, false)
}

// A deferred call runs with the lock held or not, by the order of the defers.
type stack struct {
	mu    sync.Mutex
	elems []int
}

func (s *stack) log() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.elems)
}

func (s *stack) push(n int) {
	defer s.log()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.elems = append(s.elems, n)
}

func (s *stack) pop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.log() // want `s\.mu is locked again at callees\.go:\d+ by \(\*stack\)\.log`
	s.elems = s.elems[1:]
}

// What the callee does with the lock given back is not under it.
type poller struct {
	mu   sync.Mutex
	last int
}

func (p *poller) poll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unlocked(func() {
		p.mu.Lock()
		p.last++
		p.mu.Unlock()
	})
}

func (p *poller) unlocked(f func()) {
	p.mu.Unlock()
	defer p.mu.Lock()
	f()
}
