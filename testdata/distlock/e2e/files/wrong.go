package files

import (
	"os"

	"github.com/gofrs/flock"
)

func wrongNoExpiry(lockPath string, work func()) error {
	f, err := os.OpenFile(lockPath, os.O_CREATE|os.O_EXCL, 0o600) // noexpiry
	if err != nil {
		return err
	}
	f.Close()
	work()
	return os.Remove(lockPath)
}

func wrongUnchecked(lockPath string, work func()) error {
	lock := flock.New(lockPath)
	if _, err := lock.TryLock(); err != nil { // unchecked
		return err
	}
	defer lock.Unlock()
	work()
	return nil
}

func wrongUnlink(lockPath string, between func()) error {
	lock := flock.New(lockPath)
	if err := lock.Lock(); err != nil {
		return err
	}
	if err := lock.Unlock(); err != nil {
		return err
	}
	between()
	return os.Remove(lockPath) // plaindelete
}
