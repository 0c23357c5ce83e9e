package waitgroups

import "sync"

// Nothing adds.
func forgotAdd(fs []func()) {
	var wg sync.WaitGroup
	for _, f := range fs {
		go func() {
			defer wg.Done() // want `wg.Done makes the counter of wg negative, which panics: nothing adds to it`
			f()
		}()
	}
	wg.Wait()
}

type forgetful struct {
	wg   sync.WaitGroup
	used sync.WaitGroup
	Open sync.WaitGroup
	lent sync.WaitGroup
	both sync.WaitGroup
}

func (f *forgetful) run(work func()) {
	go func() {
		defer f.wg.Done() // want `f.wg.Done makes the counter of f.wg negative, which panics: nothing adds to it`
		work()
	}()
	go func() {
		defer f.used.Done()
		defer f.Open.Done()
		defer f.lent.Done()
		f.both.Done()
	}()
}

func (f *forgetful) Close() {
	f.wg.Wait()
	f.used.Wait()
	f.Open.Wait()
	f.lent.Wait()
	f.both.Wait()
}

func (f *forgetful) start() {
	f.used.Add(1)
	addTo(&f.lent)
	f.both.Go(func() { f.both.Add(1) })
}

func addTo(wg *sync.WaitGroup) { wg.Add(1) }

// Others may add.
func handOut(give func(*sync.WaitGroup)) {
	var wg sync.WaitGroup
	give(&wg)
	wg.Done()
}

func addLater(run func(func(int))) {
	var wg sync.WaitGroup
	run(wg.Add)
	wg.Done()
	wg.Wait()
}
