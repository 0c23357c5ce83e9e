package client

import (
	"go/types"
	"strings"
	"sync"
	"time"

	"golang.org/x/tools/go/ssa"
)

// A row says what a function of a library does. Arguments are counted from 0,
// without the receiver and without a leading context; -1 is none.
type row struct {
	op       Op
	backend  Backend
	key      int // the lock's key; recv if the receiver is the lock, result if the first result is
	ttl      int // of a Duration, or of a number of units
	unit     time.Duration
	token    int
	never    bool // the key does not expire
	owned    bool
	outcomes Outcomes
	special  func(call) []Event // instead of all this, or nil
}

// Where a lock is if not in an argument.
const (
	recv   = -2
	result = -3
)

// A call is what special rows look at.
type call struct {
	ssa.CallInstruction
	name string      // of the called function, with its receiver's type
	args []ssa.Value // without receiver and context
	on   ssa.Value
	// embedded are the texts of variables that go:embed sets.
	embedded map[types.Object]string
}

// A library is the rows of its functions, by "Func" or "Type.Method". Methods of
// types that only embed others have no type, as "Method".
type library struct {
	rows map[string]row
	// trim is a suffix that variants of a function have.
	trim string
}

func (l library) row(fn *types.Func) (row, bool) {
	name := fn.Name()
	if l.trim != "" {
		name = strings.TrimSuffix(name, l.trim)
	}
	if r := fn.Signature().Recv(); r != nil {
		if _, typ := Named(r.Type()); typ != "" {
			if row, ok := l.rows[typ+"."+name]; ok {
				return row, true
			}
		}
		row, ok := l.rows["."+name]
		return row, ok
	}
	row, ok := l.rows[name]
	return row, ok
}

// libraries returns the tables, by import path. They are made when they are first asked
// for: the functions in them ask for them, too.
func libraries() map[string]library {
	made.Do(func() {
		tables = make(map[string]library)
		for _, add := range []func(){
			addFiles, addGoFrameClients, addHandles, addLeases, addMemcached, addMongo, addNats, addRedisClients, addObjects,
		} {
			add()
		}
	})
	return tables
}

var (
	made   sync.Once
	tables map[string]library
)

func register(lib library, paths ...string) {
	for _, path := range paths {
		tables[path] = lib
	}
}

// Known reports whether a package is one of the libraries.
func Known(path string) bool {
	_, ok := libraries()[path]
	return ok || sqlPackages[path] || builders[path] != ""
}

// Library reports whether what the functions of a package do to locks is in the tables.
func Library(path string) bool { return path == files || Known(path) }

// Reply reports whether a package has methods that say what a command replied.
func Reply(path string) bool { return path == variable || Known(path) }

// Empty reports whether a method says that a reply is empty.
func Empty(fn *types.Func) bool {
	return fn.Pkg() != nil && fn.Pkg().Path() == variable && (fn.Name() == "IsNil" || fn.Name() == "IsEmpty")
}

// Of returns what a call does to locks. The events of a call that only queues
// commands are those of the commands. embedded are the texts of the package's
// variables that go:embed sets.
func Of(in ssa.CallInstruction, embedded map[types.Object]string) []Event {
	c := in.Common()
	fn := Callee(c)
	if fn == nil || fn.Pkg() == nil {
		return nil
	}
	path := fn.Pkg().Path()
	cl := call{in, fn.Name(), withoutContext(Args(c)), Receiver(c), embedded}
	if path == files {
		return fileEvents(cl, fn)
	}
	if sqlPackages[path] {
		return sqlEvents(cl)
	}
	if builders[path] != "" {
		if events := builderEvents(cl, path); events != nil {
			return events
		}
	}
	lib, ok := libraries()[path]
	if !ok {
		if c.IsInvoke() && OwnQuery(fn) {
			if events := sqlEvents(cl); events != nil {
				return events
			}
		}
		return ownEvents(cl, fn)
	}
	r, ok := lib.row(fn)
	if !ok {
		return nil
	}
	if r.special != nil {
		events := r.special(cl)
		for i := range events {
			events[i].Call, events[i].On = in, cl.on
			events[i].Queued = events[i].Queued || queues(cl.on)
		}
		return events
	}
	ev := Event{
		Op: r.op, Backend: r.backend, Call: in, Command: fn.Name(), Owned: r.owned,
		On: cl.on, Outcomes: r.outcomes, Queued: queues(cl.on),
	}
	switch {
	case r.key == recv:
		ev.Keys = []ssa.Value{cl.on}
	case r.key == result:
		ev.Handle = true
	case r.key < len(cl.args):
		ev.Keys = keysOf(cl.args[r.key])
	}
	if r.never {
		ev.TTL.Kind = TTLNever
	} else if r.ttl > 0 && r.ttl < len(cl.args) {
		ev.TTL = TTL{Kind: TTLValue, Value: cl.args[r.ttl], Unit: r.unit}
	}
	if r.token > 0 && r.token < len(cl.args) {
		ev.Token = cl.args[r.token]
	}
	return []Event{ev}
}
