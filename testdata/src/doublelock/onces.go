package doublelock

import "sync"

type onced struct {
	mu sync.Mutex
	n  int
}

type oncedConn struct{ ok bool }

func (c *oncedConn) check() bool { return c.ok }

// The Once is not made new: the second time, Do does not unlock.
func (p *onced) take(cs []*oncedConn) bool {
	p.mu.Lock()
	unlock := new(sync.Once)
	defer unlock.Do(p.mu.Unlock)
	for _, c := range cs {
		unlock.Do(p.mu.Unlock)
		if c.check() {
			return true
		}
		p.mu.Lock() // want `p\.mu is locked again`
	}
	return false
}

// The function of the Once waits for itself in Do, and comes no further.
var (
	configOnce sync.Once
	configLock sync.RWMutex
	config     map[string]string
)

func openConfig() {
	configOnce.Do(func() {
		configLock.Lock()
		defer configLock.Unlock()
		if config == nil {
			warnOfConfig()
		}
	})
}

func warnOfConfig() { println(fromConfig("prefix")) }

func fromConfig(k string) string {
	openConfig()
	configLock.RLock()
	defer configLock.RUnlock()
	return config[k]
}

// Without the Do in between, it comes to the lock.
var (
	tableOnce sync.Once
	tableLock sync.RWMutex
	table     map[string]string
)

func openTable() {
	tableOnce.Do(func() {
		tableLock.Lock()
		defer tableLock.Unlock()
		if table == nil {
			println(fromTable("prefix")) // want `tableLock is read-locked at .* by fromTable, which deadlocks`
		}
	})
}

func fromTable(k string) string {
	tableLock.RLock()
	defer tableLock.RUnlock()
	return table[k]
}
