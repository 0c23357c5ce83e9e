package distlock

import (
	"strings"
	"unicode"

	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// Words that say what a key or a function is for. A name is taken apart first:
// "block" and "clock" have no "lock".
var (
	lockWords = words(`lock locks locked locker locking trylock lockkey unlock mutex mutexes mtx lease leases leader leadership dlock distlock
		redlock spinlock setlock getlock mlock acquire acquires release semaphore exclusive singleflight`)
	// nameWords say so in a key, where release, acquire and get may be what is locked.
	nameWords = words(`lock locks locked locker locking trylock lockkey mutex mutexes mtx lease leases leader leadership dlock distlock redlock
		spinlock semaphore exclusive`)
	markerWords = words(`idem idempotent idempotency dedup dedupe duplicate once nonce processed seen voted notified notify sent limit
		limiter ratelimit throttle quota cooldown lockout session cache cached counter count queued visited replay banned blocked`)
	releaseWords = words(`release releases unlock unlocked free del delete remove clear clean cleanup finish done end stop close`)
	forceWords   = words(`force forced steal reset clear cleanup purge flush break recover repair stale expired orphan admin invalidate all`)
	logWords     = words(`log logs logger logging zap logrus slog zerolog klog glog info infof debug debugf warn warnf warning error errorf
		print printf println trace tracef fatal fatalf panicf with fields sprintf metrics metric observe inc span`)
)

func words(list string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// hasWord reports whether one of the words is in a name or a text.
func hasWord(text string, set map[string]bool) bool {
	for _, w := range split(text) {
		if set[w] {
			return true
		}
	}
	return false
}

// split takes names apart at their humps, and texts at what is not a letter.
func split(text string) (parts []string) {
	runes := []rune(text)
	start := -1
	flush := func(end int) {
		if start >= 0 {
			parts = append(parts, strings.ToLower(string(runes[start:end])))
		}
		start = -1
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r):
			flush(i)
		case start < 0:
			start = i
		case unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])):
			flush(i)
			start = i
		}
	}
	flush(len(runes))
	return parts
}

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
	if hasWord(e.Key.Text(), lockWords) || hasWord(funcName(e.Fn), lockWords) {
		return true
	}
	for _, fn := range e.Via {
		if hasWord(fn.Name(), lockWords) {
			return true
		}
	}
	return false
}
