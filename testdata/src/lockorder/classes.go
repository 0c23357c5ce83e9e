package lockorder

import "sync"

// A lock in an anonymous struct.
type replica struct {
	raft struct {
		sync.Mutex
		term int
	}
	queue struct {
		sync.Mutex
		n int
	}
}

func (r *replica) Tick() {
	r.raft.Lock()
	defer r.raft.Unlock()
	r.queue.Lock() // want `replica\.Tick locks replica\.raft\.Mutex, then replica\.queue\.Mutex, and replica\.Drain in the opposite order: can deadlock`
	r.queue.n++
	r.queue.Unlock()
}

func (r *replica) Drain() {
	r.queue.Lock()
	defer r.queue.Unlock()
	r.raft.Lock()
	r.raft.term++
	r.raft.Unlock()
}

// Elements of maps and slices.
type urls struct {
	mu sync.Mutex
	m  map[string]*sync.Mutex
	s  []sync.Mutex
}

func (u *urls) Lock(url string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.m[url].Lock() // want `\(\*urls\)\.Lock locks urls\.mu, then urls\.m\[\], and \(\*urls\)\.Fetch \(classes\.go:\d+\) in the opposite order: can deadlock`
}

func (u *urls) Unlock(url string) {
	u.m[url].Unlock()
}

func (u *urls) Fetch(url string) {
	u.Lock(url)
	u.mu.Lock()
	u.mu.Unlock()
	u.Unlock(url)
}

func (u *urls) Slot(i int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.s[i].Lock() // want `\(\*urls\)\.Slot locks urls\.mu, then urls\.s\[\], and \(\*urls\)\.FromSlot \(classes\.go:\d+\) in the opposite order: can deadlock`
	u.s[i].Unlock()
}

func (u *urls) FromSlot(i int) {
	u.s[i].Lock()
	defer u.s[i].Unlock()
	u.mu.Lock()
	u.mu.Unlock()
}

// Package-level variables.
var (
	namesMu sync.Mutex
	idsMu   sync.RWMutex
)

func NameThenID() {
	namesMu.Lock()
	defer namesMu.Unlock()
	idsMu.RLock() // want `NameThenID locks namesMu, then read-locks idsMu, and IDThenName \(classes\.go:\d+\) in the opposite order: can deadlock`
	idsMu.RUnlock()
}

func IDThenName() {
	idsMu.Lock()
	defer idsMu.Unlock()
	namesMu.Lock()
	namesMu.Unlock()
}

// Results of lookups.
type registry struct {
	mu      sync.Mutex
	entries map[string]*entry
}

type entry struct {
	mu  sync.Mutex
	reg *registry
}

func (r *registry) get(name string) *entry { return r.entries[name] }

func (r *registry) Touch(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.get(name); e != nil {
		e.mu.Lock() // want `registry\.Touch locks registry\.mu, then entry\.mu, and entry\.Remove \(classes\.go:\d+\) in the opposite order: can deadlock`
		e.mu.Unlock()
	}
}

func (e *entry) Remove() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.reg.mu.Lock()
	delete(e.reg.entries, "")
	e.reg.mu.Unlock()
}

// Three locks.
type ring struct{ a, b, c sync.Mutex }

func (r *ring) AB() {
	r.a.Lock()
	defer r.a.Unlock()
	r.b.Lock() // want `ring\.a, ring\.b and ring\.c are locked in a cycle by \(\*ring\)\.AB, \(\*ring\)\.BC and \(\*ring\)\.CA: can deadlock`
	r.b.Unlock()
}

func (r *ring) BC() {
	r.b.Lock()
	defer r.b.Unlock()
	r.c.Lock()
	r.c.Unlock()
}

func (r *ring) CA() {
	r.c.Lock()
	defer r.c.Unlock()
	r.a.Lock()
	r.a.Unlock()
}

// Two of the three share a lock.
type gatedRing struct{ g, a, b, c sync.Mutex }

func (r *gatedRing) AB() {
	r.g.Lock()
	defer r.g.Unlock()
	r.a.Lock()
	defer r.a.Unlock()
	r.b.Lock()
	r.b.Unlock()
}

func (r *gatedRing) BC() {
	r.b.Lock()
	defer r.b.Unlock()
	r.c.Lock()
	r.c.Unlock()
}

func (r *gatedRing) CA() {
	r.g.Lock()
	defer r.g.Unlock()
	r.c.Lock()
	defer r.c.Unlock()
	r.a.Lock()
	r.a.Unlock()
}
