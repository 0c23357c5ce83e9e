package model

// lockMethods are the operations of every lock type below and of sync.Locker.
// https://pkg.go.dev/sync#Mutex, https://pkg.go.dev/sync#RWMutex
var lockMethods = map[string]Op{
	"Lock":     {Kind: Lock, Mode: Write},
	"TryLock":  {Kind: TryLock, Mode: Write},
	"Unlock":   {Kind: Unlock, Mode: Write},
	"RLock":    {Kind: Lock, Mode: Read},
	"TryRLock": {Kind: TryLock, Mode: Read},
	"RUnlock":  {Kind: Unlock, Mode: Read},
	"RLocker":  {Kind: RLocker, Mode: Read},
}

// condMethods are the operations of sync.Cond. https://pkg.go.dev/sync#Cond
var condMethods = map[string]Op{
	"Wait":      {Kind: Wait},
	"Signal":    {Kind: Signal},
	"Broadcast": {Kind: Broadcast},
}

// lockTypes are the types whose methods are lock operations, by package.
var lockTypes = map[string]map[string]bool{
	"sync":                           {"Mutex": true, "RWMutex": true},
	"github.com/sasha-s/go-deadlock": {"Mutex": true, "RWMutex": true}, // https://pkg.go.dev/github.com/sasha-s/go-deadlock
	"github.com/linkdata/deadlock":   {"Mutex": true, "RWMutex": true}, // https://pkg.go.dev/github.com/linkdata/deadlock
}

// semaphores are the operations of golang.org/x/sync/semaphore.
// https://pkg.go.dev/golang.org/x/sync/semaphore
var semaphores = map[string]Op{
	"(*golang.org/x/sync/semaphore.Weighted).Acquire":    {Kind: TryLock, Mode: Slot, Err: true},
	"(*golang.org/x/sync/semaphore.Weighted).TryAcquire": {Kind: TryLock, Mode: Slot},
	"(*golang.org/x/sync/semaphore.Weighted).Release":    {Kind: Unlock, Mode: Slot},
}

// waits are methods that wait until other goroutines are done.
var waits = map[string][]string{ // by name
	"Wait": {
		"(*sync.WaitGroup).Wait",                   // https://pkg.go.dev/sync#WaitGroup.Wait
		"(*golang.org/x/sync/errgroup.Group).Wait", // https://pkg.go.dev/golang.org/x/sync/errgroup#Group.Wait
	},
	"Shutdown": {"(*net/http.Server).Shutdown"}, // https://pkg.go.dev/net/http#Server.Shutdown
}

// functions are package-level functions that make synchronisers.
var functions = map[string]map[string]Op{
	"sync": {"NewCond": {Kind: NewCond}}, // https://pkg.go.dev/sync#NewCond
}

// The methods that package sort and container/heap call on their argument.
var (
	sortMethods = []string{"Len", "Less", "Swap"}
	heapMethods = []string{"Len", "Less", "Swap", "Push", "Pop"}
)

// Methods of package encoding/json, errors, io and log/slog call on their arguments.
var (
	marshalMethods = []string{"MarshalJSON", "MarshalText"}
	errorMethods   = []string{"Is", "Unwrap"}
	writerMethods  = []string{"ReadFrom", "Write"}
	logMethods     = []string{"LogValue"}
)

// callbacks are functions that call the function they are given, by package and
// then by "Func" or "Type.Method". Each documents that it does.
var callbacks = map[string]map[string]Callback{
	// https://pkg.go.dev/sync
	"sync": {
		"Once.Do":      {Arg: 0, Run: Once},
		"Map.Range":    {Arg: 0, Run: Sync},
		"WaitGroup.Go": {Arg: 0, Run: Another},
	},
	// https://pkg.go.dev/golang.org/x/sync
	"golang.org/x/sync/errgroup":     {"Group.Go": {Arg: 0, Run: Another}, "Group.TryGo": {Arg: 0, Run: Another}},
	"golang.org/x/sync/singleflight": {"Group.Do": {Arg: 1, Run: Once}, "Group.DoChan": {Arg: 1, Run: Another}},
	// https://pkg.go.dev/sort
	"sort": {
		"Sort": {Arg: 0, Run: Methods, Methods: sortMethods}, "Stable": {Arg: 0, Run: Methods, Methods: sortMethods},
		"Slice": {Arg: 1, Run: Sync}, "SliceStable": {Arg: 1, Run: Sync}, "SliceIsSorted": {Arg: 1, Run: Sync},
		"Search": {Arg: 1, Run: Sync}, "Find": {Arg: 1, Run: Sync},
	},
	// https://pkg.go.dev/slices
	"slices": {
		"SortFunc": {Arg: 1, Run: Sync}, "SortStableFunc": {Arg: 1, Run: Sync}, "IsSortedFunc": {Arg: 1, Run: Sync},
		"IndexFunc": {Arg: 1, Run: Sync}, "ContainsFunc": {Arg: 1, Run: Sync}, "DeleteFunc": {Arg: 1, Run: Sync},
		"CompactFunc": {Arg: 1, Run: Sync}, "MaxFunc": {Arg: 1, Run: Sync}, "MinFunc": {Arg: 1, Run: Sync},
		"BinarySearchFunc": {Arg: 2, Run: Sync}, "EqualFunc": {Arg: 2, Run: Sync}, "CompareFunc": {Arg: 2, Run: Sync},
	},
	// https://pkg.go.dev/maps
	"maps": {"DeleteFunc": {Arg: 1, Run: Sync}, "EqualFunc": {Arg: 2, Run: Sync}},
	// https://pkg.go.dev/strings, https://pkg.go.dev/bytes
	"strings": {
		"Map": {Arg: 0, Run: Sync}, "FieldsFunc": {Arg: 1, Run: Sync}, "IndexFunc": {Arg: 1, Run: Sync}, "LastIndexFunc": {Arg: 1, Run: Sync},
		"ContainsFunc": {Arg: 1, Run: Sync}, "TrimFunc": {Arg: 1, Run: Sync}, "TrimLeftFunc": {Arg: 1, Run: Sync}, "TrimRightFunc": {Arg: 1, Run: Sync},
	},
	"bytes": {
		"Map": {Arg: 0, Run: Sync}, "FieldsFunc": {Arg: 1, Run: Sync}, "IndexFunc": {Arg: 1, Run: Sync}, "LastIndexFunc": {Arg: 1, Run: Sync},
		"ContainsFunc": {Arg: 1, Run: Sync}, "TrimFunc": {Arg: 1, Run: Sync}, "TrimLeftFunc": {Arg: 1, Run: Sync}, "TrimRightFunc": {Arg: 1, Run: Sync},
	},
	// https://pkg.go.dev/path/filepath, https://pkg.go.dev/io/fs
	"path/filepath": {"WalkDir": {Arg: 1, Run: Sync}, "Walk": {Arg: 1, Run: Sync}},
	"io/fs":         {"WalkDir": {Arg: 2, Run: Sync}},
	"go/ast":        {"Inspect": {Arg: 1, Run: Sync}},
	// https://pkg.go.dev/container/heap
	"container/heap": {
		"Init": {Arg: 0, Run: Methods, Methods: sortMethods}, "Fix": {Arg: 0, Run: Methods, Methods: sortMethods},
		"Push": {Arg: 0, Run: Methods, Methods: heapMethods}, "Pop": {Arg: 0, Run: Methods, Methods: heapMethods},
		"Remove": {Arg: 0, Run: Methods, Methods: heapMethods},
	},
	// https://pkg.go.dev/encoding/json#Marshal
	"encoding/json": {
		"Marshal": {Arg: 0, Run: Methods, Methods: marshalMethods}, "MarshalIndent": {Arg: 0, Run: Methods, Methods: marshalMethods},
		"Encoder.Encode": {Arg: 0, Run: Methods, Methods: marshalMethods},
	},
	// https://pkg.go.dev/errors#Is
	"errors": {"Is": {Arg: 0, Run: Methods, Methods: errorMethods}, "As": {Arg: 0, Run: Methods, Methods: []string{"As", "Unwrap"}}},
	// https://pkg.go.dev/io#Copy
	"io": {
		"Copy": {Arg: 0, Run: First, Methods: writerMethods}, "CopyN": {Arg: 0, Run: First, Methods: writerMethods},
		"WriteString": {Arg: 0, Run: First, Methods: []string{"WriteString", "Write"}},
	},
	// https://pkg.go.dev/log/slog#LogValuer
	"log/slog": {
		"Debug": {Arg: 1, Run: Operands, Methods: logMethods}, "Info": {Arg: 1, Run: Operands, Methods: logMethods},
		"Warn": {Arg: 1, Run: Operands, Methods: logMethods}, "Error": {Arg: 1, Run: Operands, Methods: logMethods},
		"Logger.Debug": {Arg: 1, Run: Operands, Methods: logMethods}, "Logger.Info": {Arg: 1, Run: Operands, Methods: logMethods},
		"Logger.Warn": {Arg: 1, Run: Operands, Methods: logMethods}, "Logger.Error": {Arg: 1, Run: Operands, Methods: logMethods},
	},
	"container/ring": {"Ring.Do": {Arg: 0, Run: Sync}},
	"expvar":         {"Do": {Arg: 0, Run: Sync}, "Map.Do": {Arg: 0, Run: Sync}},
	"flag":           {"Visit": {Arg: 0, Run: Sync}, "VisitAll": {Arg: 0, Run: Sync}, "FlagSet.Visit": {Arg: 0, Run: Sync}, "FlagSet.VisitAll": {Arg: 0, Run: Sync}},
	// https://pkg.go.dev/time#AfterFunc, https://pkg.go.dev/context#AfterFunc
	"time":    {"AfterFunc": {Arg: 1, Run: Another}},
	"context": {"AfterFunc": {Arg: 1, Run: Another}},
	"runtime": {"SetFinalizer": {Arg: 1, Run: Another}, "AddCleanup": {Arg: 1, Run: Another}},
	"testing": {"T.Cleanup": {Arg: 0, Run: Another}, "B.Cleanup": {Arg: 0, Run: Another}, "F.Cleanup": {Arg: 0, Run: Another}, "T.Run": {Arg: 1, Run: Another}, "B.Run": {Arg: 1, Run: Another}},
	// Printing and formatting calls the operands' methods. https://pkg.go.dev/fmt
	"fmt": {
		"Print": {Arg: 0, Run: Format}, "Printf": {Arg: 1, Run: Format}, "Println": {Arg: 0, Run: Format},
		"Fprint": {Arg: 1, Run: Format}, "Fprintf": {Arg: 2, Run: Format}, "Fprintln": {Arg: 1, Run: Format},
		"Sprint": {Arg: 0, Run: Format}, "Sprintf": {Arg: 1, Run: Format}, "Sprintln": {Arg: 0, Run: Format},
		"Append": {Arg: 1, Run: Format}, "Appendf": {Arg: 2, Run: Format}, "Appendln": {Arg: 1, Run: Format},
		"Errorf": {Arg: 1, Run: Format},
	},
	"log": {
		"Print": {Arg: 0, Run: Format}, "Printf": {Arg: 1, Run: Format}, "Println": {Arg: 0, Run: Format},
		"Logger.Print": {Arg: 0, Run: Format}, "Logger.Printf": {Arg: 1, Run: Format}, "Logger.Println": {Arg: 0, Run: Format},
	},
}

// writers are functions that call Write of an argument, by package and then by "Func" or "Type.Method", with its number.
var writers = map[string]map[string]int{
	"encoding/binary": {"Write": 0},                                           // https://pkg.go.dev/encoding/binary#Write
	"fmt":             {"Fprint": 0, "Fprintf": 0, "Fprintln": 0},             // https://pkg.go.dev/fmt#Fprint
	"html/template":   {"Template.Execute": 0, "Template.ExecuteTemplate": 0}, // https://pkg.go.dev/html/template#Template.Execute
	"text/template":   {"Template.Execute": 0, "Template.ExecuteTemplate": 0}, // https://pkg.go.dev/text/template#Template.Execute
}

// nonNil are functions whose single result is never nil, by their packages.
var nonNil = map[string][]string{
	"errors":                        {"New"},                   // https://pkg.go.dev/errors#New
	"fmt":                           {"Errorf"},                // https://pkg.go.dev/fmt#Errorf
	"github.com/cockroachdb/errors": {"Errorf", "New", "Newf"}, // https://pkg.go.dev/github.com/cockroachdb/errors
	"github.com/juju/errors": {"AlreadyExistsf", "BadRequestf", "Errorf", "Forbiddenf", "MethodNotAllowedf", "New", "NotAssignedf", "NotFoundf",
		"NotImplementedf", "NotProvisionedf", "NotSupportedf", "NotValidf", "NotYetAvailablef", "QuotaLimitExceededf", "Timeoutf", "Unauthorizedf",
		"UserNotFoundf"}, // https://pkg.go.dev/github.com/juju/errors
	"github.com/pingcap/errors":     {"AlreadyExistsf", "BadRequestf", "Errorf", "New", "NotFoundf", "NotSupportedf", "NotValidf"}, // https://pkg.go.dev/github.com/pingcap/errors
	"github.com/pkg/errors":         {"Errorf", "New"},                                                                             // https://pkg.go.dev/github.com/pkg/errors
	"golang.org/x/xerrors":          {"Errorf", "New"},                                                                             // https://pkg.go.dev/golang.org/x/xerrors
	"google.golang.org/grpc/status": {"Error", "Errorf"},                                                                           // but for codes.OK, which is no error: https://pkg.go.dev/google.golang.org/grpc/status#Error
}

// wraps are functions whose single result is an error that is made of the error that is their first argument, and nil only if that is
// nil, by their packages.
var wraps = map[string][]string{
	"github.com/cockroachdb/errors": {"WithMessage", "WithMessagef", "WithStack", "Wrap", "Wrapf"},
	"github.com/juju/errors":        {"Annotate", "Annotatef", "Trace"},
	"github.com/pingcap/errors":     {"AddStack", "Annotate", "Annotatef", "Trace", "WithMessage", "WithStack", "Wrap", "Wrapf"},
	"github.com/pkg/errors":         {"WithMessage", "WithMessagef", "WithStack", "Wrap", "Wrapf"},
}

// notNilIfTrue are functions with one result that is true only if the argument with the number
// here is not nil.
var notNilIfTrue = map[string]map[string]int{
	"errors": {
		"Is": 0, // https://pkg.go.dev/errors#Is, for a target that is not nil
		"As": 0, // https://pkg.go.dev/errors#As
	},
}

// noReturn are interface methods that end the goroutine.
// https://pkg.go.dev/testing#TB
var noReturn = map[string]bool{
	"testing.FailNow": true, "testing.Fatal": true, "testing.Fatalf": true,
	"testing.SkipNow": true, "testing.Skip": true, "testing.Skipf": true,
}

// buffers are types that take all that is written to them.
// https://pkg.go.dev/bytes#Buffer.Write, https://pkg.go.dev/strings#Builder.Write: "err is always nil"
var buffers = map[string]bool{"bytes.Buffer": true, "strings.Builder": true}

// neverFail are methods and functions whose error is always nil.
// https://pkg.go.dev/bytes#Buffer.Write, https://pkg.go.dev/strings#Builder.Write, https://pkg.go.dev/crypto/rand#Read
var neverFail = map[string]bool{
	"(*bytes.Buffer).Write": true, "(*bytes.Buffer).WriteString": true, "(*bytes.Buffer).WriteByte": true, "(*bytes.Buffer).WriteRune": true,
	"(*strings.Builder).Write": true, "(*strings.Builder).WriteString": true, "(*strings.Builder).WriteByte": true, "(*strings.Builder).WriteRune": true,
	"crypto/rand.Read": true,
}

// failAsWriter are functions and methods that fail only if the writer does which they are given first, or which the receiver was made with.
var failAsWriter = map[string]bool{
	"fmt.Fprint": true, "fmt.Fprintf": true, "fmt.Fprintln": true, "io.WriteString": true, "encoding/binary.Write": true,
	"(*bufio.Writer).Write": true, "(*bufio.Writer).WriteString": true, "(*bufio.Writer).WriteByte": true, "(*bufio.Writer).WriteRune": true, "(*bufio.Writer).Flush": true,
}

// wrapWriter are functions that make a writer which fails only if the one does that they are given first.
var wrapWriter = map[string]bool{"bufio.NewWriter": true, "bufio.NewWriterSize": true}

// exits are functions that never return.
// https://pkg.go.dev/os#Exit, https://pkg.go.dev/runtime#Goexit, https://pkg.go.dev/log#Fatal
var exits = map[string][]string{
	"os":      {"Exit"},
	"syscall": {"Exit"},
	"runtime": {"Goexit"},
	"log":     {"Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln"},
}

// fatal are the names of functions that log a message and end the program.
// https://pkg.go.dev/log#Fatal
var fatal = map[string]bool{"Fatal": true, "Fatalf": true, "Fatalln": true}

// asserts are functions of test libraries that return only if their second argument
// (after the testing.T) is as it should be.
var asserts = map[string]map[string]Assertion{
	// https://pkg.go.dev/github.com/stretchr/testify/require
	"github.com/stretchr/testify/require": {
		"NoError": IsNil, "NoErrorf": IsNil, "Nil": IsNil, "Nilf": IsNil,
		"Error": NotNil, "Errorf": NotNil, "NotNil": NotNil, "NotNilf": NotNil,
		"ErrorIs": NotNil, "ErrorAs": NotNil, "ErrorContains": NotNil, "EqualError": NotNil,
		"True": True, "Truef": True, "False": False, "Falsef": False,
	},
	// https://pkg.go.dev/gotest.tools/v3/assert
	"gotest.tools/v3/assert": {"NilError": IsNil, "Error": NotNil, "ErrorContains": NotNil, "ErrorIs": NotNil},
}
