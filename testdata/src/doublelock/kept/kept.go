// Package kept registers functions with another package, which calls them with its lock held.
package kept

import "lockorder/kept/hub"

func watch(h *hub.Hub) {
	h.Register(func(n int) { // want `h\.mu is locked again at hub\.go:\d+ by \(\*Hub\)\.Size, which deadlocks`
		println(n, h.Size())
	})
}

// Another hub.
func mirror(from, to *hub.Hub) {
	from.Register(func(n int) { println(n, to.Size()) })
}

func later(h *hub.Hub) {
	h.RegisterQuiet(func(n int) { println(n, h.Size()) })
}
