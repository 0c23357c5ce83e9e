// Package client knows what calls of client libraries do to locks that live in
// a store: Redis, etcd, Consul, ZooKeeper, a database. Its tables rest on the
// documentation and the sources of the libraries.
package client

import (
	"go/constant"
	"go/token"
	"go/types"
	"time"

	"golang.org/x/tools/go/ssa"
)

// An Op says what a call does.
type Op uint8

const (
	None    Op = iota
	Acquire    // takes the lock, if nobody has it
	Release    // gives it up
	Extend     // sets when it expires
	Read       // looks whether it is there, or who has it
	Write      // sets it, whoever has it
)

// A Backend is where the lock lives, and through which library it is reached.
type Backend uint8

const (
	Redis Backend = iota // keys of Redis, by its commands
	Redsync
	Redislock
	GoZero
	EtcdKey // keys of etcd, by transactions
	Etcd    // go.etcd.io/etcd/client/v3/concurrency
	Consul
	ConsulKey // keys of Consul, by sessions
	ZooKeeper
	ZNode // nodes of ZooKeeper, by their path
	Dynamo
	Postgres
	MySQL
	Flock // locks of files
	Memcached
	NATS     // keys of a bucket of JetStream
	Mongo    // documents, by their _id
	S3       // objects
	LockFile // files that are there
	LockRow  // rows that are there, by their table
)

// Handle reports whether locks of the backend are objects of a library that
// checks the owner by itself.
func (b Backend) Handle() bool {
	switch b {
	case Redis, EtcdKey, ConsulKey, ZNode, Postgres, MySQL, Memcached, NATS, Mongo, S3, LockFile, LockRow:
		return false
	}
	return true
}

// Plain reports whether the lock is a key or a document that anybody can delete.
func (b Backend) Plain() bool {
	switch b {
	case Redis, Memcached, NATS, Mongo, S3, LockFile, LockRow:
		return true
	}
	return false
}

// Strict reports whether what acquires a lock of the backend mostly does something
// else, so that only what is called a lock is one.
func (b Backend) Strict() bool {
	switch b {
	case Memcached, NATS, Mongo, S3, ZNode, LockFile:
		return true
	}
	return false
}

// Kept reports whether what is a lock of the backend is data, a folder or a file if
// nobody deletes it, whatever it is called.
func (b Backend) Kept() bool { return b == ZNode || b == LockFile || b == LockRow }

// SQL reports whether the lock belongs to a database connection.
func (b Backend) SQL() bool { return b == Postgres || b == MySQL }

// A Truth is what is known of a condition.
type Truth uint8

const (
	Unknown Truth = iota
	Yes
	No
)

// Not returns the truth of the opposite.
func (t Truth) Not() Truth {
	switch t {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Unknown
}

// TruthOf returns the truth of what is known.
func TruthOf(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// An Outcome is a way in which an acquisition can end, and how its results show
// it: a bool among them, whether the error is not nil, whether the handle is
// not nil. Made is about errors that functions like redigo's String make of a
// reply, where they say something else.
type Outcome struct {
	OK, Err, Ptr, Made Truth
	// Nil: the error says that the reply is nil, as redis.Nil does.
	Nil Truth
}

// Outcomes are the ways in which an acquisition can end: with the lock, without
// it since somebody else has it, and with an error.
type Outcomes struct {
	Held, Lost, Failed Outcome
}

var (
	// okErr says who has it by a bool, beside an error.
	okErr = Outcomes{Held: Outcome{OK: Yes, Err: No}, Lost: Outcome{OK: No, Err: No}, Failed: Outcome{OK: No, Err: Yes}}
	// errOnly gives an error if the lock is not had, whatever the reason.
	errOnly = Outcomes{Held: Outcome{OK: Yes, Err: No, Ptr: Yes}, Lost: Outcome{OK: No, Err: Yes, Ptr: No}, Failed: Outcome{OK: No, Err: Yes, Ptr: No}}
	// ptrErr gives nil without an error if somebody else has the lock.
	ptrErr = Outcomes{Held: Outcome{OK: Yes, Err: No, Ptr: Yes}, Lost: Outcome{OK: No, Err: No, Ptr: No}, Failed: Outcome{OK: No, Err: Yes, Ptr: No}}
)

// swapped are the outcomes of a SET with NX and GET, which replies with what was there before: nothing, if the lock is had.
func (o Outcomes) swapped() Outcomes {
	o.Held, o.Lost = o.Lost, o.Held
	o.Held.Nil = Yes
	return o
}

// A TTLKind says what is known of the time to live that a call gives.
type TTLKind uint8

const (
	TTLUnknown TTLKind = iota
	TTLNever           // the lock never expires
	TTLValue           // it expires after Value × Unit
	TTLDefault         // the library's own
)

// A TTL is how long a lock lives if nobody gives it up.
type TTL struct {
	Kind  TTLKind
	Value ssa.Value
	Unit  time.Duration
	// Raw says that the number is sent to the server as it is, in its Unit.
	Raw bool
}

// An Event is what one call does to one or more locks.
type Event struct {
	Op      Op
	Backend Backend
	Call    ssa.CallInstruction
	Command string      // what it is called: "SETNX", "Unlock"
	Keys    []ssa.Value // what it acts on: keys, or the lock objects
	Of      ssa.Value   // what the keys are in: a hash, a collection, a bucket; or nil
	Text    string      // the key where it is part of a command's text
	Handle  bool        // the key is the first result of the call
	TTL     TTL
	Token   ssa.Value // what says who has the lock; nil if there is no such thing
	Owned   bool      // it acts only if the lock is the caller's own
	Queued  bool      // sent later, with others
	// The client or the connection that the call is made on.
	On       ssa.Value
	Outcomes Outcomes
	Session  bool // SQL: until the end of the connection's session, not of the transaction
	Whole    bool // SQL: the statement does nothing else
	Drops    bool // SQL: the statement tries, and its answer is dropped
	Builds   bool // SQL: the call makes a statement that a method of its result runs
	// Strict says that the call mostly does something else than to acquire a lock,
	// so that it does so only if it is called a lock.
	Strict bool
	// Counts says that the reply is how many have asked: one has the lock.
	Counts bool
	// Numbers says that the reply is a number, and never a text.
	Numbers bool
	// Refusal is the number that says that nothing was done.
	Refusal int64
	// Zero says that the reply, not the error, is what tells that nothing was done.
	Zero bool
}

// Callee returns the function or interface method that a call names.
func Callee(c *ssa.CallCommon) *types.Func {
	if c.IsInvoke() {
		return c.Method
	}
	if fn := c.StaticCallee(); fn != nil {
		if fn.Origin() != nil {
			fn = fn.Origin()
		}
		obj, _ := fn.Object().(*types.Func)
		return obj
	}
	return nil
}

// PkgPath returns the path of the package that declares a function, "" if fn is nil or, as the method Error of errors, declared by none.
func PkgPath(fn *types.Func) string {
	if fn == nil || fn.Pkg() == nil {
		return ""
	}
	return fn.Pkg().Path()
}

// Args returns the arguments of a call of fn, without the receiver.
func Args(c *ssa.CallCommon) []ssa.Value {
	if !c.IsInvoke() && c.Signature().Recv() != nil && len(c.Args) > 0 {
		return c.Args[1:]
	}
	return c.Args
}

// Receiver returns the receiver of a method call, or nil.
func Receiver(c *ssa.CallCommon) ssa.Value {
	if c.IsInvoke() {
		return c.Value
	}
	if c.Signature().Recv() != nil && len(c.Args) > 0 {
		return c.Args[0]
	}
	return nil
}

// withoutContext drops a leading context.Context.
func withoutContext(args []ssa.Value) []ssa.Value {
	if len(args) > 0 && IsContext(args[0].Type()) {
		return args[1:]
	}
	return args
}

// IsContext reports whether t is context.Context.
func IsContext(t types.Type) bool { return isNamed(t, "context", "Context") }

// IsDuration reports whether t is time.Duration.
func IsDuration(t types.Type) bool { return isNamed(t, "time", "Duration") }

func isNamed(t types.Type, pkg, name string) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == pkg
}

// Named returns the package path and the name of a type, or of what it points to.
func Named(t types.Type) (pkg, name string) {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return "", ""
	}
	return n.Obj().Pkg().Path(), n.Obj().Name()
}

// Strip removes conversions to interfaces and between types of one shape.
func Strip(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		default:
			return v
		}
	}
}

// Const returns the constant that a value is, or nil.
func Const(v ssa.Value) constant.Value {
	if c, ok := Strip(v).(*ssa.Const); ok {
		return c.Value
	}
	return nil
}

// Text returns the string constant that a value is, or that a variable of its package begins with; else "".
func Text(v ssa.Value) string {
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		if global, ok := load.X.(*ssa.Global); ok {
			if v = initial(global); v == nil {
				return ""
			}
		}
	}
	if c := Const(v); c != nil && c.Kind() == constant.String {
		return constant.StringVal(c)
	}
	return ""
}
