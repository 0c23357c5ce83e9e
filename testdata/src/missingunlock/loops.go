package missingunlock

import "sync"

// A break out of the loop with the lock held.
type feed struct {
	mu    sync.Mutex
	posts []string
	done  bool
}

func (f *feed) drain(emit func(string)) {
	for {
		f.mu.Lock()
		if f.done {
			break
		}
		posts := f.posts
		f.posts = nil
		f.mu.Unlock()
		for _, p := range posts {
			emit(p)
		}
	}
} // want `end of function with f\.mu still locked`

// A return in a loop.
type hub struct {
	mu   sync.Mutex
	subs map[string]chan int
}

func (h *hub) send(n int) int {
	sent := 0
	h.mu.Lock()
	for _, c := range h.subs {
		select {
		case c <- n:
			sent++
		default:
			return sent // want `return with h\.mu still locked`
		}
	}
	h.mu.Unlock()
	return sent
}

// Silent shape 2: one loop locks, another unlocks.
type shard struct {
	mu sync.Mutex
	n  int
}

func total(shards []*shard) (n int) {
	for _, s := range shards {
		s.mu.Lock()
	}
	for _, s := range shards {
		n += s.n
	}
	for _, s := range shards {
		s.mu.Unlock()
	}
	return n
}

// Silent shape 2: hand-over-hand.
type listNode struct {
	mu   sync.Mutex
	key  int
	next *listNode
}

func contains(head *listNode, key int) bool {
	cur := head
	cur.mu.Lock()
	for cur.next != nil {
		next := cur.next
		next.mu.Lock()
		cur.mu.Unlock()
		cur = next
		if cur.key == key {
			cur.mu.Unlock()
			return true
		}
	}
	cur.mu.Unlock()
	return false
}

// Labelled break and continue, all fine.
type grid struct {
	mu    sync.Mutex
	cells [][]int
}

func (g *grid) find(want int) (x, y int) {
	g.mu.Lock()
search:
	for y = range g.cells {
		for x = range g.cells[y] {
			if g.cells[y][x] == want {
				break search
			}
			if g.cells[y][x] < 0 {
				continue search
			}
		}
	}
	g.mu.Unlock()
	return x, y
}

// Retry loops: the lock is free whenever the loop goes round.
type slot struct {
	mu   sync.Mutex
	busy bool
}

func (s *slot) acquire(wait func()) {
	for {
		s.mu.Lock()
		if !s.busy {
			s.busy = true
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		wait()
	}
}

// A continue that keeps the lock of this turn's object.
type request struct {
	mu        sync.Mutex
	cancelled bool
	done      bool
}

func serve(next func() *request) {
	for {
		r := next()
		r.mu.Lock() // want `r\.mu is still locked when the next iteration begins; other paths unlock it`
		if r.cancelled {
			continue
		}
		r.done = true
		r.mu.Unlock()
	}
}

type item struct {
	mu    sync.Mutex
	stale bool
}

// A continue that keeps the lock of this turn's item.
func sweep(items []*item) (n int) {
	for _, it := range items {
		it.mu.Lock() // want `it\.mu is still locked when the next iteration begins; other paths unlock it`
		if !it.stale {
			continue
		}
		it.stale = false
		n++
		it.mu.Unlock()
	}
	return n
}

// A labelled continue that skips the unlock.
type board struct {
	rows []*boardRow
}

type boardRow struct {
	mu    sync.Mutex
	cells []int
}

func (b *board) count(want int) (n int) {
rows:
	for _, r := range b.rows {
		r.mu.Lock() // want `r\.mu is still locked when the next iteration begins; other paths unlock it`
		for _, c := range r.cells {
			if c == want {
				n++
				continue rows
			}
		}
		r.mu.Unlock()
	}
	return n
}

// A function that locks all of a list and unlocks all of it, and a caller of it, release nothing for anybody else.
type lane struct {
	mu   sync.Mutex
	cars int
}

func allEmpty(lanes ...*lane) bool {
	for _, l := range lanes {
		l.mu.Lock()
	}
	defer func() {
		for _, l := range lanes {
			l.mu.Unlock()
		}
	}()
	for _, l := range lanes {
		if l.cars > 0 {
			return false
		}
	}
	return true
}

func awaitEmpty(tick <-chan struct{}, lanes ...*lane) {
	for range tick {
		if allEmpty(lanes...) {
			return
		}
	}
}

func (l *lane) enter() {
	l.mu.Lock()
	l.cars++
	l.mu.Unlock()
}

func (l *lane) passed(times []int) (last int) {
	l.mu.Lock() // want `l\.mu is locked here and never unlocked: the next Lock blocks forever`
	for _, t := range times {
		last = max(last, t+l.cars)
	}
	return last
}

// But one that only unlocks all of a list does, and so does its caller.
type shutter struct {
	mu   sync.Mutex
	open bool
}

func releaseAll(all []*shutter) {
	for _, t := range all {
		t.mu.Unlock()
	}
}

func finish(all []*shutter) {
	releaseAll(all)
}

func (t *shutter) hold() {
	t.mu.Lock()
	t.open = false
}

type candidate struct {
	mu      sync.RWMutex
	healthy bool
	load    int
}

// It keeps the best one, but not its lock.
func pick(all []*candidate) (best *candidate) {
	least := -1
	for _, c := range all {
		c.mu.RLock() // want `c\.mu is still read-locked when the next iteration begins; other paths unlock it`
		if !c.healthy {
			continue
		}
		n := c.load
		c.mu.RUnlock()
		if least < 0 || n < least {
			best, least = c, n
		}
	}
	return best
}

type rival struct {
	mu   sync.Mutex
	load int
}

// It keeps the best one with its lock.
func pickLocked(all []*rival) {
	var best *rival
	for _, c := range all {
		c.mu.Lock()
		switch {
		case best == nil:
			best = c
		case c.load < best.load:
			best.mu.Unlock()
			best = c
		default:
			c.mu.Unlock()
		}
	}
	if best != nil {
		best.load++
		best.mu.Unlock()
	}
}

// A file that is still written stays locked. What removes it from the spool afterwards keeps it nowhere.
type spooled struct {
	mu      sync.Mutex
	name    string
	writers int
}

type spools struct {
	mu    sync.Mutex
	files map[string]*spooled
	done  []*spooled
}

func (s *spools) list() (out []*spooled) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.files {
		out = append(out, f)
	}
	return out
}

func (s *spools) Sweep() (sent int) {
	for _, f := range s.list() {
		f.mu.Lock() // want `f\.mu is still locked when the next iteration begins; other paths unlock it`
		if f.writers > 0 {
			continue
		}
		f.mu.Unlock()
		s.remove(f)
		sent++
	}
	return sent
}

func (s *spools) remove(f *spooled) {
	s.mu.Lock()
	delete(s.files, f.name)
	s.mu.Unlock()
}

// Those that are kept are unlocked later.
func (s *spools) Hold() {
	for _, f := range s.list() {
		f.mu.Lock()
		if f.writers > 0 {
			s.keep(f)
			continue
		}
		f.mu.Unlock()
	}
	for _, f := range s.done {
		f.mu.Unlock()
	}
}

func (s *spools) keep(f *spooled) { s.done = append(s.done, f) }
