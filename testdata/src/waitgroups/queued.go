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

// A function with the Done is sent to a worker, which runs what it receives.
type transport interface{ HandleStreams(func(int)) }

type workers struct {
	n      int
	work   chan func()
	wg     sync.WaitGroup
	handle func(int)
}

func (w *workers) run() {
	for i := 0; i < 1<<16; i++ {
		f, ok := <-w.work
		if !ok {
			return
		}
		f()
	}
	go w.run()
}

func newWorkers(n int, handle func(int)) *workers {
	w := &workers{n: n, handle: handle, work: make(chan func())}
	for i := 0; i < n; i++ {
		go w.run()
	}
	return w
}

func (w *workers) serve(t transport) {
	t.HandleStreams(func(stream int) {
		w.wg.Add(1)
		f := func() {
			defer w.wg.Done()
			w.handle(stream)
		}
		if w.n > 0 {
			select {
			case w.work <- f:
				return
			default:
			}
		}
		go f()
	})
}

func (w *workers) stop() {
	close(w.work)
	w.wg.Wait()
}

// Nobody gets it here.
type droppers struct{ wg sync.WaitGroup }

func (d *droppers) start(busy bool, do func()) {
	d.wg.Add(1)
	f := func() {
		defer d.wg.Done()
		do()
	}
	if busy {
		return // want `no Done on this path, as on others, for d.wg.Add\(1\)`
	}
	go f()
}

func (d *droppers) stop() { d.wg.Wait() }
