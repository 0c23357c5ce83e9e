package summary

import (
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
)

// A Fact holds the summaries of functions as other packages get them: those of a type's
// methods, or those of a package's functions and variables; see [Owner]. They are in
// one fact because those of functions that call each other say much the same.
//
// Names are the functions that it tells of, sorted. Data is a compact encoding that
// is decoded when somebody asks for one of them. It begins with the version of the encoding.
// The same summaries always have the same Data.
//
// Made are the functions of which no more is known than that they return an object which
// nobody else knows: what is locked there keeps nobody waiting.
type Fact struct {
	Names []string
	Data  []byte
	Made  []string
}

// AFact marks Fact as an analysis.Fact.
func (*Fact) AFact() {}

// Owner returns what has the fact that tells of an object, and the object's name in it. The owner
// of a method is the type; that of a package-level function or variable is the package,
// for which it returns nil. Everything else (fields, methods of interfaces, types) owns the
// fact about itself, under no name.
//
// It is like this because x/tools passes facts about types and methods on to packages
// that import theirs indirectly, and facts about packages and functions to direct importers only.
func Owner(obj types.Object) (owner types.Object, name string) {
	if fn, ok := obj.(*types.Func); ok {
		if recv := fn.Signature().Recv(); recv != nil {
			if named, ok := deref(recv.Type()).(*types.Named); ok && !types.IsInterface(named) {
				return named.Origin().Obj(), fn.Name()
			}
			return fn, ""
		}
	}
	if _, isType := obj.(*types.TypeName); !isType && obj.Pkg() != nil && obj.Parent() == obj.Pkg().Scope() {
		return nil, obj.Name()
	}
	return obj, ""
}

// Has reports whether the fact tells what the function with the name does to locks.
func (f *Fact) Has(name string) bool {
	_, ok := slices.BinarySearch(f.Names, name)
	return ok
}

// Makes reports whether the function with the name is one of Made.
func (f *Fact) Makes(name string) bool {
	_, ok := slices.BinarySearch(f.Made, name)
	return ok
}

// maxFactEvents bounds a summary in a fact. A function with more effects on its callers' locks
// keeps the first ones.
const maxFactEvents = 24

// maxFactPoints bounds the points of a summary in the same way.
const maxFactPoints = 24

// String writes the summaries in one line, for golden tests and debugging.
func (f *Fact) String() string {
	d, err := f.Open(path.NewTable())
	var lines []string
	for _, name := range f.Names {
		var s *flow.Summary
		if err == nil {
			s, err = d.Summary(name)
		}
		if name != "" {
			name += ": "
		}
		lines = append(lines, name+Format(s))
	}
	if err != nil {
		return "lockvet: " + err.Error()
	}
	for _, name := range f.Made {
		lines = append(lines, name+": makes")
	}
	return strings.Join(lines, " | ")
}

// Encode makes a fact of summaries by their names; nil if nothing in them means anything
// to other packages. live tells which lock classes can be part of a deadlock with locks of
// other packages.
func Encode(summaries map[string]*flow.Summary, fset *token.FileSet, live func(class string) bool) *Fact {
	f := new(Fact)
	w := writer{tables: newTables(fset)}
	for _, name := range slices.Sorted(maps.Keys(summaries)) {
		if text := w.summary(summaries[name], live); text != nil {
			f.Names = append(f.Names, name)
			w.uint(len(text))
			w.buf = append(w.buf, text...)
		} else if made(summaries[name]) {
			f.Made = append(f.Made, name)
		}
	}
	if len(f.Names)+len(f.Made) == 0 {
		return nil
	}
	f.Data = w.pack()
	return f
}

// encodable reports whether a name means something to other packages.
func encodable(n *path.Node) bool {
	switch n.Kind {
	case path.Value, path.Func, path.Iface, path.FreeVar:
		return false
	}
	return (n.X == nil || encodable(n.X)) && (n.Y == nil || encodable(n.Y))
}

// hidden reports whether a function that is called is in a field or variable that is not
// exported, or a method that is not: no importer knows what that may be.
func hidden(call flow.Event) bool {
	n := call.Param
	for n.Kind == path.Deref || n.Kind == path.Elem {
		n = n.X
	}
	named := n.Kind == path.Field || n.Kind == path.Global
	return named && !public(n) ||
		call.Method != "" && !token.IsExported(call.Method)
}

// private reports whether a lock lies in a variable that is not exported.
func private(lock *path.Node) bool {
	for lock.Kind == path.Field {
		lock = lock.X
	}
	return lock.Kind == path.Global && !public(lock)
}

// public reports whether other packages can use a field or variable.
func public(n *path.Node) bool {
	return token.IsExported(n.Name[strings.LastIndexByte(n.Name, '.')+1:])
}

// made reports whether a function has one result at least, and the first is always a new
// object.
func made(s *flow.Summary) bool {
	isNew := func(o flow.Outcome) bool {
		return len(o.Results) > 0 && o.Results[0] != nil && o.Results[0].Kind == path.Op && o.Results[0].Name == flow.NewName
	}
	return len(s.Outcomes) > 0 && !slices.ContainsFunc(s.Outcomes, func(o flow.Outcome) bool { return !isNew(o) })
}

// Making is the summary of a function with so many results that makes an object.
func Making(t *path.Table, results int) *flow.Summary { return making(flow.New(t), results) }

func making(object *path.Node, results int) *flow.Summary {
	o := flow.Outcome{Results: make([]*path.Node, results)}
	o.Results[0] = object
	return &flow.Summary{Outcomes: []flow.Outcome{o}}
}

// portable lists the nets of an outcome that mean something to other packages. A function
// handed back that releases the lock does not cross packages, and so neither must the lock.
func portable(o flow.Outcome) (nets []flow.Net) {
	handed := slices.ContainsFunc(o.Results, func(r *path.Node) bool { return r != nil && r.Kind == path.Func })
	for _, n := range o.Nets {
		if encodable(n.Lock) && !(handed && n.Delta > 0) {
			nets = append(nets, n)
		}
	}
	return nets
}
