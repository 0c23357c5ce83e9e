package groups

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// closed reports whether no function of the package counts down what it has not added, and nobody else can.
func (w *world) closed(class types.Object) bool {
	if class == nil || class.Pkg() != w.pkg.Pkg {
		return false
	}
	if is, known := w.isClosed[class]; known {
		return is
	}
	w.isClosed[class] = !(class.Exported() && w.pkg.Pkg.Name() != "main") && isGroup(deref(class.Type())) && !w.surplus(class)
	return w.isClosed[class]
}

func (w *world) surplus(class types.Object) bool {
	for _, u := range w.units {
		uses := false
		for _, p := range u.paths {
			for g := range p.groups() {
				if w.classes[g] == class && !w.own(p, g) {
					uses = true
					if p.total(g, nil) < 0 {
						return true
					}
				}
			}
			for _, e := range p.events {
				if e.kind == unknown && (e.group == "" && w.mentionsClass(u.fn, class) || w.classes[e.group] == class) {
					return true
				}
			}
		}
		if u.partial && (uses || w.mentionsClass(u.fn, class)) {
			return true
		}
	}
	return false
}

// mentionsClass reports whether a function, or one that it leads to, has the address of such a WaitGroup.
func (w *world) mentionsClass(fn *ssa.Function, class types.Object) bool {
	seen := map[*ssa.Function]bool{fn: true}
	work := []*ssa.Function{fn}
	for len(work) > 0 {
		f := work[len(work)-1]
		work = work[:len(work)-1]
		for _, b := range f.Blocks {
			for _, instr := range b.Instrs {
				if fa, ok := instr.(*ssa.FieldAddr); ok {
					if s, ok := deref(fa.X.Type()).Underlying().(*types.Struct); ok && s.Field(fa.Field).Origin() == class {
						return true
					}
				}
				var buf [8]*ssa.Value
				for _, o := range instr.Operands(buf[:0]) {
					switch o := (*o).(type) {
					case *ssa.Global:
						if o.Object() == class {
							return true
						}
					case *ssa.Function:
						if !seen[o] {
							seen[o] = true
							work = append(work, o)
						}
					}
				}
			}
		}
	}
	return false
}
