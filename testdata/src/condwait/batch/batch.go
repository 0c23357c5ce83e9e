// Package batch: Signals after changes that are enough for several goroutines.
package batch

import "sync"

// Each Get takes one item, and PutAll signals once.
type Queue struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []int
}

func NewQueue() *Queue {
	q := &Queue{}
	q.cond = sync.NewCond(&q.mu)
	return q
}

func (q *Queue) Get() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.cond.Wait()
	}
	x := q.items[0]
	q.items = q.items[1:]
	return x
}

func (q *Queue) PutAll(xs []int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, xs...)
	q.cond.Signal() // want `Signal wakes one goroutine at batch\.go:\d+, but the change at batch\.go:\d+ is enough for several: use Broadcast`
}

func (q *Queue) PutEach(xs []int) {
	q.mu.Lock()
	for _, x := range xs {
		q.items = append(q.items, x)
	}
	q.mu.Unlock()
	q.cond.Signal() // want `Signal wakes one goroutine at batch\.go:\d+, but the change at batch\.go:\d+ is enough for several: use Broadcast`
}

func (q *Queue) PutTwo(x, y int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, x, y)
	q.cond.Signal() // want `Signal wakes one`
}

// Fine: as many signals as items, or all.

func (q *Queue) Put(x int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, x)
	q.cond.Signal()
}

func (q *Queue) PutOneByOne(xs []int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, x := range xs {
		q.items = append(q.items, x)
		q.cond.Signal()
	}
}

func (q *Queue) PutThenSignal(xs []int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, xs...)
	for range xs {
		q.cond.Signal()
	}
}

func (q *Queue) PutBroadcast(xs []int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, xs...)
	q.cond.Broadcast()
}

func (q *Queue) PutOneOrAll(xs ...int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, xs...)
	if len(xs) == 1 {
		q.cond.Signal()
	} else {
		q.cond.Broadcast()
	}
}

// A semaphore.
type Tickets struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

func NewTickets() *Tickets {
	t := &Tickets{}
	t.cond = sync.NewCond(&t.mu)
	return t
}

func (t *Tickets) Take() {
	t.mu.Lock()
	for t.n == 0 {
		t.cond.Wait()
	}
	t.n--
	t.mu.Unlock()
}

func (t *Tickets) Print(n int) {
	t.mu.Lock()
	t.n += n
	t.mu.Unlock()
	t.cond.Signal() // want `Signal wakes one`
}

func (t *Tickets) PrintOne() {
	t.mu.Lock()
	t.n += 1
	t.mu.Unlock()
	t.cond.Signal()
}

// Workers in a loop.
type workers struct {
	mu    sync.Mutex
	cond  *sync.Cond
	tasks []func()
}

func startWorkers(n int) *workers {
	w := &workers{}
	w.cond = sync.NewCond(&w.mu)
	for i := 0; i < n; i++ {
		go w.run()
	}
	return w
}

func (w *workers) run() {
	for {
		w.next()()
	}
}

func (w *workers) next() func() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.tasks) == 0 {
		w.cond.Wait()
	}
	f := w.tasks[len(w.tasks)-1]
	w.tasks = w.tasks[:len(w.tasks)-1]
	return f
}

func (w *workers) submit(fs ...func()) {
	w.mu.Lock()
	w.tasks = append(w.tasks, fs...)
	w.mu.Unlock()
	w.cond.Signal() // want `Signal wakes one`
}

// Fine: one goroutine only.
type worker struct {
	mu    sync.Mutex
	cond  *sync.Cond
	tasks []func()
}

func startWorker() *worker {
	w := &worker{}
	w.cond = sync.NewCond(&w.mu)
	go w.run()
	return w
}

func (w *worker) run() {
	for {
		w.next()()
	}
}

func (w *worker) next() func() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.tasks) == 0 {
		w.cond.Wait()
	}
	f := w.tasks[0]
	w.tasks = w.tasks[1:]
	return f
}

func (w *worker) submit(fs ...func()) {
	w.mu.Lock()
	w.tasks = append(w.tasks, fs...)
	w.mu.Unlock()
	w.cond.Signal()
}

// Fine: who takes one wakes the next.
type Chain struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []int
}

func NewChain() *Chain {
	c := &Chain{}
	c.cond = sync.NewCond(&c.mu)
	return c
}

func (c *Chain) Get() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.items) == 0 {
		c.cond.Wait()
	}
	x := c.items[0]
	c.items = c.items[1:]
	if len(c.items) > 0 {
		c.cond.Signal()
	}
	return x
}

func (c *Chain) PutAll(xs []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items = append(c.items, xs...)
	c.cond.Signal()
}

// Fine: who wakes takes all.
type Bin struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []int
}

func NewBin() *Bin {
	b := &Bin{}
	b.cond = sync.NewCond(&b.mu)
	return b
}

func (b *Bin) GetAll() []int {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == 0 {
		b.cond.Wait()
	}
	xs := b.items
	b.items = nil
	return xs
}

func (b *Bin) PutAll(xs []int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.items = append(b.items, xs...)
	b.cond.Signal()
}

// Fine: a stream has one reader.
type Pipe struct {
	mu    sync.Mutex
	cond  *sync.Cond
	bytes []byte
}

func NewPipe() *Pipe {
	p := &Pipe{}
	p.cond = sync.NewCond(&p.mu)
	return p
}

func (p *Pipe) ReadByte() byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.bytes) == 0 {
		p.cond.Wait()
	}
	b := p.bytes[0]
	p.bytes = p.bytes[1:]
	return b
}

func (p *Pipe) Write(bs []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bytes = append(p.bytes, bs...)
	p.cond.Signal()
}
