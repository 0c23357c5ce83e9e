// Package silent holds what guardedby must leave alone.
package silent

import (
	"sort"
	"sync"
	"sync/atomic"
)

// Constructors, builders and options.
type T struct {
	mu    sync.Mutex
	m     map[string]int
	n     int
	opt   int
	ready atomic.Bool
	count int64
	list  []int
}

type Option func(*T)

func WithOpt(n int) Option { return func(t *T) { t.opt = n } }

func New(opts ...Option) *T {
	t := &T{m: make(map[string]int)}
	for _, o := range opts {
		o(t)
	}
	t.fill()
	t.mu.Lock()
	t.n = 1
	t.mu.Unlock()
	t.n = 2
	return t
}

// fill is run by the constructor only, with an object that nobody else knows.
func (t *T) fill() {
	t.m["a"] = 1
	t.mu.Lock()
	t.m["b"] = 2
	t.mu.Unlock()
}

func (t *T) Put(k string) {
	t.mu.Lock()
	t.m[k] = 1
	t.n++
	t.opt++
	t.put(k)
	t.mu.Unlock()
}

// Callers hold the lock.
func (t *T) put(k string) { t.m[k] = t.n }

// Exported, and all calls of the package hold it.
func (t *T) Each(f func(string)) {
	for k := range t.m {
		f(k)
	}
}

func (t *T) All(f func(string)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Each(f)
}

// GetLocked says so in its name.
func (t *T) GetLocked(k string) int { return t.m[k] }

// Peek returns n. The lock must be held.
func (t *T) Peek() int { return t.n }

// Raw is not safe for concurrent use.
func (t *T) Raw() int { return t.n }

// String is called by printers.
func (t *T) String() string { return string(rune(t.n)) }

// An atomic flag hands over.
func (t *T) Done() int {
	if t.ready.Load() {
		return t.n
	}
	return 0
}

// Used through package atomic elsewhere.
func (t *T) Count() int64 {
	atomic.AddInt64(&t.count, 1)
	t.mu.Lock()
	t.count++
	t.mu.Unlock()
	return t.count
}

// A literal that is run under the lock.
func (t *T) Sort() {
	t.mu.Lock()
	sort.Slice(t.list, func(i, j int) bool { return t.list[i] < t.list[j] })
	t.mu.Unlock()
}

func (t *T) Add(i int) {
	t.mu.Lock()
	t.list = append(t.list, i)
	t.list[0] = i
	t.mu.Unlock()
}

// Objects out of a channel belong to the receiver.
func Recv(c chan *T) {
	t := <-c
	t.mu.Lock()
	t.n++
	t.mu.Unlock()
	t.n++
}

// A lock handed to a goroutine that releases it.
func (t *T) Hand() {
	t.mu.Lock()
	go func() {
		defer t.mu.Unlock()
		t.n++
	}()
}

// Two locks: readers have any of them, writers both.
type Two struct {
	a, b sync.Mutex
	v    map[string]int
}

func (t *Two) Write(k string) {
	t.a.Lock()
	t.b.Lock()
	t.v[k] = 1
	t.b.Unlock()
	t.a.Unlock()
}

func (t *Two) ReadA(k string) int {
	t.a.Lock()
	defer t.a.Unlock()
	return t.v[k]
}

func (t *Two) ReadB(k string) int {
	t.b.Lock()
	defer t.b.Unlock()
	return t.v[k]
}

// A single goroutine writes and reads; others read under the lock.
type Loop struct {
	mu sync.Mutex
	n  int
}

func (l *Loop) Start() { go l.run() }

func (l *Loop) run() {
	for {
		l.mu.Lock()
		l.n++
		l.mu.Unlock()
		println(l.n)
	}
}

func (l *Loop) N() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.n
}

// Written once, by the function of a Once.
type Lazy struct {
	mu   sync.Mutex
	once sync.Once
	m    map[string]int
}

func (l *Lazy) Get(k string) int {
	l.once.Do(func() { l.m = map[string]int{} })
	l.mu.Lock()
	l.m[k] = 1
	l.mu.Unlock()
	return l.m[k]
}

// Copied under the lock, replaced as a whole by writers.
type Snapshot struct {
	mu sync.Mutex
	m  map[string]int
}

func (s *Snapshot) Store(m map[string]int) {
	s.mu.Lock()
	s.m = m
	s.mu.Unlock()
}

func (s *Snapshot) Get(k string) int {
	s.mu.Lock()
	m := s.m
	s.mu.Unlock()
	return m[k]
}

// Parts of a struct that nobody writes.
type Nested struct {
	mu   sync.Mutex
	opts struct{ name, url string }
}

func (n *Nested) SetURL(s string) {
	n.mu.Lock()
	n.opts.url = s
	n.mu.Unlock()
}

func (n *Nested) URL() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.opts.url
}

func (n *Nested) Name() string { return n.opts.name }

// Taken out of the field, and so nobody else's.
func (t *T) Drain() (sum int) {
	t.mu.Lock()
	m := t.m
	t.m = nil
	t.mu.Unlock()
	for _, n := range m {
		sum += n
	}
	return sum
}

// One struct with two names.
type Stream struct {
	mu    sync.Mutex
	queue []int
}

type handler Stream

func (s *Stream) Queue(i int) {
	s.mu.Lock()
	s.queue = append(s.queue, i)
	s.mu.Unlock()
}

func (s *Stream) Peek() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.queue[0]
}

func (h *handler) OnAcked() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.queue)
}
