package client

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
)

// https://pkg.go.dev/github.com/redis/go-redis/v9. All clients, pipelines and
// transactions embed cmdable, so rows name no type.
var goRedis = library{rows: map[string]row{
	".SetNX":         {op: Acquire, token: 1, ttl: 2, outcomes: okErr},
	".MSetNX":        {op: Acquire, never: true, outcomes: okErr},
	".SetArgs":       {special: setArgs},
	".HSetNX":        {special: hashField("HSETNX")},
	".HDel":          {special: hashField("HDEL")},
	".HGet":          {special: hashField("HGET")},
	".HExists":       {special: hashField("HEXISTS")},
	".Incr":          {special: func(c call) []Event { return counter(c.args) }},
	".Set":           {op: Write, token: 1, ttl: 2},
	".SetEx":         {op: Write, token: 1, ttl: 2},
	".SetEX":         {op: Write, token: 1, ttl: 2},
	".SetXX":         {op: Extend, token: 1, ttl: 2},
	".SetIFEQ":       {op: Extend, owned: true, token: 2, ttl: 3},
	".Del":           {op: Release},
	".Unlink":        {op: Release},
	".DelExArgs":     {op: Release, owned: true},
	".Expire":        {op: Extend, ttl: 1},
	".ExpireNX":      {op: Extend, ttl: 1},
	".ExpireXX":      {op: Extend, ttl: 1},
	".ExpireGT":      {op: Extend, ttl: 1},
	".ExpireLT":      {op: Extend, ttl: 1},
	".PExpire":       {op: Extend, ttl: 1},
	".ExpireAt":      {op: Extend},
	".PExpireAt":     {op: Extend},
	".Get":           {op: Read},
	".Exists":        {op: Read},
	".TTL":           {op: Read},
	".PTTL":          {op: Read},
	".Eval":          {special: eval},
	".Do":            {special: doArgs},
	"Script.Run":     {special: runScript},
	"Script.Eval":    {special: runScript},
	"Script.EvalSha": {special: runScript},
}}

// https://pkg.go.dev/github.com/gomodule/redigo/redis
var redigo = library{rows: map[string]row{
	".Do":            {special: command},
	".Send":          {special: queuedCommand},
	".DoContext":     {special: command},
	".DoWithTimeout": {special: func(c call) []Event { c.args = c.args[1:]; return command(c) }},
	"DoContext":      {special: func(c call) []Event { c.args = c.args[len(c.args)-2:]; return command(c) }},
	"DoWithTimeout":  {special: func(c call) []Event { c.args = c.args[2:]; return command(c) }},
	"Script.Do":      {special: redigoScript},
}}

// https://pkg.go.dev/github.com/zeromicro/go-zero/core/stores/redis. RedisLock
// acquires with a tolerance of 500 ms unless SetExpire was called.
var goZero = library{trim: "Ctx", rows: map[string]row{
	"Redis.Setnx":       {op: Acquire, token: 1, never: true, outcomes: okErr},
	"Redis.SetnxEx":     {op: Acquire, token: 1, ttl: 2, unit: time.Second, outcomes: okErr},
	"Redis.Set":         {op: Write, token: 1, never: true},
	"Redis.Setex":       {op: Write, token: 1, ttl: 2, unit: time.Second},
	"Redis.Del":         {op: Release},
	"Redis.Expire":      {op: Extend, ttl: 1, unit: time.Second},
	"Redis.Get":         {op: Read},
	"Redis.Exists":      {op: Read},
	"Redis.Ttl":         {op: Read},
	"Redis.Eval":        {special: eval},
	"Redis.ScriptRun":   {special: scriptRun},
	"RedisLock.Acquire": {op: Acquire, backend: GoZero, key: recv, outcomes: okErr},
	"RedisLock.Release": {op: Release, backend: GoZero, key: recv, owned: true},
}}

func addRedisClients() {
	register(goRedis, "github.com/redis/go-redis/v9", "github.com/go-redis/redis/v9", "github.com/go-redis/redis/v8",
		"github.com/go-redis/redis/v7", "github.com/go-redis/redis")
	register(redigo, "github.com/gomodule/redigo/redis", "github.com/garyburd/redigo/redis")
	register(goZero, "github.com/zeromicro/go-zero/core/stores/redis", "github.com/tal-tech/go-zero/core/stores/redis")
}

// queues reports whether commands given to a client are sent later, with others.
// What a method of an embedded type gets is the embedded field.
func queues(on ssa.Value) bool { return strings.HasPrefix(clientType(on), "Pipeline") }

// Transacts reports whether a command is given to the client of a WATCH.
func Transacts(on ssa.Value) bool { return clientType(on) == "Tx" }

// clientType returns the name of the type of a client.
func clientType(on ssa.Value) string {
	if on == nil {
		return ""
	}
	if load, ok := on.(*ssa.UnOp); ok {
		on = load.X
	}
	if field, ok := on.(*ssa.FieldAddr); ok {
		if _, name := Named(field.Type()); name == "cmdable" {
			on = field.X
		}
	}
	_, name := Named(on.Type())
	return name
}

// keysOf returns the keys in an argument that is a key or keys.
func keysOf(arg ssa.Value) []ssa.Value {
	if _, ok := arg.Type().Underlying().(*types.Slice); ok {
		if elems := expr.Elements(arg); elems != nil {
			return elems
		}
	}
	return []ssa.Value{arg}
}

// setArgs is SetArgs(ctx, key, value, redis.SetArgs{Mode: "NX", TTL: …}).
func setArgs(c call) []Event {
	if len(c.args) < 3 {
		return nil
	}
	fields, ok := structFields(c.args[2])
	if !ok {
		return nil
	}
	ev := Event{Op: Write, Command: "SetArgs", Keys: c.args[:1], Token: c.args[1]}
	switch strings.ToUpper(Text(orNil(fields["Mode"]))) {
	case "NX":
		ev.Op, ev.Outcomes = Acquire, errOnly
		if isTrue(fields["Get"]) {
			ev.Outcomes = ev.Outcomes.swapped()
		}
	case "XX":
		ev.Op = Extend
	case "":
		if fields["Mode"] != nil {
			return nil // not known
		}
	}
	switch {
	case fields["TTL"] != nil:
		ev.TTL = TTL{Kind: TTLValue, Value: fields["TTL"]}
	case fields["ExpireAt"] == nil:
		ev.TTL.Kind = TTLNever
	}
	return []Event{ev}
}

// hashField is HSetNX(ctx, key, field, value) and its like: what locks is the field.
func hashField(word string) func(call) []Event {
	return func(c call) []Event {
		if len(c.args) < 2 {
			return nil
		}
		args := append([]ssa.Value{c.args[0]}, keysOf(c.args[1])...)
		return hashCommand(word, append(args, c.args[2:]...))
	}
}

// hashCommand is a command about a field of a hash, by its arguments.
func hashCommand(word string, args []ssa.Value) []Event {
	if len(args) < 2 {
		return nil
	}
	ev := Event{Command: word, Of: args[0], Keys: args[1:2], Strict: true}
	switch word {
	case "HSETNX":
		ev.Op, ev.Outcomes = Acquire, okErr
		ev.TTL.Kind = TTLNever
		if len(args) > 2 {
			ev.Token = args[2]
		}
	case "HDEL":
		ev.Op = Release
	default:
		ev.Op = Read
	}
	return []Event{ev}
}

// counter is INCR: the first who counts has the lock.
func counter(args []ssa.Value) []Event {
	if len(args) < 1 {
		return nil
	}
	ev := Event{Op: Acquire, Command: "INCR", Keys: args[:1], Strict: true, Counts: true, Outcomes: okErr}
	ev.TTL.Kind = TTLNever
	return []Event{ev}
}

func orNil(v ssa.Value) ssa.Value {
	if v == nil {
		return ssa.NewConst(nil, types.Typ[types.UntypedNil])
	}
	return v
}

// Fields returns what the fields of a struct literal, or of one that a pointer
// points to, are set to; nil if that is not known.
func Fields(v ssa.Value) map[string]ssa.Value {
	v = Strip(v)
	fields := make(map[string]ssa.Value)
	if alloc, ok := v.(*ssa.Alloc); ok {
		if !fieldsAt(alloc, fields) {
			return nil
		}
		return fields
	}
	fields, _ = structFields(v)
	return fields
}

// structFields returns what the fields of a struct literal are set to.
func structFields(v ssa.Value) (map[string]ssa.Value, bool) {
	v = Strip(v)
	if c, ok := v.(*ssa.Const); ok {
		return nil, c.Value == nil // a zero struct
	}
	addr := v
	if load, ok := v.(*ssa.UnOp); ok {
		addr = load.X
	}
	alloc, ok := addr.(*ssa.Alloc)
	if !ok {
		return nil, false
	}
	fields := make(map[string]ssa.Value)
	if !fieldsAt(alloc, fields) {
		return nil, false
	}
	return fields, true
}

// fieldsAt collects what the fields at an address are set to, those of structs in
// it too. It is not ok if the whole is copied from elsewhere.
func fieldsAt(addr ssa.Value, fields map[string]ssa.Value) (ok bool) {
	for _, r := range *addr.Referrers() {
		switch r := r.(type) {
		case *ssa.FieldAddr:
			inner := make(map[string]ssa.Value)
			fieldsAt(r, inner)
			for name, v := range inner {
				fields[name] = v
			}
			for _, in := range *r.Referrers() {
				if store, ok := in.(*ssa.Store); ok && store.Addr == r {
					fields[fieldOf(r)] = store.Val
				}
			}
		case *ssa.Store:
			if r.Addr == addr {
				return false
			}
		}
	}
	return true
}

// isTrue reports whether a value is the constant true.
func isTrue(v ssa.Value) bool {
	if v == nil {
		return false
	}
	k := Const(v)
	return k != nil && k.Kind() == constant.Bool && constant.BoolVal(k)
}

func fieldOf(f *ssa.FieldAddr) string {
	t := ssax.Pointee(f.X.Type()).Underlying().(*types.Struct)
	return t.Field(f.Field).Name()
}

// doArgs is Do(ctx, "SET", key, …).
func doArgs(c call) []Event {
	if len(c.args) == 0 {
		return nil
	}
	elems := expr.Elements(c.args[0])
	if len(elems) < 2 {
		return nil
	}
	return c.redis(elems[0], elems[1:])
}

// command is Do("SET", key, …) of redigo.
func command(c call) []Event {
	if len(c.args) < 2 {
		return nil
	}
	return c.redis(c.args[0], arguments(c.args[1]))
}

func queuedCommand(c call) []Event {
	events := command(c)
	for i := range events {
		events[i].Queued = true
	}
	return events
}

// arguments returns the elements of variadic arguments, also if they were
// collected by redis.Args{}.Add(…); nil if they are not known.
func arguments(v ssa.Value) []ssa.Value {
	v = Strip(v)
	if elems := expr.Elements(v); elems != nil {
		return elems
	}
	switch v := v.(type) {
	case *ssa.Const:
		return []ssa.Value{}
	case *ssa.Call:
		fn := v.Call.StaticCallee()
		if fn == nil || fn.Name() != "Add" || len(v.Call.Args) != 2 {
			return nil
		}
		before, added := arguments(v.Call.Args[0]), expr.Elements(v.Call.Args[1])
		if before == nil || added == nil {
			return nil
		}
		return append(before[:len(before):len(before)], added...)
	case *ssa.Slice:
		if alloc, ok := v.X.(*ssa.Alloc); ok && len(*alloc.Referrers()) == 1 {
			return []ssa.Value{} // redis.Args{}
		}
	}
	return nil
}

// redis is a command by its words: https://redis.io/docs/latest/commands/set/
func (c call) redis(name ssa.Value, args []ssa.Value) []Event {
	if len(args) == 0 {
		return nil
	}
	word := strings.ToUpper(Text(name))
	ev := Event{Command: word, Keys: args[:1]}
	ttl := func(i int, unit time.Duration) {
		if i < len(args) {
			ev.TTL = TTL{Kind: TTLValue, Value: args[i], Unit: unit, Raw: true}
		}
	}
	switch word {
	case "SETNX":
		ev.Op, ev.TTL.Kind, ev.Outcomes = Acquire, TTLNever, okErr
		if len(args) > 1 {
			ev.Token = args[1]
		}
	case "SET", "SETEX", "PSETEX":
		ev.Op, ev.TTL.Kind = Write, TTLNever
		if len(args) > 1 {
			ev.Token = args[1]
		}
		old := slices.ContainsFunc(args[min(2, len(args)):], func(v ssa.Value) bool { return strings.EqualFold(Text(v), "GET") })
		for i := 2; i < len(args); i++ {
			switch strings.ToUpper(Text(args[i])) {
			case "NX":
				// Somebody else's lock gives a nil reply: redigo's reply is nil without
				// an error, and an error after redis.String.
				ev.Op, ev.Outcomes = Acquire, ptrErr
				ev.Outcomes.Lost.Made = Yes
				if old {
					ev.Outcomes = ev.Outcomes.swapped()
				}
			case "XX":
				ev.Op = Extend
			case "EX":
				ttl(i+1, time.Second)
			case "PX":
				ttl(i+1, time.Millisecond)
			case "EXAT", "PXAT", "KEEPTTL":
				ev.TTL.Kind = TTLUnknown
			case "":
				if Const(args[i]) == nil && i < len(args)-1 && ev.TTL.Kind != TTLValue {
					ev.TTL.Kind = TTLUnknown // a word that is not known
				}
			}
		}
		if word == "SETEX" || word == "PSETEX" {
			ev.TTL.Kind = TTLUnknown
		}
	case "DEL", "UNLINK":
		ev.Op, ev.Keys = Release, args
	case "EXPIRE":
		ev.Op = Extend
		ttl(1, time.Second)
	case "PEXPIRE":
		ev.Op = Extend
		ttl(1, time.Millisecond)
	case "EXPIREAT", "PEXPIREAT":
		ev.Op = Extend
	case "GET", "EXISTS", "TTL", "PTTL":
		ev.Op = Read
	case "HSETNX", "HDEL", "HGET", "HEXISTS":
		return hashCommand(word, args)
	case "INCR":
		return counter(args)
	case "EVAL":
		// EVAL script numkeys key… arg…
		if len(args) < 3 {
			return nil
		}
		return script(c.script(args[0]), args[2:], args[2:])
	default:
		return nil
	}
	return []Event{ev}
}
