package model

import (
	"go/types"
	"path"
	"strings"
	"sync"
)

// Slow says what an operation that may block for long waits for. A greater value
// waits longer, as a rule.
type Slow uint8

// What operations wait for.
const (
	Quick    Slow = iota // it is not known to block for long
	Peer                 // another goroutine, which may be there already
	FileName             // the file system: finds, makes or removes a file
	FileData             // the file system: moves data
	FileTree             // the file system: a whole tree, or until data is safe on the disk
	Redis
	Database
	Kafka
	GRPC
	Network // a peer, or a name server
	HTTP
	Process
	Sleep
)

// slowKinds give, for each Slow, the category of its findings and what an
// operation does.
var slowKinds = [...]struct{ category, does string }{
	Peer:     {"channel", "waits for another goroutine"},
	FileName: {"file", "waits for the file system"},
	FileData: {"file", "waits for the file system"},
	FileTree: {"file", "waits for the file system"},
	Redis:    {"network", "waits for a Redis server"},
	Database: {"database", "waits for a database"},
	Kafka:    {"network", "waits for a Kafka broker"},
	GRPC:     {"network", "waits for a gRPC peer"},
	Network:  {"network", "waits for the network"},
	HTTP:     {"network", "waits for an HTTP peer"},
	Process:  {"process", "waits for a process"},
	Sleep:    {"sleep", "sleeps"},
}

// Known reports whether there is such a value, other than Quick.
func (s Slow) Known() bool { return Quick < s && int(s) < len(slowKinds) }

// Category is the category of a finding about such an operation.
func (s Slow) Category() string { return slowKinds[s].category }

// Does is what such an operation does, as a verb.
func (s Slow) Does() string { return slowKinds[s].does }

// A SlowOp is an operation that may block for long.
type SlowOp struct {
	Slow Slow
	Name string // as a caller knows it: http.Get, sql.DB.Query, a send
	Doc  string // the page that documents it
}

// The operations of the language that wait for another goroutine.
var (
	Send    = &SlowOp{Peer, "a send", "https://go.dev/ref/spec#Send_statements"}
	Receive = &SlowOp{Peer, "a receive", "https://go.dev/ref/spec#Receive_operator"}
	Select  = &SlowOp{Peer, "a select statement", "https://go.dev/ref/spec#Select_statements"}
)

// SlowOf returns what fn, a function or method, may wait for; nil if it is not
// known to block for long. of is the type of the value whose method it is called
// as, which may have it from an embedded type; nil for a function.
func SlowOf(fn *types.Func, of types.Type) *SlowOp {
	if fn == nil || fn.Pkg() == nil {
		return nil
	}
	slow, _ := slowRow(fn, of)
	if slow == Quick && isGRPC(fn) {
		slow = GRPC
	}
	if slow == Quick {
		return nil
	}
	name := fn.Name()
	if recv := fn.Signature().Recv(); recv != nil {
		named := typeName(recv.Type())
		if n := typeName(of); n != nil && (named == nil || !named.Exported() && n.Pkg() == fn.Pkg()) {
			named = n
		}
		if named != nil {
			name = named.Name() + "." + name
		}
	}
	return &SlowOp{slow, fn.Pkg().Name() + "." + name, "https://pkg.go.dev/" + trimVendor(fn.Pkg().Path()) + "#" + name}
}

// IsQuick reports whether the table says that fn does not block for long, whatever it
// runs.
func IsQuick(fn *types.Func, of types.Type) bool {
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	slow, ok := slowRow(fn, of)
	return ok && slow == Quick
}

// slowRow looks a function up in the table, as a method of the type it is called on
// and then as one of the type that declares it.
func slowRow(fn *types.Func, of types.Type) (slow Slow, ok bool) {
	rows := slowByPackage()[trimVendor(fn.Pkg().Path())]
	if rows == nil {
		return Quick, false
	}
	recv := fn.Signature().Recv()
	if recv == nil {
		return rows.find(fn.Name())
	}
	for _, t := range []types.Type{of, recv.Type()} {
		if named := typeName(t); named != nil && named.Pkg() == fn.Pkg() {
			if slow, ok := rows.find(named.Name() + "." + fn.Name()); ok {
				return slow, true
			}
		}
	}
	return Quick, false
}

// typeName returns the name of a type or of what it points to, nil if it has none.
func typeName(t types.Type) *types.TypeName {
	if t == nil {
		return nil
	}
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj()
	}
	return nil
}

// isGRPC reports whether fn is a remote call, or makes a connection of one, as code
// that protoc-gen-go-grpc generates has them: its last parameter is
// ...grpc.CallOption. https://pkg.go.dev/google.golang.org/grpc#CallOption
func isGRPC(fn *types.Func) bool {
	sig := fn.Signature()
	if !sig.Variadic() {
		return false
	}
	last := sig.Params().At(sig.Params().Len() - 1).Type().(*types.Slice)
	named := typeName(last.Elem())
	return named != nil && named.Name() == "CallOption" && named.Pkg() != nil && trimVendor(named.Pkg().Path()) == "google.golang.org/grpc"
}

// slowNames are the rows of one package.
type slowNames struct {
	exact    map[string]Slow
	patterns []struct {
		pattern string
		slow    Slow
	}
}

func (n *slowNames) find(name string) (Slow, bool) {
	if slow, ok := n.exact[name]; ok {
		return slow, true
	}
	for _, p := range n.patterns {
		if ok, _ := path.Match(p.pattern, name); ok {
			return p.slow, true
		}
	}
	return Quick, false
}

// slowByPackage is the table, indexed.
var slowByPackage = sync.OnceValue(func() map[string]*slowNames {
	index := make(map[string]*slowNames)
	for _, row := range slowTable {
		for pkg := range strings.FieldsSeq(row.packages) {
			names := index[pkg]
			if names == nil {
				names = &slowNames{exact: make(map[string]Slow)}
				index[pkg] = names
			}
			for name := range strings.FieldsSeq(row.names) {
				if strings.Contains(name, "*") {
					names.patterns = append(names.patterns, struct {
						pattern string
						slow    Slow
					}{name, row.slow})
				} else {
					names.exact[name] = row.slow
				}
			}
		}
	}
	return index
})
