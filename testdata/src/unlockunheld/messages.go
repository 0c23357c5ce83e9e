package unlockunheld

import "sync"

// A page is sent locked: who gets it unlocks it.
type sentPage struct {
	mu   sync.Mutex
	data []byte
}

func (p *sentPage) Done() { p.mu.Unlock() }

type sentPages struct{ pages []*sentPage }

func (b *sentPages) Read(stop <-chan struct{}) <-chan *sentPage {
	c := make(chan *sentPage)
	go func() {
		defer close(c)
		for _, p := range b.pages {
			p.mu.Lock()
			select {
			case c <- p:
			case <-stop:
				p.mu.Unlock()
				return
			}
		}
	}()
	return c
}

func (b *sentPages) Len(i int) int {
	p := b.pages[i]
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.data)
}

// These are sent unlocked.
type opened struct {
	mu   sync.Mutex
	data []byte
}

func (o *opened) Handled() { o.mu.Unlock() } // want `o\.mu is unlocked, but nothing has locked it`

type openedPages struct{ pages []*opened }

func (b *openedPages) Read() <-chan *opened {
	c := make(chan *opened)
	go func() {
		defer close(c)
		for _, p := range b.pages {
			p.mu.Lock()
			p.data = nil
			p.mu.Unlock()
			c <- p
		}
	}()
	return c
}

// The batch that is sent holds the lock until it is written.
type batchLog struct {
	mu    sync.Mutex
	seq   int
	batch chan []int
}

func newBatchLog() *batchLog {
	l := &batchLog{batch: make(chan []int)}
	go l.loop()
	return l
}

func (l *batchLog) loop() {
	for b := range l.batch {
		l.flush(b)
	}
}

func (l *batchLog) flush(b []int) {
	defer l.mu.Unlock()
	for _, n := range b {
		println(n)
	}
}

func (l *batchLog) append(n int) {
	l.mu.Lock()
	l.seq++
	l.batch <- []int{l.seq, n}
}

func UseBatchLog() {
	l := newBatchLog()
	l.append(1)
	l.append(2)
}
