// Package handedobject has functions that get another function, and hand it the object whose lock they hold.
package handedobject

import "sync"

type vault struct {
	mu    sync.Mutex
	coins int
	next  *vault
}

func (v *vault) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.coins
}

func (v *vault) with(f func(*vault)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	f(v)
}

func (v *vault) Double() {
	v.with(func(u *vault) { // want `v\.mu is locked again at handedobject\.go:\d+ by \(\*vault\)\.count, which deadlocks: it is held since handedobject\.go:\d+ by \(\*vault\)\.with`
		u.coins += u.count()
	})
}

// The function itself gets what its caller holds.
func apply[T any](x T, f func(T) int) int { return f(x) }

func (v *vault) Applied() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return apply(v, (*vault).count) // want `v\.mu is locked again`
}

// A method that the constraint of a generic function has.
func total[T interface{ count() int }](x T) int { return x.count() }

func (v *vault) Total() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return total(v) // want `v\.mu is locked again`
}

// Fine: it is another one that is handed over.
func (v *vault) withNext(f func(*vault)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	f(v.next)
}

func (v *vault) Next() (n int) {
	v.withNext(func(u *vault) { n = u.count() })
	return n
}

func (v *vault) pairs(other *vault, f func(a, b *vault)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	f(v, other)
}

func (v *vault) Take(from *vault) {
	v.pairs(from, func(to, from *vault) { to.coins += from.count() })
}

// Fine: the lock is given back before.
func (v *vault) after(f func(*vault)) {
	v.mu.Lock()
	v.coins++
	v.mu.Unlock()
	f(v)
}

func (v *vault) After() { v.after(func(u *vault) { u.count() }) }
