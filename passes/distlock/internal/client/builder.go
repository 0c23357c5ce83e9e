package client

import (
	"strings"
	"time"

	"golang.org/x/tools/go/ssa"
)

// builders are the packages whose clients run commands that a chain of calls
// builds, client.Do(ctx, client.B().Set().Key(k).Value(v).Nx().Build()), by the
// package of the commands: https://pkg.go.dev/github.com/redis/rueidis
var builders = map[string]string{
	"github.com/redis/rueidis":       "github.com/redis/rueidis/internal/cmds",
	"github.com/rueian/rueidis":      "github.com/rueian/rueidis/internal/cmds",
	"github.com/valkey-io/valkey-go": "github.com/valkey-io/valkey-go/internal/cmds",
}

func builderEvents(c call, path string) []Event {
	var events []Event
	switch c.name {
	case "Do", "DoCache":
		if len(c.args) > 0 {
			events = built(c.args[0], builders[path])
		}
	case "DoMulti":
		if len(c.args) > 0 {
			for _, cmd := range keysOf(c.args[0]) {
				events = append(events, built(cmd, builders[path])...)
			}
			for i := range events {
				events[i].Queued = true
			}
		}
	case "Exec": // of a Lua script
		if c.on != nil && len(c.args) >= 3 {
			events = script(c.script(c.on), keysOf(c.args[1]), keysOf(c.args[2]))
			for i := range events {
				events[i].Outcomes = okErr
			}
		}
	}
	for i := range events {
		events[i].Call, events[i].On = c.CallInstruction, c.on
	}
	return events
}

// built reads the chain of calls that built a command, from its end.
func built(v ssa.Value, pkg string) []Event {
	type link struct {
		name string
		args []ssa.Value
	}
	var chain []link
	for {
		if conv, ok := v.(*ssa.Convert); ok {
			v = conv.X
			continue
		}
		if conv, ok := v.(*ssa.ChangeType); ok {
			v = conv.X
			continue
		}
		made, ok := v.(*ssa.Call)
		if !ok {
			return nil
		}
		fn := Callee(made.Common())
		if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != pkg {
			break
		}
		chain = append(chain, link{fn.Name(), Args(made.Common())})
		v = Receiver(made.Common())
		if v == nil {
			break
		}
	}
	words := make(map[string][]ssa.Value)
	first := ""
	for i := len(chain) - 1; i >= 0; i-- {
		if first == "" && chain[i].name != "B" {
			first = chain[i].name
		}
		words[chain[i].name] = chain[i].args
	}
	has := func(name string) bool { _, ok := words[name]; return ok }
	key, ok := words["Key"]
	if !ok || len(key) == 0 {
		return nil
	}
	ev := Event{Command: strings.ToUpper(first), Keys: keysOf(key[0])}
	if value := words["Value"]; len(value) == 1 {
		ev.Token = value[0]
	}
	ev.TTL.Kind = TTLNever
	for word, unit := range map[string]time.Duration{
		"Ex": 0, "Px": 0, "ExSeconds": time.Second, "PxMilliseconds": time.Millisecond, "Seconds": time.Second, "Milliseconds": time.Millisecond,
	} {
		if args := words[word]; len(args) == 1 {
			ev.TTL = TTL{Kind: TTLValue, Value: args[0], Unit: unit}
		}
	}
	for word := range words {
		if strings.HasPrefix(word, "Exat") || strings.HasPrefix(word, "Pxat") {
			ev.TTL.Kind = TTLUnknown
		}
	}
	switch first {
	case "Set":
		switch ev.Op = Write; {
		case has("Nx") && has("Get"):
			ev.Op, ev.Outcomes = Acquire, errOnly.swapped()
		case has("Nx"):
			ev.Op, ev.Outcomes = Acquire, errOnly
		case has("Xx"):
			ev.Op = Extend
		}
	case "Setnx":
		ev.Op, ev.Outcomes = Acquire, okErr
	case "Del", "Unlink":
		ev.Op = Release
	case "Expire", "Pexpire", "Expireat", "Pexpireat":
		ev.Op = Extend
	case "Get", "Exists", "Ttl", "Pttl":
		ev.Op = Read
	default:
		return nil
	}
	return []Event{ev}
}
