package readtests

import "testing"

// Nobody else has the database of a test that starts no goroutine.
func TestNested(t *testing.T) {
	db := Open()
	db.View(func(data map[string]int) {
		for k := range data {
			db.View(func(data map[string]int) { t.Log(data[k]) })
		}
	})
}

func TestBeside(t *testing.T) {
	db := Open()
	go db.Grow()
	db.View(func(data map[string]int) { // want `Open\(\)\.mmap is read-locked again`
		for k := range data {
			db.View(func(data map[string]int) { t.Log(data[k]) })
		}
	})
}

var shared = Open()

func TestShared(t *testing.T) {
	shared.View(func(data map[string]int) { // want `shared\.mmap is read-locked again`
		for k := range data {
			shared.View(func(data map[string]int) { t.Log(data[k]) })
		}
	})
}
