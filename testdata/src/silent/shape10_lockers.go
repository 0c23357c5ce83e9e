package silent

import "sync"

// Shape 10: a sync.Locker that comes from outside may be anything: one that counts,
// the read side of an RWMutex, one that does nothing.

type rotor struct {
	l     sync.Locker
	angle int
}

func newRotor(l sync.Locker) *rotor { return &rotor{l: l} }

func turnTwice(l sync.Locker, r *rotor) {
	l.Lock()
	defer l.Unlock()
	r.angle++
	l.Lock()
	r.angle++
	l.Unlock()
}

// Of two holders nobody knows whether they share it.
func mesh(a, b *rotor) {
	a.l.Lock()
	defer a.l.Unlock()
	b.l.Lock()
	defer b.l.Unlock()
	a.angle, b.angle = -b.angle, -a.angle
}

func meshAll(ls []sync.Locker, f func()) {
	for _, l := range ls {
		l.Lock()
		defer l.Unlock()
	}
	f()
}
