// Package tables hands functions to a package that keeps them in tables, and calls them with its lock held.
package tables

import "doublelock/tables/fsm"

type door struct {
	m     *fsm.Machine
	other *fsm.Machine
	s     *fsm.Steps
}

func newDoor() *door {
	d := &door{m: fsm.New(), other: fsm.New(), s: &fsm.Steps{}}
	d.m.On("alarm", "alarmed", d.alarm) // want `New\(\).lock is locked again at fsm.go:\d+ by \(\*Machine\).Fire`
	d.m.On("ring", "rang", d.ring)
	d.m.Hook(d.hook) // want `New\(\).lock is locked again at fsm.go:\d+ by \(\*Machine\).On`
	d.s.On("step", d.step)
	return d
}

func (d *door) alarm() error { return d.m.Fire("lock") }

// Another machine.
func (d *door) ring() error { return d.other.Fire("lock") }

func (d *door) hook() error {
	d.m.On("again", "again", nil)
	return nil
}

func (d *door) step() error { return d.s.Step("next") }
