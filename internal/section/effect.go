package section

import (
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
)

// An effect is what code does to memory that others can see.
type effect struct {
	reads, writes, keyed map[string]bool
	loops, makes         map[int]bool
	unknown              []Call
	others               bool // something else than integer fields is read or written
}

func newEffect() *effect {
	return &effect{reads: make(map[string]bool), writes: make(map[string]bool), keyed: make(map[string]bool), loops: make(map[int]bool), makes: make(map[int]bool)}
}

func (e *effect) into(s *Section) {
	s.Reads, s.Writes, s.Keyed = slices.Sorted(maps.Keys(e.reads)), slices.Sorted(maps.Keys(e.writes)), slices.Sorted(maps.Keys(e.keyed))
	s.Loops, s.Makes = slices.Sorted(maps.Keys(e.loops)), slices.Sorted(maps.Keys(e.makes))
	s.Unknown = e.unknown[:min(len(e.unknown), 8)]
	touched := maps.Clone(e.reads)
	maps.Copy(touched, e.writes)
	s.Integer = len(touched) == 1 && !e.others && len(e.unknown) == 0 && len(s.Loops) == 0
}

// instruction adds what an instruction does.
func (f *finder) instruction(e *effect, instr ssa.Instruction, inLoop bool, depth int) {
	line := func() int { return f.line(instr.Pos()) }
	switch instr := instr.(type) {
	case *ssa.Store:
		if name := f.memory(instr.Addr); name != "" {
			e.writes[name] = true
			e.others = e.others || !isInteger(instr.Val.Type())
		}
	case *ssa.UnOp:
		if instr.Op != token.MUL {
			return
		}
		if name := f.memory(instr.X); name != "" {
			e.reads[name] = true
			e.others = e.others || !isInteger(instr.Type())
		}
	case *ssa.MapUpdate:
		e.others = true
		if name := f.memory(instr.Map); name != "" {
			e.writes[name], e.keyed[name] = true, true
		}
	case *ssa.Lookup:
		e.others = true
		if name := f.memory(instr.X); name != "" {
			e.reads[name], e.keyed[name] = true, true
		}
	case *ssa.Range:
		e.others = true
		if name := f.memory(instr.X); name != "" {
			e.loops[line()] = true
		}
	case *ssa.MakeMap, *ssa.MakeSlice:
		if inLoop || depth > 0 || isRebuild(instr.(ssa.Value)) {
			e.makes[line()] = true
		}
	case *ssa.IndexAddr:
		if inLoop && f.memory(instr.X) != "" && line() > 0 {
			e.loops[line()] = true
		}
	case *ssa.Send, *ssa.Select:
		e.others = true
	case ssa.CallInstruction:
		if _, isGo := instr.(*ssa.Go); isGo {
			return
		}
		f.call(e, instr, depth)
	}
}

// isRebuild reports whether a new map is stored where others find it.
func isRebuild(v ssa.Value) bool {
	return slices.ContainsFunc(*v.Referrers(), func(r ssa.Instruction) bool {
		_, isStore := r.(*ssa.Store)
		return isStore
	})
}

// call adds what a call does.
func (f *finder) call(e *effect, instr ssa.CallInstruction, depth int) {
	c := instr.Common()
	line := f.line(instr.Pos())
	if b, ok := c.Value.(*ssa.Builtin); ok {
		if b.Name() == "delete" || b.Name() == "clear" || b.Name() == "copy" {
			e.others = true
			if name := f.memory(c.Args[0]); name != "" {
				e.writes[name] = true
				if b.Name() == "delete" {
					e.keyed[name] = true
				}
			}
		}
		return
	}
	callee := c.StaticCallee()
	if callee == nil {
		name := "a function value"
		if c.IsInvoke() {
			name = c.Method.Name() + " of an interface"
			if model.OpOf(c.Method).Kind != model.None || c.Method.Name() == "Error" || c.Method.Name() == "String" {
				return
			}
		}
		e.others = true
		e.unknown = append(e.unknown, Call{name, line, true})
		return
	}
	obj, _ := callee.Object().(*types.Func)
	if obj != nil && (model.OpOf(obj).Kind != model.None || pure(obj)) {
		return
	}
	for _, arg := range c.Args {
		if addr, ok := arg.(*ssa.FieldAddr); ok {
			if name := f.memory(addr); name != "" { // what its address is for
				e.reads[name], e.writes[name], e.others = true, true, true
			}
		}
	}
	if len(callee.Blocks) == 0 || depth >= limits.MaxSectionCalls {
		e.others = true
		name := callee.Name()
		if callee.Pkg != nil {
			name = callee.Pkg.Pkg.Name() + "." + flow.FuncName(callee)
		} else if obj != nil && obj.Pkg() != nil {
			name = obj.Pkg().Name() + "." + obj.Name()
		}
		e.unknown = append(e.unknown, Call{name, line, false})
		return
	}
	sub := f.effectOf(callee, depth+1)
	maps.Copy(e.reads, sub.reads)
	maps.Copy(e.writes, sub.writes)
	maps.Copy(e.keyed, sub.keyed)
	if len(sub.loops) > 0 {
		e.loops[line] = true
	}
	if len(sub.makes) > 0 {
		e.makes[line] = true
	}
	for _, u := range sub.unknown {
		e.unknown = append(e.unknown, Call{u.Name, line, u.Value})
	}
	e.others = e.others || sub.others
}

// effectOf returns what a function of the package does. One that calls itself is taken to do
// what it does without that call.
func (f *finder) effectOf(fn *ssa.Function, depth int) *effect {
	if e, ok := f.effects[fn]; ok {
		return e
	}
	e := newEffect()
	f.effects[fn] = e
	loops := loopBlocks(fn)
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			f.instruction(e, instr, loops[b], depth)
		}
	}
	return e
}

// memory names a field or variable that an address or a container is, "" if it is the
// function's own.
func (f *finder) memory(v ssa.Value) string {
	n := f.name(v)
	class := n.Class()
	if class == "" || strings.Contains(class, "@") {
		return ""
	}
	return strings.TrimRight(class, "[]")
}

func isInteger(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsInteger|types.IsBoolean) != 0
}

// purePackages change nothing that others can see, except what they are given to change.
var purePackages = map[string]bool{
	"bytes": true, "cmp": true, "errors": true, "math": true, "math/bits": true, "path": true, "slices": true, "maps": true,
	"sort": true, "strconv": true, "strings": true, "sync/atomic": true, "time": true, "unicode": true, "unicode/utf8": true, "internal/race": true,
}

// pure reports whether a function of std has no effect that matters here.
func pure(fn *types.Func) bool {
	if fn.Pkg() == nil {
		return true
	}
	switch fn.Pkg().Path() {
	case "fmt":
		return strings.HasPrefix(fn.Name(), "Sprint") || fn.Name() == "Errorf"
	case "time":
		return fn.Name() != "Sleep"
	}
	return purePackages[fn.Pkg().Path()]
}
