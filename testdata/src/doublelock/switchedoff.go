package doublelock

import "sync"

// A package-level switch decides whether the log goes to a file.
var (
	toFile   bool
	fileLock sync.Mutex
)

func logTo(file bool) { toFile = file }

func logLine(s string) {
	if toFile {
		writeLine(s)
	}
}

// The switch is off when a failure is logged.
func writeLine(s string) {
	fileLock.Lock()
	defer fileLock.Unlock()
	if s == "" {
		toFile = false
		logLine("nothing to write")
	}
}

var (
	toDisk   bool
	diskLock sync.Mutex
)

func logToDisk(disk bool) { toDisk = disk }

func logEntry(s string) {
	if toDisk {
		writeEntry(s)
	}
}

func writeEntry(s string) {
	diskLock.Lock()
	defer diskLock.Unlock()
	if s == "" {
		toDisk = true
		logEntry("nothing to write") // want `diskLock is locked again`
	}
}
