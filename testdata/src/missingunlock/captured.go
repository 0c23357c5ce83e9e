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

// Without wrappers, and a lock of its own.
type cistern struct {
	mu    sync.Mutex
	level int
}

func rain(drops <-chan int, max int) bool {
	c := &cistern{}
	go func() {
		for n := range drops {
			c.mu.Lock()
			c.level += n
			c.mu.Unlock()
		}
	}()
	c.mu.Lock()
	if c.level > max {
		return false // want `return with c\.mu still locked`
	}
	c.level = max
	c.mu.Unlock()
	return true
}

func tallyUp(in <-chan int, max int) (sum int, ok bool) {
	var mu sync.Mutex
	go func() {
		for n := range in {
			mu.Lock()
			sum += n
			mu.Unlock()
		}
	}()
	mu.Lock()
	if sum > max {
		return 0, false // want `return with mu still locked`
	}
	mu.Unlock()
	return sum, true
}

// Fine: the second Lock waits for the answer, and nobody else locks the mutex any more.
func answerOf(ask func(answer func(error))) error {
	var done sync.Mutex
	var failed error
	done.Lock()
	ask(func(err error) {
		failed = err
		done.Unlock()
	})
	done.Lock()
	if failed != nil {
		return failed
	}
	done.Unlock()
	return nil
}

// But a goroutine that locks it, too, waits forever.
func answersOf(ask func() error) (last error) {
	var mu sync.Mutex
	for range 2 {
		go func() {
			err := ask()
			mu.Lock()
			last = err
			mu.Unlock()
		}()
	}
	mu.Lock()
	if last != nil {
		return last // want `return with mu still locked since captured\.go:\d+; other paths unlock it`
	}
	mu.Unlock()
	return nil
}
