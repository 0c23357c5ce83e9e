package summary

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/prose"
	"github.com/lockvet/lockvet/internal/ssax"
)

// reachable reports whether code outside the package can get at a lock without calling a
// function of it: the lock, and each field of the object that has it by value, is exported or
// embedded, and others can name the object's type, or the variable.
func (a *analysis) reachable(lock *path.Node) bool {
	field := (*path.Node)(nil) // the outermost one of the object
	for n := lock; n != nil && n.Kind != path.Deref && n.Kind != path.Param; n = n.X {
		switch n.Kind {
		case path.Field:
			if !n.Embed && !token.IsExported(n.Name) {
				return false
			}
			field = n
		case path.Global:
			return a.accessible(n.Name)
		}
	}
	return field != nil && a.nameable(field.Owner)
}

// leavesNothing reports whether a function does not say, by its name, its comment or what it returns, that its callers have something to release:
// it returns numbers, strings and errors only, and to lock is not the last that it does.
func leavesNothing(fn *ssa.Function, site ssa.Instruction) bool {
	if acquirer(fn) || prose.SpeaksOfLocks(fn) || returnsAfter(site) {
		return false
	}
	for v := range fn.Signature.Results().Variables() {
		if _, basic := v.Type().Underlying().(*types.Basic); !basic && !ssax.IsError(v.Type()) {
			return false
		}
	}
	return true
}

// returnsAfter reports whether a function returns at once when an instruction has run.
func returnsAfter(instr ssa.Instruction) bool {
	rest := instr.Block().Instrs[ssax.Index(instr)+1:]
	return !slices.ContainsFunc(rest, func(i ssa.Instruction) bool {
		switch i.(type) {
		case *ssa.Return, *ssa.RunDefers, *ssa.DebugRef:
			return false
		}
		return true
	})
}

// promoted reports whether the method Lock of an interface value may be that of a lock which is embedded: in a type that is converted to an
// interface, or in one that such a type embeds.
func (a *analysis) promoted(lock *path.Node) bool {
	if lock.Kind != path.Field || !lock.Embed {
		return false
	}
	for tn := range a.boxed {
		t := tn.Type()
		_, index, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, a.pkg.Pkg, "Lock")
		if len(index) < 2 {
			continue
		}
		way, field := index[:len(index)-2], index[len(index)-2] // the last one is the method
		for _, i := range way {
			t = deref(t).Underlying().(*types.Struct).Field(i).Type()
		}
		if name, owner, _ := path.StructField(t, field); name == lock.Name && owner == lock.Owner {
			return true
		}
	}
	return false
}

// nameable reports whether code outside the package can name, or get, values of a type,
// "pkg/path.Type"; of an anonymous one, that is not known.
func (a *analysis) nameable(owner string) bool {
	if owner == "" {
		return a.pkg.Pkg.Name() != "main"
	}
	obj := a.declaration(owner)
	return obj == nil || a.vis.Type(obj.Type())
}

// accessible reports whether a class, of whatever package, ends in an exported field (an
// embedded Mutex is one) or variable.
func accessible(class string) bool {
	class = strings.TrimRight(class, "[]")
	return !strings.Contains(class, "@") && token.IsExported(class[strings.LastIndexByte(class, '.')+1:])
}

// accessible reports whether other packages can use the locks of a class of this package
// directly. They can't if the lock is in a variable that is not exported, whatever
// its field is called.
func (a *analysis) accessible(class string) bool {
	if !accessible(class) {
		return false
	}
	switch obj := a.declaration(class).(type) {
	case *types.TypeName:
		return a.vis.Type(obj.Type())
	case *types.Var:
		return a.vis.Global(obj)
	}
	return a.pkg.Pkg.Name() != "main"
}
