// Package stream receives what objects of another package send with a lock held.
package stream

import (
	"context"

	"blockinglock/stream/source"
)

type view struct {
	s     *source.Source
	shown int
}

func (v *view) run() {
	for n := range v.s.Events() {
		v.show(n) // want `waits for v\.s\.mu \(source\.go:\d+\), which \(\*Source\)\.emit holds while it sends to this loop \(source\.go:\d+\): deadlock`
	}
}

func (v *view) show(n int) { v.shown = n + v.s.Len() }

func watch(ctx context.Context, s *source.Source) (sum int) {
	for {
		select {
		case <-ctx.Done():
			return sum
		case n := <-s.Events():
			sum += n * s.Len() // want `waits for s\.mu`
		}
	}
}

// There is room in the buffer of the one, and nobody holds the lock who sends to the other.
func calm(s *source.Source) {
	for n := range s.Room() {
		println(n, s.Len())
	}
	for n := range s.Quiet() {
		println(n, s.Len())
	}
}

// The second reader makes room for the sender.
func first(t *source.Twin) {
	for n := range t.C() {
		println(n, t.Len())
	}
}

func second(t *source.Twin) {
	for n := range t.C() {
		println(n)
	}
}
