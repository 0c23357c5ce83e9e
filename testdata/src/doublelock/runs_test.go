package doublelock

import (
	"errors"
	"testing"
)

// What each run of a test comes to, whoever runs it sees.

var errNoHall = errors.New("no hall")

type hallway struct {
	conn
	gone bool
}

// enter returns with the lock, or with an error.
func (h *hallway) enter() error {
	h.mu.Lock()
	if h.gone {
		h.mu.Unlock()
		return errNoHall
	}
	return nil
}

func TestGone(t *testing.T) {
	h := &hallway{}
	h.gone = true
	if err := h.enter(); err != errNoHall {
		t.Error(err)
	}
	h.mu.Lock()
	h.gone = false
	h.mu.Unlock()
}

func TestSubGone(t *testing.T) {
	t.Run("gone", func(t *testing.T) {
		h := &hallway{}
		h.gone = true
		_ = h.enter()
		h.mu.Lock()
		h.mu.Unlock()
	})
}

// On some paths only.
func TestRarely(t *testing.T) {
	h := &hallway{}
	h.mu.Lock()
	if testing.Short() {
		h.mu.Lock() // want `h\.mu is locked again, which deadlocks: it is held since runs_test\.go:\d+`
		h.mu.Unlock()
	}
	h.mu.Unlock()
}

// Functions that tests call are like any others.
func helpTest(h *hallway) {
	h.mu.Lock()
	h.mu.Lock() // want `h\.mu is locked again, which deadlocks: it is held since runs_test\.go:\d+`
	h.mu.Unlock()
}
