// Package returnedfunc gets functions that unlock from another package.
package returnedfunc

import "missingunlock/returnedfunc/lib"

func forgets(s *lib.Store, early bool) {
	unlock := s.Hold()
	if early {
		return // want `return with s\.mu still locked`
	}
	unlock()
}

func passesOn(s *lib.Store, later func(func()), early bool) {
	unlock := s.Hold()
	if early {
		later(unlock)
		return
	}
	unlock()
}

func gives(s *lib.Store) func() { return s.Hold() }
