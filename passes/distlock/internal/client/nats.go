package client

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
)

// https://pkg.go.dev/github.com/nats-io/nats.go/jetstream#KeyValue. Create puts a
// key if it is not there. It lives as long as the bucket says, unless KeyTTL is
// given. Delete and Purge look at the owner if LastRevision is given.
func addNats() {
	register(library{rows: map[string]row{
		".Create": {special: natsCreate},
		".Put":    {special: natsKey(Write, 2)},
		".Update": {special: natsKey(Extend, 3)},
		".Get":    {special: natsKey(Read, 1)},
		".Delete": {special: natsKey(Release, 1)},
		".Purge":  {special: natsKey(Release, 1)},
	}}, "github.com/nats-io/nats.go", "github.com/nats-io/nats.go/jetstream")
}

// natsBucket reports whether a method is one of a bucket, and has its arguments.
func natsBucket(c call, args int) bool {
	if c.on == nil || len(c.args) < args {
		return false
	}
	_, name := Named(c.on.Type())
	return name == "KeyValue"
}

func natsCreate(c call) []Event {
	if !natsBucket(c, 2) {
		return nil
	}
	ev := Event{Op: Acquire, Backend: NATS, Command: c.name, Keys: c.args[:1], Token: c.args[1], Outcomes: errOnly}
	for _, option := range options(c, 2) {
		if made, ok := option.(*ssa.Call); ok {
			if fn := Callee(made.Common()); fn != nil && fn.Name() == "KeyTTL" && len(made.Call.Args) == 1 {
				ev.TTL = TTL{Kind: TTLValue, Value: made.Call.Args[0]}
			}
		}
	}
	return []Event{ev}
}

func natsKey(op Op, args int) func(call) []Event {
	return func(c call) []Event {
		if !natsBucket(c, args) {
			return nil
		}
		ev := Event{Op: op, Backend: NATS, Command: c.name, Keys: c.args[:1], Owned: op == Extend}
		if op == Read {
			ev.Outcomes = errOnly
		}
		if op == Release {
			opts := options(c, 1)
			ev.Owned = opts == nil && given(c, 1) // who knows
			for _, option := range opts {
				made, ok := option.(*ssa.Call)
				fn := Callee(madeCall(made))
				ev.Owned = ev.Owned || !ok || fn == nil || fn.Name() == "LastRevision"
			}
		}
		return []Event{ev}
	}
}

func madeCall(c *ssa.Call) *ssa.CallCommon {
	if c == nil {
		return &ssa.CallCommon{}
	}
	return c.Common()
}

// options returns the variadic arguments of a call, which begin at argument i.
func options(c call, i int) []ssa.Value {
	if i >= len(c.args) {
		return nil
	}
	return expr.Elements(c.args[i])
}

// given reports whether a call has variadic arguments at all.
func given(c call, i int) bool {
	if i >= len(c.args) {
		return false
	}
	k, ok := c.args[i].(*ssa.Const)
	return !ok || k.Value != nil
}
