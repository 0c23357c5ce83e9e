// Package lockless never locks.
package lockless

import "guardedby/across/store"

func Size(s *store.Store) int {
	return len(s.Items) // want `s.Items is read without s.RWMutex`
}
