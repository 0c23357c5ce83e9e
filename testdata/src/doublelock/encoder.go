package doublelock

import (
	"encoding/json"
	"io"
	"sync"
)

// A library's method, which runs methods of its argument, is called through an interface.
type valueEncoder interface{ Encode(v any) error }

type encoded struct {
	mu sync.Mutex
	n  int
}

func (e *encoded) MarshalJSON() ([]byte, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return []byte{byte('0' + e.n)}, nil
}

func (e *encoded) write(w io.Writer) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var enc valueEncoder = json.NewEncoder(w)
	return enc.Encode(e) // want `e\.mu is locked again at encoder\.go:\d+ by \(\*encoded\)\.MarshalJSON`
}
