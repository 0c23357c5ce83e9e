package client

import (
	"go/types"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lazyregexp"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
)

// eval is Eval(ctx, script, keys, args...).
func eval(c call) []Event {
	if len(c.args) < 2 {
		return nil
	}
	var args []ssa.Value
	if len(c.args) > 2 {
		args = expr.Elements(c.args[2])
	}
	return script(c.script(c.args[0]), keysOf(c.args[1]), args)
}

// runScript is NewScript(src).Run(ctx, client, keys, args...).
func runScript(c call) []Event {
	if len(c.args) < 3 {
		return nil
	}
	var args []ssa.Value
	if len(c.args) > 2 {
		args = expr.Elements(c.args[2])
	}
	return script(c.script(c.on), keysOf(c.args[1]), args)
}

// scriptRun is ScriptRun(script, keys, args...) of go-zero.
func scriptRun(c call) []Event {
	if len(c.args) < 2 {
		return nil
	}
	return script(c.script(c.args[0]), keysOf(c.args[1]), nil)
}

// redigoScript is NewScript(1, src).Do(conn, key, args...).
func redigoScript(c call) []Event {
	if len(c.args) < 2 {
		return nil
	}
	args := arguments(c.args[1])
	if len(args) == 0 {
		return nil
	}
	return script(c.script(c.on), args[:1], args[1:])
}

// script returns the source of a script: a text, or the argument of a call that makes a script object of one, maybe
// kept in a variable of the package, or in a field. Only the package's own init is
// looked at, and its functions for fields.
func (c call) script(v ssa.Value) string { return c.scriptAt(v, 0) }

func (c call) scriptAt(v ssa.Value, depth int) string {
	if depth > limits.MaxNested {
		return "" // a field that is set from itself
	}
	if text := Text(v); text != "" {
		return text
	}
	switch v := Strip(v).(type) {
	case *ssa.Convert: // string([]byte)
		return c.scriptAt(v.X, depth+1)
	case *ssa.UnOp:
		switch addr := v.X.(type) {
		case *ssa.FieldAddr:
			if stored := onlyStored(addr); stored != nil {
				return c.scriptAt(stored, depth+1)
			}
		case *ssa.Global:
			if text := c.embedded[addr.Object()]; text != "" {
				return text
			}
			if value := initial(addr); value != nil {
				return c.scriptAt(value, depth+1)
			}
		}
	case *ssa.Call:
		for _, arg := range v.Call.Args {
			if text := c.scriptAt(arg, depth+1); text != "" {
				return text
			}
		}
	}
	return ""
}

// initial returns what the init of its package stores to a variable, or nil.
func initial(global *ssa.Global) ssa.Value {
	if global.Pkg == nil || global.Pkg.Func("init") == nil {
		return nil
	}
	for _, b := range global.Pkg.Func("init").Blocks {
		for _, in := range b.Instrs {
			if store, ok := in.(*ssa.Store); ok && store.Addr == global {
				return store.Val
			}
		}
	}
	return nil
}

// onlyStored returns what the functions of a package store to a field of a type, if
// there is one such store.
func onlyStored(field *ssa.FieldAddr) (stored ssa.Value) {
	pkg := field.Parent().Pkg
	if pkg == nil {
		return nil
	}
	for _, member := range pkg.Members {
		fn, ok := member.(*ssa.Function)
		if !ok {
			continue
		}
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				store, ok := in.(*ssa.Store)
				if !ok {
					continue
				}
				at, ok := store.Addr.(*ssa.FieldAddr)
				if !ok || at.Field != field.Field || !types.Identical(at.X.Type(), field.X.Type()) {
					continue
				}
				if stored != nil {
					return nil
				}
				stored = store.Val
			}
		}
	}
	return stored
}

var (
	luaComment = lazyregexp.New(`--[^\n]*`)
	luaCall    = lazyregexp.New(`redis\.p?call\(\s*['"](\w+)['"]`)
	luaKey     = lazyregexp.New(`redis\.p?call\(\s*['"](\w+)['"]\s*,\s*keys\[(\d+)\]`)
	luaVar     = lazyregexp.New(`redis\.p?call\(\s*['"](\w+)['"]\s*,\s*([a-z_]\w*)\s*[,)]`)
	// What a variable is assigned: a key, each key in turn, or anything.
	luaAssigned = lazyregexp.New(`\b([a-z_]\w*)\s*=\s*keys\[(\d+)\]`)
	luaEach     = lazyregexp.New(`for\s+\w+\s*,\s*([a-z_]\w*)\s+in\s+i?pairs\(\s*keys\s*\)`)
	luaLocal    = lazyregexp.New(`\b([a-z_]\w*)\s*=[^=]|for\s+\w+\s*,\s*([a-z_]\w*)\s+in\b`)
	luaTTL      = lazyregexp.New(`redis\.p?call\(\s*['"](p?expire)['"]\s*,\s*key\w*(?:\[\d+\])?\s*,\s*(?:tonumber\(\s*)?argv\[(\d+)\]\s*\)`)
	luaNX       = lazyregexp.New(`['"]nx['"]`)
	luaZero     = lazyregexp.New(`return\s+0\b`)
	luaRefusal  = lazyregexp.New(`\breturn\s+(-?\d+)\b`)
	luaReturn   = lazyregexp.New(`\breturn\b`)
	luaNumber   = lazyregexp.New(`\breturn\s+(?:-?\d+\b|redis\.p?call\(\s*['"](?:del|unlink|p?expire|p?expireat|setnx|exists|incr|decr|persist)['"])`)
	luaExpiry   = lazyregexp.New(`['"](px|ex|pxat|exat)['"]`)
)

// script says what a Lua script does to its keys by the commands in its text.
// A script that is not understood does nothing. One that compares before it
// deletes or expires does so to the caller's own lock only.
func script(text string, keys, args []ssa.Value) []Event {
	text = strings.ToLower(luaComment.ReplaceAllString(text, ""))
	called := make(map[string]bool)
	for _, m := range luaCall.FindAllStringSubmatch(text, -1) {
		called[m[1]] = true
	}
	owned := (called["get"] || called["hget"] || called["hexists"]) && (strings.Contains(text, "==") || strings.Contains(text, "~="))
	ev := Event{Command: "script", Owned: owned, Outcomes: okErr}
	ev.Numbers = len(luaNumber.FindAllStringSubmatch(text, -1)) == len(luaReturn.FindAllStringSubmatch(text, -1))
	if len(args) > 0 {
		ev.Token = args[0]
	}
	expires := called["expire"] || called["pexpire"] || called["setex"] || called["psetex"] || luaExpiry.MatchString(text)
	var does []string // the commands that the script is about
	switch {
	case called["setnx"] || called["set"] && luaNX.MatchString(text):
		does = []string{"setnx", "set"}
		ev.Op, ev.TTL.Kind = Acquire, TTLUnknown
		if !expires {
			ev.TTL.Kind = TTLNever
		}
		if called["get"] || called["del"] {
			return nil // it does more than that
		}
	case called["del"] || called["unlink"]:
		does = []string{"del", "unlink"}
		ev.Op = Release
	case called["expire"] || called["pexpire"]:
		does = []string{"expire", "pexpire"}
		ev.Op, ev.Zero, ev.Refusal = Extend, luaZero.MatchString(text), refusal(text)
	default:
		return nil
	}
	ev.Keys = scriptKeys(text, keys, does)
	if m := luaTTL.FindStringSubmatch(text); m != nil && !strings.Contains(text, "tonumber(argv["+m[2]+"]) *") {
		if n, err := strconv.Atoi(m[2]); err == nil && 0 < n && n <= len(args) {
			ev.TTL.Value, ev.TTL.Unit, ev.TTL.Raw = args[n-1], time.Second, true
			if strings.HasPrefix(m[1], "p") {
				ev.TTL.Unit = time.Millisecond
			}
		}
	}
	return []Event{ev}
}

// refusal returns the number that a script replies with where it does nothing: of those in its text, the only one that is not 1; 0 if there is
// none or several.
func refusal(text string) (reply int64) {
	for _, m := range luaRefusal.FindAllStringSubmatch(text, -1) {
		n, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil || n != 1 && reply != 0 && n != reply {
			return 0
		}
		if n != 1 {
			reply = n
		}
	}
	return reply
}

// scriptKeys returns the keys that commands of a script act on: those that they
// name, by number or by a variable that is assigned one, or the first if they name
// none. A command on what the script computes is about none of them.
func scriptKeys(text string, keys []ssa.Value, commands []string) (named []ssa.Value) {
	found := false
	add := func(number string) {
		found = true
		if n, err := strconv.Atoi(number); err == nil && 0 < n && n <= len(keys) && !slices.Contains(named, keys[n-1]) {
			named = append(named, keys[n-1])
		}
	}
	for _, m := range luaKey.FindAllStringSubmatch(text, -1) {
		if slices.Contains(commands, m[1]) {
			add(m[2])
		}
	}
	for _, m := range luaVar.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(commands, m[1]) {
			continue
		}
		assigned := false
		for _, a := range luaAssigned.FindAllStringSubmatch(text, -1) {
			if a[1] == m[2] {
				add(a[2])
				assigned = true
			}
		}
		for _, loop := range luaEach.FindAllStringSubmatch(text, -1) {
			if loop[1] == m[2] {
				return keys
			}
		}
		found = found || assigned || luaComputed(text, m[2])
	}
	if !found {
		return keys[:min(1, len(keys))]
	}
	return named
}

// luaComputed reports whether a script assigns a variable, also as that of a loop.
func luaComputed(text, name string) bool {
	for _, m := range luaLocal.FindAllStringSubmatch(text, -1) {
		if m[1] == name || m[2] == name {
			return true
		}
	}
	return false
}
