// Package wired gives its methods to objects of a package without locks, which call them again.
package wired

import (
	"sync"

	"doublelock/wired/cache"
)

type journal struct {
	mu      sync.Mutex
	stats   sync.Mutex
	last    int
	hooked  *cache.Hooked
	counted *cache.Hooked
	dialed  *cache.Dialed
	kept    *cache.Kept
	copied  *cache.Copied
	sharded *cache.Sharded
	listed  *cache.Listed
	named   *cache.Listed
}

func newJournal() *journal {
	j := &journal{}
	j.hooked = cache.NewHooked(cache.WithSize(3), cache.WithEvict(j.dropped))
	j.counted = cache.NewHooked(cache.WithEvict(j.counts), cache.WithSize(3))
	j.dialed = cache.Dial(cache.OnEvict(j.dropped))
	j.kept = cache.NewKept(cache.Config{Max: 3, Evict: j.dropped})
	j.copied = cache.NewCopied(&cache.Config{Evict: j.dropped})
	j.sharded = cache.NewSharded(j.dropped)
	j.listed = cache.NewListed(j.dropped)
	j.named = cache.NewListed(j.counts)
	j.named.Handle("dropped", j.dropped)
	return j
}

func (j *journal) dropped(k int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last = k
}

func (j *journal) counts(k int) {
	j.stats.Lock()
	defer j.stats.Unlock()
	j.last += k
}

func (j *journal) option() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.hooked.Add(1) // want `j\.mu is locked again at .* by \(\*journal\)\.dropped`
}

// Fine: this one calls counts, which takes the other lock.
func (j *journal) otherOption() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.counted.Add(1)
}

func (j *journal) collected() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.dialed.Add(1) // want `j\.mu is locked again at .* by \(\*journal\)\.dropped`
}

func (j *journal) config() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.kept.Add(1) // want `j\.mu is locked again at .* by \(\*journal\)\.dropped`
}

func (j *journal) configField() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.copied.Add(1) // want `j\.mu is locked again at .* by \(\*journal\)\.dropped`
}

func (j *journal) parts() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sharded.Add(1) // want `j\.mu is locked again at .* by \(\*journal\)\.dropped`
}

func (j *journal) ended() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.listed.End() // want `j\.mu is locked again at .* by \(\*journal\)\.dropped`
	j.named.End()
}

func (j *journal) byName() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.named.Add("dropped", 1) // want `j\.mu is locked again at .* by \(\*journal\)\.dropped`
	j.listed.Add("dropped", 1)
}

// Fine: the lock is given back first.
func (j *journal) outside() {
	j.mu.Lock()
	j.last = 0
	j.mu.Unlock()
	j.hooked.Add(1)
	j.dialed.Add(1)
	j.kept.Add(1)
	j.copied.Add(1)
	j.sharded.Add(1)
}
