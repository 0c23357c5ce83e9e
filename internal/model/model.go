// Package model says what the functions of libraries do to locks: which calls
// are operations on a lock and which run the functions they are given. It is
// data; a row is added with a link to the documentation it rests on.
package model

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Mode is how a lock is held.
type Mode uint8

// The modes of a lock. A Mutex is only ever held for writing. A Slot is one of several that a semaphore
// has: holding one keeps nobody out, but it must be given back. A sync.Once is Doing while its function is executed: who calls Do waits for that.
const (
	Write Mode = iota
	Read
	Slot
	Doing
)

// String returns the verb suffix of the mode as messages use it.
func (m Mode) String() string {
	switch m {
	case Read:
		return "read-locked"
	case Slot:
		return "taken"
	case Doing:
		return "doing"
	}
	return "locked"
}

// OpKind is what an operation does.
type OpKind uint8

// The kinds of operations.
const (
	None      OpKind = iota
	Lock             // wait for the lock, then hold it
	TryLock          // hold the lock if it is free; the result tells
	Unlock           // give the lock back
	RLocker          // return a Locker for the read half
	NewCond          // return a Cond whose L is the argument
	Wait             // Cond.Wait: release L, wait, take L again
	Signal           // Cond.Signal: wake one goroutine that waits
	Broadcast        // Cond.Broadcast: wake all goroutines that wait
)

// Op is an operation on a lock: its kind and, for the first three, its mode.
type Op struct {
	Kind OpKind
	Mode Mode
	// Err: the result of a TryLock is an error, nil if it got the lock.
	Err bool
}

// Run tells when a library function calls the function it is given.
type Run uint8

// The ways to run an argument.
const (
	Sync     Run = iota + 1 // before returning, any number of times, in this goroutine
	Once                    // before returning, at most once, in this goroutine
	Another                 // in a goroutine that holds none of the caller's locks
	Format                  // the operands' formatting methods, before returning
	Methods                 // the argument's methods in Callback.Methods, before returning
	First                   // the first of them that the argument has
	Operands                // all of them, of each operand of a variadic argument
)

// Callback says that argument Arg (the receiver not counted) is run.
type Callback struct {
	Arg     int
	Run     Run
	Methods []string
}

// PoolGet reports whether fn is (*sync.Pool).Get, which runs the pool's New.
// https://pkg.go.dev/sync#Pool
func PoolGet(fn *types.Func) bool {
	return fn != nil && fn.Name() == "Get" && fn.FullName() == "(*sync.Pool).Get"
}

// OnceDo reports whether fn is (*sync.Once).Do. https://pkg.go.dev/sync#Once.Do
func OnceDo(fn *types.Func) bool {
	return fn != nil && fn.Name() == "Do" && fn.FullName() == "(*sync.Once).Do"
}

// StopsTimer reports whether fn is the method of a timer that tells whether its function is still to be called, and prevents that.
func StopsTimer(fn *types.Func) bool { return fn != nil && fn.FullName() == "(*time.Timer).Stop" }

// inspectors are packages whose functions look at the values that they are given, and do nothing to a channel among them.
var inspectors = map[string]bool{
	"github.com/stretchr/testify/assert":  true,
	"github.com/stretchr/testify/require": true,
}

// Inspects reports whether fn is a function that takes any values to look at them: an assertion.
func Inspects(fn *types.Func) bool {
	return fn != nil && fn.Pkg() != nil && inspectors[fn.Pkg().Path()]
}

// OnceFunc reports whether fn makes a function that runs the one it is given when it is called for the first time.
// https://pkg.go.dev/sync#OnceFunc
func OnceFunc(fn *types.Func) bool {
	if fn == nil || !strings.HasPrefix(fn.Name(), "Once") {
		return false
	}
	switch fn.FullName() {
	case "sync.OnceFunc", "sync.OnceValue", "sync.OnceValues":
		return true
	}
	return false
}

// RunsSubtest reports whether fn runs a function as a part of a test or a benchmark. https://pkg.go.dev/testing#T.Run
func RunsSubtest(fn *types.Func) bool {
	full := fn.FullName()
	return full == "(*testing.T).Run" || full == "(*testing.B).Run"
}

// Waits reports whether fn waits for other goroutines to be done.
func Waits(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil || fn.Signature().Recv() == nil {
		return false
	}
	full, ok := waits[fn.Name()]
	return ok && slices.Contains(full, fn.FullName())
}

// OpOf returns what calling fn does to the lock, or the Cond, that is its receiver. Methods
// named Lock, Unlock, RLock, … of an interface that has both Lock and Unlock
// count too: such an interface is a sync.Locker by another name.
func OpOf(fn *types.Func) Op {
	if fn == nil {
		return Op{}
	}
	recv := fn.Signature().Recv()
	if recv == nil {
		if fn.Pkg() != nil {
			return functions[fn.Pkg().Path()][fn.Name()]
		}
		return Op{}
	}
	if op, ok := semaphoreOf(fn); ok {
		return op
	}
	op, cond := lockMethods[fn.Name()], condMethods[fn.Name()]
	if op.Kind == None && cond.Kind == None {
		return Op{}
	}
	t := types.Unalias(recv.Type())
	if p, isPtr := t.(*types.Pointer); isPtr {
		t = types.Unalias(p.Elem())
	}
	if it, isIface := t.Underlying().(*types.Interface); isIface {
		if op.Kind != None && isLocker(it) && isPlain(fn.Signature(), op.Kind) {
			return op
		}
		return Op{}
	}
	named, ok := t.(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return Op{}
	}
	if IsCond(named) {
		return cond
	}
	pkg, name := trimVendor(named.Obj().Pkg().Path()), named.Obj().Name()
	if lockTypes[pkg][name] || addedLocks[pkg+"."+name] {
		return op
	}
	return Op{}
}

// semaphoreOf returns what a method of a semaphore does.
func semaphoreOf(fn *types.Func) (Op, bool) {
	if fn.Pkg() == nil || fn.Pkg().Name() != "semaphore" {
		return Op{}, false
	}
	op, ok := semaphores[fn.FullName()]
	return op, ok
}

// addedLocks are the types, "import/path.Type", that a user says are locks.
var addedLocks = make(map[string]bool)

// AddLocks takes a list of types, "import/path.Type", separated by commas. Their
// methods Lock, Unlock, RLock, … then do what those of sync.RWMutex do, whatever their
// bodies show. It must be called before any analysis.
func AddLocks(list string) error {
	for name := range strings.SplitSeq(list, ",") {
		pkg, typ, ok := cutLast(name, ".")
		if !ok || pkg == "" || !token.IsIdentifier(typ) || strings.HasPrefix(pkg, "(") {
			return fmt.Errorf("%q is not written import/path.Type", name)
		}
		addedLocks[pkg+"."+typ] = true
	}
	return nil
}

// OfAddedLock reports whether fn is a method of a type that a user says is a lock, but
// none of the operations: nobody knows what it does to the lock.
func OfAddedLock(fn *types.Func) bool {
	if fn == nil || len(addedLocks) == 0 || fn.Signature().Recv() == nil || OpOf(fn).Kind != None {
		return false
	}
	t := types.Unalias(fn.Signature().Recv().Type())
	if p, isPtr := t.(*types.Pointer); isPtr {
		t = types.Unalias(p.Elem())
	}
	named, ok := t.(*types.Named)
	return ok && named.Obj().Pkg() != nil && addedLocks[trimVendor(named.Obj().Pkg().Path())+"."+named.Obj().Name()]
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// IsCond reports whether t is sync.Cond.
func IsCond(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "sync" && named.Obj().Name() == "Cond"
}

// isPlain reports whether a method of an interface has the signature that its
// lock operation has.
func isPlain(sig *types.Signature, kind OpKind) bool {
	if kind == TryLock && withContext(sig) {
		return true
	}
	if sig.Params().Len() != 0 {
		return false
	}
	switch kind {
	case Lock, Unlock:
		return sig.Results().Len() == 0
	}
	return sig.Results().Len() == 1
}

func isLocker(it *types.Interface) bool {
	has := func(name string) bool {
		for m := range it.Methods() {
			if m.Name() == name {
				return m.Signature().Params().Len() == 0 && m.Signature().Results().Len() == 0
			}
		}
		return false
	}
	if !has("Unlock") {
		return false
	}
	for m := range it.Methods() {
		if m.Name() == "TryLock" && withContext(m.Signature()) {
			return true
		}
	}
	return has("Lock")
}

// withContext reports whether a method tries to lock until a context ends: TryLock(ctx) bool.
func withContext(sig *types.Signature) bool {
	if sig.Params().Len() != 1 || sig.Results().Len() != 1 {
		return false
	}
	return types.TypeString(sig.Params().At(0).Type(), nil) == "context.Context" && types.Identical(sig.Results().At(0).Type().Underlying(), types.Typ[types.Bool])
}

// Callbacks returns which arguments of fn are run, and when.
func Callbacks(fn *types.Func) []Callback {
	if fn == nil || fn.Pkg() == nil {
		return nil
	}
	pkg := trimVendor(fn.Pkg().Path())
	rows, writes := callbacks[pkg], writers[pkg]
	if rows == nil && writes == nil {
		return nil
	}
	name := fn.Name()
	if recv := fn.Signature().Recv(); recv != nil {
		t := types.Unalias(recv.Type())
		if p, ok := t.(*types.Pointer); ok {
			t = types.Unalias(p.Elem())
		}
		named, ok := t.(*types.Named)
		if !ok {
			return nil
		}
		name = named.Obj().Name() + "." + name
	}
	var found []Callback
	if cb, ok := rows[name]; ok {
		found = append(found, cb)
	}
	if arg, ok := writes[name]; ok {
		found = append(found, Callback{Arg: arg, Run: Methods, Methods: []string{"Write"}})
	}
	return found
}

// RunsInPlace reports whether fn runs its argument number i, the receiver counted, before it
// returns, and not after.
func RunsInPlace(fn *types.Func, i int) bool {
	if fn == nil {
		return false
	}
	if fn.Signature().Recv() != nil {
		i--
	}
	for _, cb := range Callbacks(fn) {
		if cb.Arg == i {
			return cb.Run == Sync || cb.Run == Once
		}
	}
	return false
}

// Assertion is what holds of an argument when a function returns.
type Assertion uint8

// The assertions.
const (
	IsNil Assertion = iota + 1
	NotNil
	True
	False
)

// Asserts returns what fn, which ends the goroutine otherwise, asserts of its second
// argument; 0 if nothing.
func Asserts(fn *types.Func) Assertion {
	if fn == nil || fn.Pkg() == nil || fn.Signature().Recv() != nil {
		return 0
	}
	return asserts[trimVendor(fn.Pkg().Path())][fn.Name()]
}

// NoReturn reports whether a method of an interface never returns. (For functions
// and other methods the ctrlflow analysis knows.)
func NoReturn(m *types.Func) bool {
	return m != nil && m.Pkg() != nil && noReturn[m.Pkg().Path()+"."+m.Name()]
}

// Exits reports whether a function of the standard library never returns. (Where it is called by its name, the ctrlflow analysis knows; it may
// also be in a variable.)
func Exits(fn *types.Func) bool {
	return fn != nil && fn.Pkg() != nil && fn.Signature().Recv() == nil && slices.Contains(exits[fn.Pkg().Path()], fn.Name())
}

// NeverFails reports whether the error that a function or method returns is always nil.
func NeverFails(fn *types.Func) bool { return fn != nil && neverFail[fn.FullName()] }

// FailsAsWriter reports whether a function, or a method, fails only if the writer does that is its first argument, or that its receiver writes to.
func FailsAsWriter(fn *types.Func) bool { return fn != nil && failAsWriter[fn.FullName()] }

// WrapsWriter reports whether a function returns a writer that fails only if its first argument does.
func WrapsWriter(fn *types.Func) bool { return fn != nil && wrapWriter[fn.FullName()] }

// IsBuffer reports whether a type is, or points to, one that takes all that is written to it.
func IsBuffer(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && buffers[named.Obj().Pkg().Path()+"."+named.Obj().Name()]
}

// Fatal reports whether a function or method ends the program, by its name, as those of package log do. It is asked where no body
// shows what the function does: that of a logger may return early for messages that are not to be written.
func Fatal(fn *types.Func) bool {
	return fn != nil && fatal[fn.Name()] && fn.Signature().Variadic() && fn.Signature().Results().Len() == 0
}

// NonNil reports whether the single result of fn is never nil.
func NonNil(fn *types.Func) bool {
	return fn != nil && fn.Pkg() != nil && fn.Signature().Recv() == nil && slices.Contains(nonNil[fn.Pkg().Path()], fn.Name())
}

// IsErrorName reports whether a package-level variable is one of those that hold an error all the time, by its name: ErrClosed, EOF.
// https://go.dev/wiki/Errors
func IsErrorName(name string) bool {
	return len(name) > 3 && (name[:3] == "Err" || name[:3] == "err") || name == "EOF"
}

// Wraps returns the number of the argument of fn, an error, without which the single result of fn is not nil; ok is false if fn is no such
// function.
func Wraps(fn *types.Func) (arg int, ok bool) {
	return 0, fn != nil && fn.Pkg() != nil && fn.Signature().Recv() == nil && slices.Contains(wraps[fn.Pkg().Path()], fn.Name())
}

// NotNilIfTrue returns the number of the argument of fn that is not nil if fn returns true; ok is
// false if fn says nothing of the kind.
func NotNilIfTrue(fn *types.Func) (arg int, ok bool) {
	if fn == nil || fn.Pkg() == nil || fn.Signature().Recv() != nil {
		return 0, false
	}
	arg, ok = notNilIfTrue[fn.Pkg().Path()][fn.Name()]
	return arg, ok
}

// builders are functions of the standard library whose result is made of what they are given, by their full names, and packages of which
// all functions are.
var builders = map[string]bool{
	"context.WithValue": true, "fmt.Sprint": true, "fmt.Sprintf": true, "fmt.Sprintln": true, "fmt.Errorf": true, "errors.New": true,
	"strings": true, "strconv": true, "path": true, "path/filepath": true,
}

// Builds reports whether the single result of fn is made of its arguments: fn may be nil.
func Builds(fn *types.Func) bool {
	return fn != nil && fn.Pkg() != nil && fn.Signature().Results().Len() == 1 && (builders[fn.FullName()] || builders[fn.Pkg().Path()])
}

// StringTests are functions of two strings that depend on nothing else, by their full names.
// https://pkg.go.dev/strings
var StringTests = map[string]func(s, t string) bool{
	"strings.HasPrefix": strings.HasPrefix, "strings.HasSuffix": strings.HasSuffix, "strings.Contains": strings.Contains,
	"strings.ContainsAny": strings.ContainsAny, "strings.EqualFold": strings.EqualFold,
}

// StringTest returns the key of a function in StringTests, "" if it is none.
func StringTest(fn *types.Func) string {
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "strings" {
		return ""
	}
	name := fn.FullName()
	if StringTests[name] == nil {
		return ""
	}
	return name
}

// ErrorsAs reports whether fn is errors.As. https://pkg.go.dev/errors#As
func ErrorsAs(fn *types.Func) bool { return fn.FullName() == "errors.As" }

// FormatMethods are the methods that package fmt calls on an operand.
// https://pkg.go.dev/fmt#hdr-Printing
var FormatMethods = []string{"Format", "GoString", "Error", "String"}

// CalledMethods are the methods that functions in the tables call on an argument.
var CalledMethods = slices.Concat(FormatMethods, heapMethods, marshalMethods, errorMethods, writerMethods, logMethods)

// Primitive reports whether pkg implements locks rather than using them; its
// own code is described by the tables here, not analysed.
func Primitive(pkg string) bool {
	return lockTypes[trimVendor(pkg)] != nil || pkg == "internal/sync" || pkg == "runtime" || strings.HasPrefix(pkg, "internal/runtime/")
}

func trimVendor(path string) string {
	if i := strings.LastIndex(path, "/vendor/"); i >= 0 {
		return path[i+len("/vendor/"):]
	}
	return strings.TrimPrefix(path, "vendor/")
}

// HTTPHandler reports whether a signature is that of an http.HandlerFunc, whose
// panics the server recovers: https://pkg.go.dev/net/http#Handler.
func HTTPHandler(sig *types.Signature) bool {
	p := sig.Params()
	return p.Len() == 2 && sig.Results().Len() == 0 &&
		types.TypeString(p.At(0).Type(), nil) == "net/http.ResponseWriter" &&
		types.TypeString(p.At(1).Type(), nil) == "*net/http.Request"
}
