package frontend

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
)

// Bounds of relaxGC.
const (
	// While less is live, memory goes up to five times as much.
	smallHeap = 32 << 20
	relaxed   = 400
	// A package takes this much memory for each byte of its source before the analysis begins: for its syntax, types
	// and SSA. All of it stays, so that collecting garbage meanwhile finds little.
	perByte = 70
)

// relaxGC makes the garbage collector work less while the heap is small for the package, unless the user
// has said how much it should. go vet starts a process for each package, and most need a few
// dozen megabytes for a fraction of a second: collecting garbage with the default setting
// is a third of their time. A large package would have its garbage collected six times before there is any.
// Once there is as much memory as the source needs at least, and more than smallHeap is live, the default setting is back.
func relaxGC(source int64) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	before := debug.SetGCPercent(relaxed)
	floor := source * perByte
	if floor > smallHeap*(1+relaxed/100) {
		debug.SetGCPercent(-1)
		debug.SetMemoryLimit(floor)
	}
	var watch func()
	watch = func() {
		// The finalizer of an object that nobody has runs after the next collection.
		runtime.SetFinalizer(new(*int), func(**int) {
			debug.SetMemoryLimit(math.MaxInt64)
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			if m.HeapAlloc > smallHeap {
				debug.SetGCPercent(before)
				return
			}
			debug.SetGCPercent(relaxed)
			watch()
		})
	}
	watch()
}

// sourceSize returns how many bytes the Go files of the package have that a file of cmd/go for a vet tool is about, 0 if that
// cannot be told.
func sourceSize(file string) (size int64) {
	data, err := os.ReadFile(file)
	var cfg struct {
		Dir     string
		GoFiles []string
	}
	if err != nil || json.Unmarshal(data, &cfg) != nil {
		return 0
	}
	for _, name := range cfg.GoFiles {
		if !filepath.IsAbs(name) {
			name = filepath.Join(cfg.Dir, name)
		}
		if info, err := os.Stat(name); err == nil {
			size += info.Size()
		}
	}
	return size
}
