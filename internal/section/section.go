// Package section describes critical sections and channel operations by their places in
// the source, so that profiles and traces, which have places only, can be joined with
// locks: where each lock is taken and given back, and what is done in between.
//
// It looks at each function by itself and at what it calls in the package; lock state
// over calls is the engine's.
package section

import (
	"encoding/json"
)

// Category is the category of the diagnostic by which the vet tool hands a package's
// sections to the command. Its message is a [Package].
const Category = "sections"

// A Package has the operations and sections of one package.
type Package struct {
	Pkg      string
	Ops      []Op      `json:",omitempty"`
	Sections []Section `json:",omitempty"`
	Funcs    []Func    `json:",omitempty"`
}

// Encode writes the package as text.
func (p *Package) Encode() string {
	text, _ := json.Marshal(p) // there is nothing in it that JSON cannot say
	return string(text)
}

// Decode reads what Encode has written.
func Decode(text string) (*Package, error) {
	p := new(Package)
	err := json.Unmarshal([]byte(text), p)
	return p, err
}

// Kind is what an operation does.
type Kind string

// The kinds of operations.
const (
	Lock    Kind = "lock"
	Unlock  Kind = "unlock"
	Send    Kind = "send"
	Receive Kind = "receive"
	Select  Kind = "select"
	Wait    Kind = "wait" // of a WaitGroup or Cond
	Make    Kind = "make" // of a channel, Cap is its buffer
)

// An Op is an operation at a place.
type Op struct {
	Kind     Kind
	Class    string // of the lock or channel; "" if it has no name
	Read     bool   `json:",omitempty"`
	Deferred bool   `json:",omitempty"`
	File     string
	Line     int
	Func     string // as package flow names it
	Cap      int    `json:",omitempty"` // -1 if it is computed
}

// A Func is a function that gives locks back when it returns, or that takes or gives
// back a lock for its callers.
type Func struct {
	Name     string
	File     string
	From, To int      // lines
	Deferred []string `json:",omitempty"` // classes of locks that deferred calls give back
	Wraps    []string `json:",omitempty"` // classes that it takes and does not give back, or the other way round
}

// A Section is what a function does from where it takes a lock to where it gives it back.
type Section struct {
	Class    string
	Func     string
	File     string
	Read     bool `json:",omitempty"`
	Acquire  int  // line
	Releases []int
	Deferred bool `json:",omitempty"` // it ends where the function returns
	From, To int  // lines

	Reads   []string `json:",omitempty"` // fields and variables
	Writes  []string `json:",omitempty"`
	Keyed   []string `json:",omitempty"` // maps that are asked for a key
	Loops   []int    `json:",omitempty"` // lines of loops over containers
	Makes   []int    `json:",omitempty"` // lines where maps or slices are made in a loop, or copied
	Unknown []Call   `json:",omitempty"` // calls of what the package does not show
	Slow    *Slow    `json:",omitempty"`
	Integer bool     `json:",omitempty"` // all that it does is to read and write one integer
}

// A Call is a call that a section makes.
type Call struct {
	Name string
	Line int
	// Value: what is called is a function value or a method of an interface.
	Value bool `json:",omitempty"`
}

// Slow is the slowest operation that may run in a section.
type Slow struct {
	Name, Does, Category string
	Func, File           string
	Line                 int
	Call                 int // the line, in the function with the section, that leads to it
}
