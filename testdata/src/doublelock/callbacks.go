package doublelock

import (
	"container/heap"
	"io/fs"
	"path/filepath"
	"slices"
	"sort"
	"sync"
	"time"
)

// sync.Once runs its argument before it returns.
type plugin struct {
	mu     sync.Mutex
	once   sync.Once
	loaded bool
}

func (p *plugin) load() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.once.Do(func() { // want `p\.mu is locked again`
		p.mu.Lock()
		p.loaded = true
		p.mu.Unlock()
	})
}

func (p *plugin) setup() {
	p.mu.Lock()
	p.loaded = true
	p.mu.Unlock()
}

func (p *plugin) start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.once.Do(p.setup) // want `p\.mu is locked again`
}

// Comparators.
type ranking struct {
	mu     sync.RWMutex
	names  []string
	scores map[string]int
}

func (r *ranking) score(name string) int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.scores[name]
}

func (r *ranking) sort() {
	r.mu.Lock()
	defer r.mu.Unlock()
	sort.Slice(r.names, func(i, j int) bool { // want `r\.mu is read-locked at callbacks\.go:\d+ by \(\*ranking\)\.score, which deadlocks: it is locked for writing since callbacks\.go:\d+`
		return r.score(r.names[i]) < r.scores[r.names[j]]
	})
}

func (r *ranking) sortStable() {
	r.mu.Lock()
	defer r.mu.Unlock()
	slices.SortStableFunc(r.names, func(a, b string) int { // want `r\.mu is read-locked`
		return r.scores[a] - r.score(b)
	})
}

// Fine: the comparator does without.
func (r *ranking) sortPlain() {
	r.mu.Lock()
	defer r.mu.Unlock()
	sort.Slice(r.names, func(i, j int) bool { return r.scores[r.names[i]] < r.scores[r.names[j]] })
}

// sort.Sort calls the methods of its argument.
type byScore struct {
	r     *ranking
	names []string
}

func (b byScore) Len() int           { return len(b.names) }
func (b byScore) Swap(i, j int)      { b.names[i], b.names[j] = b.names[j], b.names[i] }
func (b byScore) Less(i, j int) bool { return b.r.scores[b.names[i]] < b.r.scores[b.names[j]] }

func (r *ranking) sortByInterface() {
	r.mu.Lock()
	defer r.mu.Unlock()
	sort.Sort(byScore{r, r.names})
}

// Tree walks.
type usage struct {
	mu    sync.Mutex
	bytes map[string]int64
}

func (u *usage) add(path string, n int64) {
	u.mu.Lock()
	u.bytes[path] += n
	u.mu.Unlock()
}

func (u *usage) scan(root string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error { // want `u\.mu is locked again at callbacks\.go:\d+ by \(\*usage\)\.add`
		if err != nil {
			return err
		}
		u.add(path, 1)
		return nil
	})
}

// sync.Pool.New.
type buffers struct {
	mu   sync.Mutex
	made int
	pool sync.Pool
}

func newBuffers() *buffers {
	b := &buffers{}
	b.pool.New = func() any {
		b.mu.Lock()
		b.made++
		b.mu.Unlock()
		return new([]byte)
	}
	return b
}

func (b *buffers) get() *[]byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pool.Get().(*[]byte) // want `b\.mu is locked again`
}

func (b *buffers) put(buf *[]byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pool.Put(buf)
}

// sync.Map.Range.
type presence struct {
	mu    sync.Mutex
	users sync.Map
	n     int
}

func (p *presence) recount() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n = 0
	p.users.Range(func(_, _ any) bool { // want `p\.mu is locked again`
		p.mu.Lock()
		p.n++
		p.mu.Unlock()
		return true
	})
}

// Fine: another goroutine runs it.
type alarm struct {
	mu    sync.Mutex
	timer *time.Timer
	rings int
}

func (a *alarm) set(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.timer = time.AfterFunc(d, func() {
		a.mu.Lock()
		a.rings++
		a.mu.Unlock()
	})
}

func (a *alarm) group(wg *sync.WaitGroup) {
	a.mu.Lock()
	defer a.mu.Unlock()
	wg.Go(func() {
		a.mu.Lock()
		a.rings++
		a.mu.Unlock()
	})
}

// sort.Sort and container/heap call the methods of their argument.
type agenda struct {
	mu    sync.Mutex
	tasks []int
}

func (a *agenda) Len() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.tasks)
}
func (a *agenda) Swap(i, j int)      { a.tasks[i], a.tasks[j] = a.tasks[j], a.tasks[i] }
func (a *agenda) Less(i, j int) bool { return a.tasks[i] < a.tasks[j] }
func (a *agenda) Push(x any)         { a.tasks = append(a.tasks, x.(int)) }
func (a *agenda) Pop() any           { return nil }

func (a *agenda) sort() {
	a.mu.Lock()
	defer a.mu.Unlock()
	sort.Sort(a) // want `a\.mu is locked again at callbacks\.go:\d+ by \(\*agenda\)\.Len`
}

func (a *agenda) add(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	heap.Push(a, n) // want `a\.mu is locked again at callbacks\.go:\d+ by \(\*agenda\)\.Len`
}

// A function that is run with the lock of the caller held, or without.
type barrel struct {
	mu sync.Mutex
	n  int
}

func (b *barrel) get() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.n
}

func (b *barrel) each(f func(), quick bool) {
	if quick {
		f()
		return
	}
	b.mu.Unlock()
	f()
	b.mu.Lock()
}

func (b *barrel) run() {
	b.mu.Lock()
	b.each(func() { b.get() }, true) // want `b\.mu is locked again`
	b.each(func() { b.get() }, false)
	b.mu.Unlock()
}

// Handlers in the slices of a map, one for each topic.
type topics struct {
	mu   sync.RWMutex
	subs map[string][]func(string)
	n    int
}

func newTopics() *topics { return &topics{subs: make(map[string][]func(string))} }

func (t *topics) subscribe(topic string, h func(string)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.subs[topic] = append(t.subs[topic], h)
}

func (t *topics) publish(topic, text string) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, h := range t.subs[topic] {
		h(text) // want `t.mu is locked for writing at callbacks.go:\d+ by \(\*topics\).subscribe, which deadlocks: it is read-locked since callbacks.go:\d+`
	}
}

func (t *topics) join() {
	t.subscribe("join", func(name string) {
		t.subscribe(name, func(string) {})
	})
}

// Silent: these are called without the lock.
func (t *topics) tell(topic, text string) {
	t.mu.RLock()
	all := slices.Clone(t.subs[topic])
	t.mu.RUnlock()
	for _, h := range all {
		h(text)
	}
}
