// Package files misuses files as locks, and uses them right. Its tests show with other
// processes what the difference is.
package files

import (
	"errors"

	"github.com/gofrs/flock"
)

func right(lockPath string, work func()) error {
	lock := flock.New(lockPath)
	ok, err := lock.TryLock()
	if err != nil {
		return err
	}
	if !ok {
		return errors.New("somebody else has the lock")
	}
	defer lock.Unlock()
	work()
	return nil
}
