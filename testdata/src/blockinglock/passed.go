package blockinglock

import "sync"

// Who finds the key knows that the goroutine which closes sent has left the section that set it.
type agreement struct {
	mu   sync.RWMutex
	key  []byte
	sent chan struct{}
}

func newAgreement() *agreement { return &agreement{sent: make(chan struct{})} }

func (a *agreement) settle(key []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.key = key
}

func (a *agreement) handle(key []byte) {
	a.settle(key)
	close(a.sent)
}

func (a *agreement) open(b []byte) []byte {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if a.key == nil {
		return nil
	}
	<-a.sent
	return append(a.key, b...)
}

// Without the test, the wait may begin before the closer has the lock.
func (a *agreement) wait() {
	a.mu.RLock()
	defer a.mu.RUnlock()
	<-a.sent // want `a\.sent is received from with a\.mu held`
}

func useAgreement() {
	a := newAgreement()
	go a.handle([]byte("key"))
	a.open(nil)
	a.wait()
}

// One send in the life of a link, by a helper that is called as long as a field is nil.
type link struct {
	mu    sync.Mutex
	wire  *int
	ready chan struct{}
}

func newLink() *link { return &link{ready: make(chan struct{}, 1)} }

func (l *link) dial() {
	l.wire = new(int)
	l.ready <- struct{}{}
}

func (l *link) write() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.wire == nil {
		l.dial()
	}
	*l.wire++
}

func (l *link) read() int {
	l.mu.Lock()
	if l.wire == nil {
		l.mu.Unlock()
		<-l.ready
		l.mu.Lock()
	}
	defer l.mu.Unlock()
	return *l.wire
}

func useLink() {
	l := newLink()
	go l.write()
	go l.read()
}
