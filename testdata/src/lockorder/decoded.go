package lockorder

import (
	"encoding/json"
	"sync"
)

// A task that has just been decoded is known to nobody else.
type task struct {
	mu   sync.Mutex
	Name string
	size int
}

func (t *task) init() {
	t.mu.Lock()
	t.size = len(t.Name)
	t.mu.Unlock()
}

type taskStore struct {
	mu   sync.Mutex
	rows map[string][]byte
}

// Fine.
func (s *taskStore) add(row []byte) error {
	t := new(task)
	if err := json.Unmarshal(row, t); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t.init()
	s.rows[t.Name] = row
	return nil
}

func (s *taskStore) drop(name string) {
	s.mu.Lock()
	delete(s.rows, name)
	s.mu.Unlock()
}

func (t *task) end(s *taskStore) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s.drop(t.Name)
}
