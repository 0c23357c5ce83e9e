package silent

import (
	"sync"
	"time"
)

// A literal releases the lock that a variable points to, which the function around it has acquired by
// another name.

type lanes struct {
	locks map[string]*sync.Mutex
	done  map[string]int
}

func (l *lanes) enter(name string) {
	lock := l.locks[name]
	lock.Lock()
	go func() {
		defer lock.Unlock()
		l.done[name]++
	}()
}

// The loop over a ticker's channel is left only by its break: nobody closes the channel.

type tank struct {
	mu    sync.Mutex
	level int
}

func (t *tank) low() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.level < 10
}

func (t *tank) fill(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.level >= 10 {
		t.mu.Unlock()
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for range tick.C {
			if t.low() {
				t.mu.Lock()
				break
			}
		}
	}
	t.level += n
}

// A new object that is put into a field under a lock, and locked by a callee before the lock is given
// back: who holds the object's lock and asks for the other one holds another object's.

type pass struct {
	sync.Mutex
	n int
}

type Office struct {
	mu      sync.Mutex
	pending *pass
	valid   *pass
}

func (o *Office) issue(old *pass) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pending = &pass{}
	if old != nil {
		o.pending.n = old.n + 1
	}
	stamp(o.pending)
	go o.renew(o.pending)
}

func stamp(p *pass) {
	p.Lock()
	defer p.Unlock()
	p.n++
}

func (o *Office) renew(p *pass) {
	p.Lock()
	defer p.Unlock()
	o.issue(p)
}

// Issue makes the first pass.
func (o *Office) Issue() { o.issue(nil) }

// A timer's callback releases the lock before it ends the test, or the program.

func within(limit time.Duration, register func(func()), send func()) {
	var mu sync.Mutex
	n := 0
	register(func() {
		mu.Lock()
		n++
		mu.Unlock()
	})
	timeout := time.AfterFunc(limit, func() {
		mu.Unlock()
		panic("too late")
	})
	mu.Lock()
	send()
	if timeout.Stop() {
		mu.Unlock()
	}
}
