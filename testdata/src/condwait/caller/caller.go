// Package caller has no condition variable of its own.
package caller

import "condwait/lib"

func released(l *lib.Line) {
	l.Lock()
	l.Unlock()
	l.WaitMoved() // want `Wait at lib\.go:\d+ by \(\*Line\)\.WaitMoved unlocks l, which was unlocked before, at caller\.go:\d+`
}
