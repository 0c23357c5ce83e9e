package missingunlock

import "sync"

// A new object that a goroutine has seen, too: its lock is waited for.
type tank struct {
	mu    sync.Mutex
	level int
}

func newTank() *tank { return &tank{} }

func (t *tank) lock()   { t.mu.Lock() }
func (t *tank) unlock() { t.mu.Unlock() }

func fill(pumps []func() int, max int) bool {
	t := newTank()
	var wg sync.WaitGroup
	for _, pump := range pumps {
		wg.Add(1)
		go func() {
			defer wg.Done()
			n := pump()
			t.lock()
			t.level += n
			t.unlock()
		}()
	}
	t.lock()
	if t.level > max {
		return false // want `return with \S+\.mu still locked since \S+ by \(\*tank\)\.lock`
	}
	t.unlock()
	wg.Wait()
	return true
}
