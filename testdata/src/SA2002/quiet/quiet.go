// Package quiet starts goroutines that fail no test by themselves.
package quiet

import "testing"

func helper(t *testing.T) { t.Fatal() }

func deeper(t *testing.T) {
	go func() { println(t.Name()) }()
	go println(t.Name())
	go work(t)
	helper(t)
}

func work(t *testing.T) { helper(t) }

type job struct{ run func() }

func values(t *testing.T, given func(), j job) {
	own := func() { println(t.Name()) }
	var named = work
	go own()
	go named(t)
	go given()
	go j.run()
	go func() func() { return given }()()
	t.Fatal()
}
