package doublelock

import (
	"fmt"
	"io"
	"os"
	"sync"
)

// Functions that write to what they are given call its Write.
type eventLog struct {
	mu  sync.Mutex
	out io.Writer
}

func (l *eventLog) note(msg string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(l.out, msg) // want `l\.mu is locked again at writers\.go:17 by \(\*eventLog\)\.note, which deadlocks: it is held since writers\.go:17`
}

func (l *eventLog) raw(msg string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	io.WriteString(l.out, msg) // want `l\.mu is locked again at writers\.go:17 by \(\*eventLog\)\.note, which deadlocks: it is held since writers\.go:23`
}

type rolling struct {
	file *os.File
	log  *eventLog
}

func (r *rolling) Write(p []byte) (int, error) {
	n, err := r.file.Write(p)
	if err != nil {
		r.log.note("file is full")
	}
	return n, err
}

func openEventLog(f *os.File) *eventLog {
	l := &eventLog{}
	l.out = &rolling{file: f, log: l}
	return l
}

// Fine: what writes here tells another log.
type quietLog struct {
	mu  sync.Mutex
	out io.Writer
}

type forwarded struct{ to *quietLog }

func (f *forwarded) Write(p []byte) (int, error) {
	f.to.say(string(p))
	return len(p), nil
}

func (l *quietLog) say(msg string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(l.out, msg)
}

func chained() *quietLog {
	last := &quietLog{out: os.Stderr}
	return &quietLog{out: &forwarded{last}}
}
