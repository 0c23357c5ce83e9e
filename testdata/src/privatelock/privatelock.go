package privatelock

import "sync"

type set struct{ m map[string]int }

func (s *set) add(k string) {
	var mu sync.Mutex // want `mu keeps nobody out: add makes it anew each time, and no other goroutine can hold it`
	mu.Lock()
	defer mu.Unlock()
	s.m[k]++
}

func (s *set) has(k string) bool {
	mu := new(sync.RWMutex) // want `mu keeps nobody out`
	mu.RLock()
	defer mu.RUnlock()
	return s.m[k] > 0
}

// A new one in each goroutine, and in each turn of a loop.
func sum(xs []int) (n int) {
	var wg sync.WaitGroup
	for _, x := range xs {
		wg.Go(func() {
			var mu sync.Mutex // want `mu keeps nobody out`
			mu.Lock()
			n += x
			mu.Unlock()
		})
	}
	wg.Wait()
	return n
}

func each(xs []int, f func(int)) {
	for _, x := range xs {
		mu := &sync.Mutex{} // want `mu keeps nobody out: each makes it anew`
		mu.Lock()
		go f(x)
		mu.Unlock()
	}
}

// Shared with goroutines, with callees, with an object, with the caller.
func shared(xs []int) (n int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, x := range xs {
		wg.Go(func() { mu.Lock(); defer mu.Unlock(); n += x })
	}
	wg.Wait()
	mu.Lock()
	defer mu.Unlock()
	return n
}

func passed(f func(*sync.Mutex)) {
	var mu sync.Mutex
	go f(&mu)
	mu.Lock()
	defer mu.Unlock()
}

type box struct{ mu *sync.Mutex }

func kept() *box {
	mu := new(sync.Mutex)
	mu.Lock()
	defer mu.Unlock()
	return &box{mu}
}

func returned() *sync.Mutex {
	mu := &sync.Mutex{}
	mu.Lock()
	return mu
}

func cond() *sync.Cond {
	var mu sync.Mutex
	mu.Lock()
	defer mu.Unlock()
	return sync.NewCond(&mu)
}

// A lock that is found or made.
func found(locks map[string]*sync.Mutex, k string) {
	mu := locks[k]
	if mu == nil {
		mu = &sync.Mutex{}
	}
	mu.Lock()
	defer mu.Unlock()
}

// Captured by a literal that is called here only, and one that is not.
func literal() func() {
	mu := &sync.Mutex{}
	mu.Lock()
	defer mu.Unlock()
	return func() { mu.Lock(); defer mu.Unlock() }
}

// Never locked.
func unused() {
	var mu sync.Mutex
	_ = mu.TryLock()
}

type meter struct {
	mu    sync.Mutex
	count int
}

func newMeter() *meter {
	m := &meter{}
	go func() {
		m.mu.Lock()
		m.count = 0
		m.mu.Unlock()
	}()
	return m
}

// Nobody else has the result of this one.
func zeroMeter() *meter {
	return &meter{count: 1}
}

var meters []*meter

func listed() *meter {
	m := new(meter)
	meters = append(meters, m)
	return m
}

type server struct{ a, b, c meter }

func newServer() *server {
	s := &server{}
	s.a = *newMeter() // want `the copy has a lock of its own: other uses of newMeter's result are under another one`
	s.b = *zeroMeter()
	s.c = *listed() // want `the copy has a lock of its own: other uses of listed's result are under another one`
	return s
}

func (s *server) handle() {
	s.a.mu.Lock()
	s.a.count++
	s.a.mu.Unlock()
}
