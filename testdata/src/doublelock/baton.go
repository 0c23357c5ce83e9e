package doublelock

import "sync"

// Each of two goroutines releases the lock that the other one waits for.
type codec struct {
	enc, dec sync.Mutex
	frames   []string
}

func (r *codec) encode(n int) {
	for range n {
		r.enc.Lock()
		r.frames = append(r.frames, "enc")
		r.dec.Unlock()
	}
}

func (r *codec) decode(n int, done chan<- struct{}) {
	defer close(done)
	for range n {
		r.dec.Lock()
		r.frames = append(r.frames, "dec")
		r.enc.Unlock()
	}
}

func Alternate(n int) []string {
	r := new(codec)
	r.dec.Lock()
	done := make(chan struct{})
	go r.encode(n)
	go r.decode(n, done)
	<-done
	return r.frames
}

// Nobody else releases this one.
type stuckRelay struct {
	enc    sync.Mutex
	frames []string
}

func (r *stuckRelay) encode(n int) {
	for range n {
		r.enc.Lock() // want `r.enc is locked again`
		r.frames = append(r.frames, "enc")
	}
}

func EncodeAll(n int) {
	r := new(stuckRelay)
	go r.encode(n)
}
