package missingunlock

import "sync"

// Both halves have one condition, which is calculated from what they are given and from a field that never changes.
type stripes struct{ locks []sync.RWMutex }

func (s *stripes) lock(i uint32)   { s.locks[i%uint32(len(s.locks))].Lock() }
func (s *stripes) unlock(i uint32) { s.locks[i%uint32(len(s.locks))].Unlock() }

func (s *stripes) lockBeside(i, held uint32) {
	n := uint32(len(s.locks))
	if i%n != held%n {
		s.lock(i)
	}
}

func (s *stripes) unlockBeside(i, held uint32) {
	n := uint32(len(s.locks))
	if i%n != held%n {
		s.unlock(i)
	}
}

var objectStripes = &stripes{locks: make([]sync.RWMutex, 8)}

func moveAll(held uint32, others []uint32) {
	objectStripes.lock(held)
	for _, o := range others {
		objectStripes.lockBeside(o, held)
		println(o)
		objectStripes.unlockBeside(o, held)
	}
	objectStripes.unlock(held)
}

func moveBadly(held uint32, others []uint32) {
	objectStripes.lock(held)
	for _, o := range others {
		objectStripes.lockBeside(o, held) // want `objectStripes\.locks\[…\] is still locked when the next iteration begins`
		println(o)
		objectStripes.unlockBeside(o, o+1)
	}
	objectStripes.unlock(held)
}
