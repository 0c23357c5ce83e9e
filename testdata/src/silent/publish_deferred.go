package silent

import "sync"

// An object that gets known at the end of the function, in a deferred call or literal, is
// nobody else's before.

type badge struct {
	mu sync.Mutex
	no int
}

var (
	badges   = map[int]*badge{}
	badgesMu sync.Mutex
	printer  sync.Mutex
)

func (b *badge) publish() {
	badgesMu.Lock()
	defer badgesMu.Unlock()
	badges[b.no] = b
}

func hang(b *badge) { b.publish() }

func newBadge(no int) {
	b := &badge{no: no}
	defer hang(b)
	printer.Lock()
	b.mu.Lock()
	b.no++
	b.mu.Unlock()
	printer.Unlock()
}

func newBadgeLiteral(no int) {
	b := &badge{no: no}
	defer func() {
		badgesMu.Lock()
		badges[b.no] = b
		badgesMu.Unlock()
	}()
	printer.Lock()
	b.mu.Lock()
	b.no++
	b.mu.Unlock()
	printer.Unlock()
}

func printBadge(no int) {
	badgesMu.Lock()
	b := badges[no]
	badgesMu.Unlock()
	b.mu.Lock()
	printer.Lock()
	println(b.no)
	printer.Unlock()
	b.mu.Unlock()
}

// A variable that another literal changes is not what it was when the first was made.

type valve struct {
	mu     sync.Mutex
	opened func()
	n      int
}

func newValve(a, b *valve) *valve {
	v := a
	v.opened = func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.n++
	}
	swap := func() { v = b }
	swap()
	return a
}

func (v *valve) open() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.opened()
}
