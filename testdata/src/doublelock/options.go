package doublelock

import "sync"

// Options that users get from the package, and give back to it.
type Setting func(*Daemon) error

type Daemon struct {
	mu     sync.Mutex
	limits map[string]int
	gen    int
}

func WithName(name string) Setting {
	return func(d *Daemon) error {
		d.limits[name] = 0
		return nil
	}
}

func WithLimit(name string, n int) Setting {
	return func(d *Daemon) error {
		d.SetLimit(name, n)
		return nil
	}
}

func (d *Daemon) SetLimit(name string, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.limits[name] = n
}

// Fine: nothing is locked yet.
func NewDaemon(settings ...Setting) (*Daemon, error) {
	d := &Daemon{limits: make(map[string]int)}
	for _, s := range settings {
		if err := s(d); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (d *Daemon) Reconfigure(settings ...Setting) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range settings {
		if err := s(d); err != nil { // want `d\.mu is locked again at options\.go:\d+ by \(\*Daemon\)\.SetLimit, which deadlocks: it is held since`
			return err
		}
	}
	d.gen++
	return nil
}

// Fine: what it is given is in sight.
func (d *Daemon) rename(name string) error { return d.apply(WithName(name)) }

func (d *Daemon) apply(s Setting) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return s(d)
}
