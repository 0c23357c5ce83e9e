package silent

import "sync"

// Shape 4: the unlock is handed out later, as a method value, by another function.
type segment struct {
	lock sync.RWMutex
	data []byte
}

type segments struct {
	byID map[int]*segment
}

func (s *segments) pinned(id int) *segment {
	seg, ok := s.byID[id]
	if !ok {
		return nil
	}
	seg.lock.RLock()
	return seg
}

func (s *segments) read(id int) ([]byte, func()) {
	seg := s.pinned(id)
	if seg == nil {
		return nil, nil
	}
	return seg.data, s.unpin(seg)
}

func (s *segments) unpin(seg *segment) func() { return seg.lock.RUnlock }

func (s *segments) drop(id int) {
	seg := s.byID[id]
	seg.lock.Lock()
	delete(s.byID, id)
	seg.lock.Unlock()
}
