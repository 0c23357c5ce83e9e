package lockorder

import "sync"

// Two that read hang only if a writer waits; one that reads and one that writes can hang as they are, and that is what is said of the
// two locks, although the readers come first.

type sheet struct {
	mu   sync.RWMutex
	book *binder
	n    int
}

type binder struct {
	mu    sync.RWMutex
	cover *sheet
	n     int
}

func (p *sheet) get() int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	p.book.mu.RLock()
	defer p.book.mu.RUnlock()
	return p.book.n
}

func (b *binder) get() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	b.cover.mu.RLock() // want `binder.get read-locks binder.mu, then sheet.mu, and sheet.set \(readersfirst.go:39\) in the opposite order: can deadlock`
	defer b.cover.mu.RUnlock()
	return b.cover.n
}

func (p *sheet) set(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.book.mu.Lock()
	defer p.book.mu.Unlock()
	p.book.n = n
}

func (b *binder) set(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cover.mu.Lock()
	defer b.cover.mu.Unlock()
	b.cover.n = n
}
