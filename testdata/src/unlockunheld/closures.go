package unlockunheld

import "sync"

type flag struct {
	mu sync.Mutex
	on bool
}

// A literal that is called where it stands.
func (f *flag) toggle() {
	f.mu.Lock()
	func() {
		f.on = !f.on
		f.mu.Unlock()
	}()
	f.mu.Unlock() // want `f\.mu is unlocked, but was unlocked before, at closures\.go:\d+ by \(\*flag\)\.toggle\.func1`
}

// Silent shape 7: the goroutine that is given the lock releases it.
func (f *flag) later(wait func()) {
	f.mu.Lock()
	go func() {
		defer f.mu.Unlock()
		wait()
		f.on = true
	}()
}

// A literal that unlocks for the function around it, once on each path.
func (f *flag) set(on bool, notify func()) {
	f.mu.Lock()
	leave := func() {
		f.mu.Unlock()
		notify()
	}
	if f.on == on {
		leave()
		return
	}
	f.on = on
	leave()
}

// And twice on one.
func (f *flag) reset(notify func()) {
	f.mu.Lock()
	leave := func() {
		f.mu.Unlock()
		notify()
	}
	if f.on {
		f.on = false
		leave()
	}
	leave() // want `f\.mu is unlocked at closures\.go:\d+ by \(\*flag\)\.reset\.func1, but was unlocked before, at closures\.go:\d+ by \(\*flag\)\.reset\.func1`
}

// A local lock.
func collect(in []func() int) (sum int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, f := range in {
		wg.Add(1)
		go func() {
			defer wg.Done()
			n := f()
			mu.Lock()
			sum += n
			mu.Unlock()
			if n < 0 {
				mu.Unlock() // want `mu is unlocked, but was unlocked before, at closures\.go:\d+`
			}
		}()
	}
	wg.Wait()
	return sum
}

// Silent shape 11: method values.
func (f *flag) with(do func()) {
	lock, unlock := f.mu.Lock, f.mu.Unlock
	lock()
	defer unlock()
	do()
}

// What a literal leaves in a variable that it has captured depends on what was there.
type gangway struct{ mu sync.RWMutex }

func (g *gangway) lower(open, calm bool) {
	ready := open
	check := func() {
		if ready {
			ready = calm
		}
	}
	g.mu.Unlock()
	ready = false
	check()
	if ready {
		g.mu.RUnlock()
	}
	ready = true
	check()
	if ready {
		g.mu.Unlock() // want `g\.mu is unlocked, but was unlocked before, at closures\.go:\d+`
	}
}

// A literal that panics unless a condition is met.
type winch struct{ mu, drum sync.Mutex }

func (w *winch) turn(broken, idle bool) {
	check := func() {
		if !idle {
			w.mu.Lock()
			if broken {
				panic("broken")
			}
			w.mu.Unlock()
		}
	}
	if idle {
		panic("idle")
	}
	if broken {
		check()
		w.drum.Unlock()
		w.drum.Unlock()
	}
	check()
	w.drum.Unlock()
	w.drum.Unlock() // want `w\.drum is unlocked, but was unlocked before, at closures\.go:\d+`
}

func (g *gangway) raise(open, calm bool) {
	ready := open
	check := func() {
		if ready {
			ready = calm
		}
	}
	check()
	if ready {
		g.mu.Lock()
		check()
		if ready {
			g.mu.Unlock()
		}
	}
	if !calm {
		g.mu.RUnlock()
	}
}

// It is asked again: what was so before says nothing. But nothing says either that the second answer can be no where the lock has been
// given back.
func (g *gangway) ask(open bool, calm func() bool) {
	ready := open
	check := func() {
		if ready {
			ready = calm()
		}
	}
	g.mu.Lock()
	check()
	if open {
		g.mu.Unlock()
	}
	if !ready {
		g.mu.Unlock()
	}
}
