package doublelock

import "sync"

// What a literal captures may name one lock twice.
type atlas struct {
	mu    sync.Mutex
	rw    sync.RWMutex
	ready bool
	maps  []string
}

func (a *atlas) alias() {
	mu := &a.mu
	add := func() {
		mu.Lock()
		a.mu.Lock() // want `mu is locked again, which deadlocks: it is held since captured\.go:16`
		a.mu.Unlock()
		mu.Unlock()
	}
	add()
}

func (a *atlas) locker() {
	var l sync.Locker = &a.mu
	add := func() {
		a.mu.Lock()
		l.Lock() // want `a\.mu is locked again, which deadlocks`
		l.Unlock()
		a.mu.Unlock()
	}
	add()
}

func (a *atlas) nested() {
	mu := &a.mu
	func() {
		defer func() {
			a.mu.Lock()
			mu.Lock() // want `a\.mu is locked again, which deadlocks`
			mu.Unlock()
			a.mu.Unlock()
		}()
	}()
}

func (a *atlas) reader() {
	l := a.rw.RLocker()
	look := func() {
		a.rw.Lock()
		l.Lock() // want `a\.rw`
		l.Unlock()
		a.rw.Unlock()
	}
	look()
}

// The literal knows the lock as an interface value only, the function around it as what
// it is.
func (a *atlas) outside(items func(func(string) bool)) {
	var l sync.Locker = &a.mu
	a.mu.Lock()
	for s := range items {
		l.Lock() // want `a\.mu is locked again`
		a.maps = append(a.maps, s)
		l.Unlock()
	}
	a.mu.Unlock()
}

// Two variables for two locks.
func (a *atlas) two(b *atlas) {
	mu, nu := &a.mu, &b.mu
	add := func() {
		mu.Lock()
		b.mu.Lock()
		b.mu.Unlock()
		mu.Unlock()
		nu.Lock()
		a.mu.Lock() // the order is another check's business
		a.mu.Unlock()
		nu.Unlock()
	}
	_ = add
}

// A variable that changes is nobody's other name.
func (a *atlas) changes(b *atlas) {
	mu := &a.mu
	add := func() {
		mu.Lock()
		a.mu.Lock()
		a.mu.Unlock()
		mu.Unlock()
	}
	mu = &b.mu
	add()
}

// A loop over a function runs its body when the loop runs, and not before.
func (a *atlas) flag(items func(func(string) bool)) {
	full := false
	if !full {
		a.mu.Lock()
	}
	if !full {
		a.mu.Unlock()
	}
	for s := range items {
		full = full || s == ""
	}
	a.mu.Lock()
	a.ready = full
	a.mu.Unlock()
}

// A literal that only panics does not return.
func (a *atlas) must(ok bool) {
	fail := func() {
		if !ok {
			panic("not ok")
		}
		panic("ok")
	}
	fail()
	a.mu.Lock()
	a.mu.Lock()
}

// A loop over a function runs its body more than once.
func (a *atlas) each(items func(func(string) bool)) {
	for s := range items {
		a.mu.Lock() // want `a\.mu is locked again`
		a.maps = append(a.maps, s)
		if s == "" {
			a.mu.Unlock()
		}
	}
}

// What the function knows when the literal runs rules the second lock out.
func (a *atlas) known(fast bool) {
	mu := &a.mu
	if fast {
		return
	}
	func() {
		if fast {
			a.mu.Lock()
		}
		mu.Lock()
		mu.Unlock()
		if fast {
			a.mu.Unlock()
		}
	}()
}

func (a *atlas) unknown(fast bool) {
	mu := &a.mu
	func() {
		if fast {
			a.mu.Lock()
		}
		mu.Lock() // want `mu is locked again`
		mu.Unlock()
		if fast {
			a.mu.Unlock()
		}
	}()
}

// A literal that calls another one on a condition, under which that one does not lock.
type sluice struct{ mu sync.Mutex }

func (s *sluice) lock(yes bool) {
	if yes {
		s.mu.Lock()
	}
}

func (s *sluice) open(slow, far bool) {
	near := func() { s.lock(!far) }
	move := func() {
		s.lock(!slow)
		if far {
			near()
		}
	}
	move()
	if !slow {
		s.mu.Unlock()
	}
}

func (s *sluice) shut(slow, far bool) {
	near := func() { s.lock(far) }
	move := func() {
		s.lock(!slow)
		if far {
			near()
		}
	}
	move() // want `s\.mu is locked again`
	if !slow || far {
		s.mu.Unlock()
	}
}
