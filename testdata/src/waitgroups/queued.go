package waitgroups

import "sync"

// The function that calls Done is put before the others, or after them: a worker takes it from there.
type backlog struct {
	mu    sync.Mutex
	more  *sync.Cond
	first bool
	wait  bool
	fs    []func()
}

func newBacklog(first, wait bool) *backlog {
	b := &backlog{first: first, wait: wait}
	b.more = sync.NewCond(&b.mu)
	go b.work()
	return b
}

func (b *backlog) work() {
	for {
		b.mu.Lock()
		for len(b.fs) == 0 {
			b.more.Wait()
		}
		f := b.fs[0]
		b.fs = b.fs[1:]
		b.mu.Unlock()
		f()
	}
}

func (b *backlog) add(f func()) {
	var wg *sync.WaitGroup
	fn := f
	if b.wait {
		wg = &sync.WaitGroup{}
		wg.Add(1)
		fn = func() {
			defer wg.Done()
			f()
		}
	}
	b.mu.Lock()
	if b.first {
		b.fs = append([]func(){fn}, b.fs...)
	} else {
		b.fs = append(b.fs, fn)
	}
	b.more.Signal()
	b.mu.Unlock()
	if wg != nil {
		wg.Wait()
	}
}
