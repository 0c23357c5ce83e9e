package lockorder

import "sync"

// A reader waits for a writer, and so for other readers that the writer waits for.
type index struct {
	mu   sync.RWMutex
	file *file
}

type file struct {
	mu    sync.RWMutex
	index *index
}

func (i *index) Find() {
	i.mu.RLock()
	defer i.mu.RUnlock()
	i.file.mu.RLock() // want `\(\*index\)\.Find read-locks index\.mu, then file\.mu, and \(\*file\)\.Read in the opposite order: can deadlock if a writer waits`
	i.file.mu.RUnlock()
}

func (f *file) Read() {
	f.mu.RLock()
	defer f.mu.RUnlock()
	f.index.mu.RLock()
	f.index.mu.RUnlock()
}

func (i *index) Set() {
	i.mu.Lock()
	i.mu.Unlock()
}

func (f *file) Write() {
	f.mu.Lock()
	f.mu.Unlock()
}

// Nobody writes one of the two: its readers never wait.
type table struct {
	mu sync.RWMutex
	ro *frozen
}

type frozen struct {
	mu    sync.RWMutex
	table *table
}

func (t *table) Find() {
	t.mu.RLock()
	defer t.mu.RUnlock()
	t.ro.mu.RLock()
	t.ro.mu.RUnlock()
}

func (f *frozen) Read() {
	f.mu.RLock()
	defer f.mu.RUnlock()
	f.table.mu.RLock()
	f.table.mu.RUnlock()
}

func (t *table) Set() {
	t.mu.Lock()
	t.mu.Unlock()
}

// One side writes.
type page struct {
	mu  sync.RWMutex
	log *journal
}

type journal struct {
	mu    sync.RWMutex
	pages []*page
}

func (p *page) Read() {
	p.mu.RLock()
	defer p.mu.RUnlock()
	p.log.mu.Lock() // want `\(\*page\)\.Read read-locks page\.mu, then locks journal\.mu, and \(\*journal\)\.Replay in the opposite order: can deadlock`
	p.log.mu.Unlock()
}

func (j *journal) Replay() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, p := range j.pages {
		p.mu.Lock()
		p.mu.Unlock()
	}
}

// A variable that is not exported, but of a type whose method locks it for writing.
type shelf struct {
	sync.RWMutex
	books map[string]int
}

func (s *shelf) put(title string) {
	s.Lock()
	s.books[title]++
	s.Unlock()
}

var (
	library  shelf
	catalog  sync.Mutex
	lookedUp int
)

func Lend() {
	library.RLock()
	catalog.Lock() // want `Lend read-locks library\.RWMutex, then locks catalog, and Find in the opposite order: can deadlock if a writer waits`
	lookedUp++
	catalog.Unlock()
	library.RUnlock()
}

func Find() {
	catalog.Lock()
	library.RLock()
	lookedUp++
	library.RUnlock()
	catalog.Unlock()
}

func Return(title string) { library.put(title) }
