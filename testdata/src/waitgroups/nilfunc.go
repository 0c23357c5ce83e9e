package waitgroups

import "sync"

func nothing() {
	var once sync.Once
	once.Do(nil)                         // want `once.Do is given nil to run: it panics`
	_ = sync.OnceFunc((nil))             // want `sync.OnceFunc is given nil to run: it returns a function that panics`
	_ = sync.OnceValue[int](nil)         // want `sync.OnceValue\[int\] is given nil to run`
	_ = sync.OnceValues[int, error](nil) // want `sync.OnceValues\[int, error\] is given nil to run`
}

type runner struct{}

func (runner) Do(f func()) {}

func something(f func()) {
	var once sync.Once
	once.Do(f)
	_ = sync.OnceFunc(func() {})
	runner{}.Do(nil)
}
