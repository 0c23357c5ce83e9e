package threads

import "sync"

type D struct {
	mu   sync.Mutex
	rest chan int
	full chan int
	stop chan bool
	quit bool
}

func NewD() *D {
	return &D{rest: make(chan int), full: make(chan int, 2), stop: make(chan bool)}
}

// The sender has the lock behind itself.
func (d *D) first() {
	<-d.rest
	d.mu.Lock()
	<-d.rest // why blockinglock/channel acted-before "(*D).send" @second
	d.mu.Unlock()
}

func (d *D) send() {
	d.mu.Lock()
	d.mu.Unlock()
	d.rest <- 1
	d.rest <- 2 // @second
}

// There is room.
func (d *D) room() {
	d.mu.Lock()
	if len(d.full) < cap(d.full) {
		d.full <- 1 // why blockinglock/channel length-tested
	}
	d.mu.Unlock()
}

func (d *D) empty() {
	d.mu.Lock()
	d.mu.Unlock()
	<-d.full // why guardedby/forgotten nobody-else "full"
}

// Who stops it says when to wait.
func (d *D) close() {
	d.mu.Lock()
	if d.quit {
		<-d.stop // why blockinglock/channel peer-decides "(*D).stopper" @close
	}
	d.mu.Unlock()
}

func (d *D) stopper() {
	d.mu.Lock()
	d.quit = true
	d.mu.Unlock()
	close(d.stop) // @close
}

// The first lock may have been released.
func maybe(on bool) {
	first.Lock() // @first
	drop(on)     // @drop
	gate.Lock()  // why lockorder/cycle maybe-held "threads.first" @first
	gate.Unlock()
} // why missingunlock/return maybe-released "calls drop" @drop

func drop(on bool) {
	if random() {
		first.Unlock() // why unlockunheld/never callers-may-hold "maybe, which holds locks then" @drop
	}
}

var random func() bool
