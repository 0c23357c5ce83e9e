package silent

import "sync"

// Shape 5: whether the lock was kept depends on what the caller cannot see: the
// results are the same. Its callers are not blamed.

type turbine struct {
	mu      sync.Mutex
	running bool
	rpm     int
	pending []func(*turbine)
}

// spin leaves t.mu locked for stop if it starts the turbine.
func (t *turbine) spin(rpm int) {
	t.mu.Lock()
	t.rpm = rpm
	if t.running {
		t.mu.Unlock()
		return
	}
	t.running = true
}

func (t *turbine) stop() {
	if t.running {
		t.running = false
		t.mu.Unlock()
	}
}

func (t *turbine) ramp(to int) int {
	for rpm := 0; rpm < to; rpm += 100 {
		t.spin(rpm)
	}
	return t.rpm
}

func (t *turbine) test(f func(int) error) error {
	t.spin(100)
	if err := f(t.rpm); err != nil {
		t.stop()
		return err
	}
	t.stop()
	return nil
}

// The result is the same error either way.
type airlock struct {
	mu    sync.Mutex
	inner bool
	outer bool
}

func (a *airlock) cycle(open func() error) error {
	a.mu.Lock()
	err := open()
	if a.inner != a.outer {
		a.mu.Unlock()
	} else {
		a.inner = true
	}
	return err
}

func (a *airlock) leave(open func() error) error {
	if err := a.cycle(open); err != nil {
		return err
	}
	if a.inner {
		a.inner = false
		a.mu.Unlock()
	}
	return nil
}
