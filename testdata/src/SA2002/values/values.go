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

func variable(t *testing.T) {
	var check func() = func() { t.Fatal() }
	go check() // want `the goroutine calls T.Fatal`
}

func named(t *testing.T) {
	f := fails
	go (f)(t) // want `the goroutine calls T.Skip`
}

func fails(t *testing.T) { t.Skip() }

func copied(t *testing.T) {
	f := func() { t.Fatalf("no") }
	g := f
	go g() // want `the goroutine calls T.Fatalf`
}
