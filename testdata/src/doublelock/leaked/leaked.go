// Package leaked calls what is reported where it is.
package leaked

import "doublelock/leaked/lib"

func twice(s *lib.Switch) {
	_ = s.Set("down")
	_ = s.Set("up")
	s.Add("up")
}
