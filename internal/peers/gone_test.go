package peers_test

import "testing"

// conn sends with its lock held to a goroutine that writes, which may fail.
const conn = `import "io"
type T struct { mu sync.Mutex; w io.Writer; ch chan []byte; n int; dead bool }
func (t *T) send(b []byte) {
	t.mu.Lock()
	t.ch <- b // @wait
	t.mu.Unlock()
}
`

// once starts the receiver where it makes the channel.
const once = `func New(w io.Writer) *T { t := &T{w: w, ch: make(chan []byte)}; go t.run(); return t }
`

func TestEnded(t *testing.T) {
	const free = "t.mu: it may end: acts-without-lock, (*T).run at @receive"
	const run = `
func (t *T) run() {
	for b := range t.ch { // @receive
		if _, err := t.w.Write(b); err != nil {
			return // @end
		}
	}
}`
	check(t, []row{
		{"without a word", conn + once + run,
			"t.mu: range at @receive: its goroutine may have ended at @end"},
		{"with a word to a log", conn + once + `
func (t *T) run() {
	for b := range t.ch { // @receive
		if _, err := t.w.Write(b); err != nil {
			println(err.Error())
			return // @end
		}
	}
}`,
			"t.mu: range at @receive: its goroutine may have ended at @end"},
		{"with a flag for others", conn + once + `
func (t *T) run() {
	for b := range t.ch { // @receive
		if _, err := t.w.Write(b); err != nil {
			t.dead = true
			return
		}
	}
}`, free},
		{"with a flag that a deferred call sets", conn + once + `
func (t *T) run() {
	defer func() { t.dead = true }()
	for b := range t.ch { // @receive
		if _, err := t.w.Write(b); err != nil {
			return
		}
	}
}`, free},
		{"as its message says", conn + once + `
func (t *T) run() {
	for b := range t.ch { // @receive
		if b == nil {
			return
		}
	}
}`, free},
		{"receiving what is left", conn + once + `
func (t *T) run() {
	for b := range t.ch { // @receive
		if _, err := t.w.Write(b); err != nil {
			break
		}
	}
	for range t.ch {
	}
}`,
			"t.mu: it may end: acts-without-lock, (*T).run at @receive"},
		{"and started again", conn + `
func New(w io.Writer) *T { return &T{w: w, ch: make(chan []byte)} }
func (t *T) watch() { for { go t.run() } }` + run, free},
		{"one of many", conn + `
func New(w io.Writer) *T { t := &T{w: w, ch: make(chan []byte)}; go t.run(); go t.run(); return t }` + run, free},
		{"going on after the failure", conn + once + `
func (t *T) run() {
	for b := range t.ch { // @receive
		if _, err := t.w.Write(b); err != nil {
			continue
		}
	}
}`, free},
	})
}

func TestContextEnds(t *testing.T) {
	const src = `import "context"
type T struct { mu sync.Mutex; ch chan int }
func New(ctx context.Context, f func(%s) error) *T {
	t := &T{ch: make(chan int)}
	go func() {
		for range t.ch { // @receive
			if err := f(%s); err != nil {
				return // @end
			}
		}
	}()
	return t
}
func (t *T) send() {
	t.mu.Lock()
	t.ch <- 1 // @wait
	t.mu.Unlock()
}`
	check(t, []row{
		{"a call with a context", sprintf(src, "context.Context", "ctx"),
			"t.mu: it may end: acts-without-lock, New.func1 at @receive"},
		{"a call without", sprintf(src, "", ""),
			"t.mu: range at @receive: its goroutine may have ended at @end"},
	})
}

// The receiver has left its loop, and wants the lock before it tells anybody.
func TestLeftLoop(t *testing.T) {
	const free = "t.mu: it may end: acts-without-lock, (*T).run at @receive"
	const wants = "t.mu: range at @receive: its goroutine may have left, and need the lock at @lock"
	check(t, []row{
		{"in its function", conn + once + `
func (t *T) run() {
	for b := range t.ch { // @receive
		if _, err := t.w.Write(b); err != nil {
			t.mu.Lock() // @lock
			t.dead = true
			t.mu.Unlock()
			return
		}
	}
}`, wants},
		{"in a deferred call", conn + once + `
func (t *T) run() {
	defer t.end()
	for b := range t.ch { // @receive
		if _, err := t.w.Write(b); err != nil {
			return
		}
	}
}
func (t *T) end() {
	t.mu.Lock() // @lock
	t.dead = true
	t.mu.Unlock()
}`, wants},
		{"after it has told somebody", conn + once + `
var failed bool
func (t *T) run() {
	for b := range t.ch { // @receive
		if _, err := t.w.Write(b); err != nil {
			failed = true
			t.mu.Lock()
			t.dead = true
			t.mu.Unlock()
			return
		}
	}
}`, free},
		{"in a callee that tells first", conn + once + `
var failed bool
func (t *T) run() {
	for b := range t.ch { // @receive
		if _, err := t.w.Write(b); err != nil {
			t.end()
			return
		}
	}
}
func (t *T) end() {
	failed = true
	t.mu.Lock()
	t.dead = true
	t.mu.Unlock()
}`, free},
		{"another lock", conn + once + `
var other sync.Mutex
func (t *T) run() {
	for b := range t.ch { // @receive
		if _, err := t.w.Write(b); err != nil {
			other.Lock()
			t.dead = true
			other.Unlock()
			return
		}
	}
}`, free},
	})
}

// The receiver takes itself off the list in which the sender, with the lock held, has found it.
func TestLeftList(t *testing.T) {
	const bus = `
type B struct { mu sync.Mutex; subs map[*S]bool; n int }
type S struct { b *B; ch chan int; quit chan bool }
func (b *B) add() *S {
	s := &S{b: b, ch: make(chan int), quit: make(chan bool)}
	b.mu.Lock()
	b.subs[s] = true
	b.mu.Unlock()
	go s.run()
	return s
}
func (b *B) publish() {
	b.mu.Lock()
	for s := range b.subs {
		s.ch <- 1 // @wait
	}
	b.mu.Unlock()
}
func (s *S) Stop() { close(s.quit) }
`
	const run = `
func (s *S) run() {
	for {
		select { // @select
		case <-s.ch: // @receive
		case <-s.quit:
			s.b.drop(s)
			return
		}
	}
}
func (b *B) drop(s *S) {
	b.mu.Lock() // @lock
`
	check(t, []row{
		{"it takes itself off", bus + run + `delete(b.subs, s)
	b.mu.Unlock()
}`,
			"b.mu: receive at @receive: its goroutine may have left, and need the lock at @lock"},
		{"it locks for something else", bus + run + `b.n++
	b.mu.Unlock()
}`,
			"b.mu: it may end: acts-without-lock, (*S).run at @select"},
		{"it leaves when the channel is closed only", bus + `
func (s *S) run() {
	for range s.ch { // @receive
	}
	s.b.mu.Lock()
	delete(s.b.subs, s)
	s.b.mu.Unlock()
}`,
			"b.mu: it may end: acts-without-lock, (*S).run at @receive"},
	})
}

// A waiter gives up, and its channel stays on the list.
func TestGivenUp(t *testing.T) {
	const calls = `import "time"
type T struct { mu sync.Mutex; waiters []chan int; n int }
func (t *T) wake() {
	t.mu.Lock()
	for _, w := range t.waiters {
		w <- 1 // @wait
	}
	t.waiters = nil
	t.mu.Unlock()
}
func (t *T) wait() bool {
	w := make(chan int%s) // @make
	t.mu.Lock()
	t.waiters = append(t.waiters, w)
	t.mu.Unlock()
	select { // @select
	case <-w: // @receive
		return true
	case <-time.After(1):
		%s
		return false // @end
	}
}`
	check(t, []row{
		{"without a word", sprintf(calls, "", ""),
			"t.mu: receive at @receive: its goroutine may have ended at @end"},
		{"to say so with the lock", sprintf(calls, "", `t.mu.Lock() // @lock
		t.n++
		t.mu.Unlock()`),
			"t.mu: receive at @receive: its goroutine may have left, and need the lock at @lock"},
		{"and receives later", sprintf(calls, "", "go func() { <-w }()"),
			"t.mu: it may end: acts-without-lock, (*T).wait at @select"},
		{"with room for the message", sprintf(calls, ", 1", ""),
			"t.mu: it may end: buffer-left, t.waiters[…] is made there at @make"},
	})
}
