package peers_test

import "testing"

// mailbox has a channel with a buffer, and a receiver that needs the lock.
const mailbox = `
type T struct { mu sync.Mutex; ch chan int; n int; on bool }
func (t *T) run() {
	for range t.ch { // @receive
		t.mu.Lock() // @lock
		t.n++
		t.mu.Unlock()
	}
}
`

func TestBuffer(t *testing.T) {
	const full = "t.mu: range at @receive needs the lock at @lock"
	const room = "t.mu: it may end: buffer-left, t.ch is made there at @make"
	check(t, []row{
		{"sent to again and again", mailbox + `
func New() *T { t := &T{ch: make(chan int, 4)}; go t.run(); return t }
func (t *T) put() {
	t.mu.Lock()
	t.ch <- 1 // @wait
	t.mu.Unlock()
}`,
			full},
		{"of a size that is not known", mailbox + `
func New(n int) *T {
	t := &T{ch: make(chan int, n)} // @make
	go t.run()
	return t
}
func (t *T) put() {
	t.mu.Lock()
	t.ch <- 1 // @wait
	t.mu.Unlock()
}`,
			room},
		{"new", mailbox + `
func (t *T) put() {
	t.mu.Lock()
	t.ch = make(chan int, 1) // @make
	go t.run()
	t.ch <- 1 // @wait
	t.mu.Unlock()
}`,
			room},
		{"sent to once, as a flag says", mailbox + `
func New() *T {
	t := &T{ch: make(chan int, 1)} // @make
	go t.run()
	return t
}
func (t *T) put() {
	t.mu.Lock()
	if !t.on {
		t.on = true
		t.ch <- 1 // @wait
	}
	t.mu.Unlock()
}`,
			room},
		{"the flag is taken back", mailbox + `
func New() *T {
	t := &T{ch: make(chan int, 1)} // @make
	go t.run()
	return t
}
func (t *T) reset() { t.on = false }
func (t *T) put() {
	t.mu.Lock()
	if !t.on {
		t.on = true
		t.ch <- 1 // @wait
	}
	t.mu.Unlock()
}`,
			full},
		{"a flag for each key", mailbox + `
var seen = make(map[int]bool)
func New() *T { t := &T{ch: make(chan int, 1)}; go t.run(); return t }
func (t *T) put(i int) {
	t.mu.Lock()
	if !seen[i] {
		seen[i] = true
		t.ch <- 1 // @wait
	}
	t.mu.Unlock()
}`,
			full},
		{"no buffer for what is sent once", mailbox + `
func New() *T {
	t := &T{ch: make(chan int)}
	go t.run()
	return t
}
func (t *T) put() {
	t.mu.Lock()
	if !t.on {
		t.on = true
		t.ch <- 1 // @wait
	}
	t.mu.Unlock()
}`,
			full},
		{"one message to a receiver that ends", `
type T struct { mu sync.Mutex; quit chan int; n int }
func New() *T {
	t := &T{quit: make(chan int, 1)} // @make
	go t.run()
	return t
}
func (t *T) run() { t.mu.Lock(); t.n++; t.mu.Unlock(); <-t.quit }
func (t *T) stop() {
	t.mu.Lock()
	t.quit <- 1 // @wait
	t.mu.Unlock()
}`,
			"t.mu: it may end: buffer-left, t.quit is made there at @make"},
		{"the receiver goes on", `
type T struct { mu sync.Mutex; quit chan int; n int }
func New() *T { t := &T{quit: make(chan int, 1)}; go t.run(); return t }
func (t *T) run() {
	for {
		t.mu.Lock() // @lock
		t.n++
		t.mu.Unlock()
		<-t.quit // @receive
	}
}
func (t *T) stop() {
	t.mu.Lock()
	t.quit <- 1 // @wait
	t.mu.Unlock()
}`,
			"t.mu: receive at @receive needs the lock at @lock"},
	})
}

func TestLength(t *testing.T) {
	const queue = `
type T struct { mu sync.Mutex; ch chan int }
func New() *T {
	return &T{ch: make(chan int, 4)} // @make
}
func (t *T) get() (sum int) {
	t.mu.Lock() // @lock
	defer t.mu.Unlock()
	for len(t.ch) > 0 {
		sum += <-t.ch // @receive
	}
	return sum
}
`
	const tested = `
func (t *T) put() {
	t.mu.Lock()
	if len(t.ch) < cap(t.ch) {
		t.ch <- 1 // @wait
	}
	t.mu.Unlock()
}
`
	check(t, []row{
		{"tested", queue + tested,
			"t.mu: it may end: length-tested"},
		{"not tested", queue + `
func (t *T) put() {
	t.mu.Lock()
	t.ch <- 1 // @wait
	t.mu.Unlock()
}`,
			"t.mu: receive at @receive needs the lock at @lock"},
		{"others send without the lock", queue + tested + `
func (t *T) fill() { t.ch <- 1 }`,
			"t.mu: receive at @receive needs the lock at @lock"},
		{"another channel is tested", queue + `
var other chan int
func (t *T) put() {
	t.mu.Lock()
	if len(other) < cap(other) {
		t.ch <- 1 // @wait
	}
	t.mu.Unlock()
}`,
			"t.mu: receive at @receive needs the lock at @lock"},
	})
}

func TestSemaphore(t *testing.T) {
	check(t, []row{
		{"who sends receives", `
type T struct { mu sync.Mutex; sem chan int }
func New() *T {
	return &T{sem: make(chan int, 2)} // @make
}
func (t *T) do() {
	t.mu.Lock()
	t.sem <- 1 // @wait
	<-t.sem
	t.mu.Unlock()
}`,
			"t.mu: it may end: semaphore, t.sem is made there at @make"},
		{"a literal gives back what was taken", `
type T struct { mu sync.Mutex; sem chan int }
func New() *T {
	return &T{sem: make(chan int, 2)} // @make
}
func (t *T) do() {
	t.mu.Lock()
	t.sem <- 1 // @wait
	go func() { <-t.sem }()
	t.mu.Unlock()
}`,
			"t.mu: it may end: semaphore, t.sem is made there at @make"},
		{"no buffer", `
type T struct { mu sync.Mutex; sem chan int }
func New() *T { return &T{sem: make(chan int)} }
func (t *T) do() {
	t.mu.Lock() // @lock
	t.sem <- 1 // @wait
	<-t.sem // @receive
	t.mu.Unlock()
}
func more(t *T) {
	t.mu.Lock()
	t.mu.Unlock()
	t.do()
}`,
			"t.mu: receive at @receive needs the lock at @lock"},
	})
}

// The flag that decides whether to wait can be written by who acts on the other end.
func TestFlag(t *testing.T) {
	const flagged = `
type T struct { mu sync.Mutex; done chan int; running bool }
func New() *T { t := &T{done: make(chan int)}; go t.run(); return t }
func (t *T) stop() {
	t.mu.Lock()
	if t.running {
		<-t.done // @wait
	}
	t.mu.Unlock()
}
`
	check(t, []row{
		{"the closer sets it", flagged + `
func (t *T) run() {
	t.mu.Lock() // @lock
	t.running = true
	t.mu.Unlock()
	close(t.done) // @close
}
func (t *T) start() { t.running = true }`,
			"t.mu: it may end: peer-decides, (*T).run at @close"},
		{"the closer takes it back: it has not done so yet", flagged + `
func (t *T) run() {
	t.mu.Lock() // @lock
	t.running = false
	t.mu.Unlock()
	close(t.done) // @close
}
func (t *T) start() { t.running = true }`,
			"t.mu: close at @close needs the lock at @lock"},
		{"somebody else writes it", flagged + `
func (t *T) run() {
	t.mu.Lock() // @lock
	t.mu.Unlock()
	close(t.done) // @close
}
func (t *T) start() { t.running = true }`,
			"t.mu: close at @close needs the lock at @lock"},
		{"a call that needs the lock sets it", flagged + `
func (t *T) run() {
	t.enter()
	t.done <- 1 // @send
}
func (t *T) enter() {
	t.mu.Lock()
	t.running = true
	t.mu.Unlock()
}
func (t *T) start() { t.running = true }`,
			"t.mu: it may end: peer-decides, (*T).run at @send"},
		{"a call that needs the lock takes it back", flagged + `
func (t *T) run() {
	t.leave()
	t.done <- 1 // @send
}
func (t *T) leave() {
	t.mu.Lock() // @lock
	t.running = false
	t.mu.Unlock()
}
func (t *T) start() { t.running = true }`,
			"t.mu: send at @send needs the lock at @lock"},
		{"only the sender sets it, and does not lock again", flagged + `
func (t *T) run() {
	t.mu.Lock()
	t.running = true
	t.mu.Unlock()
	t.done <- 1 // @send
}`,
			"t.mu: it may end: peer-decides, (*T).run at @send"},
		{"only the sender sets it, and locks again", flagged + `
func (t *T) run() {
	t.mu.Lock() // @lock
	t.running = true
	t.mu.Unlock()
	t.mu.Lock()
	t.mu.Unlock()
	t.done <- 1 // @send
}`,
			"t.mu: send at @send needs the lock at @lock"},
		{"the condition is another one", flagged + `
var on bool
func (t *T) run() {
	t.mu.Lock() // @lock
	on = true
	t.mu.Unlock()
	close(t.done) // @close
}`,
			"t.mu: close at @close needs the lock at @lock"},
	})
}
