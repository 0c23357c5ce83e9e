// Package privatelock defines an Analyzer that reports locks which no other goroutine can ever hold,
// or not those that should.
//
// # Analyzer privatelock
//
// privatelock: report mutexes that each call makes for itself
//
// A lock protects shared data only if all goroutines lock the same one. A mutex that is a local
// variable of a function, and that the function alone locks, is a new one in each call:
//
//	func (s *set) add(k string) {
//		var mu sync.Mutex
//		mu.Lock()
//		defer mu.Unlock()
//		s.m[k]++
//	}
//
// No two goroutines ever wait for each other here: the map is not protected. The same holds for a mutex
// that each iteration of a loop or each goroutine makes for itself.
//
// The same holds for a copy of a struct that has a lock in it, if others have the original:
//
//	func newMeter() *meter {
//		m := new(meter)
//		go m.reset() // locks m.mu
//		return m
//	}
//
//	s.meter = *newMeter() // s.meter.mu is another mutex
//
// The categories are:
//
//   - local: a mutex that each call makes for itself, at its declaration
//   - copied: a struct that a call returns is copied, with its mutex, and others have the original
//
// A variable that a function literal captures, whose address is passed
// on or kept, or that is only in a test, is not reported.
package privatelock
