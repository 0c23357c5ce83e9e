// Package session keeps other events of its own.
package session

import "blockinglock/ownpools/pool"

type Session struct{ events *pool.Events }

func New() *Session { return &Session{events: pool.New()} }

func (s *Session) OnChange(e int, f func() bool) { s.events.Handle(e, f) }
