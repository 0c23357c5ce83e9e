// Package expr gives SSA values names that mean the same wherever they mean the
// same value: the key of a lock in two functions, in a closure and the function
// around it, in a constructor and a method.
package expr

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A Kind says what an expression is.
type Kind uint8

const (
	Opaque Kind = iota // a value that has no other name than itself
	Const              // Name is the constant as Go writes it
	Param              // parameter Index of Fn; the receiver is 0
	Global             // Name is its full name
	Field              // field Name of Args[0]
	Elem               // element Args[1] of Args[0]
	Call               // the result of the pure function Name, applied to Args
)

// An Expr is the name of a value. Two values of one analysis are the same if
// their expressions have equal IDs. IDs are unique only within a Namer.
type Expr struct {
	Kind  Kind
	Name  string
	Const constant.Value // of Const
	Fn    *ssa.Function  // of Param; nil if it is a parameter of an imported function
	Index int            // of Param
	Args  []*Expr
	Value ssa.Value // of Opaque
	// Owner is, of Field, the full name of the type that the field belongs to, and
	// OwnerPkg the path of its package; "" if the type has no name or the field was
	// named in another package.
	Owner, OwnerPkg string
	OwnerType       types.Type
	id              string
}

// ID returns the identity of the expression.
func (e *Expr) ID() string { return e.id }

func (e *Expr) String() string { return e.id }

// Text returns the constant parts of a string expression, for looking at words.
func (e *Expr) Text() string {
	switch e.Kind {
	case Const:
		if e.Const != nil && e.Const.Kind() == constant.String {
			return constant.StringVal(e.Const)
		}
		return ""
	case Field, Global:
		return e.Name[strings.LastIndexByte(e.Name, '.')+1:]
	case Param:
		return e.Name
	}
	words := make([]string, 0, len(e.Args)+1)
	if e.Kind == Call {
		words = append(words, e.Name[strings.LastIndexByte(e.Name, '.')+1:])
	}
	for _, arg := range e.Args {
		words = append(words, arg.Text())
	}
	return strings.Join(words, " ")
}

// Any reports whether f holds for the expression or a part of it.
func (e *Expr) Any(f func(*Expr) bool) bool {
	if f(e) {
		return true
	}
	for _, arg := range e.Args {
		if arg.Any(f) {
			return true
		}
	}
	return false
}

// Template returns the identity with parameters other than the receiver replaced
// by a hole, so that the keys of two functions can be compared. The receiver's
// place is taken by its type.
func (e *Expr) Template() string {
	switch e.Kind {
	case Param:
		if e.Fn != nil && e.Index == 0 && e.Fn.Signature.Recv() != nil {
			return "recv:" + strings.TrimPrefix(e.Fn.Signature.Recv().Type().String(), "*")
		}
		return "?"
	case Opaque:
		return "?"
	case Const, Global:
		return e.id
	}
	parts := make([]string, len(e.Args))
	for i, arg := range e.Args {
		parts[i] = arg.Template()
	}
	return compose(e.Kind, e.Name, parts)
}

func compose(kind Kind, name string, args []string) string {
	switch kind {
	case Field:
		return args[0] + "." + name
	case Elem:
		return args[0] + "[" + args[1] + "]"
	}
	return name + "(" + strings.Join(args, ",") + ")"
}

// New makes a Field, Elem or Call.
func New(kind Kind, name string, args ...*Expr) *Expr {
	if kind == Elem {
		// The element of a list that is known.
		if elems := args[0].Elements(); elems != nil && args[1].Kind == Const && args[1].Const != nil {
			if i, ok := constant.Int64Val(args[1].Const); ok && 0 <= i && int(i) < len(elems) {
				return elems[i]
			}
		}
	}
	if kind == Call && name == "+" && len(args) == 2 {
		if joined := join(args[0], args[1]); joined != nil {
			return joined
		}
	}
	ids := make([]string, len(args))
	for i, arg := range args {
		ids[i] = arg.id
	}
	return &Expr{Kind: kind, Name: name, Args: args, id: compose(kind, name, ids)}
}

// join puts the constants of two strings that follow each other together, so that
// "a" + ("b" + x) is "ab" + x; nil if there are none.
func join(x, y *Expr) *Expr {
	sum := func(e *Expr) bool { return e.Kind == Call && e.Name == "+" && len(e.Args) == 2 }
	switch {
	case isText(x) && isText(y):
		return NewConst(constant.BinaryOp(x.Const, token.ADD, y.Const))
	case isText(x) && sum(y) && isText(y.Args[0]):
		return New(Call, "+", join(x, y.Args[0]), y.Args[1])
	case isText(y) && sum(x) && isText(x.Args[1]):
		return New(Call, "+", x.Args[0], join(x.Args[1], y))
	}
	return nil
}

// isText reports whether an expression is a constant string.
func isText(e *Expr) bool {
	return e.Kind == Const && e.Const != nil && e.Const.Kind() == constant.String
}

// Elements returns what a list is made of; nil if it is not a list that is known.
func (e *Expr) Elements() []*Expr {
	if e.Kind == Call && e.Name == "[]" {
		return e.Args
	}
	return nil
}

// NewConst makes a constant.
func NewConst(c constant.Value) *Expr {
	if c == nil {
		return &Expr{Kind: Const, Name: "nil", id: "nil"}
	}
	s := c.ExactString()
	return &Expr{Kind: Const, Name: s, Const: c, id: s}
}

// NewGlobal makes a package-level variable of its full name.
func NewGlobal(name string) *Expr { return &Expr{Kind: Global, Name: name, id: name} }

// NewParam makes a parameter of a function whose body is elsewhere.
func NewParam(i int, name string) *Expr {
	return &Expr{Kind: Param, Index: i, Name: name, id: fmt.Sprintf("$%d", i)}
}

// Subst replaces the parameters of fn by the arguments of a call.
func (e *Expr) Subst(fn *ssa.Function, args []*Expr) *Expr {
	if e.Kind == Param {
		if e.Fn == fn && e.Index < len(args) {
			return args[e.Index]
		}
		return e
	}
	var changed []*Expr
	for i, arg := range e.Args {
		if s := arg.Subst(fn, args); s != arg {
			if changed == nil {
				changed = append(changed, e.Args...)
			}
			changed[i] = s
		}
	}
	if changed == nil {
		return e
	}
	s := New(e.Kind, e.Name, changed...)
	s.Owner, s.OwnerPkg, s.OwnerType = e.Owner, e.OwnerPkg, e.OwnerType
	return s
}

// ParamsOf reports whether the expression makes sense to callers of fn: it is
// made of constants, globals and parameters of fn.
func (e *Expr) ParamsOf(fn *ssa.Function) bool {
	return !e.Any(func(e *Expr) bool { return e.Kind == Opaque || e.Kind == Param && e.Fn != fn })
}
