// Package flow walks one function, keeping apart the ways its locks can be held.
//
// The walk goes forward over the SSA blocks with a small set of states per
// block. A state holds the lock set, the stack of deferred calls and what the
// branches taken so far say about conditions; it ends in a [Result]: what the
// function does to its callers' locks (a [Summary]) and what is wrong in it
// ([Finding]s and [Leak]s). What callees do comes from their summaries.
package flow

import (
	"go/constant"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
)

// A Step is one place on the way to an operation: a call, or the operation
// itself. In this package Pos says where; a step that came from another
// package's fact has File and Line instead.
type Step struct {
	Pos  token.Pos
	File string // see FileName
	Line int
	Func string // the function the step is in, as (*T).m or f
	What string // "calls (*Cache).evict", "locks c.mu"
}

// FileName is what a [Step] keeps of the name of a file: the directory that the file is in, without those around it, and its own name. Many files have
// the same name, and different machines have them in different places.
func FileName(file string) string {
	return filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file)
}

// Base returns the name of the file alone, if the step came from a fact.
func (s *Step) Base() string { return s.File[strings.LastIndexByte(s.File, '/')+1:] }

// A Literal is a condition and the value it has.
type Literal struct {
	Cond *path.Node
	Val  bool
	// Before: the condition had the value when the function began, and may have
	// changed since, while the function waited for a lock or ran other code.
	Before bool
}

// says reports whether the literals have one of this condition and value.
func says(ls []Literal, cond *path.Node, val bool) bool {
	return slices.ContainsFunc(ls, func(l Literal) bool { return l.Cond == cond && l.Val == val })
}

// EventKind is what a function does first to a lock of its caller, or with a
// function its caller gave it.
type EventKind uint8

// The kinds of events.
const (
	Acquire EventKind = iota // waits for Lock
	Release                  // gives Lock back, so the caller must hold it
	Call                     // calls parameter Param, or its method Method, while holding Held
	Need                     // waits on a Cond whose L is Lock, so the caller must hold it
	Enter                    // calls Do of the sync.Once Lock
	Hold                     // has a contract by which the caller must hold Lock
	Exclude                  // has a contract by which the caller must not hold Lock
	Later                    // keeps Param: somebody calls it, or its method Method, while holding Held
	Joins                    // waits for a goroutine that tells of its end by the channel or group Lock
	Serves                   // has such a goroutine call Param, or its method Method
	HandsOn                  // gives somebody the Unlock of Lock, as a method value
	Puts                     // puts Param, a function or an interface value, into the field Lock
	Streams                  // returns the channel in the field Lock, or one that is made for the caller if Lock is a parameter, on which others send with Held held
)

// An Event is something a function does, on a path where Guard holds, that
// matters to a caller. Locks are named in the function's own terms: parameters,
// captured variables, globals.
type Event struct {
	Kind  EventKind
	Lock  *path.Node // Later: the struct that keeps the function, nil if it is not known
	Mode  model.Mode
	Param *path.Node // Call, Later, Serves: the function called, in entry terms
	// Method is the method of Param that is called; "" if Param is a function.
	Method string
	Always bool             // Call: the function returns only after it has called Param
	IfSo   bool             // Call: it does so, if not always, whenever Guard holds
	Sig    *types.Signature // Call: that of the function Param, nil if it is not known; it is known within a package
	Given  []*path.Node     // Call, Later: what Param is called with, as far as it is constant, New, NotNil or an object that callers have a name for, nil for other arguments; nil if there is nothing of the kind
	Held   []HeldLock       // Call, Later, Streams: what is held then
	Gone   []*path.Node     // Call: what of the caller's locks has been released by then; Acquire: those of them that may be Lock by another name
	Guard  []Literal
	Steps  []*Step // from the first call to the operation
	Origin
}

// A HeldLock is a lock and how it is held.
type HeldLock struct {
	Lock  *path.Node
	Mode  model.Mode
	Steps []*Step // how it was acquired
	Maybe bool    // it may have been released since
	// Entry is known of points only: the function has not acquired it, but releases it later for whoever calls it, and so is called with it.
	Entry bool
	// Crossed is known of points only: the lock that is waited for belongs to another object than
	// this one does, of two of one type that the function has. See crossed.
	Crossed bool
	// Joint is known of points only: the lock that is waited for belongs to the same object as this one.
	Joint bool
	// Link is known of points only: the lock that is waited for is one of this class too, and belongs to what this cell of
	// the object holds, or, with a ^ before it, to the object whose cell holds this one; or the two are found in
	// two places, which are named then, this one's first. It is known within a package.
	Link string
	// Taken is known of points only: the object with the lock is no longer in the field that the
	// lock's name leads through, as the function has put something else there.
	Taken bool
	// Home is known of points only: what [path.Node.Within] says of the object with the lock, where its
	// name does not tell.
	Home string
	// Made is known of points only: the variable that is the object with the lock. On the way, a function was read from the object and called, and
	// this is the variable in which the package keeps that function. It is known within a package.
	Made ssa.Value
	// ByKeys is known of points only, in the function that has looked up the objects with this lock and with the one that is waited for.
	ByKeys *ByKeys
	// Then are locks that have been acquired while it was held. They are known of points
	// only, and not all of them.
	Then []Passed
	site ssa.Instruction // where this function acquired it, nil if it didn't
	old  bool            // that was in an earlier iteration of a loop
}

// Net is what a function leaves changed: a lock that it acquired and still
// holds (Delta 1), or that it released for its caller (Delta -1).
type Net struct {
	Lock  *path.Node
	Mode  model.Mode
	Delta int
	Steps []*Step
}

// An Outcome is a class of returns with the same net effect on locks. Results
// holds what is known of each result in it: a constant, a name in entry terms,
// [NotNil], or nil if nothing is known.
type Outcome struct {
	Guard   []Literal
	Results []*path.Node
	Nets    []Net
	Stores  []Cell // constants left in variables that the caller can see
}

// A Cell is an address and its contents.
type Cell struct {
	Addr, Val *path.Node
}

// A Summary is what a function does to its caller's locks. The zero Summary is
// that of a function that has nothing to do with locks.
type Summary struct {
	Events   []Event
	Outcomes []Outcome // empty: returns normally, changing nothing
	Points   []Point
	Slow     *Slow // the slowest operation it may run, if anybody wants to know
	// Strays are the classes of locks that the function releases although neither
	// it nor its caller has a name for them: all elements of a slice, say.
	Strays []string
	// Freed are the locks that the function has held and released itself whenever it
	// returns: nobody else can hold them for its caller. It is known within a package.
	Freed []Net
	// Never is set if the function does not return: it panics on all paths.
	Never bool

	claims []*Claim
}

// Trivial reports whether the summary says nothing.
func (s *Summary) Trivial() bool {
	return s == nil || len(s.Events) == 0 && len(s.Outcomes) == 0 && len(s.Points) == 0 && s.Slow == nil && len(s.Strays) == 0 && !s.Never && len(s.claims) == 0
}

// releases reports whether the function unlocks a lock of its caller.
func (s *Summary) releases(lock *path.Node) bool {
	return slices.ContainsFunc(s.Events, func(e Event) bool { return e.Kind == Release && e.Lock == lock })
}

// OnlyReturns reports whether the summary says no more than what the function returns: an object that it makes, or one that its caller knows.
func (s *Summary) OnlyReturns() bool {
	if s == nil || len(s.Outcomes) != 1 {
		return false
	}
	rest, o := *s, s.Outcomes[0]
	rest.Outcomes = nil
	return rest.Trivial() && len(o.Guard)+len(o.Nets) == 0 && !slices.ContainsFunc(o.Stores, func(c Cell) bool { return c.Addr.Root().Kind != path.Result }) &&
		slices.ContainsFunc(o.Results, func(r *path.Node) bool {
			return r != nil && (IsNewOrNil(r) || r.InEntry() && r.Kind != path.Const && r.Kind != path.Op)
		})
}

// A Callee is a function that a call may run: its summary, and the nodes to put
// in place of its parameters and captured variables.
type Callee struct {
	Fn       *ssa.Function // nil if declared in another package
	Name     string
	Summary  *Summary
	Args     []*path.Node
	Captured []*path.Node
	// Known is what else is known of the memory that Args and Captured lead to.
	Known  []Cell
	Writes Writes
	// Holder is the struct that the function was read from, if it was; Home is the field that has
	// the struct which this function is known to be in. Either may be missing.
	Holder *path.Node
	Home   string
	// Base is the struct into which the package has put the function, nil if it is not known.
	Base ssa.Value
	// Above: see [pointsto.Value].
	Above bool
	// Kind is that of the struct.
	Kind pointsto.Kind
	// Kept: it was read from a field or a container that may hold several functions.
	Kept bool
}

// Writes is what a call may store to: memory cells (see [path.Table.Cell]) and
// variables that a closure captured. Unknown is set if it may also run code that
// nobody here can see. The zero Writes stores nothing.
type Writes struct {
	Cell     func(cell string) bool // nil: none
	Captured []int
	// Deletes are the cells of maps that it may delete elements from.
	Deletes []string
	Unknown bool
}

// An Env answers what a walk asks about the rest of the program.
type Env interface {
	// Static returns the callee of a call to fn, a function or closure body.
	Static(fn *ssa.Function) (sum *Summary, w Writes)
	// Sealed reports whether a field holds nothing but objects that are made for it, one for each.
	Sealed(field string) bool
	// Domain returns all values that a variable of a type can have, nil if that is not known.
	Domain(t types.Type) []constant.Value
	// Dynamic returns the functions that a call of what is at a node may run, as far as the
	// package shows them: of the function there, or of the method of an interface value, by its
	// name. The node is a field, or an element of a container in one. all says that the call runs
	// the one that is returned, and no other. The arguments, but for a receiver, are not filled in.
	Dynamic(n *path.Node, method string) (callees []Callee, all bool)
	// OtherObject reports whether an object that was found somewhere (see [path.Node.Within]) is never the one that a pointer leads to.
	OtherObject(within string, p ssa.Value) bool
	// OfType returns the functions of a named type which the package makes for its users: they can give them to the function by, which calls them.
	// Neither arguments nor captured variables are filled in.
	OfType(by *ssa.Function, t types.Type) []Callee
	// Method returns the one concrete method that an interface method call
	// runs, nil if that is not known. recv is the receiver's node.
	Method(call *ssa.CallCommon, recv *path.Node) *ssa.Function
	// Alias returns what the package always stores in a field, in terms of the
	// struct that has it: the L of a Cond made in the constructor. It also returns the string that a package-level variable always holds.
	Alias(t *path.Table, addr *path.Node) *path.Node
	// Contract returns what the declaration of fn says about locks, nil if nothing.
	Contract(fn *ssa.Function) *Contract
	// Aliases returns names that mean the same in fn, says its declaration or a type's.
	Aliases(fn *ssa.Function) []Alias
	// Kept returns what the package that declares a field says of functions that are stored there:
	// Later events of the parameters struct and function; nil if nothing.
	Kept(addr *ssa.FieldAddr) *Summary
	// Lends reports whether other packages may put functions, or objects in interface values, into a cell.
	Lends(cell string) bool
	// Own reports whether the package puts something into a cell, and other packages can put nothing there.
	Own(cell string) bool
	// NoLock returns a Lock method that does nothing of what the package puts into an interface variable, a field of a sync.Locker, say; nil if there is none.
	NoLock(cell string) *ssa.Function
	// Declared returns what a contract says of a call of which nobody here knows what
	// it runs: through an interface method, or a function value out of a variable or of
	// a type that have contracts. Parameters are numbered as for other callees; after
	// those of a function value comes the struct that has it. nil if there is none.
	Declared(call *ssa.CallCommon) (name string, sum *Summary)
	// Implementation returns what the only implementation of an interface method of another package does, as far as that package shows; nil if
	// there may be others.
	Implementation(call *ssa.CallCommon) (name string, sum *Summary)
	// Returned returns the summary of the function that a function of another package returns, as one of a function that has the parameters
	// of that, and after them those of the one which returns it; nil if it is not known.
	Returned(fn *ssa.Function) *Summary
	// RecoveredBy returns a function of the package that calls fn, or what calls it, and recovers from its panics; nil if none is seen.
	RecoveredBy(fn *ssa.Function) *ssa.Function
	// Uncalled reports whether fn is a test, which nobody but package testing calls.
	Uncalled(fn *ssa.Function) bool
	// Root reports whether what fn waits for is judged with the locks that fn itself holds, since others may call it.
	Root(fn *ssa.Function) bool
	// Settled tells which captured variables of the package's literals never change.
	Settled() *Settled
	// Watch says where the lock sets are wanted, nil if nowhere.
	Watch() Watch
	// Slow reports whether operations that may block for long are of interest.
	Slow() bool
	// Slots reports whether a channel is a semaphore, and whether sending takes a slot; if not,
	// receiving does.
	Slots(ch ssa.Value) (sending, ok bool)
	// OneSlot reports whether a channel is a semaphore with one slot, which is a mutex.
	OneSlot(ch ssa.Value) bool
	// Busy reports whether a store takes or gives back a lock that is made by hand, a boolean field, and which of the two: whoever sets it
	// takes the lock.
	Busy(st *ssa.Store) (sets, ok bool)
	// Buffered reports whether all channels that the package stores in a cell have
	// a buffer.
	Buffered(cell string) bool
	// HasLock reports whether a named struct type, "pkg/path.Type", has a lock of its own.
	HasLock(owner string) bool
	// IsError reports whether a package-level variable, "pkg/path.name", is of type error.
	IsError(variable string) bool
	// Unstable reports whether code of the package other than constructors
	// stores to the cell.
	Unstable(cell string) bool
	// Stays reports whether a boolean variable that is true stays so: the package sets it and never resets it.
	Stays(cell string) bool
	// Exits reports whether a package-level variable holds a function that never returns, and nothing but tests ever sets it to another one.
	Exits(g *ssa.Global) bool

	// NeverHolds reports whether no value of one interface type is of another one as well, as far as types are in sight.
	NeverHolds(from, to types.Type) bool

	// NeverNil reports whether nobody but the function that makes an object ever finds a field of it nil.
	NeverNil(cell string) bool
}

// FindingKind is the kind of misuse a Finding reports.
type FindingKind uint8

// The kinds of findings.
const (
	LockedAgain     FindingKind = iota // Lock after Lock: deadlock
	Upgraded                           // Lock after RLock: deadlock
	ReadUnderWrite                     // RLock after Lock: deadlock
	RecursiveRead                      // RLock after RLock: deadlock once a writer waits
	UnlockedTwice                      // Unlock of what was unlocked on the same path
	UnlockMismatch                     // RUnlock of a write lock, Unlock of a read lock
	NotLockedOnPath                    // Unlock reached with the lock held on other paths only
	WaitUnheld                         // Wait without the Cond's L
	WaitMismatch                       // Wait with the L held in the other mode
	WaitOnPath                         // Wait reached with the L held on other paths only
	WaitUntested                       // Wait right after the Lock: no condition has been tested
	OnceAgain                          // Do of a sync.Once, from the function that it runs
	HoldUnheld                         // call without the lock that a contract demands
	HoldMismatch                       // such a call with the lock held in the other mode
	HoldOnPath                         // such a call reached with the lock held on other paths only
	HeldExcluded                       // call with a lock held that a contract excludes
	NotAcquired                        // return without the lock that the function's contract says it acquires
	NotReleased                        // return with the lock that it says it releases
	NotKept                            // return without the lock that it says its caller holds
	LocksHeld                          // Lock of what the function's contract says its caller holds
	UnlocksUnheld                      // Unlock of what it says its caller does not hold
	TryFailed                          // Unlock after a TryLock that did not get the lock
	NeverLocked                        // Unlock of what no caller can hold
)

// A Finding is misuse seen on one path.
type Finding struct {
	Kind  FindingKind
	Fn    *ssa.Function
	Pos   token.Pos
	Lock  *path.Node
	Mode  model.Mode
	First []*Step // how the lock got into the state it is in
	Again []*Step // calls down to the operation; the operation last
	Site  ssa.Instruction
	Defer bool // the operation is run by a defer statement
	Sure  bool // what other functions do cannot change it
	Start bool // the function is started as a goroutine at the first step of Again
	Lent  bool // Start: who starts it holds the lock then
	// Relocked: a callee has unlocked the lock, and has not locked it again on this path, as it does on others.
	Relocked bool
	// Balanced: a callee has locked the lock and unlocked it again, so that no caller can hold it.
	Balanced bool
	// Firm: a callee among those that unlock the lock, if there is one, does so however it returns, or always returns with it locked again.
	Firm bool
	// Others are further calls of the function, with the lock held since the same place, that lead to the same operation.
	Others []token.Pos
	Claim  *Claim
}

// An Answer is what a return tells the caller about how the call went.
type Answer uint8

// The answers.
const (
	Unclear Answer = iota // nothing, or that is not known
	Success               // a nil error, true, a pointer that is not nil
	Failure               // an error, false, nil
)

// A Leak is a return (or a loop's next iteration) reached with a lock held that the
// function acquired. Whether it is wrong depends on the other paths and on the
// callers: package summary decides.
type Leak struct {
	Fn     *ssa.Function
	Lock   *path.Node
	Mode   model.Mode
	Site   ssa.Instruction // the acquisition
	First  []*Step
	Exit   token.Pos // the return, or the loop's end
	Panic  bool
	Thrown bool // Panic: by a function that is out of sight
	// RecoveredBy is the function that recovers from what is thrown, nil if a deferred call of Fn itself does.
	RecoveredBy *ssa.Function
	Loop        bool
	Answer      Answer // of the return
	// Deferred: a deferred call releases the lock on other paths.
	Deferred bool
	// ByToken: on other paths, the function releases the lock only if it wins an atomic operation.
	ByToken bool
	// OwnToken: that takes back what it has set itself before it acquired the lock.
	OwnToken bool
	// Never: no path of the function releases the lock, nor does anybody else.
	Never bool
	// Unlock: other paths release the lock by a call of the function that the call at Site returned.
	Unlock bool
	// NoHandle: callers release the lock through what the function returns, and here it returns nil.
	NoHandle bool
	Claim    *Claim
	Branch   token.Pos // the condition that led here, if any
	Taken    bool      // the side it took
}

// Handed says that a function has handed a lock that it holds to somebody else.
type Handed struct {
	Lock *path.Node
	To   *ssa.Function // which releases it; nil if an object does that was handed out
	// Site is the instruction of the function that acquired the lock, First the steps that lead from there to the acquisition.
	Site  ssa.Instruction
	First []*Step
}

// A Kept is a return at which a function has not released a lock that it releases at others, and that is held when it is called.
type Kept struct {
	Lock *path.Node
	Mode model.Mode
	Exit token.Pos
}

// A Result is what the walk of one function found.
type Result struct {
	Fn       *ssa.Function
	Summary  *Summary
	Findings []Finding
	Leaks    []Leak
	Slow     []SlowSection
	// Releases tells, per acquisition, where this function releases it.
	Releases map[ssa.Instruction][]ssa.Instruction
	// Paired holds the acquisitions, its own and those of callees, that this function
	// ends or hands to others to end, with the classes of the locks.
	Paired map[ssa.Instruction][]string
	// Joins are its calls that wait for goroutines of other packages, Serves those that have such
	// goroutines call functions of this package.
	Joins  []Join
	Serves []Serve
	// Strays are the locks that this function releases without having acquired
	// them and that callers have no name for.
	Strays []*path.Node
	// HandedOn are the locks that this function does not hold, and whose Unlock it gives its caller, as a method value.
	HandedOn []*path.Node
	// Ended tells, by class, on which answers the function returns after it has released a lock
	// that it acquired.
	Ended map[string][]Answer
	// Acquires holds, per operation of this function that acquires a lock, the locks.
	Acquires map[ssa.Instruction][]HeldLock
	// Handed are the locks that it has acquired and handed to somebody else to release, Kept those that it was handed and does
	// not release on all paths, whatever its caller has told it.
	Handed []Handed
	Kept   []Kept
	// Writes are the locks that this function waits for to lock them for writing.
	Writes []*path.Node
	// CallsHolding holds, per call, the classes held at it.
	CallsHolding map[ssa.CallInstruction][]*path.Node
	// Exposed are the locks that it holds when it calls code that cannot be seen.
	Exposed []*path.Node
	// CellCalls are its calls of what is in cells that other packages may put functions into.
	CellCalls []CellCall
	// Stands tells what is held at the instructions that Env.Watch asks for.
	Stands map[ssa.Instruction]*Standing
	// GaveUp is set when the walk ran out of its bounds and the results
	// are partial: no leaks are reported then.
	GaveUp bool
	Limit  limits.Limit // by which it gave up
	// Steps counts the instructions executed, a measure of the work.
	Steps int
}
