// Package handler keeps events of its own.
package handler

import "blockinglock/ownpools/pool"

type Handler struct {
	events *pool.Events
	errors chan error
}

func New() *Handler { return &Handler{events: pool.New(), errors: make(chan error)} }

func (h *Handler) OnDisconnect(f func() bool) { h.events.Handle(0, f) }

func (h *Handler) OnChange(e int, f func() bool) { h.events.Handle(e, f) }

func (h *Handler) Run() error {
	err := <-h.errors
	h.events.Trigger(0)
	return err
}
