package unlockunheld

import (
	"fmt"
	"strings"
	"sync"
)

// A file that a database has open is locked as long as it is, be it a new one or one that was there.
type openFile struct {
	mu   sync.Mutex
	data map[string]string
}

type openRegistry struct {
	mu    sync.Mutex
	files map[string]*openFile
}

type openDB struct {
	name string
	f    *openFile
}

func (r *openRegistry) file(name string) *openFile {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, ok := r.files[name]
	if !ok {
		f = &openFile{data: map[string]string{}}
		r.files[name] = f
	}
	return f
}

func (r *openRegistry) Open(name string) (*openDB, error) {
	d := &openDB{name: name, f: r.file(name)}
	d.f.mu.Lock()
	if err := d.recover(); err != nil {
		return nil, d.fail(err)
	}
	return d, nil
}

func (d *openDB) fail(err error) error {
	d.Close()
	return fmt.Errorf("open %s: %w", d.name, err)
}

func (d *openDB) recover() error {
	if strings.HasPrefix(d.name, "broken") {
		return fmt.Errorf("bad magic")
	}
	return nil
}

func (d *openDB) Close() { d.f.mu.Unlock() }

// Here nothing returns with the lock held.
type sharedFile struct {
	mu   sync.Mutex
	data map[string]string
}

type sharedDB struct{ f *sharedFile }

func OpenShared(f *sharedFile) *sharedDB {
	d := &sharedDB{f: f}
	d.f.mu.Lock()
	d.f.data = map[string]string{}
	d.f.mu.Unlock()
	return d
}

func (d *sharedDB) Shut() {
	d.f.mu.Unlock() // want `d\.f\.mu is unlocked, but nothing has locked it: no caller can hold it`
}
