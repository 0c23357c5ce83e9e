package flow

import (
	"fmt"
	"strings"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// String writes the literal as its condition, with a ! before it if that is false.
func (l Literal) String() string {
	if l.Val {
		return l.Cond.String()
	}
	return "!" + l.Cond.String()
}

// String writes what is known in the state in one line: the locks that are held, those that
// are known not to be, the deferred calls, values, memory and conditions, then whether others may
// have run, and what they may have changed. A ? stands after what is not sure, a ~ after
// what may have changed since, and a ^ after what was so when the function began.
func (s *state) String() string {
	var parts []string
	add := func(what string, items []string) {
		if len(items) > 0 {
			parts = append(parts, what+" "+strings.Join(items, ", "))
		}
	}
	if text := s.locks.String(); text != "" {
		parts = append(parts, text)
	}
	var defers, values, mem, conds, ran []string
	for _, d := range s.defers {
		if d.value != nil {
			defers = append(defers, d.value.String())
		}
	}
	for _, b := range s.env {
		values = append(values, b.v.Name()+"="+b.n.String())
	}
	for _, c := range s.mem {
		text := c.Addr.String() + "=?"
		if c.Val != nil {
			text = c.Addr.String() + "=" + c.Val.String()
		}
		mem = append(mem, text)
	}
	for _, c := range s.conds {
		text := Literal{Cond: c.key, Val: c.val}.String()
		if c.stale {
			text += "~"
		}
		if c.entry {
			text += "^"
		}
		conds = append(conds, text)
	}
	for _, fn := range s.ran {
		ran = append(ran, fn.String())
	}
	add("defers", defers)
	add("values", values)
	add("memory", mem)
	add("if", conds)
	add("has called", ran)
	for _, f := range []struct {
		set  bool
		name string
	}{{s.panics, "panics"}, {s.waited, "others may have run"}, {s.opaque, "unseen code has run"}} {
		if f.set {
			parts = append(parts, f.name)
		}
	}
	add("lost", s.lost.cells())
	if len(parts) == 0 {
		return "nothing known"
	}
	return strings.Join(parts, "; ")
}

// String writes the summary in one line: events, outcomes, then points that are no events.
func (s *Summary) String() string {
	if s == nil {
		return ""
	}
	var parts []string
	add := func(text string) {
		if text != "" {
			parts = append(parts, text)
		}
	}
	for i := range s.Events {
		add(s.Events[i].String())
	}
	if s.Slow != nil {
		add(s.Slow.String())
	}
	for i := range s.Outcomes {
		add(s.Outcomes[i].String())
	}
	for i := range s.Points {
		if p := &s.Points[i]; p.Kind == Acquires && (len(p.Held) > 0 || p.Lock.Kind == path.Class) { // otherwise an event says so, too
			add(p.String())
		}
	}
	for _, class := range s.Strays {
		add("releases some " + class)
	}
	return strings.Join(parts, "; ")
}

var findingNames = [...]string{
	LockedAgain: "locked again", Upgraded: "upgraded", ReadUnderWrite: "read under write", RecursiveRead: "recursive read",
	UnlockedTwice: "unlocked twice", UnlockMismatch: "unlocked in the wrong mode", NotLockedOnPath: "not locked on a path",
	WaitUnheld: "wait without the lock", WaitMismatch: "wait in the wrong mode", WaitOnPath: "wait without the lock on a path", WaitUntested: "wait untested",
	OnceAgain: "Do again", HoldUnheld: "demanded and not held", HoldMismatch: "demanded in another mode", HoldOnPath: "demanded and not held on a path",
	HeldExcluded: "held and excluded", NotAcquired: "not acquired", NotReleased: "not released", NotKept: "not kept", LocksHeld: "locks what callers hold",
	UnlocksUnheld: "unlocks what callers do not hold", TryFailed: "unlocked after a failed try", NeverLocked: "never locked",
}

// String returns what is wrong in findings of the kind.
func (k FindingKind) String() string { return findingNames[k] }

// eventVerbs are what the function does to a lock. The other kinds of events are written otherwise.
var eventVerbs = map[EventKind]string{
	Acquire: "acquires", Release: "needs", Need: "waits with", Hold: "demands", Exclude: "excludes", HandsOn: "hands on",
}

// String writes what the function does, and on which conditions.
func (e *Event) String() string {
	switch e.Kind {
	case Enter:
		return "calls Do of " + e.Lock.String() + ifText(e.Guard)
	case Later:
		return "keeps " + e.called() + ", called" + underText(e.Held)
	case Joins:
		return "waits for the goroutine of " + e.Lock.String()
	case Serves:
		return "has the goroutine of " + e.Lock.String() + " call " + e.called()
	case Streams:
		return "returns " + e.Lock.String() + ", sent on" + underText(e.Held)
	case Puts:
		return "puts " + e.Param.String() + " into " + e.Lock.String()
	case Call:
		return "calls " + e.called() + e.givenText() + underText(e.Held) + ifText(e.Guard)
	}
	text := eventVerbs[e.Kind] + " " + lockText(e.Lock, e.Mode)
	for _, g := range e.Gone {
		text += " without " + g.String()
	}
	return text + ifText(e.Guard)
}

// called names the function of the callers that is called, or kept.
func (e *Event) called() string {
	if e.Method == "" {
		return e.Param.String()
	}
	return e.Param.String() + "." + e.Method
}

// givenText writes the arguments of which some are known; it is empty if none is.
func (e *Event) givenText() string {
	if e.Given == nil {
		return ""
	}
	args := make([]string, len(e.Given))
	for i, arg := range e.Given {
		if args[i] = "_"; arg != nil {
			args[i] = arg.String()
		}
	}
	return "(" + strings.Join(args, ", ") + ")"
}

// String writes which operation may block for long, the callers' locks that it does without, and on which conditions.
func (s *Slow) String() string {
	text := "may run " + s.Op.Name
	for _, g := range s.Gone {
		text += " without " + g.String()
	}
	return text + ifText(s.Guard)
}

// String writes what the callers' locks are like after such a return; it is empty if they are as before.
func (o *Outcome) String() string {
	var parts []string
	for _, n := range o.Nets {
		verb := "returns holding "
		if n.Delta < 0 {
			verb = "releases "
		}
		text := verb + lockText(n.Lock, n.Mode)
		for i, r := range o.Results {
			if r != nil {
				text += fmt.Sprintf(" result%d=%s", i, r)
			}
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// String writes what the function waits for, and what it holds meanwhile.
func (p *Point) String() string {
	if p.Kind == Blocks {
		return "blocks" + underText(p.Held)
	}
	text := "waits for " + lockText(p.Lock, p.Mode) + underText(p.Held)
	if p.Kept {
		text += " through a kept function"
	}
	return text
}

func underText(held []HeldLock) string {
	text := ""
	for _, h := range held {
		text += " under " + lockText(h.Lock, h.Mode)
	}
	return text
}

func ifText(guard []Literal) string {
	text := ""
	for _, l := range guard {
		text += " if " + l.String()
	}
	return text
}

func lockText(n *path.Node, m model.Mode) string {
	if m == model.Read {
		return n.String() + "(r)"
	}
	return n.String()
}
