package silent

import "sync"

// Shape 12: the lock of an object that nobody else has seen goes with it.

type scratch struct {
	mu   sync.Mutex
	data []byte
}

func newScratch(n int) *scratch { return &scratch{data: make([]byte, 0, n)} }

func (s *scratch) lock()   { s.mu.Lock() }
func (s *scratch) unlock() { s.mu.Unlock() }

func (s *scratch) write(p string) { s.data = append(s.data, p...) }

func checksum(words []string) (sum int, ok bool) {
	s := newScratch(len(words))
	s.lock()
	for _, w := range words {
		if w == "" {
			return 0, false
		}
		s.write(w)
	}
	for _, b := range s.data {
		sum += int(b)
	}
	s.unlock()
	return sum, true
}

// As a value.
func width(words []string) int {
	var s scratch
	s.mu.Lock()
	for _, w := range words {
		if len(w) > 80 {
			return -1
		}
		s.data = append(s.data, w...)
	}
	s.mu.Unlock()
	return len(s.data)
}

// Several ways out, and it is handed out unlocked only.
type draft struct {
	mu   sync.RWMutex
	text []string
}

func compose(lines []string, check func(string) error) (*draft, error) {
	d := &draft{}
	d.mu.Lock()
	for _, l := range lines {
		if err := check(l); err != nil {
			return nil, err
		}
		d.text = append(d.text, l)
	}
	d.mu.Unlock()
	return d, nil
}
