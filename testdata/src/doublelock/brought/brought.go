// Package brought brings together two packages that do not know each other.
package brought

import (
	"doublelock/brought/device"
	"doublelock/brought/spool"
)

// The device tells the spooler that calls it.
func Both() *spool.Spooler {
	d := device.New()
	s := spool.New(d) // want `New\(\)\.mu is locked again at spool\.go:\d+ by \(\*Spooler\)\.JobEnded`
	d.Listen(s)
	return s
}

// Each of the two devices tells the spooler of the other one.
func Crossed() (*spool.Spooler, *spool.Spooler) {
	d, e := device.New(), device.New()
	s, t := spool.New(d), spool.New(e)
	d.Listen(t)
	e.Listen(s)
	return s, t
}

// Nobody listens to the device of the spooler.
func Other() *spool.Spooler {
	d, e := device.New(), device.New()
	s := spool.New(d)
	e.Listen(s)
	return s
}
