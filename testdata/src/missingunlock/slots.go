package missingunlock

import (
	"context"
	"errors"
	"os"

	"golang.org/x/sync/semaphore"
)

// Channels and semaphores whose slots must be given back.

type loader struct {
	slots chan struct{}
	n     int
}

func newLoader() *loader { return &loader{slots: make(chan struct{}, 4)} }

func (l *loader) load(path string) error {
	l.slots <- struct{}{}
	f, err := os.Open(path)
	if err != nil {
		return err // want `return without giving back the slot of l\.slots, taken at slots\.go:\d+; other paths give it back`
	}
	defer f.Close()
	l.n++
	<-l.slots
	return nil
}

func (l *loader) run(f func() error) error {
	l.slots <- struct{}{}
	defer func() { <-l.slots }()
	return f()
}

// A goroutine gives it back.
func (l *loader) start(path string) error {
	l.slots <- struct{}{}
	if path == "" {
		return errors.New("no path") // want `return without giving back the slot of l\.slots, taken at slots\.go:\d+; other paths give it back`
	}
	go func() {
		defer func() { <-l.slots }()
		l.n++
	}()
	return nil
}

// Two slots are two.
func (l *loader) both(path string) error {
	l.slots <- struct{}{}
	l.slots <- struct{}{}
	l.n++
	<-l.slots
	<-l.slots
	return nil
}

// Until the context ends.
func (l *loader) wait(ctx context.Context, path string) error {
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if path == "" {
		return errors.New("no path") // want `return without giving back the slot of l\.slots, taken at slots\.go:\d+; other paths give it back`
	}
	<-l.slots
	return nil
}

// A lock of one's own.
type fence struct{ ch chan struct{} }

func newFence() *fence { return &fence{make(chan struct{}, 1)} }

func (g *fence) Lock()   { g.ch <- struct{}{} }
func (g *fence) Unlock() { <-g.ch }

func (g *fence) TryLock(ctx context.Context) bool {
	select {
	case g.ch <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

type grove struct {
	fence *fence
	trees []string
}

func (g *grove) fell() error {
	g.fence.Lock()
	if len(g.trees) == 0 {
		return errors.New("no trees") // want `return without giving back the slot of g\.fence\.ch, taken at slots\.go:\d+ by \(\*fence\)\.Lock; other paths give it back`
	}
	g.trees = g.trees[1:]
	g.fence.Unlock()
	return nil
}

func (g *grove) plant(ctx context.Context, tree string) error {
	if !g.fence.TryLock(ctx) {
		return ctx.Err()
	}
	if tree == "" {
		return errors.New("no tree") // want `return without giving back the slot of g\.fence\.ch, taken at slots\.go:\d+ by \(\*fence\)\.TryLock; other paths give it back`
	}
	defer g.fence.Unlock()
	g.trees = append(g.trees, tree)
	return nil
}

// golang.org/x/sync/semaphore.
type press struct {
	sem *semaphore.Weighted
	n   int
}

func (p *press) print(ctx context.Context, page string) error {
	if err := p.sem.Acquire(ctx, 1); err != nil {
		return err
	}
	if page == "" {
		return errors.New("no page") // want `return without giving back the slot of p\.sem, taken at slots\.go:\d+; other paths give it back`
	}
	p.n++
	p.sem.Release(1)
	return nil
}

func (p *press) draft(page string) error {
	if err := p.sem.Acquire(context.Background(), 1); err != nil {
		return err
	}
	defer p.sem.Release(1)
	p.n++
	return nil
}

// No semaphore: who sends tells, and who receives listens.
type bell struct {
	rings chan struct{}
	n     int
}

func newBell() *bell { return &bell{rings: make(chan struct{}, 1)} }

func (b *bell) ring() error {
	b.rings <- struct{}{}
	if b.n > 10 {
		return errors.New("worn out")
	}
	b.n++
	return nil
}

func (b *bell) listen() {
	for {
		<-b.rings
		b.n--
	}
}

// A sluice whose unlock tells of an error if it is open already: who has taken its slot gives it back on both ways.
type sluice struct{ free chan struct{} }

func newSluice() *sluice {
	g := &sluice{free: make(chan struct{}, 1)}
	g.free <- struct{}{}
	return g
}

func (g *sluice) lock() { <-g.free }

func (g *sluice) unlock() error {
	select {
	case g.free <- struct{}{}:
		return nil
	default:
		return errShut
	}
}

var errShut = errors.New("open already")

func (g *sluice) pass(f func() error) error {
	g.lock()
	if err := f(); err != nil {
		return err // want `return without giving back the slot of g.free, taken at slots.go:\d+.*; other paths give it back`
	}
	if err := g.unlock(); err != nil {
		println(err)
	}
	return nil
}

// A lock made of two channels, which have one message between them.
type twin struct{ set, unset chan struct{} }

func newTwin() *twin {
	t := &twin{set: make(chan struct{}, 1), unset: make(chan struct{}, 1)}
	t.unlock(false)
	return t
}

func (t *twin) lock() bool {
	select {
	case <-t.set:
		return true
	case <-t.unset:
		return false
	}
}

func (t *twin) unlock(set bool) {
	if set {
		t.set <- struct{}{}
	} else {
		t.unset <- struct{}{}
	}
}

func (t *twin) wait() bool {
	set := t.lock()
	t.unlock(false)
	return set
}

// A mailbox: who finds it full knows that what it asks for has been asked for already.
type dialer struct {
	again chan struct{}
	ops   chan int
	dials int
}

func (d *dialer) redial() {
	select {
	case d.again <- struct{}{}:
	default:
	}
}

func (d *dialer) spin(ctx context.Context) {
	d.again = make(chan struct{}, 1)
	d.again <- struct{}{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.ops:
		case <-d.again:
			d.dials++
		}
	}
}

// What a constructor leaves in the semaphore that it makes is what the semaphore begins with: one token for each encoder that there is.
type encoders struct {
	made chan struct{}
	pool chan []byte
}

func newEncoders(n int, encode func() ([]byte, error)) (*encoders, error) {
	e := &encoders{made: make(chan struct{}, n), pool: make(chan []byte, n)}
	e.made <- struct{}{}
	b, err := encode()
	if err != nil {
		<-e.made
		return nil, err
	}
	e.made <- struct{}{}
	c, err := encode()
	if err != nil {
		return nil, err
	}
	e.pool <- b
	e.pool <- c
	return e, nil
}
