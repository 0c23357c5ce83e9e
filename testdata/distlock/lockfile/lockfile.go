// Package lockfile has files that are locks because they are there.
package lockfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

func acquire(dir string) (release func(), err error) {
	path := filepath.Join(dir, "app.lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // want `noexpiry: nobody gets lock Join\(…\) again if this process dies: it never expires \(OpenFile leaves the file behind\)`
	if err != nil {
		return nil, err
	}
	f.Close()
	return func() { os.Remove(path) }, nil
}

type lock struct{ path string }

func (l *lock) Lock() error {
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_EXCL, 0o600) // want `noexpiry: nobody gets lock l.path again if this process dies`
	if err != nil {
		return err
	}
	return f.Close()
}

func (l *lock) Unlock() error { return os.Remove(l.path) }

func build(dir string, work func() error) error {
	lock := filepath.Join(dir, "build.lock")
	if err := os.Mkdir(lock, 0o700); err != nil { // want `noexpiry: nobody gets lock Join\(…\) again if this process dies: it never expires \(Mkdir leaves the directory behind\)`
		return err
	}
	if err := work(); err != nil {
		return err // want `missingrelease: nobody gets lock Join\(…\) before somebody deletes it: this path does not release it`
	}
	return os.Remove(lock)
}

func hasty(lockPath string, work func()) error {
	defer os.Remove(lockPath)                                     // want `notheld: this releases somebody else's lock if lock lockPath is not acquired at lockfile.go:48: the release is deferred before`
	f, err := os.OpenFile(lockPath, os.O_CREATE|os.O_EXCL, 0o600) // want `noexpiry: `
	if err != nil {
		return err
	}
	defer f.Close()
	work()
	return nil
}

// The age of the file says that its holder is gone.
//
//distlock:silent noexpiry notheld F19
func aged(lockPath string, work func()) error {
	for {
		f, err := os.OpenFile(lockPath, os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, os.ErrExist) {
			if info, err := os.Stat(lockPath); err == nil && time.Since(info.ModTime()) > time.Minute {
				os.Remove(lockPath)
				continue
			}
			time.Sleep(time.Second)
			continue
		}
		if err != nil {
			return err
		}
		f.Close()
		break
	}
	defer os.Remove(lockPath)
	work()
	return nil
}

// A pid is a lock with its holder's number in it, which others read.
type pid struct{ lockFile string }

//distlock:silent noexpiry
func (p *pid) Acquire() error {
	f, err := os.OpenFile(p.lockFile, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = fmt.Fprint(f, os.Getpid())
	return err
}

func (p *pid) Release() error { return os.Remove(p.lockFile) }

func (p *pid) Holder() (int, error) {
	text, err := os.ReadFile(p.lockFile)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(string(text))
}

// A file that must be new is no lock.
//
//distlock:silent noexpiry missingrelease
func create(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		os.Remove(path)
		return err
	}
	return f.Close()
}

// The lock file of dependencies is a list of them.
//
//distlock:silent noexpiry
func writeLockfile(dir string, data []byte) error {
	f, err := os.OpenFile(filepath.Join(dir, "deps.lock"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.Write(data)
	return err
}

// The file cannot be compared and removed in one step.
//
//distlock:silent noexpiry
func compared(lockPath, token string, work func()) error {
	f, err := os.OpenFile(lockPath, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(token); err != nil {
		return errors.Join(err, os.Remove(lockPath))
	}
	defer func() {
		if data, err := os.ReadFile(lockPath); err == nil && string(data) == token {
			os.Remove(lockPath)
		}
	}()
	work()
	return f.Close()
}

// A cache directory is emptied and made again: it has to be there, whoever makes it.
func emptyCache(dir string) {
	os.Mkdir(dir, 0o700)
	os.RemoveAll(dir)
	os.MkdirAll(filepath.Join(dir, "tmp"), 0o700)
}

// A file in the directory says which process has it, and who finds that process gone removes the directory.
//
//distlock:silent noexpiry
func held(root string) (release func(), err error) {
	lockDir := filepath.Join(root, "task.lock.d")
	if err := os.Mkdir(lockDir, 0o755); err != nil {
		if !errors.Is(err, os.ErrExist) || !breakDead(lockDir) {
			return nil, err
		}
		if err := os.Mkdir(lockDir, 0o755); err != nil {
			return nil, err
		}
	}
	if err := os.WriteFile(filepath.Join(lockDir, "holder"), []byte(strconv.Itoa(os.Getpid())), 0o644); err != nil {
		os.RemoveAll(lockDir)
		return nil, err
	}
	return func() { os.RemoveAll(lockDir) }, nil
}

func breakDead(lockDir string) bool {
	holder, err := os.ReadFile(filepath.Join(lockDir, "holder"))
	if err != nil {
		return false
	}
	pid, err := strconv.Atoi(string(holder))
	if err != nil {
		return false
	}
	if p, err := os.FindProcess(pid); err == nil && alive(p) {
		return false
	}
	return os.RemoveAll(lockDir) == nil
}

func alive(p *os.Process) bool { return p.Pid > 0 }

// The file's name is made by a function, and who finds the lock too old removes it: in a function of its own.
func startupLockPath(port int) string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("startup-%d.lock", port))
}

//distlock:silent noexpiry
func lockStartup(port int) (release func(), err error) {
	path := startupLockPath(port)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	f.Close()
	return func() { os.Remove(path) }, nil
}

func clearOldStartup(port int) bool {
	path := startupLockPath(port)
	info, err := os.Stat(path)
	if err == nil && time.Since(info.ModTime()) > time.Minute {
		return os.Remove(path) == nil
	}
	return false
}

// So this one is, but it is the lock of something else.
func shutdownLockPath(port int) string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("shutdown-%d.lock", port))
}

func lockShutdown(port int) (release func(), err error) {
	path := shutdownLockPath(port)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // want `noexpiry: nobody gets lock shutdownLockPath\(port\) again if this process dies`
	if err != nil {
		return nil, err
	}
	f.Close()
	return func() { os.Remove(path) }, nil
}
