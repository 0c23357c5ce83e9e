// A program whose main function has made the object, told a goroutine of it, and waits for that.
package main

import (
	"io"
	"sync"
)

type pipe struct {
	mu     sync.Mutex
	more   *sync.Cond
	lines  []string
	closed bool
}

func newPipe() *pipe {
	p := &pipe{}
	p.more = sync.NewCond(&p.mu)
	return p
}

func (p *pipe) write(s string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines = append(p.lines, s)
	p.more.Signal()
}

func (p *pipe) read() (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.lines) == 0 && !p.closed {
		p.more.Wait()
	}
	if len(p.lines) == 0 {
		return "", io.EOF
	}
	s := p.lines[0]
	p.lines = p.lines[1:]
	return s, nil
}

func (p *pipe) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true // want `no Signal follows this change of closed`
}

// Nobody knows this one when it changes.
type flagged struct {
	mu    sync.Mutex
	set   *sync.Cond
	ready bool
}

func newFlagged() *flagged {
	f := &flagged{}
	f.set = sync.NewCond(&f.mu)
	return f
}

func (f *flagged) begin() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ready = true
}

func (f *flagged) again() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ready = true
	f.set.Broadcast()
}

func (f *flagged) wait() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for !f.ready {
		f.set.Wait()
	}
}

func main() {
	p, f := newPipe(), newFlagged()
	f.begin()
	done := make(chan bool)
	go func() {
		f.wait()
		for {
			s, err := p.read()
			if err != nil {
				close(done)
				return
			}
			println(s)
		}
	}()
	p.write("a")
	f.again()
	p.close()
	<-done
}
