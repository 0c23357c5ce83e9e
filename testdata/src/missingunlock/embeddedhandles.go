package missingunlock

import (
	"errors"
	"sync"
)

// A barnWriter embeds the barnReader whose done unlocks the barn.
type barn struct {
	mu   sync.RWMutex
	hay  map[string]int
	last *barnReader
}

type barnReader struct {
	in   *barn
	over bool
}

func newBarnReader(b *barn) *barnReader { return &barnReader{in: b} }

func (r *barnReader) get(k string) int { return r.in.hay[k] }

func (r *barnReader) Done() {
	if !r.over {
		r.in.mu.RUnlock()
		r.over = true
	}
}

type barnWriter struct {
	*barnReader
	delta map[string]int
}

func newBarnWriter(b *barn, name string) (*barnWriter, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	return &barnWriter{newBarnReader(b), map[string]int{}}, nil
}

type barnUser interface {
	get(k string) int
	Done()
}

func (b *barn) writer(name string) (barnUser, error) {
	w, err := newBarnWriter(b, name)
	if err != nil {
		return nil, err
	}
	b.mu.RLock()
	return w, nil
}

func (b *barn) burn() {
	b.mu.RLock() // want `b\.mu is read-locked here and never unlocked`
	println(b.hay["a"])
}

func (b *barn) fill(k string) {
	b.mu.Lock()
	b.hay[k]++
	b.mu.Unlock()
}
