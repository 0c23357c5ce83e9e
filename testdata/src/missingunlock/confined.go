package missingunlock

import "sync"

// Who else unlocks a lock of the type is evidence, so each function has a type of its
// own.
type (
	confinedBook struct {
		mu, aux sync.Mutex
		rows    []string
	}
	confinedBookInPlace     confinedBook
	confinedBookInBody      confinedBook
	confinedBookHandedOut   confinedBook
	confinedBookSets        confinedBook
	confinedBookLeaves      confinedBook
	confinedBookWayOut      confinedBook
	confinedBookOtherWayOut confinedBook
)

// A captured variable that only literals called in place know changes when they run, and
// not while the function waits for a lock or runs code that nobody can see.
func (l *confinedBookInPlace) inPlace(ask func() bool) {
	locked := false
	defer func() {
		if locked {
			l.mu.Unlock()
		}
	}()
	if ask() {
		l.mu.Lock()
		locked = true
	}
	l.aux.Lock()
	l.aux.Unlock()
	ask()
}

func (l *confinedBookInBody) inBody(rows func(func(string) bool), ask func() bool) {
	for r := range rows {
		locked := true
		if r == "" {
			locked = false
		}
		l.mu.Lock()
		l.aux.Lock()
		l.aux.Unlock()
		if !locked {
			l.mu.Unlock()
			continue
		}
		func() { locked = len(l.rows) > 0 }()
		l.mu.Unlock()
	}
}

// One that a literal knows which has been handed out may change at any time; that it
// does, here, is no more than a guess.
func (l *confinedBookHandedOut) handedOut(keep func(func()), ask func() bool) {
	locked := ask()
	keep(func() { locked = false })
	if locked {
		l.mu.Lock()
		ask()
		if locked {
			l.mu.Unlock()
		}
	}
}

// What a literal stores, and what it leaves as it was.
func (l *confinedBookSets) sets(fast bool) {
	locked := false
	locked = fast
	if locked {
		l.mu.Lock()
	}
	func() {
		locked = fast
	}()
	if locked {
		l.mu.Unlock()
	}
}

func (l *confinedBookLeaves) leaves(rows func(func(string) bool), fast bool) {
	if !fast {
		return
	}
	locked := true
	l.mu.Lock()
	for r := range rows {
		if r == "" {
			println(r)
			locked = fast
		}
	}
	if locked {
		l.mu.Unlock()
	}
}

// The way out of a body that no state of the function takes.
func (l *confinedBookWayOut) wayOut(rows func(func(string) bool), fast bool) {
	l.mu.Lock()
	if fast {
		for r := range rows {
			if !fast {
				return
			}
			l.rows = append(l.rows, r)
		}
	}
	l.mu.Unlock()
}

func (l *confinedBookOtherWayOut) otherWayOut(rows func(func(string) bool), fast bool) {
	l.mu.Lock()
	if fast {
		for r := range rows {
			if fast {
				return // want `return with l\.mu still locked`
			}
			l.rows = append(l.rows, r)
		}
	}
	l.mu.Unlock()
}

// A callee's condition is one on a local value, negated.
func (l *confinedBook) lockIf(locked bool) {
	if locked {
		l.mu.Lock()
	}
}

func (l *confinedBook) local(ask func() bool) {
	locked := !ask()
	l.lockIf(locked)
	if locked {
		l.mu.Unlock()
	}
}

func (l *confinedBook) otherLocal(ask func() bool) {
	locked := !ask()
	l.lockIf(locked)
	if !locked {
		return
	}
	if len(l.rows) > 0 {
		return // want `return with l\.mu still locked`
	}
	l.mu.Unlock()
}
