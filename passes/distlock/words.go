package distlock

import (
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
	"github.com/lockvet/lockvet/passes/distlock/internal/words"
)

// Words that say what a key or a function is for.
var (
	lockWords = words.Of(`lock locks locked locker locking trylock lockkey unlock mutex mutexes mtx lease leases leader leadership dlock distlock
		redlock spinlock setlock getlock mlock acquire acquires release semaphore exclusive singleflight`)
	// nameWords say so in a key, where release, acquire and get may be what is locked.
	nameWords = words.Of(`lock locks locked locker locking trylock lockkey mutex mutexes mtx lease leases leader leadership dlock distlock redlock
		spinlock semaphore exclusive`)
	markerWords = words.Of(`idem idempotent idempotency dedup dedupe duplicate once nonce processed seen voted notified notify sent limit
		limiter ratelimit throttle quota cooldown lockout session cache cached counter count queued visited replay banned blocked`)
	releaseWords = words.Of(`release releases unlock unlocked free del delete remove clear clean cleanup finish done end stop close`)
	forceWords   = words.Of(`force forced steal reset clear cleanup purge flush break recover repair stale expired orphan admin invalidate all`)
)

// funcName returns the name of a function with its receiver's type, or of the
// function around a literal.
func funcName(f *trace.Func) string {
	fn := f.Function
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if recv := fn.Signature.Recv(); recv != nil {
		_, name := client.Named(recv.Type())
		return name + "." + fn.Name()
	}
	return fn.Name()
}

// lockNamed reports whether the key of an event, or a function on the way, is
// called a lock.
func (c *checker) lockNamed(e *trace.Event) bool {
	if words.Has(e.Key.Text(), lockWords) || words.Has(funcName(e.Fn), lockWords) {
		return true
	}
	for _, fn := range e.Via {
		if words.Has(fn.Name(), lockWords) {
			return true
		}
	}
	return false
}
