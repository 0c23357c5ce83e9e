// Package lockset keeps what is known of locks at one point of a program: one automaton for each lock, which says what
// an operation makes of it, and whether the operation is wrong. It knows nothing of SSA; what a lock is called, and where
// an operation stands, are type parameters.
//
// Each lock is in a [Phase]. [Next] is the automaton: a table of what each operation leads to, and of what is wrong with it
// if nothing is doubtful. An operation that is wrong has a next phase as well, for it may be doubtful:
//
//	              lock          get       fail      use           unlock
//	unknown       held          held      failed    used          given up
//	held          held !held    held      held      held !held    released
//	retaken       held !held    held      retaken   retaken !held given up
//	released      held          held      released  released      released !gone
//	used          held          held      used      used          used !gone
//	given up      retaken       retaken   given up  given up      given up !gone
//	failed        held          held      failed    used          given up !failed
//
// The operation "get" is a TryLock that has got the lock, "fail" one that has not, and "use" is a callee's Lock with its Unlock. The function may
// unlock a lock that it has found as on entry: then its caller must hold it, and the lock is given up.
//
// Operations, callees and contracts demand something of a lock: that it is held, or that it is free. [Set.Ask] answers such a [Demand]. In which
// modes a lock may be held meanwhile is a table of its own, [Clash] and [Lack].
//
// That the rules of using an object are an automaton which an analysis runs along the paths of a program, with the state of
// the object kept for each name, is typestate: Strom and Yemini, "Typestate: A Programming Language Concept for Enhancing
// Software Reliability", IEEE TSE 12(1), 1986. That a function need not know the phase in which its caller hands an object to it, and
// then demands one, is the "permission" of DeLine and Fähndrich, "Enforcing High-Level Protocols in Low-Level Software", PLDI 2001.
package lockset
