// Package tickets has a semaphore whose slots go from hand to hand.
package tickets

import "sync"

// Whoever takes a slot may pass it to the one who has waited for longest, and the ticket that comes with the slot gives it back.
type tickets struct {
	slots   chan struct{}
	mu      sync.Mutex
	waiting []chan struct{}
}

type ticket struct {
	of   *tickets
	done sync.Once
}

func newTickets(n int) *tickets { return &tickets{slots: make(chan struct{}, n)} }

func (t *tickets) get(mine chan struct{}, stop chan struct{}) bool {
	select {
	case t.slots <- struct{}{}:
		return true
	default:
	}
	t.mu.Lock()
	t.waiting = append(t.waiting, mine)
	t.mu.Unlock()
	for {
		select {
		case <-mine:
			return true
		case <-stop:
			return false
		case t.slots <- struct{}{}:
			t.mu.Lock()
			if len(t.waiting) == 0 {
				<-t.slots
				t.mu.Unlock()
				<-mine
				return true
			}
			first := t.waiting[0]
			t.waiting = t.waiting[1:]
			t.mu.Unlock()
			first <- struct{}{}
		}
	}
}

func (t *ticket) give() { t.done.Do(func() { <-t.of.slots }) }
