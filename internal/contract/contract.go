// Package contract reads what the comments at declarations say about locks: for
// functions whose effect on them lockvet cannot see.
//
//	//lockvet:acquires s.mu
//	//lockvet:releases s.mu read
//	//lockvet:holds s.mu
//	//lockvet:excludes s.mu
//
// stand above functions, methods of interfaces, variables and fields of function
// type, and function types. The annotations of gVisor's checklocks at functions
// (// +checklocksacquire:s.mu) are read as well, with the meaning that they have
// there: https://github.com/google/gvisor/tree/master/tools/checklocks.
package contract

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// A Set is the contracts of one package. The nil Set has none.
type Set struct {
	decls    map[types.Object]*Declaration
	aliases  map[types.Object][]Alias // of functions
	everyone []Alias                  // of types: for all functions
	Problems []Problem
	Orders   []Order
	guards   map[*types.Var]*Guard
}

// An Alias says that two names mean one lock (+checklocksalias): in a function, or in all
// objects of a type, which Base stands for.
type Alias struct {
	From, To, Base func(t *path.Table) *path.Node
}

// A Problem is a comment that is meant to be a contract and is none.
type Problem struct {
	Pos, End token.Pos
	Message  string
}

// A Declaration is the contract of one function, method of an interface, variable,
// field or function type.
type Declaration struct {
	Clauses []Clause
	// Unchecked: the body is not to be compared with it (+checklocksignore).
	Unchecked bool
}

// A Clause says one thing about one lock.
type Clause struct {
	Verb flow.Verb
	Mode model.Mode
	Name string // of the lock, as it is written
	Pos  token.Pos
	// Node names the lock in the terms of the function.
	Node func(t *path.Table) *path.Node
	// Method is the method that locks the lock, if its type is none that lockvet knows;
	// nil for those, and for the object behind an interface.
	Method *types.Func
	// Abstract: the lock is the object behind an interface, which has no operations
	// but those with contracts.
	Abstract bool
}

// Says writes the clause as a person would: "acquires s.mu".
func (c *Clause) Says() string {
	for _, f := range forms {
		if f.verb == c.Verb && f.mode == c.Mode && f.words != "" {
			return fmt.Sprintf(f.words, c.Name)
		}
	}
	return c.Name
}

// Of returns the contract of an object, nil if it has none.
func (s *Set) Of(obj types.Object) *Declaration {
	if s == nil {
		return nil
	}
	return s.decls[obj]
}

// Objects returns what has contracts, in the order of the source.
func (s *Set) Objects() (objs []types.Object) {
	if s == nil {
		return nil
	}
	for obj := range s.decls {
		objs = append(objs, obj)
	}
	sortByPos(objs)
	return objs
}

// Aliases returns those that hold in a function, which may be nil.
func (s *Set) Aliases(fn *types.Func) []Alias {
	if s == nil {
		return nil
	}
	return append(slices.Clip(s.everyone), s.aliases[fn]...)
}

// Empty reports whether there is neither a contract, an order nor a problem with one.
func (s *Set) Empty() bool {
	return s == nil || len(s.decls) == 0 && len(s.Problems) == 0 && len(s.Orders) == 0 && len(s.guards) == 0
}

// Present reports whether some comment of the files looks like a contract.
func Present(files []*ast.File) bool {
	for _, file := range files {
		for _, group := range file.Comments {
			for _, c := range group.List {
				if Is(c.Text) || orderVerb(c.Text) != "" || IsGuard(c.Text) || strings.HasPrefix(c.Text, checklocks) {
					return true
				}
			}
		}
	}
	return false
}

// Read reads the contracts of a package.
func Read(files []*ast.File, pkg *types.Package, info *types.Info) *Set {
	r := &reader{
		Set:  Set{decls: make(map[types.Object]*Declaration), aliases: make(map[types.Object][]Alias), guards: make(map[*types.Var]*Guard)},
		pkg:  pkg,
		info: info,
		read: make(map[*ast.Comment]bool), named: make(map[*ast.StructType]types.Type),
	}
	for _, file := range files {
		ast.Inspect(file, r.visit)
		for _, group := range file.Comments {
			for _, c := range group.List {
				if !r.read[c] && IsGuard(c.Text) {
					r.problem(c, "a lock guards fields and package-level variables, and this is neither")
				}
				if !r.read[c] && Is(c.Text) {
					r.problem(c, "only functions, interface methods, and variables, fields and types of functions have one")
				}
				if !r.read[c] && orderVerb(c.Text) != "" {
					r.problem(c, "only packages, types, and fields and variables that are locks have an order")
				}
			}
		}
	}
	return &r.Set
}

type reader struct {
	Set
	pkg  *types.Package
	info *types.Info
	read map[*ast.Comment]bool
	// named are the types that structs are declared as.
	named map[*ast.StructType]types.Type
}

func (r *reader) problem(c *ast.Comment, format string, args ...any) {
	r.Problems = append(r.Problems, Problem{c.Pos(), c.End(), fmt.Sprintf(format, args...)})
}

// visit reads the contracts at a declaration.
func (r *reader) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.File:
		r.orders(nil, nil, n.Doc)
	case *ast.FuncDecl:
		obj := r.info.Defs[n.Name]
		if fn, ok := obj.(*types.Func); ok {
			r.declare(obj, scopeOf(fn.Signature(), nil), n.Doc)
			r.checklocks(obj, scopeOf(fn.Signature(), nil), n.Doc)
		}
	case *ast.InterfaceType:
		for _, m := range n.Methods.List {
			if len(m.Names) == 1 {
				if fn, ok := r.info.Defs[m.Names[0]].(*types.Func); ok {
					r.declare(fn, scopeOf(fn.Signature(), nil), m.Doc, m.Comment)
				}
			}
		}
	case *ast.StructType:
		var st types.Type = r.named[n]
		if st == nil {
			st = r.info.TypeOf(n)
		}
		for _, f := range n.Fields.List {
			r.fieldOrders(st, f)
			for _, name := range f.Names {
				r.variable(r.info.Defs[name], st, f.Doc, f.Comment)
			}
		}
	case *ast.GenDecl:
		for _, spec := range n.Specs {
			var outer *ast.CommentGroup
			if len(n.Specs) == 1 {
				outer = n.Doc
			}
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if tn, ok := r.info.Defs[spec.Name].(*types.TypeName); ok && !tn.IsAlias() {
					r.orders(tn.Type(), nil, outer, spec.Doc, spec.Comment)
					if st, ok := spec.Type.(*ast.StructType); ok {
						r.named[st] = tn.Type()
					}
					if sig, ok := tn.Type().Underlying().(*types.Signature); ok {
						r.declare(tn, scopeOf(sig, nil), outer, spec.Doc, spec.Comment)
					}
					r.typeAliases(tn, outer, spec.Doc, spec.Comment)
				}
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					if obj := r.info.Defs[name]; obj != nil && obj.Parent() == r.pkg.Scope() {
						r.variable(obj, nil, outer, spec.Doc, spec.Comment)
						r.orders(nil, &lockName{text: name.Name, root: r.pkg.Path() + "." + name.Name, typ: obj.Type()}, outer, spec.Doc, spec.Comment)
					}
				}
			}
		}
	}
	return true
}

// variable reads the contract of a variable or a field of st, if it holds a function.
func (r *reader) variable(obj types.Object, st types.Type, groups ...*ast.CommentGroup) {
	if v, ok := obj.(*types.Var); ok {
		r.guard(v, st, groups...)
		if sig, ok := v.Type().Underlying().(*types.Signature); ok {
			r.declare(v, scopeOf(sig, st), groups...)
		}
	}
}

// declare reads the clauses in the comments at a declaration.
func (r *reader) declare(obj types.Object, sc scope, groups ...*ast.CommentGroup) {
	for _, group := range groups {
		if group == nil {
			continue
		}
		for _, c := range group.List {
			if !Is(c.Text) || r.read[c] {
				continue
			}
			r.read[c] = true
			form, name, problem := parse(c.Text)
			if problem != "" {
				r.problem(c, "%s", problem)
				continue
			}
			r.add(obj, sc, c, form, name)
		}
	}
}

// add adds a clause to the contract of obj.
func (r *reader) add(obj types.Object, sc scope, c *ast.Comment, f form, name string) {
	clause := Clause{Verb: f.verb, Mode: f.mode, Name: name, Pos: c.Pos()}
	lock, err := r.resolve(sc, name, f)
	if err != "" {
		r.problem(c, "%s", err)
		return
	}
	clause.Node, clause.Method, clause.Abstract = lock.node, lock.method, lock.abstract
	d := r.decls[obj]
	if d == nil {
		d = new(Declaration)
		r.decls[obj] = d
	}
	for _, old := range d.Clauses {
		if old.Name == name && (old.Mode == f.mode || old.Verb == f.verb) && clash(old.Verb, f.verb) {
			r.problem(c, "another line says that it %s", old.Says())
			return
		}
	}
	d.Clauses = append(d.Clauses, clause)
}

// clash reports whether two clauses about a lock contradict or repeat each other.
// What is acquired may be excluded before.
func clash(a, b flow.Verb) bool {
	return !(a == flow.Acquiring && b == flow.Excluding || a == flow.Excluding && b == flow.Acquiring)
}
