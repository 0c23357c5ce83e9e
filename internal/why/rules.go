package why

// A Rule is a reason for which a finding that was considered is not reported, or nothing is
// looked for at all. Its name is stable: docs/silenced.md describes each, in the order in which they apply.
type Rule uint8

// The rules, in the order in which they apply.
const (
	// Before anything is looked at.
	LocksThemselves Rule = iota
	NoLocks
	NotWalked

	// The walk of a function.
	GaveUp
	MaybeReleased
	MaybeAnother
	UnknownLocker
	Panicking
	NotOnThisCall
	HandedOut
	DiesWithFunction
	BeginsFull
	ContractSays
	CallerKnows
	OtherWays
	UnseenCode

	// Leaks, in the light of the whole package.
	NeverRuns
	Unsafe
	NotRecovered
	NoOtherPath
	CallerReleases
	HandedInside
	SlotOfOthers
	ResultTells
	ByToken
	ByField
	LiteralReleases
	Latch
	HandedToLiteral
	CalledInTurn
	CallerCallsBoth
	AddressKept
	OtherPackage
	NobodyWaits
	Reachable
	EndsLife
	HeldAround
	CallersForget
	ReleasedForCallers
	HeldBetween
	Overwritten
	ReportedOnce
	Consequence
	OtherIsWrong

	// Other findings, in the same light.
	HandedBack
	HandedByMessage
	HandedAround
	TestRuns
	NoWriter
	TestAlone
	WritersGated
	OneGoroutine
	InCallee
	AtWill
	Told
	Optional
	NoLock
	UnknownCondLock
	NotPrivate
	CallersMayHold
	CallerHolds
	FlagTells
	GivenToRelease
	ReturnedHeld
	ProseSays

	// Two goroutines.
	NoClass
	MaybeHeld
	MaybeOneLock
	SameGoroutine
	NotAtOnce
	NeverCalled
	CommonLock
	DifferentObjects
	ImpossibleOrder
	OrderDecided
	Foreign

	// A goroutine that waits for another one.
	OutOfSight
	NotMade
	ObjectsUnknown
	WaitedBefore
	NoSender
	Semaphore
	LengthTested
	BufferLeft
	ActsWithoutLock
	ActedBefore
	PeerDecides
	EndsInTime

	// Fields and their guards.
	CommentSays
	Generated
	UnknownWhen
	TestedAtomically
	Beginning
	WrittenBefore
	NobodyElse
	NeverTakes

	// What is known only at the end.
	NothingToTest
	Commented
	SwitchedOff
	InTest
	Excluded

	numRules
)

// rules has, for each rule, its name and what it says in a sentence, to which the evidence is added.
var rules = [numRules]struct{ name, says string }{
	LocksThemselves: {"locks-themselves", "the package implements locks: it is not analysed"},
	NoLocks:         {"no-locks", "the package names no lock, and calls nothing that is known to have to do with locks: it is not analysed"},
	NotWalked:       {"not-walked", "neither the function nor anything that it calls in sight has to do with locks: it is not walked"},

	GaveUp:           {"gave-up", "the walk of the function gave up, and of a walk that did not come to its end no leaks are reported, nor unlocks on some paths"},
	MaybeReleased:    {"maybe-released", "the lock may have been released there, or somebody else may have got it to release"},
	MaybeAnother:     {"maybe-another", "the expression may denote another lock by now: a pointer on the way to it may have changed"},
	UnknownLocker:    {"unknown-locker", "the lock is known as an interface value only, whose methods may do anything"},
	Panicking:        {"panicking", "the goroutine panics: the panic is what is wrong"},
	NotOnThisCall:    {"not-on-this-call", "the callee does not come to it when it is called from here, as a condition has another value"},
	HandedOut:        {"handed-out", "what the function returns releases the lock: it is handed to the caller"},
	DiesWithFunction: {"dies-with-function", "the lock is part of an object that nobody knows after the function has returned"},
	BeginsFull:       {"begins-full", "the function has made the semaphore itself: what it leaves there is what the semaphore begins with"},
	ContractSays:     {"contract-says", "a contract says so"},
	CallerKnows:      {"caller-knows", "it depends on a condition that callers know, and may hold the lock by"},

	OtherWays: {"other-ways", "the lock is held on some ways that lead there and not on others, and a condition of which nothing is known chooses among them"},

	UnseenCode: {"unseen-code", "code runs that cannot be seen, which may do what the contract says"},

	NeverRuns:          {"never-runs", "the literal is never run in a way that leads there"},
	Unsafe:             {"unsafe", "an unsafe.Pointer is made of the lock's address: what is done to the lock with that cannot be seen"},
	NotRecovered:       {"not-recovered", "nobody is seen to recover from the panic and go on, or the function does not release the lock elsewhere either"},
	NoOtherPath:        {"no-other-path", "no path releases the lock and goes on: a loop that takes many locks may be meant to"},
	CallerReleases:     {"caller-releases", "a caller releases the lock for the function"},
	HandedInside:       {"handed-inside", "on other paths the function hands the lock to a goroutine or literal of its own, which releases it"},
	SlotOfOthers:       {"slot-of-others", "the function never gives the slot of a semaphore back: others may do that at any time"},
	ResultTells:        {"result-tells", "the function returns whether it has got the lock, as TryLock does"},
	ByToken:            {"by-token", "the function releases the lock only if it wins an atomic operation, and another function releases it, too, or it takes back what it has set itself"},
	ByField:            {"by-field", "the function sets a field when it keeps the lock, and another function releases the lock if that field is set"},
	LiteralReleases:    {"literal-releases", "the function around the literal, or another literal in it, releases the lock"},
	Latch:              {"latch", "nobody locks the lock for writing to unlock it again: it is opened once, for all readers"},
	HandedToLiteral:    {"handed-to-literal", "a literal that leaves the function releases the lock"},
	CalledInTurn:       {"called-in-turn", "code out of sight may call the function and then another one that releases the lock"},
	CallerCallsBoth:    {"caller-calls-both", "a caller also calls another function that releases the lock"},
	AddressKept:        {"address-kept", "the address of the lock is kept somewhere, so that others may lock or release it by another name"},
	OtherPackage:       {"other-package", "the lock is declared in another package"},
	NobodyWaits:        {"nobody-waits", "nobody in sight waits for the lock afterwards"},
	Reachable:          {"reachable", "code outside the package can get at the lock and release it"},
	EndsLife:           {"ends-life", "the function ends the life of the object, or of the program: nobody needs the lock any more"},
	HeldAround:         {"held-around", "the function around the literal holds the lock when the literal returns"},
	CallersForget:      {"callers-forget", "the function exists to acquire the lock: the callers that forget to release it are to blame"},
	HeldBetween:        {"held-between", "another function, which runs by itself, unlocks the lock before it locks it again: it is held between the calls"},
	Overwritten:        {"overwritten", "all callers put a new object in the place of the one with the lock after the call"},
	ReleasedForCallers: {"released-for-callers", "another function of the package releases the lock for its callers"},
	ReportedOnce:       {"reported-once", "it is reported once, at the acquisition, or at the first of several calls that lead to the same"},
	Consequence:        {"consequence", "it follows from what is reported on the way: a callee wrongly returns with the lock held, or locks it again"},
	OtherIsWrong:       {"other-is-wrong", "the function releases another lock that nobody holds: that is reported, as one may be meant for the other"},

	HandedBack:      {"handed-back", "a goroutine of the function, or a literal, ends with the lock held: it may have locked what is unlocked here"},
	HandedByMessage: {"handed-by-message", "the function receives from a channel on which another function sends with the lock held, and the lock may come with the message"},
	HandedAround:    {"handed-around", "the lock passes between goroutines, of one function or in turn: another one releases it"},
	TestRuns:        {"test-runs", "every run of the test comes there, and would hang or crash: the test shows it, or it does not happen"},
	NoWriter:        {"no-writer", "nobody locks it for writing, and without a writer readers do not block each other"},
	TestAlone:       {"test-alone", "the lock is of an object of the test, and no other goroutine is in sight that could lock it for writing"},
	WritersGated:    {"writers-gated", "all that lock it for writing hold another lock meanwhile, which is held here, too"},
	OneGoroutine:    {"one-goroutine", "all that lock it for writing run in the goroutine that read-locks it here"},
	InCallee:        {"in-callee", "it is reported in the callee already, which does both"},
	AtWill:          {"at-will", "the callee does its work with the lock or without it, and nothing shows that this caller asks for the lock"},
	Told:            {"told", "the callee locks only if a test of what it is given says so, which this call has made for it or looks at, too"},
	Optional:        {"optional", "another package locks only if a field of its own is true, or has a lock, which may be off for this object"},
	NoLock:          {"no-lock", "the package also makes such objects with a lock that does nothing, and this may be one"},
	UnknownCondLock: {"unknown-cond-lock", "which lock the Cond has is not known"},
	NotPrivate:      {"not-private", "others can lock it: code outside the package, or a function of the package that returns with it locked"},
	CallersMayHold:  {"callers-may-hold", "the lock may be held where the function is called, or nobody in sight calls it"},
	CallerHolds:     {"caller-holds", "a caller holds the lock, or one of which no more is known, when it calls the function"},
	FlagTells:       {"flag-tells", "a flag is tested before it, which may say who holds the lock"},
	GivenToRelease:  {"given-to-release", "another function hands the lock to this one to release"},
	ReturnedHeld:    {"returned-held", "another function returns with the lock held, for others to release"},
	ProseSays:       {"prose-says", "the name of the function, or the comment at its declaration, says that its callers hold the lock"},

	NoClass:          {"no-class", "the lock has no name by which two goroutines can be known to mean the same, or it belongs to a generic type"},
	MaybeHeld:        {"maybe-held", "the first lock may have been released before, and so proves no wait"},
	MaybeOneLock:     {"maybe-one-lock", "the two may be one lock, or are locks of one type, of which no order is known"},
	SameGoroutine:    {"same-goroutine", "the two places are run by one goroutine, never at a time"},
	NotAtOnce:        {"not-at-once", "the two places are never reached at a time: another test, a step that is over by then, or a goroutine that has been waited for or is only started later"},
	NeverCalled:      {"never-called", "nothing calls the method: the package does not, and no object of its type is behind an interface"},
	CommonLock:       {"common-lock", "a third lock is held at both places, which keeps them apart"},
	DifferentObjects: {"different-objects", "the locks at the two places belong to different objects"},
	ImpossibleOrder:  {"impossible-order", "the goroutines cannot have acquired in any order what they hold"},
	OrderDecided:     {"order-decided", "something decides which of the two objects is locked first, or the package always passes them in one order"},
	Foreign:          {"foreign", "the locks, and the code that takes them, are another package's, or all locks are those of other modules, which can do something about it"},

	OutOfSight:      {"out-of-sight", "code outside the package may act on the other end"},
	NotMade:         {"not-made", "nothing in the package makes the channel, so others may know it"},
	ObjectsUnknown:  {"objects-unknown", "it is not known whether the goroutine that is waited for needs this very lock"},
	WaitedBefore:    {"waited-before", "the function has waited in the same way before, with the lock held"},
	NoSender:        {"no-sender", "the goroutine comes to the wait only when it has received a message, and nobody sends one"},
	Semaphore:       {"semaphore", "the channel is a semaphore: the function that sends also receives"},
	LengthTested:    {"length-tested", "the length of the channel is tested before, under the lock that all have who act on it"},
	BufferLeft:      {"buffer-left", "the channel has a buffer that is not known to fill up"},
	ActsWithoutLock: {"acts-without-lock", "somebody may act on the other end without the lock"},
	ActedBefore:     {"acted-before", "the goroutine that is waited for has acted before the wait, or no longer needs the lock"},
	PeerDecides:     {"peer-decides", "the goroutine that is waited for also sets the flag that decides whether to wait"},
	EndsInTime:      {"ends-in-time", "the wait ends when the time of the context that it is given is up"},

	CommentSays:      {"comment-says", "a comment at the function or at the field says that the lock need not be taken there"},
	Generated:        {"generated", "the code is generated"},
	UnknownWhen:      {"unknown-when", "it is not known when the function runs: it is used as a value"},
	TestedAtomically: {"tested-atomically", "an atomic variable is tested before, which is another way to hand a field over"},
	Beginning:        {"beginning", "the function starts something, and comes to its goroutines and to the lock only later"},
	WrittenBefore:    {"written-before", "the function has seen under the lock that the field has its value, and nobody changes it afterwards"},
	NobodyElse:       {"nobody-else", "nobody uses the field at the same time, under the lock"},
	NeverTakes:       {"never-takes", "the function takes the lock nowhere, and may be one that does not need it"},

	NothingToTest: {"nothing-to-test", "the functions that signal change nothing that could be tested before the Wait"},
	Commented:     {"commented", "a comment in the source silences it"},
	SwitchedOff:   {"switched-off", "the flags or lockvet.toml say not to report it"},
	InTest:        {"in-test", "-tests=false leaves out findings in tests"},
	Excluded:      {"excluded", "lockvet.toml excludes the file"},
}

// String returns the name of the rule.
func (r Rule) String() string { return rules[r].name }

// Says returns what the rule says, in the form of a clause.
func (r Rule) Says() string { return rules[r].says }

// Rules returns all rules, in the order in which they apply.
func Rules() (all []Rule) {
	for r := range numRules {
		all = append(all, r)
	}
	return all
}
