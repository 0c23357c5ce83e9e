package client

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lazyregexp"
)

var (
	ownSetNX  = lazyregexp.New(`^(?i:setnx|setifnotexists?|setifabsent)(Ctx|Context|WithContext)?$`)
	ownDel    = lazyregexp.New(`^(?i:del|delete|unlink|remove)(Ctx|Context|WithContext)?$`)
	ownGet    = lazyregexp.New(`^(?i:get|getstring|getbytes)(Ctx|Context|WithContext)?$`)
	ownEval   = lazyregexp.New(`^(?i:eval)(Ctx|Context|WithContext)?$`)
	ownExpire = lazyregexp.New(`^(?i:expire)(Ctx|Context|WithContext)?$`)
)

// ownEvents is for an interface of the program that looks like a client of
// Redis: it has a method SetNX with a bool among its results, and one that
// deletes.
func ownEvents(c call, fn *types.Func) []Event {
	if !c.Common().IsInvoke() {
		return nil
	}
	op := None
	switch {
	case ownEval.MatchString(fn.Name()):
		return ownScript(c)
	case ownSetNX.MatchString(fn.Name()):
		op = Acquire
	case ownDel.MatchString(fn.Name()):
		op = Release
	case ownExpire.MatchString(fn.Name()):
		op = Extend
	case ownGet.MatchString(fn.Name()):
		op = Read
	default:
		return nil
	}
	iface, ok := c.Common().Value.Type().Underlying().(*types.Interface)
	if !ok || !OwnClient(iface) {
		return nil
	}
	ev := Event{Op: op, Call: c.CallInstruction, Command: fn.Name(), On: c.on, Outcomes: okErr}
	if op == Read {
		ev.Outcomes = Outcomes{}
	}
	params := fn.Signature().Params()
	offset := params.Len() - len(c.args)
	for i, arg := range c.args {
		t := params.At(i + offset).Type()
		switch {
		case ev.Keys == nil && isStringOrStrings(t):
			ev.Keys = keysOf(arg)
		case IsDuration(t):
			ev.TTL = TTL{Kind: TTLValue, Value: arg}
		case ev.Keys != nil && ev.Token == nil && op == Acquire:
			ev.Token = arg
		}
	}
	if ev.Keys == nil {
		return nil
	}
	return []Event{ev}
}

// ownScript is a method of a program's own client that is given a script.
func ownScript(c call) []Event {
	iface, ok := c.Common().Value.Type().Underlying().(*types.Interface)
	if !ok || len(c.args) == 0 || !OwnClient(iface) {
		return nil
	}
	text := c.script(c.args[0])
	var args []ssa.Value
	for _, arg := range c.args[1:] {
		args = append(args, arguments(arg)...)
	}
	if text == "" || len(args) == 0 {
		return nil
	}
	events := script(text, args[:1], args[1:])
	for i := range events {
		events[i].Call, events[i].On = c.CallInstruction, c.on
	}
	return events
}

// OwnClient reports whether an interface looks like a client of Redis.
func OwnClient(iface *types.Interface) bool {
	var setnx, del bool // a script may delete, too
	for m := range iface.Methods() {
		setnx = setnx || ownSetNX.MatchString(m.Name()) && returnsBool(m.Signature())
		del = del || ownDel.MatchString(m.Name()) || ownEval.MatchString(m.Name())
	}
	return setnx && del
}

func returnsBool(sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		if b, ok := v.Type().Underlying().(*types.Basic); ok && b.Kind() == types.Bool {
			return true
		}
		if pkg, name := Named(v.Type()); name == "BoolCmd" && Known(pkg) {
			return true // whose result is one
		}
	}
	return false
}

func isStringOrStrings(t types.Type) bool {
	if s, ok := t.Underlying().(*types.Slice); ok {
		t = s.Elem()
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.String
}

// OwnMethod reports whether a method belongs to an interface that looks like a
// client of Redis, and acquires or releases.
func OwnMethod(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	if recv == nil || !ownSetNX.MatchString(fn.Name()) {
		return false
	}
	iface, ok := recv.Type().Underlying().(*types.Interface)
	return ok && OwnClient(iface)
}
