package frontend

import (
	"os"
	"runtime"
	"runtime/debug"
)

// Bounds of relaxGC. While less is live, memory goes up to five times as much.
const (
	relaxed   = 400
	smallHeap = 32 << 20
)

// relaxGC makes the garbage collector work less while the heap is small, unless the user
// has said how much it should. go vet starts a process for each package, and most need a few
// dozen megabytes for a fraction of a second: collecting garbage with the default setting
// is a third of their time. Once more than smallHeap is live, that setting is back.
func relaxGC() {
	if os.Getenv("GOGC") != "" {
		return
	}
	before := debug.SetGCPercent(relaxed)
	var watch func()
	watch = func() {
		// The finalizer of an object that nobody has runs after the next collection.
		runtime.SetFinalizer(new(*int), func(**int) {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			if m.HeapAlloc > smallHeap {
				debug.SetGCPercent(before)
				return
			}
			watch()
		})
	}
	watch()
}
