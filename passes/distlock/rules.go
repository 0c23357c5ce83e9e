package distlock

// A rule is one category of findings, which can be switched on and off.
type rule struct {
	category string
	standard bool // on unless it is switched off
	title    string
	check    func(*checker)
	on       bool
}

// rules are all categories, by what they are about. Those that are off by
// default ask for judgement, or are right less often.
var rules = []*rule{
	{category: "noexpiry", standard: true, title: "report locks that never expire", check: noExpiry},
	{category: "twostep", standard: true, title: "report locks that get their expiry in a second step", check: twoStep},
	{category: "unit", standard: true, title: "report times to live in the wrong unit", check: wrongUnit},
	{category: "tooshort", standard: true, title: "report locks that expire before the work is done", check: tooShort},

	{category: "plaindelete", standard: true, title: "report releases that delete a lock whoever has it", check: plainDelete},
	{category: "comparedelete", standard: true, title: "report releases and renewals that compare the holder in a step of its own", check: compareDelete},
	{category: "weaktoken", standard: true, title: "report locks whose token is the same for all owners", check: weakToken},
	{category: "loserextends", standard: true, title: "report expiries set by who did not get the lock", check: loserExtends},
	{category: "plainextend", standard: false, title: "report renewals of a lock whoever has it", check: plainExtend},

	{category: "checkthenset", standard: true, title: "report locks that are looked at and then taken, in two steps", check: checkThenSet},
	{category: "overwrite", standard: true, title: "report locks that are set whether or not somebody has them", check: overwrite},
	{category: "unchecked", standard: true, title: "report acquisitions whose result is not looked at", check: unchecked},
	{category: "answer", standard: true, title: "report comparisons of an answer with a number of another type", check: answer},
	{category: "notheld", standard: true, title: "report releases on paths where the lock was not acquired", check: notHeld},
	{category: "missingrelease", standard: true, title: "report paths that keep a lock which others release", check: missingRelease},
	{category: "eagerdefer", standard: true, title: "report deferred calls whose receiver releases the lock at once", check: eagerDefer},
	{category: "deadctx", standard: true, title: "report releases with a context that is cancelled by then", check: deadContext},
	{category: "workctx", standard: false, title: "report releases with a context whose deadline is that of the work", check: workContext},
	{category: "unlockresult", standard: false, title: "report dropped results of releases", check: unlockResult},
	{category: "nilchannel", standard: true, title: "report locks of Consul whose channel may be nil", check: nilChannel},
	{category: "lostsignal", standard: true, title: "report dropped contexts and results that say that a lock is lost", check: lostSignal},
	{category: "lostlock", standard: false, title: "report locks of Consul and etcd whose loss nobody listens for", check: lostLock},

	{category: "sessionctx", standard: true, title: "report etcd sessions whose context has a deadline", check: sessionContext},
	{category: "sharedsession", standard: true, title: "report etcd locks that share a session", check: sharedSession},
	{category: "sessionleak", standard: true, title: "report etcd sessions that are never closed", check: sessionLeak},
	{category: "sharedhandle", standard: false, title: "report lock objects that calls share", check: sharedHandle},
	{category: "anyconn", standard: true, title: "report session locks of a database through a pool", check: anyConn},
	{category: "xactlock", standard: true, title: "report transaction locks outside of a transaction", check: xactLock},
	{category: "returnedconn", standard: true, title: "report connections that go back to their pool with a lock", check: returnedConn},
	{category: "sessionintx", standard: true, title: "report session locks that a transaction is thought to end", check: sessionInTx},
	{category: "beforecommit", standard: true, title: "report releases before the commit of what was written", check: beforeCommit},
	{category: "unfenced", standard: false, title: "report writes under a lock that nothing can refuse when the lock is lost", check: unfenced},
	{category: "leader", standard: true, title: "report leaders whose work does not end with their term", check: leader},
}

// Categories returns all categories.
func Categories() (categories []string) {
	for _, r := range rules {
		categories = append(categories, r.category)
	}
	return categories
}

// OffByDefault returns the categories that have to be switched on.
func OffByDefault() (categories []string) {
	for _, r := range rules {
		if !r.standard {
			categories = append(categories, r.category)
		}
	}
	return categories
}
