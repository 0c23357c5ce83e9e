// Package ssax answers questions about SSA that have nothing to do with locks: in which
// order instructions run, what a variable holds, where an object gets known to others, and
// what other packages can name.
//
// Each question has one answer here. Packages flow, summary, peers and condvar ask it
// instead of looking for themselves, because two answers to one question drift apart and
// become wrong reports.
package ssax
