package lockset

import (
	"fmt"
	"strings"
)

// A Phase is what the operations so far have made of a lock.
type Phase uint8

// The phases.
const (
	Unknown  Phase = iota // nothing: the lock is as the caller left it
	Held                  // the function has acquired it
	Retaken               // the function has acquired it, after it had given it up
	Released              // the function has acquired and released it
	Used                  // a callee has acquired and released it: nothing says that the function wanted it held
	GivenUp               // the function has released it for its caller, who held it
	Failed                // a TryLock has not got it
	phases
)

var phaseNames = [phases]string{"unknown", "held", "retaken", "released", "used", "given up", "failed"}

func (p Phase) String() string { return phaseNames[p] }

// IsHeld reports whether the lock is held in the phase, on behalf of the function.
func (p Phase) IsHeld() bool { return p == Held || p == Retaken }

// IsFree reports whether the lock is known to be held by nobody whom the function knows. After a TryLock
// that has failed, it is not.
func (p Phase) IsFree() bool { return p == Released || p == Used || p == GivenUp }

// IsOurs reports whether the phase is about an acquisition of the function, not about the caller's.
func (p Phase) IsOurs() bool { return p != Unknown && p != GivenUp }

// An Operation changes the phase of a lock.
type Operation uint8

// The operations.
const (
	Lock   Operation = iota // waits for the lock and gets it
	Get                     // a TryLock that gets it
	Fail                    // a TryLock that does not get it
	Use                     // a callee locks and unlocks it
	Unlock                  // gives it back
	operations
)

var operationNames = [operations]string{"lock", "get", "fail", "use", "unlock"}

func (o Operation) String() string { return operationNames[o] }

// A Violation is what is wrong with an operation, or why a demand is not met.
type Violation uint8

// The violations. The first four are of demands that a lock be free, the others of demands that it be held.
const (
	None           Violation = iota
	Again                    // it is held, in this mode
	Upgraded                 // it is held for reading, and to be locked for writing
	ReadUnderWrite           // it is held for writing, and to be locked for reading
	RecursiveRead            // it is held for reading, and to be locked for reading once more
	TooWeak                  // it is held for reading, not for writing
	TooStrong                // it is held for writing, not for reading
	Gone                     // it has been released already
	NotGot                   // TryLock has not got it
	Never                    // nobody can have locked it
	violations
)

var violationNames = [violations]string{"", "again", "upgraded", "read under write", "recursive read", "too weak", "too strong", "gone", "failed", "never"}

func (v Violation) String() string { return violationNames[v] }

// A Move is an entry of the automaton's table.
type Move struct {
	Next Phase
	// Wrong: unless something is doubtful, the operation is a mistake in this phase.
	Wrong Mistake
}

// A Mistake is a group of violations that the mode of an operation divides.
type Mistake uint8

// The mistakes.
const (
	Fine       Mistake = iota
	WhileHeld          // the lock is held: Again, Upgraded, ReadUnderWrite, RecursiveRead
	WhileGone          // it has been released already: Gone
	WhenNotGot         // it is unlocked although TryLock has not got it: NotGot
)

var mistakeNames = [...]string{"", "!held", "!gone", "!failed"}

func (m Mistake) String() string { return mistakeNames[m] }

// Next is the automaton. The package's documentation shows it.
var Next = [phases][operations]Move{
	Unknown:  {Lock: {Next: Held}, Get: {Next: Held}, Fail: {Next: Failed}, Use: {Next: Used}, Unlock: {Next: GivenUp}},
	Held:     {Lock: {Held, WhileHeld}, Get: {Next: Held}, Fail: {Next: Held}, Use: {Held, WhileHeld}, Unlock: {Next: Released}},
	Retaken:  {Lock: {Held, WhileHeld}, Get: {Next: Held}, Fail: {Next: Retaken}, Use: {Retaken, WhileHeld}, Unlock: {Next: GivenUp}},
	Released: {Lock: {Next: Held}, Get: {Next: Held}, Fail: {Next: Released}, Use: {Next: Released}, Unlock: {Released, WhileGone}},
	Used:     {Lock: {Next: Held}, Get: {Next: Held}, Fail: {Next: Used}, Use: {Next: Used}, Unlock: {Used, WhileGone}},
	GivenUp:  {Lock: {Next: Retaken}, Get: {Next: Retaken}, Fail: {Next: GivenUp}, Use: {Next: GivenUp}, Unlock: {GivenUp, WhileGone}},
	Failed:   {Lock: {Next: Held}, Get: {Next: Held}, Fail: {Next: Failed}, Use: {Next: Used}, Unlock: {GivenUp, WhenNotGot}},
}

func (m Move) String() string { return strings.TrimSpace(m.Next.String() + " " + m.Wrong.String()) }

// Table writes the automaton as a table, a line for each phase.
func Table() string {
	var b strings.Builder
	line := func(cells ...string) {
		var text strings.Builder
		for i, width := range []int{14, 14, 10, 10, 14, 0} {
			fmt.Fprintf(&text, "%-*s", width, cells[i])
		}
		b.WriteString(strings.TrimRight(text.String(), " ") + "\n")
	}
	line(append([]string{""}, operationNames[:]...)...)
	for p := range phases {
		cells := []string{p.String()}
		for _, m := range Next[p] {
			cells = append(cells, m.String())
		}
		line(cells...)
	}
	return b.String()
}
