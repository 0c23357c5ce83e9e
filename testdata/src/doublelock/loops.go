package doublelock

import "sync"

type cell struct {
	mu   sync.Mutex
	v    int
	next *cell
}

// In the loop's next turn.
type station struct {
	mu    sync.Mutex
	boats []int
}

func (s *station) board(people []int) {
	for _, p := range people {
		s.mu.Lock() // want `s\.mu is locked again, which deadlocks: it is held since loops\.go:19`
		if p == 0 {
			continue
		}
		s.boats = append(s.boats, p)
		s.mu.Unlock()
	}
}

// A Lock in a loop whose Unlock is deferred to the end of the function.
func (s *station) land(people []int) {
	for _, p := range people {
		s.mu.Lock() // want `s\.mu is locked again`
		defer s.mu.Unlock()
		s.boats = append(s.boats, p)
	}
}

// Silent shape 2: every turn locks another one.
func lockAll(cells []*cell) (sum int) {
	for _, c := range cells {
		c.mu.Lock()
		defer c.mu.Unlock()
		sum += c.v
	}
	return sum
}

func lockArray(cells []cell) (sum int) {
	for i := range cells {
		cells[i].mu.Lock()
	}
	for i := range cells {
		sum += cells[i].v
		cells[i].mu.Unlock()
	}
	return sum
}

// Silent shape 2: hand-over-hand.
func last(c *cell) int {
	c.mu.Lock()
	for c.next != nil {
		n := c.next
		n.mu.Lock()
		c.mu.Unlock()
		c = n
	}
	defer c.mu.Unlock()
	return c.v
}

// Silent shape 2: hand-over-hand with a re-assigned previous one.
func insert(head *cell, v int) {
	prev := head
	prev.mu.Lock()
	cur := prev.next
	for cur != nil {
		cur.mu.Lock()
		if cur.v >= v {
			break
		}
		prev.mu.Unlock()
		prev, cur = cur, cur.next
	}
	prev.next = &cell{v: v, next: cur}
	if cur != nil {
		cur.mu.Unlock()
	}
	prev.mu.Unlock()
}

// Fine: given back before every turn.
func (s *station) wait(pause func()) int {
	s.mu.Lock()
	for len(s.boats) == 0 {
		s.mu.Unlock()
		pause()
		s.mu.Lock()
	}
	n := len(s.boats)
	s.mu.Unlock()
	return n
}

// The loop body is left with the lock held, and locks it on the next turn.
func (s *station) drain(done func() bool) {
	for !done() {
		s.mu.Lock() // want `s\.mu is locked again`
		if len(s.boats) > 0 {
			s.boats = s.boats[1:]
			s.mu.Unlock()
		}
	}
}
