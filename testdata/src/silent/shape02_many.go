package silent

import (
	"cmp"
	"slices"
	"sync"
)

// Shape 2: many locks in loops, hand-over-hand.

type partition struct {
	mu   sync.Mutex
	id   int
	rows map[string]int
}

type partitioned struct {
	parts []*partition
	byID  map[int]*partition
}

func (p *partitioned) freeze() {
	for _, part := range p.parts {
		part.mu.Lock()
	}
}

func (p *partitioned) thaw() {
	for _, part := range p.parts {
		part.mu.Unlock()
	}
}

func (p *partitioned) total() (n int) {
	p.freeze()
	defer p.thaw()
	for _, part := range p.parts {
		n += len(part.rows)
	}
	return n
}

func (p *partitioned) some(ids []int) (n int) {
	slices.Sort(ids)
	for _, id := range ids {
		p.byID[id].mu.Lock()
	}
	defer func() {
		for _, id := range ids {
			p.byID[id].mu.Unlock()
		}
	}()
	for _, id := range ids {
		n += len(p.byID[id].rows)
	}
	return n
}

func move(a, b *partition, key string) {
	if cmp.Compare(a.id, b.id) > 0 {
		a, b = b, a
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a != b {
		b.mu.Lock()
		defer b.mu.Unlock()
	}
	a.rows[key], b.rows[key] = b.rows[key], a.rows[key]
}

// Down a tree, a lock on the parent until the child has its own.
type leafOrNode struct {
	mu    sync.RWMutex
	key   int
	left  *leafOrNode
	right *leafOrNode
}

func (t *leafOrNode) find(key int) bool {
	t.mu.RLock()
	cur := t
	for {
		var next *leafOrNode
		switch {
		case key == cur.key:
			cur.mu.RUnlock()
			return true
		case key < cur.key:
			next = cur.left
		default:
			next = cur.right
		}
		if next == nil {
			cur.mu.RUnlock()
			return false
		}
		next.mu.RLock()
		cur.mu.RUnlock()
		cur = next
	}
}

// Removing from a list: two locks at a time.
type link struct {
	mu   sync.Mutex
	key  int
	next *link
}

func (head *link) remove(key int) bool {
	prev := head
	prev.mu.Lock()
	for cur := prev.next; cur != nil; cur = cur.next {
		cur.mu.Lock()
		if cur.key == key {
			prev.next = cur.next
			cur.mu.Unlock()
			prev.mu.Unlock()
			return true
		}
		prev.mu.Unlock()
		prev = cur
	}
	prev.mu.Unlock()
	return false
}

// Tries that are undone in reverse.
func lockEvery(parts []*partition) bool {
	for i, p := range parts {
		if !p.mu.TryLock() {
			for _, q := range parts[:i] {
				q.mu.Unlock()
			}
			return false
		}
	}
	return true
}
