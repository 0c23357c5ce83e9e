// Package blocked has a Cond on which a writer waits only while a question about the stream is answered with yes.
package blocked

import "sync"

type stream struct {
	mu     sync.Mutex
	closed bool
	free   int
	room   int
	queue  [][]byte
	rw, ww sync.Cond
}

func newStream(room int) *stream {
	s := &stream{free: room, room: room}
	s.rw.L = &s.mu
	s.ww.L = &s.mu
	return s
}

func (s *stream) blocked() bool { return len(s.queue) > 0 && s.room < len(s.queue[0]) }

// push changes nothing while the stream is blocked, and nobody else waits.
func (s *stream) push() {
	if !s.blocked() {
		for len(s.queue) > 0 {
			s.free += len(s.queue[0])
			s.queue = s.queue[1:]
		}
	}
}

func (s *stream) Write(data []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		s.push()
		if s.free >= len(data) || s.closed {
			break
		}
		if s.blocked() {
			s.ww.Wait()
			continue
		}
		s.mu.Unlock()
		s.mu.Lock()
	}
	s.queue = append(s.queue, data)
	s.free -= len(data)
	s.rw.Broadcast()
	return true
}

func (s *stream) Read(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.queue) == 0 && !s.closed {
		s.rw.Wait()
	}
	s.room += n
	s.push()
	s.ww.Broadcast()
}

func (s *stream) Close() {
	s.mu.Lock()
	s.closed = true
	s.rw.Broadcast()
	s.ww.Broadcast()
	s.mu.Unlock()
}

// Here who waits asks nothing of the kind, and the change is of interest.
type pipe struct {
	mu    sync.Mutex
	free  int
	queue [][]byte
	full  bool
	ww    sync.Cond
}

func newPipe(room int) *pipe {
	p := &pipe{free: room}
	p.ww.L = &p.mu
	return p
}

func (p *pipe) isFull() bool { return p.full && len(p.queue) > 3 }

func (p *pipe) push() {
	if !p.isFull() {
		for len(p.queue) > 0 {
			p.free += len(p.queue[0]) // want `no Signal follows this change of free`
			p.queue = p.queue[1:]
		}
	}
}

func (p *pipe) Write(data []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.free < len(data) {
		p.ww.Wait()
	}
	p.queue = append(p.queue, data)
	p.free -= len(data)
}

func (p *pipe) Read() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.push()
	p.ww.Broadcast()
}

func (p *pipe) Flush() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.push()
}
