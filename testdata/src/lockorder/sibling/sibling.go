// Package sibling has functions in fields that are methods of what is in another field of the struct.
package sibling

import "sync"

type batch struct {
	sync.Mutex
	rows map[int]bool
}

type txn struct{ b *batch }

func (t *txn) end() { t.b.Unlock() }

func (b *batch) begin() *txn {
	b.Lock()
	return &txn{b}
}

type lessor struct {
	mu    sync.Mutex
	held  map[int]bool
	b     *batch
	begin func() *txn
}

func newLessor() *lessor {
	b := &batch{rows: make(map[int]bool)}
	return &lessor{held: make(map[int]bool), b: b, begin: b.begin}
}

func (l *lessor) grant(id int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held[id] = true
	l.b.Lock() // want `locks lessor.mu, then batch.Mutex, and .*revoke .* in the opposite order: can deadlock`
	defer l.b.Unlock()
	l.b.rows[id] = true
}

func (l *lessor) revoke(id int) {
	t := l.begin()
	l.mu.Lock()
	delete(l.held, id)
	l.mu.Unlock()
	t.end()
}

// The batch that this one begins is another one than that which it has.
type leaser struct {
	mu    sync.Mutex
	held  map[int]bool
	b     *batch2
	begin func() *txn2
}

type batch2 struct {
	sync.Mutex
	rows map[int]bool
}

type txn2 struct{ b *batch2 }

func (t *txn2) end() { t.b.Unlock() }

func (b *batch2) start() *txn2 {
	b.Lock()
	return &txn2{b}
}

func newLeaser() *leaser {
	b, other := &batch2{rows: make(map[int]bool)}, new(batch2)
	return &leaser{held: make(map[int]bool), b: b, begin: other.start}
}

func (l *leaser) twice(id int) {
	l.b.Lock()
	l.begin().end()
	l.b.Unlock()
}

func (l *lessor) twice(id int) {
	l.b.Lock()
	l.begin().end() // a deadlock, which doublelock reports
	l.b.Unlock()
}

var _, _ = newLessor, newLeaser
