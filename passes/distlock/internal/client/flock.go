package client

// Locks of files: https://pkg.go.dev/github.com/gofrs/flock. The kernel releases
// them when the process ends, so that they need no time to live. TryLock says by a
// bool, beside an error, whether the lock was acquired; TryLockContext waits for it,
// and gives an error if it is told to stop.
func addFiles() {
	register(library{rows: map[string]row{
		"Flock.Lock":            {op: Acquire, backend: Flock, key: recv, outcomes: errOnly},
		"Flock.RLock":           {op: Acquire, backend: Flock, key: recv, outcomes: errOnly},
		"Flock.TryLock":         {op: Acquire, backend: Flock, key: recv, outcomes: okErr},
		"Flock.TryRLock":        {op: Acquire, backend: Flock, key: recv, outcomes: okErr},
		"Flock.TryLockContext":  {op: Acquire, backend: Flock, key: recv, outcomes: errOnly},
		"Flock.TryRLockContext": {op: Acquire, backend: Flock, key: recv, outcomes: errOnly},
		"Flock.Unlock":          {op: Release, backend: Flock, key: recv, owned: true},
		"Flock.Close":           {op: Release, backend: Flock, key: recv, owned: true},
	}}, "github.com/gofrs/flock", "github.com/theckman/go-flock")
}
