// Package happened has waits for what has happened already, or for which there is room.
package happened

import (
	"sync"
	"time"
)

type filter struct {
	mu     sync.Mutex
	rules  []string
	done   chan struct{}
	params chan []string
}

func (f *filter) start() {
	f.params = make(chan []string, 1)
	f.done = make(chan struct{}, 1)
	go f.loop()
}

func (f *filter) set(rules []string) { f.params <- rules }

// The one message that ends the loop has room in the buffer.
func (f *filter) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.done <- struct{}{}
	f.rules = nil
}

func (f *filter) loop() {
	t := time.NewTimer(time.Second)
	for {
		select {
		case p := <-f.params:
			f.init(p)
		case <-t.C:
			f.init(nil)
		case <-f.done:
			return
		}
	}
}

func (f *filter) init(p []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = p
}

// These messages come again and again.
func (f *filter) change() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.params <- nil // want `send to f.params with f.mu held .*: its receiver.* must lock f.mu first`
}

type job struct {
	mu   sync.Mutex
	n    int
	done chan struct{}
}

func newJob() *job { return &job{done: make(chan struct{})} }

func (j *job) start() {
	go func() {
		defer j.cleanUp()
		println("work")
	}()
}

func (j *job) cleanUp() {
	j.mu.Lock()
	j.n++
	j.mu.Unlock()
	close(j.done)
}

// The call has closed the channel.
func runHere() {
	j := newJob()
	j.cleanUp()
	j.mu.Lock()
	defer j.mu.Unlock()
	<-j.done
}

func runThere(j *job) {
	j.start()
	j.mu.Lock()
	defer j.mu.Unlock()
	<-j.done // want `receive from .*done with j.mu held .*: its close .*must lock j.mu first`
}

type broker struct {
	mu      sync.Mutex
	pending map[int]*pending
}

type pending struct {
	ch   chan int
	done chan struct{}
}

func (b *broker) get(id int) *pending {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pending[id] == nil {
		b.pending[id] = &pending{ch: make(chan int, 1), done: make(chan struct{})}
	}
	return b.pending[id]
}

// The message is in the buffer before the goroutine starts that takes it out.
func (b *broker) run(ids chan int) {
	for id := range ids {
		p := b.get(id)
		select {
		case p.ch <- id:
		default:
		}
		go b.await(id, p)
	}
}

func (b *broker) await(id int, p *pending) {
	select {
	case <-p.done:
		return
	case <-time.After(time.Second):
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.pending, id)
	println(<-p.ch)
}

var _ = (*broker).run

var _, _, _, _, _, _ = (*filter).start, (*filter).set, (*filter).close, (*filter).change, runHere, runThere
