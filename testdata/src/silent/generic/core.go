// Package generic does all that can be done with values whose types are type parameters.
package generic

import (
	"sync"
	"sync/atomic"
)

var mu sync.Mutex

func fill[T any, S ~*[]T](n int, x S) {
	mu.Lock()
	defer mu.Unlock()
	*x = make([]T, n)
	println(len(*x))
}

func lockAt[P ~*sync.Mutex](p P) {
	(*sync.Mutex)(p).Lock()
	defer (*sync.Mutex)(p).Unlock()
}

type locker[T any] interface {
	*T
	sync.Locker
}

func each[T any, P locker[T]](list []T, f func(P)) {
	for i := range list {
		p := P(&list[i])
		p.Lock()
		f(p)
		p.Unlock()
	}
}

func channels[C ~chan E, E any](c C, e E) E {
	mu.Lock()
	defer mu.Unlock()
	select {
	case c <- e:
	case e = <-c:
	default:
	}
	if len(c) < cap(c) {
		go func() { c <- e }()
	}
	v, ok := <-c
	if !ok {
		close(c)
	}
	for v = range c {
		_ = v
	}
	return v
}

func made[C ~chan E, E any](n int) C {
	c := make(C, n)
	go func() {
		var e E
		c <- e
		close(c)
	}()
	return c
}

func maps[M ~map[K]V, K comparable, V any](m M, k K, v V) V {
	mu.Lock()
	defer mu.Unlock()
	m[k] = v
	if w, ok := m[k]; ok {
		delete(m, k)
		v = w
	}
	for k, v = range m {
		m[k] = v
	}
	clear(m)
	return v
}

func slices[S ~[]E, E any](s S, e E) S {
	mu.Lock()
	defer mu.Unlock()
	s[0] = e
	p := &s[1]
	*p = e
	s = append(s[:1], s...)
	copy(s, s)
	for i, e := range s {
		s[i] = e
	}
	return S([]E{e})
}

func arrays[A ~[3]E, E any](a A, e E) A {
	a[1] = e
	p := &a
	for i := range a {
		(*p)[i] = a[i]
	}
	return a
}

type shape struct {
	mu   sync.Mutex
	cond *sync.Cond
	c    chan int
	n    int
	f    func()
}

func structs[S ~struct {
	mu   sync.Mutex
	cond *sync.Cond
	c    chan int
	n    int
	f    func()
}](n int) *S {
	return &S{n: n, c: make(chan int), f: func() {}}
}

func conds[C ~*sync.Cond](c C, l sync.Locker) *sync.Cond {
	s := structs[shape](1)
	s.cond = sync.NewCond(&s.mu)
	s.cond.L.Lock()
	for s.n == 0 {
		s.cond.Wait()
	}
	s.cond.L.Unlock()
	s.cond.Broadcast()
	(*sync.Cond)(c).L = l
	return (*sync.Cond)(c)
}

func funcs[F ~func(E) E, E any](f F, e E) E {
	mu.Lock()
	e = f(e)
	mu.Unlock()
	defer f(e)
	go f(e)
	return f(e)
}

func strings[S ~string | ~[]byte](s S) (n int) {
	mu.Lock()
	defer mu.Unlock()
	for i := range len(s) {
		n += int(s[i])
	}
	return n
}

func numbers[N ~int](n N) (m N) {
	for i := range n {
		m += i
	}
	switch any(n).(type) {
	case int:
		m++
	}
	return m
}

type atomicOf[T any] struct {
	p  atomic.Pointer[T]
	mu sync.Mutex
	m  map[string]*T
}

func (a *atomicOf[T]) get(k string) *T {
	a.mu.Lock()
	defer a.mu.Unlock()
	if v := a.p.Load(); v != nil {
		return v
	}
	v := new(T)
	a.p.CompareAndSwap(nil, v)
	a.m[k] = v
	return a.m[k]
}

func pointers[T any, P *T | *[]T](p P) bool {
	mu.Lock()
	defer mu.Unlock()
	return p == nil
}

func use() {
	var ints []int
	fill(3, &ints)
	lockAt(&mu)
	each(make([]sync.Mutex, 3), func(*sync.Mutex) {})
	channels(make(chan int, 1), 1)
	made[chan int](1)
	maps(map[int]int{}, 1, 2)
	slices([]int{1, 2}, 3)
	arrays([3]int{}, 3)
	conds(sync.NewCond(&mu), &mu)
	funcs(func(n int) int { return n }, 1)
	strings("a")
	numbers(3)
	new(atomicOf[int]).get("a")
	pointers[int](new(int))
}
