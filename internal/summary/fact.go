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
// nobody else knows: what is locked there keeps nobody waiting. Those of MadeOrNil may return nil instead.
type Fact struct {
	Names     []string
	Data      []byte
	Made      []string
	MadeOrNil []string
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

// Makes says what the function with the name returns, as far as that is all that is known of it.
func (f *Fact) Makes(name string) Making {
	if _, ok := slices.BinarySearch(f.Made, name); ok {
		return Always
	}
	if _, ok := slices.BinarySearch(f.MadeOrNil, name); ok {
		return OrNil
	}
	return Never
}

// A Making says whether the first result of a function is a new object.
type Making uint8

const (
	Never Making = iota
	OrNil        // a new object, or else nil
	Always
)

func (m Making) String() string { return [...]string{"does not make", "makes or fails", "makes"}[m] }

// Summary is that of a function with so many results, of which no more is known; nil if it does not make an object.
func (m Making) Summary(t *path.Table, results int) *flow.Summary {
	switch m {
	case OrNil:
		return making(flow.NewOrNil(t), results)
	case Always:
		return making(flow.New(t), results)
	}
	return nil
}

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
		lines = append(lines, name+s.String())
	}
	if err != nil {
		return "lockvet: " + err.Error()
	}
	for _, name := range slices.Concat(f.Made, f.MadeOrNil) {
		lines = append(lines, name+": "+f.Makes(name).String())
	}
	return strings.Join(lines, " | ")
}

// Encode makes a fact of what importers get of the functions with the names; nil if that is nothing.
func Encode(exports map[string]Export, fset *token.FileSet) *Fact {
	f := new(Fact)
	w := writer{tables: newTables(fset)}
	for _, name := range slices.Sorted(maps.Keys(exports)) {
		switch e := exports[name]; {
		case e.Summary != nil:
			f.Names = append(f.Names, name)
			text := w.summary(e.Summary)
			w.uint(len(text))
			w.buf = append(w.buf, text...)
		case e.Made == Always:
			f.Made = append(f.Made, name)
		case e.Made == OrNil:
			f.MadeOrNil = append(f.MadeOrNil, name)
		}
	}
	if len(f.Names)+len(f.Made)+len(f.MadeOrNil) == 0 {
		return nil
	}
	f.Data = w.pack()
	return f
}

func making(object *path.Node, results int) *flow.Summary {
	o := flow.Outcome{Results: make([]*path.Node, results)}
	o.Results[0] = object
	return &flow.Summary{Outcomes: []flow.Outcome{o}}
}
