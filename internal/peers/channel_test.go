package peers_test

import "testing"

// box sends with its lock held; the rest of the package says who receives.
const box = `
type T struct { mu sync.Mutex; ch chan int; n int }
func New() *T { t := &T{ch: make(chan int)}; go t.run(); return t }
func (t *T) put() {
	t.mu.Lock()
	t.ch <- 1 // @wait
	t.mu.Unlock()
}
`

func TestSend(t *testing.T) {
	check(t, []row{
		{"nobody receives", box + `
func (t *T) run() {}`,
			"t.mu: nobody can end it"},
		{"a receiver without the lock", box + `
func (t *T) run() { for { t.get() } }
func (t *T) get() {
	<-t.ch // @receive
}`,
			"t.mu: it may end: acts-without-lock, (*T).get at @receive"},
		{"a receiver with the lock", box + `
func (t *T) run() { for { t.get() } }
func (t *T) get() {
	t.mu.Lock() // @lock
	t.mu.Unlock()
	<-t.ch // @receive
}`,
			"t.mu: receive at @receive needs the lock at @lock"},
		{"the lock after the receive, in a loop", box + `
func (t *T) run() {
	for range t.ch { // @receive
		t.add()
	}
}
func (t *T) add() {
	t.mu.Lock() // @lock
	t.n++
	t.mu.Unlock()
}`,
			"t.mu: range at @receive needs the lock at @lock"},
		{"the lock after the receive, once", box + `
func (t *T) run() {
	<-t.ch // @receive
	t.mu.Lock()
	t.n++
	t.mu.Unlock()
}`,
			"t.mu: it may end: acts-without-lock, (*T).run at @receive"},
		{"another lock", box + `
var other sync.Mutex
func (t *T) run() {
	other.Lock()
	other.Unlock()
	<-t.ch // @receive
}`,
			"t.mu: it may end: acts-without-lock, (*T).run at @receive"},
		{"one of two receivers without", box + `
func (t *T) run() { t.mu.Lock(); t.mu.Unlock(); <-t.ch; go t.more() }
func (t *T) more() {
	<-t.ch // @receive
}`,
			"t.mu: it may end: acts-without-lock, (*T).more at @receive"},
		{"both receivers with the lock", box + `
func (t *T) run() {
	go t.more()
	t.mu.Lock() // @lock1
	t.mu.Unlock()
	<-t.ch // @receive1
}
func (t *T) more() {
	t.mu.Lock() // @lock2
	t.mu.Unlock()
	<-t.ch // @receive2
}`,
			"t.mu: receive at @receive1 needs the lock at @lock1; receive at @receive2 needs the lock at @lock2"},
		{"an exported method that receives", box + `
func (t *T) run() {}
func (t *T) Get() int {
	return <-t.ch // @receive
}`,
			"t.mu: it may end: acts-without-lock, (*T).Get at @receive"},
		{"a receiver that waits for one with the lock", box + `
func (t *T) run() {
	done := make(chan bool)
	go func() {
		t.mu.Lock() // @lock
		t.n++
		t.mu.Unlock()
		done <- true
	}()
	<-done // @done
	<-t.ch // @receive
}`,
			"t.mu: receive at @receive after the receive at @done, which needs the lock at @lock"},
		{"a receiver that waits for one without", box + `
func (t *T) run() {
	done := make(chan bool)
	go func() { done <- true }()
	<-done
	<-t.ch // @receive
}`,
			"t.mu: it may end: acts-without-lock, (*T).run at @receive"},
	})
}

func TestReadersOfALock(t *testing.T) {
	const reading = `
type T struct { mu sync.RWMutex; ch chan int }
func New() *T { t := &T{ch: make(chan int)}; go t.run(); return t }
func (t *T) put() {
	t.mu.RLock()
	t.ch <- 1 // @wait
	t.mu.RUnlock()
}
`
	check(t, []row{
		{"the receiver reads, too", reading + `
func (t *T) run() {
	t.mu.RLock()
	t.mu.RUnlock()
	<-t.ch // @receive
}`,
			"t.mu: it may end: acts-without-lock, (*T).run at @receive"},
		{"the receiver writes", reading + `
func (t *T) run() {
	t.mu.Lock() // @lock
	t.mu.Unlock()
	<-t.ch // @receive
}`,
			"t.mu: receive at @receive needs the lock at @lock"},
	})
}

func TestReceive(t *testing.T) {
	const receiving = `
type T struct { mu sync.Mutex; ch chan int; n int }
func New() *T { t := &T{ch: make(chan int)}; go t.run(); return t }
func (t *T) get() {
	t.mu.Lock()
	<-t.ch // @wait
	t.mu.Unlock()
}
`
	check(t, []row{
		{"nobody sends or closes", receiving + `
func (t *T) run() {}`,
			"t.mu: nobody can end it"},
		{"a sender with the lock", receiving + `
func (t *T) run() {
	t.mu.Lock() // @lock
	t.ch <- t.n // @send
	t.mu.Unlock()
}`,
			"t.mu: send at @send needs the lock at @lock"},
		{"a sender without", receiving + `
func (t *T) run() {
	t.ch <- t.n // @send
}`,
			"t.mu: it may end: acts-without-lock, (*T).run at @send"},
		{"a close with the lock", receiving + `
func (t *T) run() {
	t.mu.Lock() // @lock
	close(t.ch) // @close
	t.mu.Unlock()
}`,
			"t.mu: close at @close needs the lock at @lock"},
		{"a close without", receiving + `
func (t *T) run() {
	close(t.ch) // @close
}`,
			"t.mu: it may end: acts-without-lock, (*T).run at @close"},
		{"a close in the place of a send", receiving + `
func (t *T) run() { t.mu.Lock(); t.ch <- t.n; t.mu.Unlock() }
func (t *T) stop() {
	close(t.ch) // @close
}
func Stop(t *T) { t.stop() }`,
			"t.mu: it may end: acts-without-lock, (*T).stop at @close"},
		{"a deferred close, after the lock", receiving + `
func (t *T) run() {
	defer close(t.ch) // @close
	t.mu.Lock() // @lock
	t.n++
	t.mu.Unlock()
}`,
			"t.mu: close at @close needs the lock at @lock"},
	})
}

// A range statement ends when the channel is closed, whoever sends.
func TestRange(t *testing.T) {
	const ranging = `
type T struct { mu sync.Mutex; ch chan int; n int }
func New() *T { t := &T{ch: make(chan int)}; go t.run(); return t }
func (t *T) all() {
	t.mu.Lock()
	for x := range t.ch { // @wait
		t.n += x
	}
	t.mu.Unlock()
}
`
	check(t, []row{
		{"senders, and no close", ranging + `
func (t *T) run() { t.ch <- 1 }`,
			"t.mu: nobody can end it"},
		{"a close without the lock", ranging + `
func (t *T) run() {
	t.ch <- 1
	close(t.ch) // @close
}`,
			"t.mu: it may end: acts-without-lock, (*T).run at @close"},
		{"a close with the lock", ranging + `
func (t *T) run() {
	t.ch <- 1
	t.mu.Lock() // @lock
	close(t.ch) // @close
	t.mu.Unlock()
}`,
			"t.mu: close at @close needs the lock at @lock"},
	})
}

// A close does not make a send go on. It is told of because somebody may have meant it to.
func TestCloseOfSend(t *testing.T) {
	check(t, []row{
		{"with the lock", box + `
func (t *T) run() {
	t.mu.Lock() // @lock
	close(t.ch) // @close
	t.mu.Unlock()
}`,
			"t.mu: nobody can end it; otherwise close at @close needs the lock at @lock"},
		{"without", box + `
func (t *T) run() { close(t.ch) }`,
			"t.mu: nobody can end it"},
	})
}

func TestSelect(t *testing.T) {
	const selecting = `
type T struct { mu sync.Mutex; ch, quit chan int; n int }
func New() *T { t := &T{ch: make(chan int), quit: make(chan int)}; go t.run(); return t }
func (t *T) put() {
	t.mu.Lock()
	select { // @wait
	case t.ch <- 1:
	case <-t.quit:
	}
	t.mu.Unlock()
}
`
	check(t, []row{
		{"all cases need the lock", selecting + `
func (t *T) run() {
	t.mu.Lock() // @lock
	t.mu.Unlock()
	select {
	case <-t.ch: // @receive
	case t.quit <- 1: // @send
	}
}`,
			"t.mu: receive at @receive needs the lock at @lock; send at @send needs the lock at @lock"},
		{"one case does not", selecting + `
func (t *T) run() { t.mu.Lock(); <-t.ch; t.mu.Unlock() }
func (t *T) Stop() {
	close(t.quit) // @close
}`,
			"t.mu: it may end: acts-without-lock, (*T).Stop at @close"},
	})
}

// What code outside of the package knows, it may act on.
func TestEscape(t *testing.T) {
	check(t, []row{
		{"an exported field", `
type T struct { mu sync.Mutex; C chan int }
func New() *T {
	return &T{C: make(chan int)} // @make
}
func (t *T) Put() {
	t.mu.Lock()
	t.C <- 1 // @wait
	t.mu.Unlock()
}`,
			"t.mu: it may end: out-of-sight, t.C is made there at @make"},
		{"a field that is not", `
type T struct { mu sync.Mutex; c chan int }
func New() *T {
	return &T{c: make(chan int)} // @make
}
func (t *T) Put() {
	t.mu.Lock()
	t.c <- 1 // @wait
	t.mu.Unlock()
}`,
			"t.mu: nobody can end it"},
		{"given away", `import ("os"; "os/signal")
type T struct { mu sync.Mutex; c chan os.Signal }
func New() *T {
	t := &T{c: make(chan os.Signal)} // @make
	signal.Notify(t.c)
	return t
}
func (t *T) get() {
	t.mu.Lock()
	<-t.c // @wait
	t.mu.Unlock()
}`,
			"t.mu: it may end: out-of-sight, t.c is made there at @make"},
		{"made by nobody in sight", `
type T struct { mu sync.Mutex; c chan int }
func (t *T) get() {
	t.mu.Lock()
	<-t.c // @wait
	t.mu.Unlock()
}`,
			"t.mu: it may end: not-made, t.c"},
	})
}

func TestObjects(t *testing.T) {
	const two = `
type T struct { mu sync.Mutex; ch chan int }
func New() *T { t := &T{ch: make(chan int)}; go t.run(); return t }
func (t *T) run() {
	t.mu.Lock() // @lock
	t.mu.Unlock()
	<-t.ch // @receive
}
`
	check(t, []row{
		{"one object", two + `
func put(a, b *T) {
	a.mu.Lock()
	a.ch <- 1 // @wait
	a.mu.Unlock()
}`,
			"a.mu: receive at @receive needs the lock at @lock"},
		{"two objects", two + `
func put(a, b *T) {
	a.mu.Lock()
	b.ch <- 1 // @wait
	a.mu.Unlock()
}`,
			"a.mu: it may end: objects-unknown"},
	})
}

func TestWaitsBefore(t *testing.T) {
	const twice = `
type T struct { mu sync.Mutex; ch chan int; n int }
func New() *T { t := &T{ch: make(chan int)}; go t.run(); return t }
func (t *T) run() {
	for {
		t.mu.Lock() // @lock
		t.mu.Unlock()
		<-t.ch // @receive
	}
}
`
	check(t, []row{
		{"with the lock", twice + `
func (t *T) put() {
	t.mu.Lock()
	t.ch <- 1 // @before
	t.ch <- 2 // @wait
	t.mu.Unlock()
}`,
			"t.mu: it may end: waited-before at @before"},
		{"without", twice + `
func (t *T) put() {
	t.ch <- 1
	t.mu.Lock()
	t.ch <- 2 // @wait
	t.mu.Unlock()
}`,
			"t.mu: receive at @receive needs the lock at @lock"},
	})
}
