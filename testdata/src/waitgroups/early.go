package waitgroups

import "sync"

func countedLate(fs []func()) {
	var wg sync.WaitGroup
	for _, f := range fs {
		go func() {
			defer wg.Done()
			f()
		}()
		wg.Add(1) // want `Add comes after the go statement: wg.Done \(early.go:9\) may come first, and makes the counter negative, which panics`
	}
	wg.Wait()
}

// The goroutine waits until it has been counted.
func countedInTime(f func()) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	go func() {
		defer wg.Done()
		<-start
		f()
	}()
	wg.Add(1)
	close(start)
	wg.Wait()
}

func countedUnderLock(f func()) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	mu.Lock()
	go func() {
		defer wg.Done()
		mu.Lock()
		defer mu.Unlock()
		f()
	}()
	wg.Add(1)
	mu.Unlock()
	wg.Wait()
}

// Two are counted before the first, and one more for what the first starts.
func countedAhead(f func()) {
	var wg sync.WaitGroup
	wg.Add(2)
	for range 2 {
		go func() {
			defer wg.Done()
			f()
		}()
	}
	wg.Add(1)
	go func() {
		defer wg.Done()
		f()
	}()
	wg.Wait()
}

// The first waits until all have been counted: it takes nothing away from the second.
func firstWaits(f func()) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	go func() {
		defer wg.Done()
		<-start
		f()
	}()
	wg.Add(1)
	go func() {
		defer wg.Done()
		f()
	}()
	wg.Add(1)
	close(start)
	wg.Wait()
}

// It counts itself.
func countsItself(f func()) {
	var wg sync.WaitGroup
	done := make(chan struct{})
	go func() {
		wg.Add(1)
		defer wg.Done()
		f()
		close(done)
	}()
	<-done
	wg.Wait()
}

// On some paths only.
func maybeCounted(f func() error) {
	var wg sync.WaitGroup
	go func() {
		if f() == nil {
			return
		}
		wg.Done()
	}()
	wg.Add(1)
}

// The second Done belongs to the second phase: get waits, in a loop, for what the goroutine of that phase puts.
func twoPhases(get func() bool, put func()) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		wg.Done()
		for !get() {
		}
		wg.Done()
	}()
	wg.Wait()
	wg.Add(2)
	go func() {
		defer wg.Done()
		put()
	}()
	wg.Wait()
}

// Goroutines that count themselves.
func probeAll(ports []int, probe func(int)) {
	var wg sync.WaitGroup
	one := func(p int) {
		wg.Add(1) // want `the goroutine counts itself: wg.Wait \(early.go:\d+\) may come before this Add; call it before the go statement`
		defer wg.Done()
		probe(p)
	}
	for _, p := range ports {
		go one(p)
	}
	wg.Wait()
}

// Fine: it has said that it is counted.
func probeOne(probe func(int)) {
	var wg sync.WaitGroup
	counted := make(chan struct{})
	one := func() {
		wg.Add(1)
		close(counted)
		defer wg.Done()
		probe(1)
	}
	go one()
	<-counted
	wg.Wait()
}

// Fine: it counts those that it starts, and is counted itself.
func probeTree(probe func(int)) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		wg.Add(1)
		go func() {
			defer wg.Done()
			probe(2)
		}()
	}()
	wg.Wait()
}

// Fine: another group tells that they are counted.
func probeTogether(probe func(int)) {
	var wg, counted sync.WaitGroup
	start := make(chan struct{})
	one := func(p int) {
		wg.Add(1)
		defer wg.Done()
		counted.Done()
		<-start
		probe(p)
	}
	counted.Add(2)
	go one(1)
	go one(2)
	counted.Wait()
	close(start)
	wg.Wait()
}

// go vet reports this one.
func probeInPlace(probe func(int)) {
	var wg sync.WaitGroup
	go func() {
		wg.Add(1)
		defer wg.Done()
		probe(1)
	}()
	wg.Wait()
}

// A goroutine that counts itself in a field, which another method waits for.
type echoServer struct {
	wg     sync.WaitGroup
	accept func() (func(), bool)
}

func (s *echoServer) serve() {
	for {
		conn, ok := s.accept()
		if !ok {
			return
		}
		go s.handle(conn)
	}
}

func (s *echoServer) handle(conn func()) {
	s.wg.Add(1) // want `the goroutine counts itself: s.wg.Wait \(early.go:\d+\) may come before this Add; call it before the go statement`
	defer s.wg.Done()
	conn()
}

func (s *echoServer) close() { s.wg.Wait() }

// Fine: who starts it waits until it is counted.
type readyServer struct {
	wg    sync.WaitGroup
	ready chan struct{}
}

func (s *readyServer) start() {
	go s.run()
	<-s.ready
}

func (s *readyServer) run() {
	s.wg.Add(1)
	defer s.wg.Done()
	close(s.ready)
}

func (s *readyServer) close() { s.wg.Wait() }

// Fine: it is called as well, and who calls it does not wait meanwhile.
type calledServer struct{ wg sync.WaitGroup }

func (s *calledServer) start(inline bool) {
	if inline {
		s.run()
		return
	}
	go s.run()
}

func (s *calledServer) run() {
	s.wg.Add(1)
	defer s.wg.Done()
}

func (s *calledServer) close() { s.wg.Wait() }

// Silent: it is counted before as well, so that there is no Wait that goes by.
type twiceServer struct{ wg sync.WaitGroup }

func (s *twiceServer) start() {
	s.wg.Add(1)
	go s.run()
}

func (s *twiceServer) run() {
	s.wg.Add(1)
	defer s.wg.Add(-2)
}

func (s *twiceServer) close() { s.wg.Wait() }
