package blockinglock

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
)

// Do waits until the function has returned, also if that function calls it.

type lazy struct {
	once  sync.Once
	other sync.Once
	ready bool
	n     int
}

func (l *lazy) literal() {
	l.once.Do(func() { // want `l\.once\.Do is called by the function that it runs \(at once\.go:\d+ by \(\*lazy\)\.literal\.func1\): a deadlock, since each waits for the other`
		l.once.Do(l.fill)
	})
}

func (l *lazy) fill() { l.n = 1 }

// Through callees, and through each other.
func (l *lazy) get() int {
	l.once.Do(l.compute) // want `l\.once\.Do is called by the function that it runs \(at once\.go:\d+ by \(\*lazy\)\.get\): a deadlock, since each waits for the other`
	return l.n
}

func (l *lazy) compute() {
	l.n = l.double()
}

func (l *lazy) double() int { return 2 * l.get() }

// A package-level Once.
var (
	setup   sync.Once
	current *lazy
)

func instance() *lazy {
	setup.Do(func() { // want `setup\.Do is called by the function that it runs \(at once\.go:\d+ by instance\): a deadlock, since each waits for the other`
		current = &lazy{}
		register(current)
	})
	return current
}

func register(l *lazy) {
	if l != instance() {
		panic("two")
	}
}

// Silent: another Once of the same object, and another object.
func (l *lazy) two() {
	l.once.Do(func() {
		l.other.Do(l.fill)
	})
}

func (l *lazy) chain(next *lazy) {
	l.once.Do(func() {
		next.once.Do(next.fill)
	})
}

// Silent: the flag is set before the callee asks for it.
func (l *lazy) flagged() int {
	if !l.ready {
		l.once.Do(l.prepare)
	}
	return l.n
}

func (l *lazy) prepare() {
	l.ready = true
	l.n = l.flagged()
}

// Silent: another goroutine waits for the first call to return, and then goes on.
func (l *lazy) background() {
	l.once.Do(func() {
		go l.once.Do(l.fill)
	})
}

// Silent: later, from a function that is only made here.
func (l *lazy) later(ctx context.Context) {
	l.once.Do(func() {
		context.AfterFunc(ctx, func() { l.once.Do(l.fill) })
	})
}

// Silent: one after the other.
func (l *lazy) sequence() {
	l.once.Do(l.fill)
	l.once.Do(l.fill)
}

// A function of another package, which runs what it is given, given to a function.
func walked(walk func(string, filepath.WalkFunc) error) {
	setup.Do(func() { walk(".", nil) })
}

func walkTree() { walked(filepath.Walk) }

// The function that Do runs calls get with a constant that has the prefix, and only others come to probe.
type refs struct {
	once sync.Once
	base string
	data map[string]string
}

func (r *refs) get(name string) string {
	if !strings.HasPrefix(name, "meta:") {
		r.probe()
		return r.base + name
	}
	return r.data[name]
}

func (r *refs) probe() {
	r.once.Do(func() { r.base = r.get("meta:base") })
}

func (r *refs) find(name string) string {
	if !strings.HasPrefix(name, "meta:") {
		r.look()
		return r.base + name
	}
	return r.data[name]
}

func (r *refs) look() {
	r.once.Do(func() { r.base = r.find("base") }) // want `r\.once\.Do is called by the function that it runs`
}

// The function that the Once runs leads back to it over four calls.
var settingsOnce sync.Once

var settings map[string]string

func Settings() map[string]string {
	settingsOnce.Do(func() { // want `settingsOnce\.Do is called by the function that it runs`
		settings = readSettings([]string{"a=b", "c"})
	})
	return settings
}

func readSettings(lines []string) map[string]string {
	m := make(map[string]string)
	for _, l := range lines {
		if len(l) < 2 {
			complain(l)
			continue
		}
		m[l[:1]] = l[2:]
	}
	return m
}

func complain(line string) {
	if wordy() {
		println("bad line", line)
	}
}

func wordy() bool { return Settings()["verbose"] == "true" }
