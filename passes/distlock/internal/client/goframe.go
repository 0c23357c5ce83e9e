package client

import (
	"time"

	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
)

// https://pkg.go.dev/github.com/gogf/gf/v2/database/gredis. Methods of Redis are
// those of the interfaces that it embeds, so rows name no type.
var goFrame = library{rows: map[string]row{
	".SetNX":     {op: Acquire, token: 1, never: true, outcomes: okErr},
	".MSetNX":    {op: Acquire, never: true, outcomes: okErr},
	".Set":       {special: goFrameSet},
	".SetEX":     {op: Write, token: 1, ttl: 2, unit: time.Second},
	".Del":       {op: Release},
	".Unlink":    {op: Release},
	".Expire":    {op: Extend, ttl: 1, unit: time.Second},
	".PExpire":   {op: Extend, ttl: 1, unit: time.Millisecond},
	".ExpireAt":  {op: Extend},
	".PExpireAt": {op: Extend},
	".Get":       {op: Read},
	".Exists":    {op: Read},
	".TTL":       {op: Read},
	".PTTL":      {op: Read},
	".Do":        {special: goFrameDo},
	".Eval":      {special: goFrameEval},
}}

// variable is the package of what commands reply with, a value of any type.
const variable = "github.com/gogf/gf/v2/container/gvar"

func addGoFrameClients() {
	register(goFrame, "github.com/gogf/gf/v2/database/gredis")
}

// okVar says who has the lock by a value that is empty for the others.
var okVar = Outcomes{Held: Outcome{OK: Yes, Err: No}, Lost: Outcome{OK: No, Err: No}, Failed: Outcome{OK: No, Err: Yes}}

// goFrameSet is Set(ctx, key, value, gredis.SetOption{NX: true, …}).
func goFrameSet(c call) []Event {
	if len(c.args) < 3 {
		return nil
	}
	ev := Event{Op: Write, Command: c.name, Keys: c.args[:1], Token: c.args[1]}
	ev.TTL.Kind = TTLNever
	for _, option := range expr.Elements(c.args[2]) {
		fields, ok := structFields(option)
		if !ok {
			return nil
		}
		switch {
		case isTrue(fields["NX"]):
			ev.Op, ev.Outcomes = Acquire, okVar
		case isTrue(fields["XX"]):
			ev.Op = Extend
		case fields["NX"] != nil || fields["XX"] != nil:
			return nil // not known
		}
		for _, name := range []string{"TTLOption", "EX", "PX", "EXAT", "PXAT", "KeepTTL"} {
			if fields[name] != nil {
				ev.TTL.Kind = TTLUnknown
			}
		}
	}
	return []Event{ev}
}

// goFrameDo is Do(ctx, "SET", key, …).
func goFrameDo(c call) []Event {
	events := command(c)
	for i := range events {
		if events[i].Op == Acquire {
			events[i].Outcomes = okVar
		}
	}
	return events
}

// goFrameEval is Eval(ctx, script, numKeys, keys, args).
func goFrameEval(c call) []Event {
	if len(c.args) < 4 {
		return nil
	}
	return script(c.script(c.args[0]), keysOf(c.args[2]), expr.Elements(c.args[3]))
}
