// Package values fails tests in goroutines that run function values.
package values

import "testing"

func value(t *testing.T) {
	check := func() { t.Skipf("no") }
	go check() // want `the goroutine calls T.Skipf`
}

func bound(t *testing.T) {
	f := t.FailNow
	go f() // want `the goroutine calls T.FailNow`
}
