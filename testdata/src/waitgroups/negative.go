package waitgroups

import "sync"

func twiceDone() {
	var wg sync.WaitGroup
	wg.Add(1)
	wg.Done()
	wg.Done() // want `wg.Done makes the counter of wg negative, which panics`
	wg.Wait()
}

func minusOne() {
	var wg sync.WaitGroup
	wg.Add(-1) // want `wg.Add\(-1\) makes the counter of wg negative, which panics`
}

func plusMinus() {
	var wg sync.WaitGroup
	wg.Add(2)
	wg.Add(-1)
	wg.Done()
	wg.Wait()
}

// One is added for five.
func oneForFive(work func()) {
	var wg sync.WaitGroup
	wg.Add(1)
	for range 5 {
		go func() {
			defer wg.Done() // want `wg.Done makes the counter of wg negative, which panics`
			work()
		}()
	}
	wg.Wait()
}

func oneForEach(work func()) {
	var wg sync.WaitGroup
	for range 5 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			work()
		}()
	}
	wg.Wait()
}

// It is done once more where the work fails.
func onFailure(work func() error) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		if work() != nil {
			wg.Done() // want `wg\.Done is called here and by the defer \(negative\.go:56\): the counter of wg becomes negative, which panics`
			return
		}
	}()
	wg.Wait()
}

func orElse(work func() error) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if work() != nil {
			wg.Done()
			return
		}
		defer wg.Done()
	}()
	wg.Wait()
}

// What is added depends on the same condition.
func asMany(big bool, work func()) {
	var wg sync.WaitGroup
	wg.Add(1)
	if big {
		wg.Add(1)
	}
	go func() {
		work()
		wg.Done()
		if big {
			wg.Done()
		}
	}()
	wg.Wait()
}

// How many are added is not known.
func unknownMany(n int) {
	var wg sync.WaitGroup
	wg.Add(n)
	wg.Done()
	wg.Done()
	wg.Wait()
}

// The goroutine that is done is added to afterwards.
func afterwards(c chan bool) {
	var wg sync.WaitGroup
	go func() {
		<-c
		wg.Done()
	}()
	wg.Add(1)
	close(c)
	wg.Wait()
}
