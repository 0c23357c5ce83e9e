package doublelock

import "context"

// A port is used by who has put the only token into its channel: a mutex.
type port struct {
	lock chan struct{}
	line string
}

func openPort() *port { return &port{lock: make(chan struct{}, 1)} }

func (p *port) acquire() { p.lock <- struct{}{} }
func (p *port) release() { <-p.lock }

func (p *port) command(c string) string {
	p.acquire()
	defer p.release()
	return p.line + c
}

func (p *port) id() string {
	p.acquire()
	defer p.release()
	return p.command("id") // want `p\.lock is locked again at oneslot\.go:\d+ by \(\*port\)\.acquire, which deadlocks: it is held since`
}

// Fine: who waits too long goes away.
func (p *port) try(ctx context.Context) bool {
	p.acquire()
	defer p.release()
	select {
	case p.lock <- struct{}{}:
		<-p.lock
		return true
	case <-ctx.Done():
		return false
	}
}

// Fine: the line has room for two.
type line struct{ slots chan struct{} }

func openLine() *line { return &line{slots: make(chan struct{}, 2)} }

func (l *line) acquire() { l.slots <- struct{}{} }
func (l *line) release() { <-l.slots }

func (l *line) send() {
	l.acquire()
	defer l.release()
	l.acquire()
	l.release()
}

// Fine: a goroutine takes away what it is told.
type compactor struct{ wake chan struct{} }

func startCompactor(run func()) *compactor {
	c := &compactor{wake: make(chan struct{}, 1)}
	c.wake <- struct{}{}
	go func() {
		for {
			<-c.wake
			run()
		}
	}()
	return c
}

func (c *compactor) twice() {
	c.wake <- struct{}{}
	c.wake <- struct{}{}
}

// Fine: quit unlocks first, if there is anything to unlock.
type cable struct {
	reading chan struct{}
	closed  bool
}

func openCable() *cable { return &cable{reading: make(chan struct{}, 1)} }

func (c *cable) lock() { c.reading <- struct{}{} }

func (c *cable) unlock() {
	select {
	case <-c.reading:
	default:
	}
}

func (c *cable) read() {
	c.lock()
	defer c.unlock()
	c.handle()
}

func (c *cable) handle() {
	c.unlock()
	c.quit()
}

func (c *cable) quit() {
	c.lock()
	c.closed = true
	c.unlock()
}
