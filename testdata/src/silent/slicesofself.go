package silent

import "sync"

// A variable that is assigned a slice of its own elements, or what a function makes of it, again and again: where they were found cannot be
// asked of the variable for ever.

type knot struct {
	mu sync.Mutex
	n  int
}

func (l *knot) inc() {
	l.mu.Lock()
	l.n++
	l.mu.Unlock()
}

func shrinkKnots(all []*knot) {
	var some []*knot
	some = append(some, all...)
	for len(some) > 1 {
		some = []*knot{some[0]}
	}
	defer func() { some = nil }()
	some[0].inc()
}

func sameKnot(l *knot) *knot { return l }

func followKnots(l *knot) {
	for range 3 {
		l = sameKnot(l)
	}
	defer func() { l = nil }()
	l.inc()
}
