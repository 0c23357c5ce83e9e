package silent

import "sync"

// Shape 6: the caller's lock is given back around something slow.

type indexer struct {
	mu    sync.Mutex
	docs  map[string]string
	stale bool
}

// fetchLocked is called with ix.mu held, and gives it back while it works.
func (ix *indexer) fetchLocked(name string, fetch func(string) string) string {
	ix.mu.Unlock()
	defer ix.mu.Lock()
	return fetch(name)
}

func (ix *indexer) add(name string, fetch func(string) string) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.docs[name] = ix.fetchLocked(name, fetch)
}

// What is called meanwhile may lock.
func (ix *indexer) reindexLocked() {
	ix.mu.Unlock()
	ix.mark()
	ix.mu.Lock()
}

func (ix *indexer) mark() {
	ix.mu.Lock()
	ix.stale = true
	ix.mu.Unlock()
}

func (ix *indexer) reindex() {
	ix.mu.Lock()
	if !ix.stale {
		ix.reindexLocked()
	}
	ix.stale = false
	ix.mu.Unlock()
}

// In a loop.
func (ix *indexer) all(names []string, fetch func(string) string) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	for _, n := range names {
		if _, ok := ix.docs[n]; ok {
			continue
		}
		ix.mu.Unlock()
		d := fetch(n)
		ix.mu.Lock()
		ix.docs[n] = d
	}
}

// In a literal.
func (ix *indexer) one(name string, fetch func(string) string) (d string) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	func() {
		ix.mu.Unlock()
		defer ix.mu.Lock()
		d = fetch(name)
	}()
	ix.docs[name] = d
	return d
}
