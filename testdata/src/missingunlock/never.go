package missingunlock

import (
	"errors"
	"sync"
)

// A lock that nothing gives back: not the function, not its callers, and nobody else could.

type Tally struct {
	mu sync.Mutex
	rw sync.RWMutex
	n  map[string]int
}

func (t *Tally) Add(k string) {
	t.mu.Lock() // want `t\.mu is locked here and never unlocked: the next Lock blocks forever`
	t.n[k]++
}

func (t *Tally) Sum() (sum int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, n := range t.n {
		sum += n
	}
	return sum
}

func (t *Tally) Has(k string) bool {
	t.rw.RLock() // want `t\.rw is read-locked here and never unlocked: the next writer blocks forever`
	return t.n[k] > 0
}

func (t *Tally) Drop(k string) {
	t.rw.Lock()
	defer t.rw.Unlock()
	delete(t.n, k)
}

// Under a condition.
func (t *Tally) AddSafely(k string, safe bool) {
	if safe {
		t.mu.Lock() // want `t\.mu is locked here and never unlocked`
	}
	t.n[k]++
}

// TryLock the wrong way round.
func (t *Tally) TryAdd(k string) {
	if t.mu.TryLock() { // want `t\.mu is locked here and never unlocked`
		return
	}
	t.n[k]++
}

var (
	grossMu sync.Mutex
	gross   int
)

func Count() {
	grossMu.Lock() // want `grossMu is locked here and never unlocked`
	gross++
}

func Gross() int {
	grossMu.Lock()
	defer grossMu.Unlock()
	return gross
}

// In goroutines, of a field and of a local variable.
func (t *Tally) AddLater(k string) {
	go func() {
		t.mu.Lock() // want `t\.mu is locked here and never unlocked`
		t.n[k]++
	}()
}

func totalOf(xs []int) (n int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, x := range xs {
		wg.Go(func() {
			mu.Lock() // want `mu is locked here and never unlocked`
			n += x
		})
	}
	wg.Wait()
	return n
}

func blocksItsGoroutine(f func()) {
	var mu sync.Mutex
	mu.Lock() // want `mu is locked here and never unlocked`
	go func() {
		mu.Lock()
		defer mu.Unlock()
		f()
	}()
}

// One caller of a function that returns with the lock held forgets it.
type Roster struct {
	mu sync.Mutex
	m  map[string]int
}

func (r *Roster) lockAndGet(k string) int {
	r.mu.Lock()
	return r.m[k]
}

func (r *Roster) Get(k string) int {
	n := r.lockAndGet(k)
	r.mu.Unlock()
	return n
}

func (r *Roster) Peek(k string) int {
	return r.lockAndGet(k) // want `r\.mu is locked by this call \(at never\.go:\d+ by \(\*Roster\)\.lockAndGet\) and never unlocked`
}

// That others may unlock is no excuse for a function that does so itself on success and not
// where it returns an error.
type Vault struct {
	mu    sync.Mutex
	items map[string]int
}

func (v *Vault) Lock()   { v.mu.Lock() }
func (v *Vault) Unlock() { v.mu.Unlock() }

var errNoName = errors.New("no name")

func (v *Vault) Put(name string) error {
	v.mu.Lock()
	if name == "" {
		return errNoName // want `return with v\.mu still locked`
	}
	v.items[name]++
	v.mu.Unlock()
	return nil
}

// Fine: the lock is held on success, which callers see.
func (v *Vault) LockIf(name string) error {
	v.mu.Lock()
	if v.items[name] == 0 {
		v.mu.Unlock()
		return errNoName
	}
	return nil
}

// Fine: an object's life ends here, and what comes after may wait.
type Gatekeeper struct {
	mu   sync.Mutex
	shut bool
}

func (g *Gatekeeper) Shutdown() {
	g.mu.Lock()
	g.shut = true
}

func (g *Gatekeeper) Pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
}

func closeAll(gs []*Gatekeeper) {
	for _, g := range gs {
		g.Shutdown()
	}
}

// Fine: the object that is returned gives the lock back.
type Ticket struct{ o *Office }

type Office struct {
	mu sync.Mutex
	n  int
}

func (o *Office) Draw() *Ticket { o.mu.Lock(); return &Ticket{o} }
func (t *Ticket) Done()         { t.o.mu.Unlock() }

// But not for a function that has nothing to do with tickets.
func (o *Office) Call() {
	o.mu.Lock() // want `o\.mu is locked here and never unlocked`
	o.n++
}
