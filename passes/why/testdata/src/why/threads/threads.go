// Package threads has locks in different orders, and waits under locks, that are no deadlocks, or that
// lockvet cannot be sure of.
package threads

import (
	"errors"
	"sync"
)

var (
	gate, first, second sync.Mutex
	reads, readsToo     sync.RWMutex
)

// A third lock is held at both places.
func forth() {
	gate.Lock()
	defer gate.Unlock()
	first.Lock()
	second.Lock()
	second.Unlock()
	first.Unlock()
}

func back() {
	gate.Lock() // @gate
	defer gate.Unlock()
	second.Lock()
	first.Lock() // why lockorder/opposite common-lock "threads.gate, which forth holds too when it waits for threads.second under threads.first" @gate
	first.Unlock()
	second.Unlock()
}

// One goroutine does both.
func loop() {
	var one, two sync.Mutex
	go func() {
		one.Lock()
		two.Lock()
		two.Unlock()
		one.Unlock()
		two.Lock()
		one.Lock() // why lockorder/opposite same-goroutine "waits for two under one"
		one.Unlock()
		two.Unlock()
	}()
	one.Lock()
	one.Unlock()
	two.Lock()
	two.Unlock()
}

// Nobody writes.
func ReadForth() {
	reads.RLock()
	readsToo.RLock() // why lockorder/opposite no-writer "threads.readsToo"
	readsToo.RUnlock()
	reads.RUnlock()
}

func ReadBack() {
	readsToo.RLock()
	reads.RLock()
	reads.RUnlock()
	readsToo.RUnlock()
}

// Which of two nodes is locked first is not known.
type node struct {
	mu   sync.Mutex
	next *node
}

func (n *node) both() {
	n.mu.Lock()
	n.next.mu.Lock() // why lockorder/instances maybe-one-lock "threads.node.mu"
	n.next.mu.Unlock()
	n.mu.Unlock()
}

type Queue struct {
	mu    sync.Mutex
	Out   chan int
	in    chan int
	slots chan bool
	many  chan int
	done  chan bool
	n     int
}

func New() *Queue {
	return &Queue{
		Out: make(chan int), in: make(chan int), slots: make(chan bool, 3), // @made
		many: make(chan int, 8), done: make(chan bool),
	}
}

// Others may receive.
func (q *Queue) Emit() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.Out <- 1 // why blockinglock/channel out-of-sight "q.Out is made there" @made
}

// The receiver needs no lock.
func (q *Queue) put(n int) {
	q.mu.Lock()
	q.in <- n // why blockinglock/channel acts-without-lock "(*Queue).serve" @serve
	q.mu.Unlock()
}

func (q *Queue) serve() {
	for n := range q.in { // @serve
		q.n += n
	}
}

// The channel is a semaphore.
func (q *Queue) slot() {
	q.mu.Lock()
	q.slots <- true // why blockinglock/channel semaphore "q.slots is made there" @made
	q.mu.Unlock()
	<-q.slots
}

// The buffer need not fill up.
func once() error {
	errs := make(chan error, 1) // @errs
	var mu sync.Mutex
	go func() {
		mu.Lock()
		defer mu.Unlock()
		errs <- errors.New("done") // why blockinglock/channel buffer-left "errs is made there" @errs
	}()
	mu.Lock()
	defer mu.Unlock()
	return nil
}

// It has waited in the same way before.
func (q *Queue) twice() {
	q.mu.Lock()
	<-q.done // @before
	<-q.done // why blockinglock/channel waited-before @before
	q.mu.Unlock()
}

func (q *Queue) finish() {
	q.mu.Lock()
	q.mu.Unlock()
	q.done <- true
	q.done <- true
}

// Whose lock it is is not known.
func (q *Queue) other(p *Queue) {
	q.mu.Lock()
	<-p.done // why blockinglock/channel objects-unknown
	q.mu.Unlock()
}
