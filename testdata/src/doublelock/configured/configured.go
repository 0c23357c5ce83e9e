// Package configured hands functions to objects by way of configurations, fields and a registry; they lock what is held when they are called.
package configured

import (
	"strconv"

	"doublelock/configured/counter"
)

type view struct {
	c, other *counter.Counter
	m        *counter.Meter
	g        *counter.Gauge
	shown    int
}

func newView() *view {
	v := &view{}
	v.c = counter.New(counter.Config{Changed: v.update}) // want `mu is locked again`
	return v
}

func (v *view) update(int) { v.shown = v.c.Value() }

// What is locked is another counter.
func newOther() *view {
	v := &view{}
	v.other = counter.New(counter.Config{})
	v.c = counter.New(counter.Config{Changed: func(int) { v.shown = v.other.Value() }})
	return v
}

func newMetered() (*view, error) {
	v := &view{}
	opts := counter.Options{}
	opts.Listener = v // want `mu is locked again`
	m, err := counter.NewMeter(&opts)
	if err != nil {
		return nil, err
	}
	v.m = m
	return v, nil
}

func (v *view) On(int) { v.shown = v.m.Value() }

func newGauged() *view {
	v := &view{}
	v.g = &counter.Gauge{Changed: v.gauge} // want `mu is locked again`
	return v
}

func (v *view) gauge(int) { v.shown = v.g.Value() }

func init() {
	counter.Register("all", counter.Len) // want `mu is locked again`
	counter.RegisterName(func() string { return strconv.Itoa(counter.NumNames()) })
}

func newTally() *counter.Tally {
	t := &counter.Tally{}
	t.After = func(int) { println(t.Value()) }
	return t
}

func watched(t *counter.Tally) {
	t.Watch(func(int) { println(t.Value()) }) // want `mu is locked again`
}

// The call of Add is the same mistake.
func counted() {
	var c *counter.Counter
	c = counter.New(counter.Config{Changed: func(int) { // want `mu is locked again`
		println(c.Value())
	}})
	c.Add()
}

// What others have put into configurations is not in this one.
func harmless() {
	c := counter.New(counter.Config{Changed: func(n int) { println(n) }})
	c.Add()
}
