package doublelock

import "sync"

// Only the registry that all share is locked.
type sharedFiles struct{ names []string }

var (
	sharedMu sync.RWMutex
	shared   = &sharedFiles{}
)

func (f *sharedFiles) register(n string) {
	if f == shared {
		sharedMu.Lock()
		defer sharedMu.Unlock()
	}
	f.names = append(f.names, n)
}

func (f *sharedFiles) each(fn func(string)) {
	if f == shared {
		sharedMu.RLock()
		defer sharedMu.RUnlock()
	}
	for _, n := range f.names {
		fn(n)
	}
}

func newSharedFiles(names ...string) (*sharedFiles, error) {
	f := &sharedFiles{}
	for _, n := range names {
		f.register(n)
	}
	return f, nil
}

// Fine: files is another one than the shared one.
func copyToShared() {
	files, err := newSharedFiles("a", "b")
	if err != nil {
		return
	}
	files.each(func(n string) { shared.register(n) })
}

func copyOfShared(files *sharedFiles) {
	files.each(func(n string) { // want `sharedMu is locked for writing at .* by \(\*sharedFiles\)\.register`
		shared.register(n)
	})
}
