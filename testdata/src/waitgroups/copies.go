package waitgroups

import "sync"

// What lies in a struct that a call has returned is known, or else it is not: nothing in it is zero for that reason.
type options struct {
	done func(int)
	nap  int
}

func defaults() options { return options{nap: 1} }

type engine struct{ opts options }

func (e *engine) fire(kind int) {
	if e.opts.done != nil {
		e.opts.done(kind)
	}
}

func start(o options) *engine {
	e := &engine{opts: o}
	go e.fire(2)
	return e
}

func copied() {
	var started sync.WaitGroup
	started.Add(1)
	o := defaults()
	o.done = func(kind int) {
		if kind == 2 {
			started.Done()
		}
	}
	start(o)
	started.Wait()
}

func copiedWrong() {
	var started sync.WaitGroup
	started.Add(1)
	o := defaults()
	start(o)
	started.Wait() // want `started.Wait never returns: started.Add\(1\) \(copies.go:\d+\) adds one more than Done is called`
}
