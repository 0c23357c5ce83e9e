// Package declared fails tests in goroutines that run declared functions.
package declared

import "testing"

func check(t *testing.T) { t.FailNow() }

func function(t *testing.T) {
	go check(t) // want `the goroutine calls T.FailNow`
}

type tester struct{ t *testing.T }

func (x tester) check() { x.t.Fatalf("%v", x) }

func method(x tester) {
	go x.check() // want `the goroutine calls T.Fatalf`
}

func is[V comparable](t *testing.T, a, b V) {
	if a != b {
		t.Skip()
	}
}

func generic(t *testing.T) {
	go is(t, 1, 2) // SA2002 does not look into instances
}
