// Package unlocker calls a function that it got from the object whose lock is held.
package unlocker

import "doublelock/unlocker/state"

func Use() {
	st := state.New()
	unlocker := st.Unlocker()
	st.Lock()
	defer st.Unlock()
	relock := unlocker()
	st.Lock()
	st.Unlock()
	relock()
}

// The unlocker is called after the second Lock.
func Late() {
	st := state.New()
	unlocker := st.Unlocker()
	st.Lock()
	defer st.Unlock()
	st.Lock() // want `is locked again`
	relock := unlocker()
	relock()
}
