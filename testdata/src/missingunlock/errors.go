package missingunlock

import (
	"os"
	"sync"

	jujuerrors "github.com/juju/errors"
	pkgerrors "github.com/pkg/errors"
)

// Helpers that return with the lock, or with an error and without it. That an error is none is seen
// where it is made.

type ledgerFile struct {
	mu   sync.Mutex
	file *os.File
	n    int
}

func (j *ledgerFile) beginNew() error {
	j.mu.Lock()
	if j.n < 0 {
		j.mu.Unlock()
		return pkgerrors.New("closed")
	}
	return nil
}

func (j *ledgerFile) useNew(n int) error {
	if err := j.beginNew(); err != nil {
		return err
	}
	if n > 0 {
		return os.ErrInvalid // want `return with j\.mu still locked since errors\.go:\d+ by \(\*ledgerFile\)\.beginNew`
	}
	j.mu.Unlock()
	return nil
}

func (j *ledgerFile) beginWrap() error {
	j.mu.Lock()
	if err := j.file.Sync(); err != nil {
		j.mu.Unlock()
		return pkgerrors.Wrap(err, "sync")
	}
	return nil
}

func (j *ledgerFile) useWrap(n int) error {
	if err := j.beginWrap(); err != nil {
		return err
	}
	if n > 0 {
		return os.ErrInvalid // want `return with j\.mu still locked since errors\.go:\d+ by \(\*ledgerFile\)\.beginWrap`
	}
	j.mu.Unlock()
	return nil
}

func (j *ledgerFile) beginKind() error {
	j.mu.Lock()
	if j.n < 0 {
		j.mu.Unlock()
		return jujuerrors.NotFoundf("entry %d", j.n)
	}
	return nil
}

func (j *ledgerFile) useKind(n int) error {
	if err := j.beginKind(); err != nil {
		return err
	}
	if n > 0 {
		return os.ErrInvalid // want `return with j\.mu still locked since errors\.go:\d+ by \(\*ledgerFile\)\.beginKind`
	}
	j.mu.Unlock()
	return nil
}

type ledgerError struct {
	op  string
	err error
}

func (e *ledgerError) Error() string { return e.op + e.err.Error() }

// inOp returns nil for nil only.
func inOp(op string, err error) error {
	if err == nil {
		return nil
	}
	if os.IsNotExist(err) {
		return ErrGone
	}
	return &ledgerError{op, err}
}

var ErrGone = pkgerrors.New("gone")

func (j *ledgerFile) beginOwn() error {
	j.mu.Lock()
	if err := j.file.Sync(); err != nil {
		j.mu.Unlock()
		return inOp("sync", err)
	}
	return nil
}

func (j *ledgerFile) useOwn(n int) error {
	if err := j.beginOwn(); err != nil {
		return err
	}
	if n > 0 {
		return os.ErrInvalid // want `return with j\.mu still locked since errors\.go:\d+ by \(\*ledgerFile\)\.beginOwn`
	}
	j.mu.Unlock()
	return nil
}

func failed(op string) (int, error) { return 0, &ledgerError{op, os.ErrNotExist} }

func (j *ledgerFile) beginFailed() (int, error) {
	j.mu.Lock()
	if j.n < 0 {
		j.mu.Unlock()
		return failed("sync")
	}
	return j.n, nil
}

func (j *ledgerFile) useFailed(n int) error {
	if _, err := j.beginFailed(); err != nil {
		return err
	}
	if n > 0 {
		return os.ErrInvalid // want `return with j\.mu still locked since errors\.go:\d+ by \(\*ledgerFile\)\.beginFailed`
	}
	j.mu.Unlock()
	return nil
}

// soft gives an error only to those who ask for it.
func soft(op string, err error) error {
	if os.IsNotExist(err) {
		return nil
	}
	return &ledgerError{op, err}
}

func (j *ledgerFile) beginSoft() error {
	j.mu.Lock()
	if err := j.file.Sync(); err != nil {
		j.mu.Unlock()
		return soft("sync", err)
	}
	return nil
}

// The lock may be free without an error: the caller looks.
func (j *ledgerFile) useSoft(n int) error {
	if err := j.beginSoft(); err != nil {
		return err
	}
	if n > 0 {
		return os.ErrInvalid
	}
	j.mu.Unlock()
	return nil
}
