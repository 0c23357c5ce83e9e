package lockorder

import (
	"cmp"
	"sync"
	"unsafe"
)

type acct struct {
	mu       sync.Mutex
	id       int
	name     string
	sum      int
	parent   *acct
	children []*acct
}

func Transfer(from, to *acct, n int) {
	from.mu.Lock()
	defer from.mu.Unlock()
	to.mu.Lock() // want `Transfer locks from\.mu, then to\.mu, in the order they are passed: a second call with the two swapped can deadlock`
	defer to.mu.Unlock()
	from.sum -= n
	to.sum += n
}

func (a *acct) Give(to *acct, n int) {
	if a == to {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	to.take(n) // want `\(\*acct\)\.Give locks a\.mu, then to\.mu, in the order they are passed: a second call with the two swapped can deadlock`
}

func (a *acct) take(n int) {
	a.mu.Lock()
	a.sum += n
	a.mu.Unlock()
}

// The order of the two is decided.
func ByID(a, b *acct) {
	if a.id > b.id {
		a, b = b, a
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
}

func ByName(a, b *acct) {
	if cmp.Compare(a.name, b.name) < 0 {
		a.mu.Lock()
		b.mu.Lock()
	} else {
		b.mu.Lock()
		a.mu.Lock()
	}
	a.mu.Unlock()
	b.mu.Unlock()
}

func ByAddress(a, b *acct) {
	if uintptr(unsafe.Pointer(a)) < uintptr(unsafe.Pointer(b)) {
		a.mu.Lock()
		b.mu.Lock()
	} else {
		b.mu.Lock()
		a.mu.Lock()
	}
	a.mu.Unlock()
	b.mu.Unlock()
}

func InHelper(a, b *acct) {
	lockBoth(a, b)
	a.mu.Unlock()
	b.mu.Unlock()
}

func lockBoth(a, b *acct) {
	if a.id > b.id {
		a, b = b, a
	}
	a.mu.Lock()
	b.mu.Lock()
}

// A parent comes before its child.
func (a *acct) Add(child *acct) {
	a.mu.Lock()
	defer a.mu.Unlock()
	child.mu.Lock()
	defer child.mu.Unlock()
	child.parent = a
}

func (a *acct) Root() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.parent != nil {
		a.parent.mu.Lock()
		defer a.parent.mu.Unlock()
	}
	for _, c := range a.children {
		c.mu.Lock()
		c.mu.Unlock()
	}
	return 0
}

// One lock for all transfers.
type ledger struct {
	mu sync.Mutex
}

func (l *ledger) Transfer(a, b *acct) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
}

// Only its callers know the order.
func ordered(a, b *acct) {
	a.mu.Lock()
	b.mu.Lock()
	b.mu.Unlock()
	a.mu.Unlock()
}

func UsesOrdered(a, b *acct) {
	if a.id < b.id {
		ordered(a, b)
	} else {
		ordered(b, a)
	}
}

// Sets that read each other.
type set struct {
	mu sync.RWMutex
	m  map[int]bool
}

func (s *set) Equal(o *set) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	o.mu.RLock() // want `set\.Equal locks s\.mu, then o\.mu, as they are passed: a call with the two swapped can deadlock if a writer waits`
	defer o.mu.RUnlock()
	return len(s.m) == len(o.m)
}

func (s *set) Put(k int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[k] = true
}

// Looked up by two arguments.
type accts struct {
	mu sync.RWMutex
	m  map[string]*acct
}

func (as *accts) Move(from, to string, n int) {
	as.m[from].mu.Lock()
	defer as.m[from].mu.Unlock()
	as.m[to].mu.Lock() // want `accts\.Move locks as\.m\[from\]\.mu, then as\.m\[to\]\.mu, as they are passed: a call with the two swapped can deadlock`
	defer as.m[to].mu.Unlock()
}

// Its only callers pass looked-up elements, or always the same two.
func move(a, b *acct) {
	a.mu.Lock()
	defer a.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
}

func Shuffle(all []*acct, i, j int) {
	move(all[i], all[j]) // want `Shuffle locks all\[i\]\.mu, then all\[j\]\.mu, in the order they are passed: a second call with the two swapped can deadlock`
}

func hog(a, b *acct) {
	a.mu.Lock()
	defer a.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
}

func Hogs() {
	var x, y acct
	go hog(&x, &y)
	go hog(&x, &y)
}

// A comparison after both have been locked decides on nothing, nor does it help that one of them
// is known by an interface.
type pile interface{ Size() int }

type heap struct {
	sync.Mutex
	n int
}

func (h *heap) Size() int { return h.n }

func (h *heap) Bigger(o *heap) bool {
	h.Lock()
	o.Lock() // want `\(\*heap\)\.Bigger locks h, then o, in the order they are passed: a second call with the two swapped can deadlock`
	bigger := h.n > o.n
	o.Unlock()
	h.Unlock()
	return bigger
}

func (h *heap) Join(p pile) {
	o := p.(*heap)
	h.Lock()
	o.Lock() // want `\(\*heap\)\.Join locks h, then p, in the order they are passed: a second call with the two swapped can deadlock`
	h.n += o.n
	o.Unlock()
	h.Unlock()
}

// One of the two is always new: nobody passes it second.
type slab struct {
	sync.Mutex
	name string
}

func (s *slab) Replace(old *slab) {
	s.Lock()
	defer s.Unlock()
	old.Lock()
	defer old.Unlock()
	s.name = old.name
}

func (s *slab) cleaned() (*slab, error) { return newSlab(s.name), nil }

func newSlab(name string) *slab { return &slab{name: name} }

func clean(slabs []*slab) {
	for i, old := range slabs {
		s, err := old.cleaned()
		if err != nil {
			return
		}
		s.Replace(old)
		slabs[i] = s
	}
}

// Halves that only the holder of another lock comes to: the type has no name outside.
type lane struct {
	mu, closeMu sync.Mutex
	closed      bool
}

func (l *lane) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.close()
}

func (l *lane) close() {
	l.closeMu.Lock()
	defer l.closeMu.Unlock()
	if !l.closed {
		l.mu.Unlock()
		l.mu.Lock()
		l.closed = true
	}
}

type Road struct {
	mu    sync.Mutex
	lanes []*lane
}

func (r *Road) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.lanes {
		l.Close()
	}
}
