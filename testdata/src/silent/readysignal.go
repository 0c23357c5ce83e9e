// A stream with a window.
//
// ready says that the window is not empty. Write takes the signal and gives it back when it has used a
// part of the window, or when it gives up for a while; when the stream is closed, for good, nobody needs it any more.
package silent

import (
	"errors"
	"os"
	"sync"
	"time"
)

type readyStream struct {
	mu     sync.Mutex
	window int
	ready  chan struct{}
	buffer chan []byte
	closed chan struct{}
}

func newReady(n int) *readyStream {
	s := &readyStream{window: n, ready: make(chan struct{}, 1), buffer: make(chan []byte, 5), closed: make(chan struct{})}
	s.ready <- struct{}{}
	return s
}

func (s *readyStream) Write(data []byte, d time.Duration) (int, error) {
	t := time.NewTimer(d)
	count := 0
	for len(data) > 0 {
		var open bool
		var b []byte
		for b == nil {
			buffer := s.buffer
			if !open {
				buffer = nil
			}
			select {
			case <-s.ready:
				open = true
			case b = <-buffer:
			case <-s.closed:
				return count, errors.New("closed")
			case <-t.C:
				if open {
					s.mu.Lock()
					s.ready <- struct{}{}
					s.mu.Unlock()
				}
				return count, os.ErrDeadlineExceeded
			}
		}
		s.mu.Lock()
		n := min(s.window, len(data))
		s.window -= n
		if s.window > 0 {
			s.ready <- struct{}{}
		}
		s.mu.Unlock()
		copy(b, data[:n])
		data = data[n:]
		count += n
	}
	return count, nil
}

// More enlarges the window when the peer has read.
func (s *readyStream) More(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.window == 0 {
		s.ready <- struct{}{}
	}
	s.window += n
}
