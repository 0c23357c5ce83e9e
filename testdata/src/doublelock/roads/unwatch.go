package roads

import "sync"

// Who watches gets a function that ends it, and must not call it from the one that is called.
type watched struct {
	mu       sync.Mutex
	watchers map[int]func(string)
	next     int
}

func (w *watched) watch(f func(string)) (cancel func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := w.next
	w.next++
	w.watchers[id] = f
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.watchers, id)
	}
}

func (w *watched) notify(event string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range w.watchers {
		f(event) // want `w\.mu is locked again at unwatch\.go:\d+ by \(\*watched\)\.watch\.func1`
	}
}

func untilStop(w *watched) {
	var cancel func()
	cancel = w.watch(func(event string) {
		if event == "stop" {
			cancel()
		}
	})
}

// The functions are called when the lock is given back.
type unlocked struct {
	mu       sync.Mutex
	watchers map[int]func(string)
	next     int
}

func (u *unlocked) watch(f func(string)) (cancel func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	id := u.next
	u.next++
	u.watchers[id] = f
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		delete(u.watchers, id)
	}
}

func (u *unlocked) notify(event string) {
	u.mu.Lock()
	var fs []func(string)
	for _, f := range u.watchers {
		fs = append(fs, f)
	}
	u.mu.Unlock()
	for _, f := range fs {
		f(event)
	}
}

func untilStopped(u *unlocked) {
	var cancel func()
	cancel = u.watch(func(event string) {
		if event == "stop" {
			cancel()
		}
	})
}
