// Package literals fails tests in goroutines that are literals.
package literals

import "testing"

func literal(t *testing.T) {
	go func() { // want `the goroutine calls T.Fatal, which must be called in the same goroutine as the test`
		t.Fatal("too late")
	}()
}

type suite struct{ *testing.T }

func promoted(s *suite) {
	go (func() { // want `the goroutine calls T.SkipNow`
		s.SkipNow()
	})()
}

func right(t *testing.T) {
	done := make(chan error)
	go func() {
		t.Error("this may be called anywhere")
		done <- nil
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
