package files

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/gofrs/flock"
)

// The test runs itself for processes that die under a lock.
func TestMain(m *testing.M) {
	die := func() { os.Exit(7) }
	switch path := os.Getenv("LOCK"); os.Getenv("DIE") {
	case "wrong":
		wrongNoExpiry(path, die)
	case "right":
		right(path, die)
	default:
		os.Exit(m.Run())
	}
	os.Exit(1) // it did not get to the work
}

func TestNoExpiry(t *testing.T) {
	for name, c := range map[string]struct {
		p    func(string, func()) error
		free bool
	}{"wrong": {wrongNoExpiry, false}, "right": {right, true}} {
		path := filepath.Join(t.TempDir(), "lock")
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "DIE="+name, "LOCK="+path)
		if cmd.Run(); cmd.ProcessState.ExitCode() != 7 {
			t.Fatal(name, cmd.ProcessState)
		}
		worked := false
		err := c.p(path, func() { worked = true })
		if worked != c.free {
			t.Errorf("%s: after its holder has died the lock is free: %v (%v)", name, worked, err)
		}
	}
}

func TestUnchecked(t *testing.T) {
	for name, c := range map[string]struct {
		p     func(string, func()) error
		works bool
	}{"wrong": {wrongUnchecked, true}, "right": {right, false}} {
		path, worked := filepath.Join(t.TempDir(), "lock"), false
		if err := right(path, func() { c.p(path, func() { worked = true }) }); err != nil {
			t.Fatal(err)
		}
		if worked != c.works {
			t.Errorf("%s: works while somebody else has the lock: %v", name, worked)
		}
	}
}

// Somebody locks the file before it is removed, and somebody else the one that comes
// after it.
func TestUnlink(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	second, third := flock.New(path), flock.New(path)
	lock := func(l *flock.Flock) {
		if ok, err := l.TryLock(); err != nil || !ok {
			t.Fatal(ok, err)
		}
	}
	if err := wrongUnlink(path, func() { lock(second) }); err != nil {
		t.Fatal(err)
	}
	lock(third) // and second has it as well
	if !second.Locked() || !third.Locked() {
		t.Error("the file is not locked twice")
	}
}
