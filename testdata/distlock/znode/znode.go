// Package znode has locks that are nodes of ZooKeeper, created without its library's Lock.
package znode

import (
	"errors"

	"github.com/go-zookeeper/zk"
)

type lock struct {
	conn *zk.Conn
	path string
}

func (l *lock) Lock() error {
	_, err := l.conn.Create(l.path, nil, 0, zk.WorldACL(zk.PermAll)) // want `noexpiry: nobody gets lock l.path again if this process dies: it never expires \(Create is without FlagEphemeral\)`
	if errors.Is(err, zk.ErrNodeExists) {
		return errors.New("busy")
	}
	return err
}

func (l *lock) Unlock() error { return l.conn.Delete(l.path, -1) }

type ephemeral struct {
	conn *zk.Conn
	path string
}

//distlock:silent noexpiry
func (l *ephemeral) Lock() error {
	_, err := l.conn.Create(l.path, nil, zk.FlagEphemeral, zk.WorldACL(zk.PermAll))
	return err
}

func (l *ephemeral) Unlock() error { return l.conn.Delete(l.path, -1) }

// Nodes keep data, too.
//
//distlock:silent noexpiry
func store(conn *zk.Conn, path string, data []byte) error {
	_, err := conn.Create(path, data, 0, zk.WorldACL(zk.PermAll))
	return err
}

func drop(conn *zk.Conn, path string) error { return conn.Delete(path, -1) }

// The folder of the locks stays.
//
//distlock:silent noexpiry
func (l *lock) makeParent(parent string) error {
	if _, err := l.conn.Create(parent, nil, 0, zk.WorldACL(zk.PermAll)); err != nil && !errors.Is(err, zk.ErrNodeExists) {
		return err
	}
	return nil
}
