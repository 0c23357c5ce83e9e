package silent

import "sync"

// A transaction is a lock with another method that locks.
type transaction interface {
	sync.Locker
	LockOutside()
}

func lockedOutside(tx transaction) {
	tx.LockOutside()
	defer tx.Unlock()
}

func openTx() transaction

// What LockOutside did is not known, so neither is whether the second unlock is wrong.
func twoTransactions() {
	tx := openTx()
	tx.Lock()
	tx.Unlock()
	lockedOutside(tx)
}

// Whether a Locker may be locked twice hangs on what it is.
func lockerInLiteral(mu *sync.RWMutex, twice bool) {
	l := mu.RLocker()
	func() {
		l.Lock()
		if twice {
			l.Lock()
		}
		l.Unlock()
	}()
	if twice {
		l.Unlock()
	}
}
