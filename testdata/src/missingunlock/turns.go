package missingunlock

import (
	"slices"
	"sync"
)

// Elements of a loop that a variable of the turn holds, since a literal captures it.

type alarm struct {
	mu    sync.Mutex
	state int
	ring  func()
}

func ringAll(alarms []*alarm) (rung int) {
	for _, a := range alarms {
		a.mu.Lock() // want `a\.mu is still locked when the next iteration begins; other paths unlock it`
		switch a.state {
		case 1:
			a.mu.Unlock()
			continue
		case 2:
			a.state = 1
			continue
		}
		a.state = 2
		a.mu.Unlock()
		rung++
		go func() {
			a.ring()
			a.mu.Lock()
			a.state = 0
			a.mu.Unlock()
		}()
	}
	return rung
}

// Fine: literals that are kept unlock it.
func hushAll(alarms []*alarm) {
	var undo []func()
	for _, a := range alarms {
		a.mu.Lock()
		if a.state == 1 {
			undo = append(undo, func() { a.mu.Unlock() })
			continue
		}
		a.mu.Unlock()
	}
	for _, u := range undo {
		u()
	}
}

// Fine: whoever receives the alarm unlocks it.
func passAll(alarms []*alarm, busy chan *alarm) {
	for _, a := range alarms {
		a.mu.Lock()
		if a.state == 1 {
			select {
			case busy <- a:
				continue
			default:
			}
		}
		a.mu.Unlock()
	}
}

// Fine: the loop keeps what it locks, and unlocks on its way out only.
func lockAlarms(alarms []*alarm) bool {
	for i, a := range alarms {
		a.mu.Lock()
		if a.state == 3 {
			for _, b := range alarms[:i+1] {
				b.mu.Unlock()
			}
			return false
		}
	}
	return true
}

func unlockAlarms(alarms []*alarm) {
	for _, a := range alarms {
		a.mu.Unlock()
	}
}

func withAlarms(alarms []*alarm, f func()) bool {
	if !lockAlarms(alarms) {
		return false
	}
	defer unlockAlarms(alarms)
	f()
	return true
}

// Fine: the first n stay locked until the second loop.
func spend(alarms []*alarm, budget int) (n int) {
	for _, a := range alarms {
		a.mu.Lock()
		if a.state > budget {
			a.mu.Unlock()
			continue
		}
		budget -= a.state
		alarms[n] = a
		n++
	}
	for _, a := range alarms[:n] {
		a.state = 0
		a.mu.Unlock()
	}
	return n
}

// But a second loop that locks what it unlocks shows nothing.
func spendTwice(alarms []*alarm) {
	for _, a := range alarms {
		a.mu.Lock() // want `a\.mu is still locked when the next iteration begins; other paths unlock it`
		if a.state == 1 {
			continue
		}
		a.mu.Unlock()
	}
	for _, a := range alarms {
		a.mu.Lock()
		a.state = 0
		a.mu.Unlock()
	}
}

func settleLoud(sirens []*siren, loud map[*siren]bool) {
	mark(sirens, loud)
	settle(sirens)
}

// Fine: a loud siren stays locked until settle.
type siren struct {
	mu  sync.Mutex
	due bool
}

func mark(sirens []*siren, loud map[*siren]bool) {
	for _, s := range sirens {
		s.mu.Lock()
		if !loud[s] {
			s.mu.Unlock()
			continue
		}
		s.due = true
	}
}

func settle(sirens []*siren) {
	for _, s := range sirens {
		if s.due {
			s.due = false
			s.mu.Unlock()
		}
	}
}

// Fine: an iterator gives the elements back.
type lamp struct{ mu sync.Mutex }

func withLamps(lamps []*lamp, f func()) {
	var held []*lamp
	defer func() {
		for _, l := range slices.Backward(held) {
			l.mu.Unlock()
		}
	}()
	for _, l := range lamps {
		l.mu.Lock()
		held = append(held, l)
		if l == lamps[0] {
			return
		}
	}
	f()
}

func alarmed(alarms []*alarm) int {
	spendTwice(alarms)
	return ringAll(alarms)
}

// A block that is full stays locked when the next one is tried.
type chunk struct {
	mu   sync.Mutex
	used int
	dead bool
}

func alloc(head func() *chunk, grow func() (*chunk, error), n int) (off int, err error) {
retry:
	c := head()
	if c == nil {
		if c, err = grow(); err != nil {
			return 0, err
		}
	}
	c.mu.Lock() // want `c\.mu is still locked when the next iteration begins; other paths unlock it`
	if c.dead {
		c.mu.Unlock()
		goto retry
	}
	if c.used+n > 100 {
		goto retry
	}
	off = c.used
	c.used += n
	c.mu.Unlock()
	return off, nil
}

// Fine: the chunk before is unlocked in the next turn.
func walkChunks(head *chunk, next func(*chunk) *chunk) {
	var last *chunk
	for c := head; c != nil; c = next(c) {
		c.mu.Lock()
		if last != nil {
			last.mu.Unlock()
		}
		last = c
	}
	if last != nil {
		last.mu.Unlock()
	}
}

// Fine: each element of the list is unlocked when the next one is locked, the last two at the end.
type strung struct {
	mu   sync.Mutex
	name string
	next *strung
}

func (b *strung) cut(name string) bool {
	prev := b
	prev.mu.Lock()
	cur := prev.next
	if cur != nil {
		cur.mu.Lock()
	}
	defer func() {
		if cur != nil {
			cur.mu.Unlock()
		}
		prev.mu.Unlock()
	}()
	for cur != nil {
		if cur.name == name {
			prev.next = cur.next
			return true
		}
		next := cur.next
		if next != nil {
			next.mu.Lock()
		}
		prev.mu.Unlock()
		prev, cur = cur, next
	}
	return false
}

// The elements on the way stay locked.
type threaded struct {
	mu   sync.Mutex
	name string
	next *threaded
}

func (b *threaded) rename(from, to string) {
	for c := b.next; c != nil; c = c.next {
		c.mu.Lock() // want `c\.mu is still locked when the next iteration begins; other paths unlock it`
		if c.name != from {
			continue
		}
		c.name = to
		c.mu.Unlock()
	}
} // want `end of function with c\.mu still locked`

// Fine: the page that is locked is in the cursor, which unlocks it when it goes on, or is closed.
type leafPage struct {
	mu   sync.RWMutex
	keys []int
	next *leafPage
}

type pageCursor struct {
	cur *leafPage
	pos int
}

func openCursor(first *leafPage) *pageCursor {
	first.mu.RLock()
	return &pageCursor{cur: first}
}

func (c *pageCursor) close() {
	if c.cur != nil {
		c.cur.mu.RUnlock()
		c.cur = nil
	}
}

func (c *pageCursor) next() (int, bool) {
	for c.cur != nil {
		if c.pos < len(c.cur.keys) {
			c.pos++
			return c.cur.keys[c.pos-1], true
		}
		nx := c.cur.next
		if nx != nil {
			nx.mu.RLock()
		}
		c.cur.mu.RUnlock()
		c.cur, c.pos = nx, 0
	}
	return 0, false
}

func ScanPages(first *leafPage, limit int) (out []int) {
	c := openCursor(first)
	defer c.close()
	for len(out) < limit {
		k, ok := c.next()
		if !ok {
			break
		}
		out = append(out, k)
	}
	return out
}

func addKey(p *leafPage, k int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = append(p.keys, k)
}
