package doublelock

import "sync"

type player struct {
	mu    sync.Mutex
	rw    sync.RWMutex
	songs []string
}

// Silent shape 10 has its other side: an alias is the same lock.
func (p *player) next() {
	mu := &p.mu
	mu.Lock()
	defer mu.Unlock()
	p.mu.Lock() // want `p\.mu is locked again|mu is locked again`
	p.songs = p.songs[1:]
	p.mu.Unlock()
}

func (p *player) skip() {
	var l sync.Locker = &p.mu
	l.Lock()
	p.mu.Lock() // want `mu is locked again|l is locked again`
	p.songs = nil
	p.mu.Unlock()
	l.Unlock()
}

func (p *player) shuffle(by func([]string)) {
	p.rw.Lock()
	by(p.songs)
	p.rw.Unlock()
}

func (p *player) list() int {
	l := p.rw.RLocker()
	l.Lock()
	defer l.Unlock()
	p.rw.RLock() // want `read-locked again`
	defer p.rw.RUnlock()
	return len(p.songs)
}

// Two locks, one variable.
func (p *player) either(q *player, other bool) {
	mu := &p.mu
	if other {
		mu = &q.mu
	}
	mu.Lock()
	defer mu.Unlock()
	p.songs = nil
}

// One lock, swapped in order to avoid the other order.
func swap(a, b *player) {
	if len(a.songs) > len(b.songs) {
		a, b = b, a
	}
	a.mu.Lock()
	b.mu.Lock()
	a.songs, b.songs = b.songs, a.songs
	b.mu.Unlock()
	a.mu.Unlock()
}

// The variable gets another object in between.
func (p *player) chain(next func(*player) *player) {
	cur := p
	cur.mu.Lock()
	defer cur.mu.Unlock()
	cur = next(cur)
	cur.mu.Lock()
	defer cur.mu.Unlock()
	cur.songs = nil
}

// A pointer field that is stored to in between.
type handle struct{ p *player }

func (h *handle) swapIn(q *player) {
	old := h.p
	old.mu.Lock()
	defer old.mu.Unlock()
	h.p = q
	h.p.mu.Lock()
	h.p.songs = old.songs
	h.p.mu.Unlock()
}

// Embedded and promoted: one lock under two names.
type mixer struct {
	sync.Mutex
	level int
}

type desk struct {
	mixer
	on bool
}

func (d *desk) off() {
	d.Lock()
	defer d.Unlock()
	d.mixer.Lock() // want `locked again`
	d.on = false
	d.mixer.Unlock()
}

// The same lock only if provably the same value.
type shards struct {
	all [8]struct {
		mu sync.Mutex
		m  map[string]int
	}
}

func (s *shards) move(i, j int, k string) {
	s.all[i].mu.Lock()
	defer s.all[i].mu.Unlock()
	s.all[j].mu.Lock()
	defer s.all[j].mu.Unlock()
	s.all[j].m[k] = s.all[i].m[k]
}

func (s *shards) same(i int, k string) int {
	s.all[i].mu.Lock()
	defer s.all[i].mu.Unlock()
	s.all[i].mu.Lock() // want `s\.all\[i\]\.mu is locked again`
	defer s.all[i].mu.Unlock()
	return s.all[i].m[k]
}

type bucket struct {
	mu sync.Mutex
	m  map[string]int
}

type buckets struct{ all []*bucket }

func (b *buckets) of(k string) *bucket { return b.all[len(k)%len(b.all)] }

func (b *buckets) copy(from, to string) {
	b.of(from).mu.Lock()
	defer b.of(from).mu.Unlock()
	b.of(to).mu.Lock()
	defer b.of(to).mu.Unlock()
	b.of(to).m[to] = b.of(from).m[from]
}

// Maps: a key that is the same constant or variable, with no store between.
type named struct{ locks map[string]*sync.Mutex }

func (n *named) pair(a, b string) {
	n.locks[a].Lock()
	defer n.locks[a].Unlock()
	n.locks[b].Lock()
	defer n.locks[b].Unlock()
}
