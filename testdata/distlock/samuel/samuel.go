// Package samuel has locks of go-zookeeper under its first path.
package samuel

import "github.com/samuel/go-zookeeper/zk"

func unchecked(conn *zk.Conn, work func()) {
	l := zk.NewLock(conn, "/report", zk.WorldACL(zk.PermAll))
	l.Lock() // want `unchecked: the code below also runs without l: nobody looks at whether it was acquired`
	defer l.Unlock()
	work()
}

func missing(l *zk.Lock, work func() error) error {
	if err := l.Lock(); err != nil {
		return err
	}
	if err := work(); err != nil {
		return err // want `missingrelease: nobody gets l before the session ends: this path does not release it \(acquired at samuel\.go:\d+\)`
	}
	return l.Unlock()
}

func right(l *zk.Lock, work func() error) error {
	if err := l.Lock(); err != nil {
		return err
	}
	defer l.Unlock()
	return work()
}
