package peers_test

import "testing"

// One member of a WaitGroup that needs the lock is enough.
func TestWaitGroup(t *testing.T) {
	const group = `
type T struct { mu sync.Mutex; wg sync.WaitGroup; n int }
func (t *T) stop() {
	t.mu.Lock()
	t.wg.Wait() // @wait
	t.mu.Unlock()
}
`
	check(t, []row{
		{"a member with the lock", group + `
func (t *T) start() { t.wg.Add(1); go t.run() }
func (t *T) run() {
	defer t.wg.Done() // @done
	t.mu.Lock() // @lock
	t.n++
	t.mu.Unlock()
}`,
			"t.mu: Done at @done needs the lock at @lock"},
		{"a member without", group + `
func (t *T) start() { t.wg.Add(1); go t.run() }
func (t *T) run() {
	defer t.wg.Done() // @done
	t.n++
}`,
			"t.mu: it may end: acts-without-lock, (*T).run at @done"},
		{"one of two members", group + `
func (t *T) start() { t.wg.Add(2); go t.run(); go func() { t.wg.Done() }() }
func (t *T) run() {
	defer t.wg.Done() // @done
	t.mu.Lock() // @lock
	t.n++
	t.mu.Unlock()
}`,
			"t.mu: Done at @done needs the lock at @lock"},
		{"a member that has counted down by then", group + `
func (t *T) start() { t.wg.Add(1); go t.run() }
func (t *T) run() {
	t.wg.Done() // @done
	t.mu.Lock()
	t.n++
	t.mu.Unlock()
}`,
			"t.mu: it may end: acts-without-lock, (*T).run at @done"},
		{"Go, with the lock", group + `
func (t *T) start() {
	t.wg.Go(func() { // @go
		t.mu.Lock() // @lock
		t.n++
		t.mu.Unlock()
	})
}`,
			"t.mu: Go at @go needs the lock at @lock"},
		{"Go, without", group + `
func (t *T) start() {
	t.wg.Go(func() { t.n++ }) // @go
}`,
			"t.mu: it may end: acts-without-lock, (*T).start at @go"},
		{"nobody calls Done", group + `
func (t *T) start() { t.wg.Add(1) }`,
			"t.mu: nobody can end it"},
		{"nobody is counted", group,
			"t.mu: it may end: out-of-sight, t.wg"},
		{"the lock of another object", group + `
func (t *T) start(o *T) {
	t.wg.Add(1)
	go func() {
		defer t.wg.Done() // @done
		o.mu.Lock()
		o.n++
		o.mu.Unlock()
	}()
}`,
			"t.mu: it may end: acts-without-lock, (*T).start.func1 at @done"},
	})
}

// Wait of a Cond gives back the lock of the Cond and no other.
func TestCond(t *testing.T) {
	const cond = `
type T struct { outer, mu sync.Mutex; c *sync.Cond; n int }
func New() *T { t := &T{}; t.c = sync.NewCond(&t.mu); return t }
func (t *T) get() {
	t.outer.Lock()
	t.mu.Lock()
	for t.n == 0 {
		t.c.Wait() // @wait
	}
	t.mu.Unlock()
	t.outer.Unlock()
}
`
	check(t, []row{
		{"the signal needs the other lock", cond + `
func (t *T) put() {
	t.outer.Lock() // @lock
	t.mu.Lock()
	t.n++
	t.c.Signal() // @signal
	t.mu.Unlock()
	t.outer.Unlock()
}`,
			"t.outer: signal at @signal needs the lock at @lock"},
		{"it does not", cond + `
func (t *T) put() {
	t.mu.Lock()
	t.n++
	t.c.Signal() // @signal
	t.mu.Unlock()
}`,
			"t.outer: it may end: acts-without-lock, (*T).put at @signal"},
	})
}

// A call of another package waits for a goroutine that calls a function of this one.
func TestJoin(t *testing.T) {
	source := analyse(t, "x/source", `
type Source struct { In chan int; quit, done chan bool }
func (s *Source) Subscribe(f func(int)) {
	s.quit, s.done = make(chan bool), make(chan bool)
	go func() {
		defer close(s.done)
		for {
			select {
			case x := <-s.In:
				f(x)
			case <-s.quit:
				return
			}
		}
	}()
}
func (s *Source) Unsubscribe() { close(s.quit); <-s.done }
`)
	const hub = `import "x/source"
type T struct { src source.Source; mu sync.Mutex; n int }
func (t *T) start() {
	t.src.Subscribe(t.on) // @subscribe
}
func (t *T) stop() {
	t.mu.Lock()
	t.src.Unsubscribe() // @wait
	t.mu.Unlock()
}
`
	for _, r := range []row{
		{"it needs the lock", hub + `
func (t *T) on(x int) {
	t.mu.Lock() // @lock
	t.n += x
	t.mu.Unlock()
}`,
			"t.mu: served call at @subscribe needs the lock at @lock"},
		{"it needs another lock", hub + `
var other sync.Mutex
func (t *T) on(x int) { other.Lock(); t.n += x; other.Unlock() }`,
			"t.mu: it may end: objects-unknown"},
		{"it does not", hub + `
func (t *T) on(x int) { t.n += x }`,
			"t.mu: it may end: objects-unknown"},
	} {
		if got := analyse(t, "p", r.src, source).verdicts(t); got != r.want {
			t.Errorf("%s:\n\tgot  %q\n\twant %q", r.name, got, r.want)
		}
	}
}

func TestShutdown(t *testing.T) {
	const server = `import ("context"; "net/http")
type T struct { mu sync.Mutex; server *http.Server; n int }
func (t *T) start() { t.server = &http.Server{Handler: http.HandlerFunc(t.serve)}; go t.server.ListenAndServe() }
func (t *T) stop() {
	t.mu.Lock()
	t.server.Shutdown(context.Background()) // @wait
	t.mu.Unlock()
}
`
	check(t, []row{
		{"a handler with the lock", server + `
func (t *T) serve(http.ResponseWriter, *http.Request) {
	t.mu.Lock() // @lock
	t.n++
	t.mu.Unlock()
}`,
			"t.mu: handler at @lock needs the lock at @lock"},
		{"a handler without", server + `
func (t *T) serve(http.ResponseWriter, *http.Request) { t.n++ }`,
			"t.mu: it may end: acts-without-lock"},
	})
}
