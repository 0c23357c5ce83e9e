package blockinglock

// Wait inside the loop that starts what it waits for.

import "sync"

type loader struct{ plugins []string }

func (l *loader) waitsEachTurn(load func(string)) {
	var group sync.WaitGroup
	group.Add(len(l.plugins))
	for _, p := range l.plugins {
		go func(p string) {
			defer group.Done()
			load(p)
		}(p)
		group.Wait() // want `group\.Wait inside the loop: the first iteration waits for all len\(l\.plugins\) added at loop\.go:\d+, but an iteration calls Done only once`
	}
}

func counts(n int, f func()) {
	wg := sync.WaitGroup{}
	wg.Add(n)
	for i := 0; i < n; i++ {
		go func() {
			f()
			wg.Done()
		}()
		wg.Wait() // want `wg\.Wait inside the loop: the first iteration waits for all n added at loop\.go:\d+, but an iteration calls Done only once`
	}
}

func rangesOverInt(n int, f func()) {
	wg := new(sync.WaitGroup)
	wg.Add(n)
	for range n {
		go work(wg, f)
		wg.Wait() // want `wg\.Wait inside the loop: the first iteration waits for all n added at loop\.go:\d+, but an iteration calls Done only once`
	}
}

func work(wg *sync.WaitGroup, f func()) {
	defer wg.Done()
	f()
}

func constant(f func()) {
	var wg sync.WaitGroup
	wg.Add(3)
	for {
		go work(&wg, f)
		go func() {
			defer func() { wg.Done() }()
			f()
		}()
		wg.Wait() // want `wg\.Wait inside the loop: the first iteration waits for all 3 added at loop\.go:\d+, but an iteration calls Done only 2 times`
	}
}

func byLength(l []func(), m map[string]int) {
	func() {
		var a, b sync.WaitGroup
		a.Add(len(l))
		for i := 0; i < len(l); i++ {
			go func() { a.Done() }()
			a.Wait() // want `a\.Wait inside the loop: the first iteration waits for all len\(l\) added at loop\.go:\d+, but an iteration calls Done only once`
		}
		b.Add(len(m))
		for range m {
			b.Wait() // want `b\.Wait inside the loop: the first iteration waits for all len\(m\) added at loop\.go:\d+, but an iteration calls Done only once`
			go func() { b.Done() }()
		}
	}()
}

// Nothing below is a finding.

func addsInLoop(l []func()) {
	var wg sync.WaitGroup
	for _, f := range l {
		wg.Add(1)
		go func() { defer wg.Done(); f() }()
		wg.Wait()
	}
}

func waitsBehind(l []func()) {
	var wg sync.WaitGroup
	wg.Add(len(l))
	for _, f := range l {
		go func() { defer wg.Done(); f() }()
	}
	wg.Wait()
}

func waitsElsewhere(l []func()) {
	var wg sync.WaitGroup
	wg.Add(len(l))
	done := make(chan bool)
	for i, f := range l {
		go func() { defer wg.Done(); f() }()
		if i == 0 {
			go func() {
				wg.Wait()
				close(done)
			}()
		}
	}
	<-done
}

func waiterEachTurn(l []func()) {
	var wg sync.WaitGroup
	wg.Add(len(l))
	for _, f := range l {
		go func() { defer wg.Done(); f() }()
		go func() { wg.Wait() }()
		go wg.Wait()
	}
}

func lastTurn(l []func()) {
	var wg sync.WaitGroup
	wg.Add(len(l))
	for i, f := range l {
		go func() { defer wg.Done(); f() }()
		if i == len(l)-1 {
			wg.Wait()
		}
	}
}

func skipsToLast(l []func()) {
	var wg sync.WaitGroup
	wg.Add(len(l))
	for i, f := range l {
		go func() { defer wg.Done(); f() }()
		if i < len(l)-1 {
			continue
		}
		wg.Wait()
	}
}

func allPerTurn(rounds int, l []func()) {
	var wg sync.WaitGroup
	for range rounds {
		wg.Add(len(l))
		for _, f := range l {
			go func() { defer wg.Done(); f() }()
		}
		wg.Wait()
	}
}

func addsBeforeAllPerTurn(rounds int, l []func()) {
	var wg sync.WaitGroup
	wg.Add(len(l))
	for range rounds {
		for _, f := range l {
			go func() { defer wg.Done(); f() }()
		}
		wg.Wait()
		wg.Add(len(l))
	}
}

func pair(f, g func()) {
	var wg sync.WaitGroup
	wg.Add(2)
	for {
		go work(&wg, f)
		go work(&wg, g)
		wg.Wait()
		return
	}
}

func startedBefore(l []func(), start func(*sync.WaitGroup)) {
	var wg sync.WaitGroup
	wg.Add(len(l))
	start(&wg)
	for range l {
		go wg.Done()
		wg.Wait()
	}
}

func ofCaller(wg *sync.WaitGroup, l []func()) {
	wg.Add(len(l))
	for _, f := range l {
		go func() { defer wg.Done(); f() }()
		wg.Wait()
	}
}

func otherCount(n int, l []func()) {
	var wg sync.WaitGroup
	wg.Add(n)
	for _, f := range l {
		go func() { defer wg.Done(); f() }()
		wg.Wait()
	}
}

func doesAll(n int) {
	var wg sync.WaitGroup
	wg.Add(n)
	for range n {
		go func() {
			for range n {
				wg.Done() // want `wg.Done makes the counter of wg negative on a path, which panics`
			}
		}()
		wg.Wait()
	}
}

func forEver() {
	var wg sync.WaitGroup
	wg.Add(2)
	for {
		wg.Wait()
	}
}
