// Package samuel has locks of go-zookeeper under its first path.
package samuel

import "github.com/samuel/go-zookeeper/zk"

func unchecked(conn *zk.Conn, work func()) {
	l := zk.NewLock(conn, "/report", zk.WorldACL(zk.PermAll))
	l.Lock() // want `unchecked: it is not looked at whether l was acquired`
	defer l.Unlock()
	work()
}

func missing(l *zk.Lock, work func() error) error {
	if err := l.Lock(); err != nil {
		return err
	}
	if err := work(); err != nil {
		return err // want `missingrelease: l, acquired at samuel.go:14, is not released on this path: nobody gets it before the session ends`
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
