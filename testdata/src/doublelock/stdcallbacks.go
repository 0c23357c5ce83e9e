package doublelock

import (
	"container/heap"
	"sort"
	"sync"
)

// sort.Sort and container/heap of something that locks its owner by each Less.
type depot struct {
	mu    sync.RWMutex
	loads []string
	tons  map[string]int
}

func (d *depot) weight(load string) int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.tons[load]
}

type byWeight struct{ *depot }

func (b *byWeight) Len() int           { return len(b.loads) }
func (b *byWeight) Less(i, j int) bool { return b.weight(b.loads[i]) < b.weight(b.loads[j]) }
func (b *byWeight) Swap(i, j int)      { b.loads[i], b.loads[j] = b.loads[j], b.loads[i] }
func (b *byWeight) Push(x any)         { b.loads = append(b.loads, x.(string)) }

func (b *byWeight) Pop() any {
	last := b.loads[len(b.loads)-1]
	b.loads = b.loads[:len(b.loads)-1]
	return last
}

func (d *depot) store(load string, tons int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tons[load] = tons
	d.loads = append(d.loads, load)
	sort.Sort(&byWeight{d}) // want `d\.mu is read-locked at stdcallbacks\.go:\d+ by \(\*depot\)\.weight, which deadlocks: it is locked for writing since stdcallbacks\.go:\d+`
}

func (d *depot) lightest() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	h := &byWeight{d}
	heap.Init(h) // want `d\.mu is read-locked`
	return heap.Pop(h).(string)
}

// Fine: the elements have locks of their own.
type porter struct {
	mu   sync.Mutex
	bags int
}

func (p *porter) load() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bags
}

type porters []*porter

func (p porters) Len() int           { return len(p) }
func (p porters) Less(i, j int) bool { return p[i].load() < p[j].load() }
func (p porters) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }

type hotel struct {
	mu      sync.Mutex
	porters porters
}

func (h *hotel) idle() *porter {
	h.mu.Lock()
	defer h.mu.Unlock()
	sort.Sort(h.porters)
	return h.porters[0]
}
