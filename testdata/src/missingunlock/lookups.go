package missingunlock

import "sync"

// A Folder is locked by those who have found it.
type Folder struct {
	sync.RWMutex
	folders map[string]*Folder
}

// Open returns the folder locked, or nil.
func (f *Folder) Open(name string) *Folder {
	child := f.folders[name]
	if child == nil {
		return nil
	}
	child.Lock()
	if child.folders == nil {
		child.Unlock()
		return nil
	}
	return child
}

// Descend goes from lock to lock, and returns with the last one.
func Descend(root *Folder, names []string) *Folder {
	f := root
	f.RLock()
	for _, name := range names {
		child := f.folders[name]
		child.RLock()
		f.RUnlock()
		f = child
	}
	return f
}

// Half of the folders that it returns are locked.
func (f *Folder) Sometimes(name string, twice bool) *Folder {
	f.Lock()
	if twice {
		f.Unlock()
		return f
	}
	return f // want `return with f still locked`
}

// The lock is that of the folder around it.
func (f *Folder) Child(name string) *Folder {
	f.Lock()
	child := f.folders[name]
	if child == nil {
		f.Unlock()
		return nil
	}
	return child // want `return with f still locked`
}

// Nobody else can unlock it.
type bookcase struct {
	mu    sync.Mutex
	books map[string]*bookcase
}

func FindBookcase(s *bookcase, name string) *bookcase {
	found := s.books[name]
	found.mu.Lock()
	if found.books == nil {
		found.mu.Unlock()
		return nil
	}
	return found // want `return with found\.mu still locked`
}
