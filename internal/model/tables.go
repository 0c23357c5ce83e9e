package model

// lockMethods are the operations of every lock type below and of sync.Locker.
// https://pkg.go.dev/sync#Mutex, https://pkg.go.dev/sync#RWMutex,
// https://pkg.go.dev/sync#Cond
var lockMethods = map[string]Op{
	"Lock":     {Lock, Write},
	"TryLock":  {TryLock, Write},
	"Unlock":   {Unlock, Write},
	"RLock":    {Lock, Read},
	"TryRLock": {TryLock, Read},
	"RUnlock":  {Unlock, Read},
	"RLocker":  {RLocker, Read},
	"Wait":     {Wait, Write}, // of Cond only: no other type below has it
}

// lockTypes are the types whose methods are lock operations, by package.
var lockTypes = map[string]map[string]bool{
	"sync":                           {"Mutex": true, "RWMutex": true, "Cond": true},
	"github.com/sasha-s/go-deadlock": {"Mutex": true, "RWMutex": true}, // https://pkg.go.dev/github.com/sasha-s/go-deadlock
	"github.com/linkdata/deadlock":   {"Mutex": true, "RWMutex": true}, // https://pkg.go.dev/github.com/linkdata/deadlock
}

// functions are package-level functions that make synchronisers.
var functions = map[string]map[string]Op{
	"sync": {"NewCond": {Kind: NewCond}}, // https://pkg.go.dev/sync#NewCond
}

// callbacks are functions that call the function they are given, by package and
// then by "Func" or "Type.Method". Each documents that it does.
var callbacks = map[string]map[string]Callback{
	// https://pkg.go.dev/sync
	"sync": {
		"Once.Do":      {0, Once},
		"Map.Range":    {0, Sync},
		"WaitGroup.Go": {0, Another},
	},
	// https://pkg.go.dev/golang.org/x/sync
	"golang.org/x/sync/errgroup":     {"Group.Go": {0, Another}, "Group.TryGo": {0, Another}},
	"golang.org/x/sync/singleflight": {"Group.Do": {1, Once}, "Group.DoChan": {1, Another}},
	// https://pkg.go.dev/sort
	"sort": {
		"Slice": {1, Sync}, "SliceStable": {1, Sync}, "SliceIsSorted": {1, Sync},
		"Search": {1, Sync}, "Find": {1, Sync},
	},
	// https://pkg.go.dev/slices
	"slices": {
		"SortFunc": {1, Sync}, "SortStableFunc": {1, Sync}, "IsSortedFunc": {1, Sync},
		"IndexFunc": {1, Sync}, "ContainsFunc": {1, Sync}, "DeleteFunc": {1, Sync},
		"CompactFunc": {1, Sync}, "MaxFunc": {1, Sync}, "MinFunc": {1, Sync},
		"BinarySearchFunc": {2, Sync}, "EqualFunc": {2, Sync}, "CompareFunc": {2, Sync},
	},
	// https://pkg.go.dev/maps
	"maps": {"DeleteFunc": {1, Sync}, "EqualFunc": {2, Sync}},
	// https://pkg.go.dev/strings, https://pkg.go.dev/bytes
	"strings": {
		"Map": {0, Sync}, "FieldsFunc": {1, Sync}, "IndexFunc": {1, Sync}, "LastIndexFunc": {1, Sync},
		"ContainsFunc": {1, Sync}, "TrimFunc": {1, Sync}, "TrimLeftFunc": {1, Sync}, "TrimRightFunc": {1, Sync},
	},
	"bytes": {
		"Map": {0, Sync}, "FieldsFunc": {1, Sync}, "IndexFunc": {1, Sync}, "LastIndexFunc": {1, Sync},
		"ContainsFunc": {1, Sync}, "TrimFunc": {1, Sync}, "TrimLeftFunc": {1, Sync}, "TrimRightFunc": {1, Sync},
	},
	// https://pkg.go.dev/path/filepath, https://pkg.go.dev/io/fs
	"path/filepath":  {"WalkDir": {1, Sync}, "Walk": {1, Sync}},
	"io/fs":          {"WalkDir": {2, Sync}},
	"go/ast":         {"Inspect": {1, Sync}},
	"container/ring": {"Ring.Do": {0, Sync}},
	"expvar":         {"Do": {0, Sync}, "Map.Do": {0, Sync}},
	"flag":           {"Visit": {0, Sync}, "VisitAll": {0, Sync}, "FlagSet.Visit": {0, Sync}, "FlagSet.VisitAll": {0, Sync}},
	// https://pkg.go.dev/time#AfterFunc, https://pkg.go.dev/context#AfterFunc
	"time":    {"AfterFunc": {1, Another}},
	"context": {"AfterFunc": {1, Another}},
	"runtime": {"SetFinalizer": {1, Another}, "AddCleanup": {1, Another}},
	"testing": {"T.Cleanup": {0, Another}, "B.Cleanup": {0, Another}, "F.Cleanup": {0, Another}, "T.Run": {1, Another}, "B.Run": {1, Another}},
	// Printing and formatting calls the operands' methods. https://pkg.go.dev/fmt
	"fmt": {
		"Print": {0, Format}, "Printf": {1, Format}, "Println": {0, Format},
		"Fprint": {1, Format}, "Fprintf": {2, Format}, "Fprintln": {1, Format},
		"Sprint": {0, Format}, "Sprintf": {1, Format}, "Sprintln": {0, Format},
		"Append": {1, Format}, "Appendf": {2, Format}, "Appendln": {1, Format},
		"Errorf": {1, Format},
	},
	"log": {
		"Print": {0, Format}, "Printf": {1, Format}, "Println": {0, Format},
		"Logger.Print": {0, Format}, "Logger.Printf": {1, Format}, "Logger.Println": {0, Format},
	},
}

// nonNil are functions whose single result is never nil.
var nonNil = map[string]bool{
	"errors.New": true, // https://pkg.go.dev/errors#New
	"fmt.Errorf": true, // https://pkg.go.dev/fmt#Errorf
}

// noReturn are interface methods that end the goroutine.
// https://pkg.go.dev/testing#TB
var noReturn = map[string]bool{
	"testing.FailNow": true, "testing.Fatal": true, "testing.Fatalf": true,
	"testing.SkipNow": true, "testing.Skip": true, "testing.Skipf": true,
}
