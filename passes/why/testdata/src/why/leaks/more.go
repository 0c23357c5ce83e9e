package leaks

import "sync"

// Another literal of the function releases the lock.
func literals(do func(func())) {
	var mu sync.Mutex
	do(func() {
		mu.Lock()
		if random() {
			mu.Unlock()
		}
	}) // why missingunlock/return literal-releases "literals.func2" @other
	do(func() { // @other
		mu.Unlock() // why unlockunheld/never callers-may-hold "used as a value" @other
	})
}

var random func() bool

type P struct {
	mu sync.Mutex
	n  int
}

// The caller calls both.
func (p *P) enter() {
	p.mu.Lock()
	if p.n == 0 {
		p.mu.Unlock()
	}
} // why missingunlock/return caller-releases "(*P).visit" @leave

func (p *P) leave(n int) {
	p.n -= n
	p.mu.Unlock() // why unlockunheld/never callers-may-hold "(*P).visit, which holds locks then" @leave
}

func (p *P) visit() { // @visit
	p.enter() // @enter
	defer func() { _ = p }()
	if p.n > 0 {
		p.leave(1) // @leave // why unlockunheld/never callers-may-hold "nobody in sight calls it" @visit
	}
} // why missingunlock/return maybe-released "(*P).enter, which does not always return with the lock held" @enter

// The loop takes all locks, and keeps them; who stops it gives back the last one.
func all(ps []*P) {
	for _, p := range ps {
		p.mu.Lock() // why missingunlock/loop no-other-path
		if p.n == 0 {
			p.mu.Unlock()
			return
		}
	}
}

// The address of the lock is kept.
func keep() {
	var mu sync.Mutex // @kept
	kept = append(kept, &mu)
	mu.Lock() // why missingunlock/never address-kept @kept
}

var kept []*sync.Mutex

// The function around the literal holds the lock.
func around(p *P) {
	func() {
		p.mu.Lock() // why missingunlock/never caller-releases "around" @around
	}()
	p.n++
	p.mu.Unlock() // @around
}

type Q struct {
	mu sync.Mutex
	n  int
}

// Two returns, one acquisition.
func (q *Q) two(on bool) int {
	q.mu.Lock()
	if on {
		return 1 // why missingunlock/never reported-once
	}
	return 2
}

func (q *Q) use() {
	q.mu.Lock()
	q.mu.Unlock()
}

type R struct {
	a, b sync.Mutex
	n    int
}

// Set unlocks the wrong one.
func (r *R) Set(n int) {
	r.a.Lock() // why missingunlock/never other-is-wrong // why lockorder/cycle maybe-held "leaks.R.b" @wrong
	r.n = n
	r.b.Unlock() // @wrong
}

func (r *R) Get() int {
	r.a.Lock()
	defer r.a.Unlock()
	r.b.Lock()
	defer r.b.Unlock()
	return r.n
}

// The literal never runs in this way.
func never(q *Q) {
	lock := func(on bool) {
		q.mu.Lock()
		if !on {
			return // why missingunlock/return never-runs
		}
		q.mu.Unlock()
	}
	lock(true)
}

// A contract that unseen code may keep.
//
//lockvet:acquires q.mu // @says
func (q *Q) hidden(do func()) {
	do()
} // why contract/broken unseen-code "(*Q).hidden" @says
