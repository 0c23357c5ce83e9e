// Package mode waits for groups with goroutines that run in one of two modes only.
package mode

import "sync"

type miner struct {
	sync.Mutex
	wg      sync.WaitGroup
	started bool
	n, have int
	update  chan struct{}
	quit    chan struct{}
	done    chan struct{}
}

func New() *miner { return &miner{update: make(chan struct{})} }

func (m *miner) monitor() {
	<-m.done
	m.wg.Done()
}

func (m *miner) controller() {
	for {
		select {
		case <-m.update:
			m.have = m.n
			continue
		case <-m.quit:
		}
		break
	}
	close(m.done)
	m.wg.Done()
}

func (m *miner) Start() {
	m.Lock()
	defer m.Unlock()
	if m.started {
		return
	}
	m.quit, m.done = make(chan struct{}), make(chan struct{})
	m.wg.Add(2)
	go m.monitor()
	go m.controller()
	m.started = true
}

func (m *miner) Stop() {
	m.Lock()
	defer m.Unlock()
	if !m.started {
		return
	}
	close(m.quit)
	m.wg.Wait()
	m.started = false
}

func (m *miner) SetWorkers(n int) {
	m.Lock()
	defer m.Unlock()
	m.n = n
	if m.started {
		m.update <- struct{}{}
	}
}

// The group counts the monitor alone: the controller is not running, as the flag says.
func (m *miner) Generate() {
	m.Lock()
	if m.started {
		m.Unlock()
		return
	}
	m.started = true
	m.done = make(chan struct{})
	m.wg.Add(1)
	go m.monitor()
	m.Unlock()

	m.Lock()
	close(m.done)
	m.wg.Wait()
	m.started = false
	m.Unlock()
}

// A flag that is reset before the goroutine has ended says nothing.
type loose struct {
	mu      sync.Mutex
	wg      sync.WaitGroup
	started bool
	n       int
	quit    chan struct{}
}

func (l *loose) work() {
	defer l.wg.Done()
	<-l.quit
	l.mu.Lock()
	l.n++
	l.mu.Unlock()
}

func (l *loose) Start() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.started {
		return
	}
	l.started = true
	l.quit = make(chan struct{})
	l.wg.Add(1)
	go l.work()
}

func (l *loose) Stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.started {
		close(l.quit)
		l.started = false
	}
}

func (l *loose) Once() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.started {
		return
	}
	l.started = true
	l.wg.Wait() // want `l.wg.Wait with l.mu held \(since mode.go:\d+\): its Done \(mode.go:\d+\) must lock l.mu first`
	l.started = false
}
