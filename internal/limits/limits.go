// Package limits is the table of what bounds the analysis: how much of a function, a package or
// a module is looked at before something is left out, and what is lost beyond that.
//
// The package imports nothing, so that all rooms that have limits can import it without circles.
// The limits themselves are constants, and cost nothing where they are tested.
package limits

// A Limit is one of the limits, to count how often it is reached.
type Limit uint8

// The limits themselves. What they mean stands in [Table], in the same order.
const (
	MaxLockSets  = 64
	MaxMerged    = 12
	MaxWork      = 400_000
	MaxWorkRatio = 60
	MaxWorkFloor = 20_000
	MaxHeld      = 200
	MaxReturns   = 2_000
	MaxCells     = 40
	MaxKnown     = 200
	MaxGiven     = 4
	MaxCaptured  = 4
	MaxGuards    = 4
	MaxGuard     = 6
	MaxSteps     = 12
	MaxAlike     = 4
	MaxEvents    = 64
	MaxPoints    = 96
	MaxStrays    = 16
	MaxLockings  = 96
	MaxPassed    = 8
	MaxZero      = 8
	MaxTested    = 8
	MaxFlags     = 2
	MaxOutcomes  = 8
	MaxKept      = 16
	MaxMade      = 3
	MaxDepends   = 6
	MaxBranched  = 400
	MaxLooks     = 40
	// Functions of a package.
	MaxTiny       = 40
	MaxRounds     = 4
	MaxCircle     = 50
	MaxFactSize   = 64 << 20
	MaxFactParts  = 100
	MaxFactPairs  = 200
	MaxFacts      = 240 << 10
	MaxFactEvents = 24
	MaxFactPoints = 24
	MaxKeptFact   = 4
	MaxJoins      = 16
	MaxGates      = 3
	// What is put where.
	MaxValues   = 8
	MaxExpanded = 64
	MaxFrames   = 3
	MaxNested   = 3
	MaxOwners   = 12
	MaxWay      = 4
	// Channels.
	MaxWaits    = 2
	MaxAcquires = 8
	MaxCallees  = 2
	MaxCalls    = 4
	MaxInner    = 2
	MaxMakers   = 3
	MaxDeciders = 24
	// Orders.
	MaxCycle    = 4
	MaxPerOrder = 24
	MaxSearched = 200_000
	// Names and SSA.
	MaxNameDepth   = 14
	MaxCalculated  = 6
	MaxResultDepth = 7
	MaxRecover     = 2
	MaxAbove       = 12
	MaxHomes       = 3
	MaxPublishing  = 4
	// Condition variables.
	MaxCondCalls = 4
	// WaitGroups.
	MaxGroupPaths = 100
	MaxGroupSteps = 30_000
	MaxGroupTurns = 2
	MaxGroupDepth = 8
	MaxGroupAlts  = 12
	MaxGroupState = 500
	MaxGroupWork  = 5_000
	// Critical sections.
	MaxSectionCalls = 6
	// Locks in stores.
	MaxDistStates   = 4_000
	MaxDistEffects  = 16
	MaxDistLifted   = 64
	MaxDistPassed   = 4
	MaxDistBorrowed = 4
	MaxDistDerived  = 200
)

// The limits as they are counted.
const (
	LockSets Limit = iota
	Merged
	Work
	WorkRatio
	WorkFloor
	Held
	Returns
	Cells
	Known
	Given
	Captured
	Guards
	Guard
	Steps
	Alike
	Events
	Points
	Strays
	Lockings
	Passed
	Zero
	Tested
	Flags
	Outcomes
	Kept
	Made
	Depends
	Branched
	Looks
	Tiny
	Rounds
	Circle
	FactSize
	FactParts
	FactPairs
	Facts
	FactEvents
	FactPoints
	KeptFact
	Joins
	Gates
	Values
	Expanded
	Frames
	Nested
	Owners
	Way
	Waits
	Acquires
	Callees
	Calls
	Inner
	Makers
	Deciders
	Cycle
	PerOrder
	Searched
	NameDepth
	Calculated
	ResultDepth
	Recover
	Above
	Homes
	Publishing
	CondCalls
	GroupPaths
	GroupSteps
	GroupTurns
	GroupDepth
	GroupAlts
	GroupState
	GroupWork
	SectionCalls
	DistStates
	DistEffects
	DistLifted
	DistPassed
	DistBorrowed
	DistDerived

	// N is the number of limits.
	N
)

// An Entry says what a limit bounds.
type Entry struct {
	Name   string // as -stats prints it
	Room   string // the package that has the limit
	Max    int
	Bounds string // what there may be so many of
	Beyond string // what becomes of more
	// Counted says whether the engine counts how often the limit is reached.
	Counted bool
}

// Table describes the limits.
var Table = [N]Entry{
	LockSets:     {"lock-sets", "flow", MaxLockSets, "different sets of held locks at one place of a function", "the walk of the function gives up", true},
	Merged:       {"merged", "flow", MaxMerged, "states with one lock set at one place", "more are merged: conditions in which they differ are forgotten", true},
	Work:         {"work", "flow", MaxWork, "instructions executed in one function", "the walk of the function gives up", true},
	WorkRatio:    {"work-ratio", "flow", MaxWorkRatio, "the same, for each instruction that the function has", "the walk of the function gives up; counted as Work", false},
	WorkFloor:    {"work-floor", "flow", MaxWorkFloor, "the same in the smallest function", "the walk of the function gives up; counted as Work", false},
	Held:         {"held", "flow", MaxHeld, "locks held or calls deferred at once", "the walk of the function gives up", true},
	Returns:      {"returns", "flow", MaxReturns, "states at the returns of one function", "the walk of the function gives up", true},
	Cells:        {"cells", "flow", MaxCells, "memory cells, and conditions, known at once", "one more memory cell, or the oldest condition, is not known", true},
	Known:        {"known", "flow", MaxKnown, "locks known to be free at once", "the first are forgotten: an unlock of one more is missed", false},
	Given:        {"given", "flow", MaxGiven, "functions that call functions they were given, which do so in turn", "the innermost is taken for one that does nothing", true},
	Captured:     {"captured", "flow", MaxCaptured, "literals in literals through which a captured variable is followed", "its contents are not known", true},
	Guards:       {"guards", "flow", MaxGuards, "conditions one of which makes a finding in a literal happen", "it is taken to happen always", true},
	Guard:        {"guard", "flow", MaxGuard, "conditions that together lead to an operation", "others are left out", true},
	Steps:        {"steps", "flow", MaxSteps, "steps on the way to an operation", "callers do not hear of the operation", true},
	Alike:        {"alike", "flow", MaxAlike, "events that differ only in the conditions on which they happen", "they are taken for one", true},
	Events:       {"events", "flow", MaxEvents, "effects of one function on locks of its callers", "callers do not hear of others", true},
	Points:       {"points", "flow", MaxPoints, "waits of one function for locks or goroutines", "callers do not hear of others", true},
	Strays:       {"strays", "flow", MaxStrays, "locks without a name that one function releases", "others are left out", true},
	Lockings:     {"lockings", "flow", MaxLockings, "operations that lock in one function", "others are in no acquisition history", true},
	Passed:       {"passed", "flow", MaxPassed, "locks in one acquisition history", "others are left out", true},
	Zero:         {"zero", "flow", MaxZero, "fields of a struct variable that are known to be zero", "others are not known", true},
	Tested:       {"tested", "flow", MaxTested, "parameters whose tests keep states apart", "tests of others do not", false},
	Flags:        {"flags", "flow", MaxFlags, "flags of a function that keep states apart", "others do not", false},
	Outcomes:     {"outcomes", "flow", MaxOutcomes, "kinds of returns that callers can tell apart", "they are told apart by their locks alone", true},
	Kept:         {"kept", "flow", MaxKept, "calls, in one function, of functions that are kept in a field or variable", "others are not known to be made under locks", true},
	Made:         {"made", "flow", MaxMade, "functions that return what another one has made, and that a third", "the object is not known to be new", false},
	Depends:      {"depends", "flow", MaxDepends, "branches on which it depends whether a function locks", "those farther away are not asked for", false},
	Branched:     {"branched", "flow", MaxBranched, "blocks of a function that is asked for them", "none is asked for", false},
	Looks:        {"looks", "flow", MaxLooks, "steps in which an answer is calculated from arguments", "it is not known from which", false},
	Tiny:         {"tiny", "summary", MaxTiny, "instructions of a function walked for its result alone", "its result is not known", false},
	Rounds:       {"rounds", "summary", MaxRounds, "walks of functions that call each other", "what is further away is not seen", true},
	Circle:       {"circle", "summary", MaxCircle, "functions that call each other", "there is one round less", true},
	FactSize:     {"fact-size", "summary", MaxFactSize, "bytes of one fact of another package, unpacked", "the fact is refused as damaged", false},
	FactParts:    {"fact-parts", "summary", MaxFactParts, "parts in parts of such a fact", "the fact is refused as damaged", false},
	FactPairs:    {"fact-pairs", "summary", MaxFactPairs, "critical pairs of one package for others", "others are left out", true},
	Facts:        {"facts", "summary", MaxFacts, "bytes of the facts of one package", "first the ways to operations are left out, then calls, then waits", true},
	FactEvents:   {"fact-events", "summary", MaxFactEvents, "effects of one function for other packages", "others are left out", true},
	FactPoints:   {"fact-points", "summary", MaxFactPoints, "waits of one function for other packages", "others are left out", true},
	Joins:        {"joins", "flow", MaxJoins, "calls of a function that wait for goroutines of other packages, or give them functions", "others are left out", true},
	KeptFact:     {"kept-fact", "summary", MaxKeptFact, "the same for one such function, for other packages", "others are left out", true},
	Gates:        {"gates", "summary", MaxGates, "callers of callers that are asked for the locks that all of them hold", "locks further up are not known", false},
	Values:       {"values", "pointsto", MaxValues, "values that a field, variable or container may hold", "what a read of it is, is not known", true},
	Expanded:     {"expanded", "pointsto", MaxExpanded, "calls of a function by which one of its stores is told apart", "they are not told apart", false},
	Frames:       {"frames", "pointsto", MaxFrames, "calls of calls by which it is", "they are not told apart", false},
	Nested:       {"nested", "pointsto", MaxNested, "objects that are made for another one, and that for a third", "what the last one holds is not known", false},
	Owners:       {"owners", "pointsto", MaxOwners, "structs around the one that a value is put into", "others are not known to lead to it", false},
	Way:          {"way", "pointsto", MaxWay, "fields from such a struct to the value", "longer ways are not known", false},
	Waits:        {"waits", "peers", MaxWaits, "waits of one goroutine for another, and of that for a third", "the last is taken to end", true},
	Acquires:     {"acquires", "peers", MaxAcquires, "ways from one function to a lock", "others are left out", true},
	Callees:      {"callees", "peers", MaxCallees, "functions that a call may run, on the way to a lock", "the call is left out", true},
	Inner:        {"inner", "peers", MaxInner, "steps to a lock from what a goroutine's function calls before it counts down", "longer ways are left out", true},
	Calls:        {"calls", "peers", MaxCalls, "calls on the way to a lock", "longer ways are left out", true},
	Makers:       {"makers", "peers", MaxMakers, "calls down to where a channel is made", "where it is made is not known", true},
	Deciders:     {"deciders", "peers", MaxDeciders, "branches on which it depends whether a function comes to a wait", "those farther away are not asked for", false},
	Cycle:        {"cycle", "order", MaxCycle, "goroutines in a deadlock", "longer cycles are not looked for", false},
	PerOrder:     {"per-order", "order", MaxPerOrder, "places that show one order of two locks", "others are left out", true},
	Searched:     {"searched", "order", MaxSearched, "steps of the search for cycles", "the search ends", true},
	Calculated:   {"calculated", "flow", MaxCalculated, "calculations within each other in the name of a number", "it has no name", true},
	NameDepth:    {"name-depth", "path", MaxNameDepth, "parts of the name of a lock or value", "it has no name", false},
	ResultDepth:  {"result-depth", "flow", MaxResultDepth, "parts of the name of a result, in terms of what the function is given", "callers do not know it", false},
	Recover:      {"recover", "summary", MaxRecover, "calls between a function and one that recovers from its panics", "a recover further away is no evidence", true},
	Above:        {"above", "path", MaxAbove, "names that a name remembers to be made of it", "only speed", false},
	Homes:        {"homes", "path", MaxHomes, "calls and variables through which an object is followed to the field that it was found in", "it is not known", false},
	Publishing:   {"publishing", "path", MaxPublishing, "calls through which an argument is followed to where others see it", "it is taken to stay unseen", false},
	CondCalls:    {"cond-calls", "condvar", MaxCondCalls, "calls through which a Cond, or what is tested around a Wait, is followed", "it is not known", false},
	GroupPaths:   {"group-paths", "groups", MaxGroupPaths, "paths of one function", "the rest is not looked at: nothing is reported", false},
	GroupSteps:   {"group-steps", "groups", MaxGroupSteps, "instructions on the paths of one function", "nothing is reported of it", false},
	GroupTurns:   {"group-turns", "groups", MaxGroupTurns, "iterations of a loop, if how many there are is not known", "the path is left", false},
	GroupDepth:   {"group-depth", "groups", MaxGroupDepth, "calls and goroutines within each other", "what they do is not known", false},
	GroupAlts:    {"group-alts", "groups", MaxGroupAlts, "ways in which a call can count", "it may count in any way", false},
	GroupState:   {"group-state", "groups", MaxGroupState, "states of one function", "nothing is reported of it", false},
	GroupWork:    {"group-work", "groups", MaxGroupWork, "states of one package", "nothing more is reported of it", false},
	SectionCalls: {"section-calls", "section", MaxSectionCalls, "calls followed for what a critical section does, for lockvet hot", "what they do is not known", false},
	DistStates:   {"dist-states", "distlock", MaxDistStates, "states on the paths after one acquisition", "the walk gives up: rules that need it report nothing", false},
	DistEffects:  {"dist-effects", "distlock", MaxDistEffects, "effects of one function on locks in stores, for other packages", "others are left out", false},
	DistLifted:   {"dist-lifted", "distlock", MaxDistLifted, "the same for callers in its package", "others are left out", false},
	DistPassed:   {"dist-passed", "distlock", MaxDistPassed, "calls through which a context is followed", "where it comes from is not known", false},
	DistBorrowed: {"dist-borrowed", "distlock", MaxDistBorrowed, "contexts of one function that other packages get to know of", "others are left out", false},
	DistDerived:  {"dist-derived", "distlock", MaxDistDerived, "values that are followed from one reading", "others are taken to have nothing to do with it", false},
}

// String returns the name of the limit.
func (l Limit) String() string { return Table[l].Name }

// Counts says how often each limit was reached in one package.
type Counts [N]int

// Hit counts that a limit was reached. A nil c counts nothing.
func (c *Counts) Hit(l Limit) {
	if c != nil {
		c[l]++
	}
}
