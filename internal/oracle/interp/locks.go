package interp

import (
	"go/token"
	"slices"
)

// Kind is the kind of an Event.
type Kind string

// The kinds of events. The first three hang the program and the next three
// crash it; a recursive read only may hang it, so the program goes on.
const (
	LockedAgain    Kind = "again"          // Lock while held for writing
	Upgraded       Kind = "upgrade"        // Lock while held for reading
	ReadUnderWrite Kind = "readunderwrite" // RLock while held for writing
	UnlockedFree   Kind = "twice"          // unlock of a lock that is not held
	WrongMode      Kind = "mode"           // RUnlock of a write lock, Unlock of a read lock
	RecursiveRead  Kind = "recursiveread"  // RLock while held for reading

	// HeldAtExit: a function, or a literal, returns with a lock held that it, or
	// what it called, acquired.
	HeldAtExit Kind = "return"
	// ReleasedOwn and ReleasedCallers are not misuse: an unlock of what the
	// program acquired, or of what its caller must have.
	ReleasedOwn     Kind = "own"
	ReleasedCallers Kind = "callers"
)

// An Event is something that happened to a lock in one execution.
type Event struct {
	Kind Kind
	Lock string
	// Stack is where it happened: the calls that led there, and then the
	// operation, or the end of the function.
	Stack []token.Pos
	// Since is where the lock was acquired, in the same way; empty if it is not held.
	Since []token.Pos
	// Via are, for HeldAtExit, the jumps out of bodies of loops over functions that
	// were taken with the lock held.
	Via []token.Pos
	// Depth is, for HeldAtExit, the number of calls that led to the function.
	Depth int
	// Panicking: it happens in a deferred call that a panic has brought about.
	Panicking bool
	// Local: the lock is a variable of the program, which nobody else knows.
	Local bool
}

func (m *machine) event(k Kind, l *lock, pos token.Pos, h *hold) {
	e := Event{Kind: k, Lock: l.name, Local: l.local, Panicking: m.panicking > 0, Stack: append(slices.Clone(m.stack), pos)}
	if h != nil {
		e.Since = h.stack
	}
	m.record(e)
}

// fatal records what hangs or crashes the program. The execution goes on for a
// while as if the operation had worked, for Program.ReachedAfter and Run.Late only.
func (m *machine) fatal(k Kind, l *lock, pos token.Pos, h *hold) {
	m.event(k, l, pos, h)
	if m.run.End == "" {
		m.run.End = k
		m.steps = max(m.steps, maxSteps-stepsAfter)
	}
}

// lockOp executes a method of a lock. The first operation on a lock that comes
// from outside decides whether the caller holds it: the caller is assumed to use
// the program as it must be used.
func (m *machine) lockOp(l *lock, method string, pos token.Pos) []any {
	m.trace(method, l, pos)
	switch method {
	case "Lock":
		m.acquire(l, false, pos)
	case "RLock":
		m.acquire(l, true, pos)
	case "Unlock":
		m.release(l, false, pos)
	case "RUnlock":
		m.release(l, true, pos)
	case "TryLock":
		return []any{m.try(l, false, pos)}
	case "TryRLock":
		return []any{m.try(l, true, pos)}
	case "RLocker":
		return []any{readLocker{l}}
	default:
		panic(unsupported{"method " + method + " of a lock"})
	}
	return nil
}

func (m *machine) acquire(l *lock, read bool, pos token.Pos) {
	l.known = true
	for i := len(l.holds) - 1; i >= 0; i-- {
		h := &l.holds[i]
		switch {
		case !h.read && !read:
			m.fatal(LockedAgain, l, pos, h)
		case h.read && !read:
			m.fatal(Upgraded, l, pos, h)
		case !h.read && read:
			m.fatal(ReadUnderWrite, l, pos, h)
		default:
			m.event(RecursiveRead, l, pos, h)
		}
	}
	m.hold(l, read, pos)
}

func (m *machine) hold(l *lock, read bool, pos token.Pos) {
	m.seq++
	m.epoch++
	l.holds = append(l.holds, hold{read: read, seq: m.seq, stack: append(slices.Clone(m.stack), pos)})
	if len(l.holds) == 1 {
		m.held = append(m.held, l)
	}
}

func (m *machine) release(l *lock, read bool, pos token.Pos) {
	if !l.known {
		l.known = true
		l.holds = append(l.holds, hold{read: read, caller: true})
	}
	if len(l.holds) == 0 {
		m.fatal(UnlockedFree, l, pos, nil)
		return
	}
	last := len(l.holds) - 1
	for i, h := range l.holds { // the newest of that mode; after an upgrade there may be both
		if h.read == read {
			last = i
		}
	}
	h := l.holds[last]
	if h.read != read {
		m.fatal(WrongMode, l, pos, &h)
	}
	if h.caller {
		m.event(ReleasedCallers, l, pos, nil)
	} else {
		m.event(ReleasedOwn, l, pos, &h)
	}
	l.holds = slices.Delete(slices.Clone(l.holds), last, last+1)
	if len(l.holds) == 0 {
		m.held = slices.DeleteFunc(m.held, func(x *lock) bool { return x == l })
	}
}

// try fails if the program itself is in the way; else somebody else may be.
func (m *machine) try(l *lock, read bool, pos token.Pos) bool {
	for _, h := range l.holds {
		if !h.read || !read {
			return false
		}
	}
	if m.choose("TryLock of "+l.name, 2) == 0 {
		return false // and it may be the caller who holds it
	}
	l.known = true
	m.hold(l, read, pos)
	return true
}

// carry notes that a jump leaves the body of a loop over a function with what it has
// locked.
func (m *machine) carry(pos token.Pos, since int) {
	for _, l := range m.held {
		for i := range l.holds {
			if h := &l.holds[i]; !h.caller && h.seq > since {
				h.via = append(slices.Clone(h.via), pos)
			}
		}
	}
}

// leave records what a function that returns leaves locked. since is the
// number of the last acquisition before it was called.
func (m *machine) leave(pos token.Pos, since int) {
	for _, l := range m.held {
		for i := range l.holds {
			if h := &l.holds[i]; !h.caller && h.seq > since {
				m.record(Event{
					Kind: HeldAtExit, Lock: l.name, Local: l.local, Panicking: m.panicking > 0,
					Stack: append(slices.Clone(m.stack), pos), Since: h.stack, Via: h.via, Depth: len(m.stack),
				})
			}
		}
	}
}

func (m *machine) record(e Event) {
	if m.run.End != "" {
		m.run.Late = append(m.run.Late, e)
	} else {
		m.run.Events = append(m.run.Events, e)
	}
}
