package silent

import "sync"

// Shape 4: the unlock is handed back as a function or an object.

type vaults struct {
	mu    sync.Mutex
	locks map[string]*sync.Mutex
	gold  map[string]int
}

func (v *vaults) lock(name string) (unlock func()) {
	v.mu.Lock()
	l, ok := v.locks[name]
	if !ok {
		l = new(sync.Mutex)
		v.locks[name] = l
	}
	v.mu.Unlock()
	l.Lock()
	return l.Unlock
}

func (v *vaults) add(name string, n int) {
	defer v.lock(name)()
	v.gold[name] += n
}

func (v *vaults) sub(name string, n int) bool {
	unlock := v.lock(name)
	if v.gold[name] < n {
		unlock()
		return false
	}
	v.gold[name] -= n
	unlock()
	return true
}

// With an error.
func (v *vaults) tryLock(name string) (func(), error) {
	v.mu.Lock()
	if _, ok := v.locks[name]; !ok {
		v.mu.Unlock()
		return nil, errGone
	}
	return func() { v.mu.Unlock() }, nil
}

func (v *vaults) drop(name string) error {
	unlock, err := v.tryLock(name)
	if err != nil {
		return err
	}
	defer unlock()
	delete(v.gold, name)
	return nil
}

// A release that may be called more than once.
func (v *vaults) lockOnce() func() {
	v.mu.Lock()
	return sync.OnceFunc(v.mu.Unlock)
}

func (v *vaults) reset() {
	unlock := v.lockOnce()
	defer unlock()
	v.gold = nil
	unlock()
}

// A struct with an Unlock method.
type Guard struct{ mu *sync.Mutex }

func (g Guard) Unlock() { g.mu.Unlock() }

type chest struct {
	mu    sync.Mutex
	items int
}

func (c *chest) Guard() Guard {
	c.mu.Lock()
	return Guard{&c.mu}
}

func (c *chest) put() {
	g := c.Guard()
	defer g.Unlock()
	c.items++
}

// A cleanup list.
func (c *chest) open(cleanup *[]func()) {
	c.mu.Lock()
	*cleanup = append(*cleanup, c.mu.Unlock)
}
