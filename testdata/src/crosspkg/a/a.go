// Package a is what crosspkg/b uses: what its functions do to locks reaches b as // want package:`\) State: acquires crosspkg/a\.stateMu \| WithState: acquires crosspkg/a\.stateMu; calls arg0 under crosspkg/a\.stateMu\}$`
// facts. The comments say which.
package a

import (
	"errors"
	"sync"
	"syscall"
)

// A Store locks by itself.
type Store struct { // want Store:`Get: acquires arg0\.mu \| Update: acquires arg0\.mu; calls arg1 under arg0\.mu`
	mu sync.Mutex
	m  map[string]string
}

func (s *Store) Get(k string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.m[k]
}

// Update runs f with s locked.
func (s *Store) Update(f func(map[string]string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s.m)
}

// Len does without the lock: no fact.
func (s *Store) Len() int { return len(s.m) }

// A Latch wraps a lock.
type Latch struct { // want Latch:`Lock: acquires arg0\.mu; returns holding arg0\.mu \| RLock: acquires arg0\.mu\(r\); returns holding arg0\.mu\(r\) \| RUnlock: needs arg0\.mu\(r\); releases arg0\.mu\(r\) \| Unlock: needs arg0\.mu; releases arg0\.mu`
	mu    sync.RWMutex
	turns int
}

func (l *Latch) Lock() {
	l.mu.Lock()
	l.turns++
}

func (l *Latch) Unlock() { l.mu.Unlock() }

func (l *Latch) RLock() { l.mu.RLock() }

func (l *Latch) RUnlock() { l.mu.RUnlock() }

// A Page has a lock of its own that everybody may use.
type Page struct { // want Page:`Acquire: acquires arg0\.Mu; returns holding arg0\.Mu result0=nil \| Append: acquires arg0\.Mu if !arg2 \| Try: returns holding arg0\.Mu result0=Booltrue \| Yield: needs arg0\.Mu`
	Mu   sync.Mutex
	Text string
	gone bool
}

var errGone = errors.New("gone")

// Acquire returns with p.Mu held unless there is an error.
func (p *Page) Acquire() error {
	p.Mu.Lock()
	if p.gone {
		p.Mu.Unlock()
		return errGone
	}
	return nil
}

// Try returns true with p.Mu held.
func (p *Page) Try() bool {
	return p.Mu.TryLock()
}

// Yield gives p.Mu back for a while.
func (p *Page) Yield() {
	p.Mu.Unlock()
	p.Mu.Lock()
}

// Append locks p unless the caller has.
func (p *Page) Append(s string, locked bool) {
	if !locked {
		p.Mu.Lock()
		defer p.Mu.Unlock()
	}
	p.Text += s
}

// Global state.
var stateMu sync.Mutex

func WithState(f func()) {
	stateMu.Lock()
	defer stateMu.Unlock()
	f()
}

func State() {
	stateMu.Lock()
	stateMu.Unlock()
}

// Die never returns: the analysis ctrlflow has the fact about that.
func Die(code int) {
	syscall.Exit(code)
	panic("unreachable")
}

// A Box is generic.
type Box[T any] struct { // want Box:`Set: acquires arg0\.Mu`
	Mu sync.Mutex
	v  T
}

func (b *Box[T]) Set(v T) {
	b.Mu.Lock()
	defer b.Mu.Unlock()
	b.v = v
}

// Embedded, and locked by its promoted methods elsewhere.
type Base struct { // want Base:`Incr: acquires arg0\.Mutex`
	sync.Mutex
	N int
}

func (b *Base) Incr() {
	b.Lock()
	b.N++
	b.Unlock()
}

// Nobody outside can hold the lock of a Counter when they call Add, which therefore has nothing
// to tell them.
type Counter struct {
	mu sync.Mutex
	n  int
}

func (c *Counter) Add(n int) {
	c.mu.Lock()
	c.n += n
	c.mu.Unlock()
}

// The lock of a variable that is not exported is out of reach, too, whatever its field is called.
var registry struct {
	sync.Mutex
	names []string
}

func Register(name string) {
	registry.Lock()
	defer registry.Unlock()
	registry.names = append(registry.names, name)
}

// Hooks are run by Fire. Nobody outside knows what is in before. Whether it is loud or
// not, After is called.
type Hooks struct { // want Hooks:`^Fire: calls arg0\.After; calls arg2$`
	After  func()
	before func()
}

func (h *Hooks) Fire(loud bool, done func()) {
	defer done()
	h.before()
	if loud {
		println("fire")
		h.After()
		return
	}
	h.After()
}
