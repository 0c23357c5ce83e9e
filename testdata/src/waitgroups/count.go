package waitgroups

import (
	"errors"
	"runtime"
	"sync"
	"time"
)

// Nobody calls Done.
func noDone() {
	var wg sync.WaitGroup
	wg.Add(1)
	wg.Wait() // want `wg.Wait never returns: wg.Add\(1\) \(count.go:13\) adds one more than Done is called`
}

// More is added than goroutines are started, of which each is done once.
func threeForTwo(work func()) {
	wg := &sync.WaitGroup{}
	wg.Add(3)
	for range 2 {
		go func() {
			defer wg.Done()
			work()
		}()
	}
	wg.Wait() // want `wg.Wait never returns: wg.Add\(3\) \(count.go:20\) adds one more than Done is called`
}

func twoForTwo(work func()) {
	wg := &sync.WaitGroup{}
	wg.Add(2)
	for range 2 {
		go func() {
			defer wg.Done()
			work()
		}()
	}
	wg.Wait()
}

// One turn of the loop counts nothing down.
func continues(jobs []func() bool) {
	var wg sync.WaitGroup
	wg.Add(len(jobs))
	for _, job := range jobs {
		if job == nil {
			continue
		}
		go func() {
			defer wg.Done()
			job()
		}()
	}
	wg.Wait() // want `wg.Wait never returns on a path: wg.Add\(len\(jobs\)\) \(count.go:45\) adds one more than Done is called`
}

func continuesDone(jobs []func() bool) {
	var wg sync.WaitGroup
	wg.Add(len(jobs))
	for _, job := range jobs {
		if job == nil {
			wg.Done()
			continue
		}
		go func() {
			defer wg.Done()
			job()
		}()
	}
	wg.Wait()
}

// The loop is over others than were counted: how many there are is not known.
func counted(jobs, others []func()) {
	var wg sync.WaitGroup
	wg.Add(len(jobs))
	for _, job := range others {
		go func() {
			defer wg.Done()
			job()
		}()
	}
	wg.Wait()
}

// Two, if there are two jobs.
func pair(jobs []func()) {
	var wg sync.WaitGroup
	wg.Add(2)
	for _, job := range jobs {
		go func() {
			defer wg.Done()
			job()
		}()
	}
	wg.Wait()
}

// What is counted is put aside first.
func aside(jobs []func() bool) {
	var wg sync.WaitGroup
	var rest []func() bool
	for _, job := range jobs {
		if job == nil {
			continue
		}
		wg.Add(1)
		rest = append(rest, job)
	}
	for _, job := range rest {
		go func() {
			defer wg.Done()
			job()
		}()
	}
	wg.Wait()
}

// A goroutine returns early.
func returns(work func() error) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if work() != nil {
			return // want `no Done on this path, as on others, for wg.Add\(1\) \(count.go:123\): wg.Wait \(count.go:130\) never returns then`
		}
		wg.Done()
	}()
	wg.Wait()
}

func returnsDone(work func() error) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if work() != nil {
			wg.Done()
			return
		}
		wg.Done()
	}()
	wg.Wait()
}

// The other goroutine does it instead.
func instead(work func() error) {
	var wg sync.WaitGroup
	failed := make(chan bool, 1)
	wg.Add(1)
	go func() {
		if work() != nil {
			failed <- true
			return
		}
		failed <- false
		wg.Done()
	}()
	if <-failed {
		wg.Done()
	}
	wg.Wait()
}

// A panic that is recovered skips what is not deferred.
func recovered(work func() error) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer func() { _ = recover() }()
		if err := work(); err != nil {
			panic(err)
		}
		wg.Done()
	}() // want `no Done on this path, as on others, for wg.Add\(1\) \(count.go:168\): wg.Wait \(count.go:176\) never returns then`
	wg.Wait()
}

// Without recover, the panic ends the program.
func crashes(work func() error) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if err := work(); err != nil {
			panic(err)
		}
		wg.Done()
	}()
	wg.Wait()
}

func recoveredDone(work func() error) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer func() {
			if recover() != nil {
				wg.Done()
			}
		}()
		if err := work(); err != nil {
			panic(err)
		}
		wg.Done()
	}()
	wg.Wait()
}

func exits(work func() error) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if work() != nil {
			runtime.Goexit() // want `no Done on this path, as on others, for wg.Add\(1\) \(count.go:211\): wg.Wait \(count.go:218\) never returns then`
		}
		wg.Done()
	}()
	wg.Wait()
}

// The channel of a ticker is never closed.
func ticks(quit chan bool) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		for range time.Tick(time.Second) {
			select {
			case <-quit:
				wg.Done()
				return
			default:
			}
		}
	}()
	wg.Wait()
}

// How many events come is not known.
func events(names []string, seen chan string) {
	var wg sync.WaitGroup
	for range names {
		wg.Add(1)
	}
	go func() {
		known := make(map[string]bool)
		for name := range seen {
			if !known[name] {
				known[name] = true
				wg.Done()
			}
		}
	}()
	wg.Wait()
}

// The goroutine is started only sometimes.
func sometimes(enabled bool, work func()) {
	var wg sync.WaitGroup
	wg.Add(1)
	if enabled {
		go func() {
			defer wg.Done()
			work()
		}()
	}
	wg.Wait() // want `wg.Wait never returns on a path: wg.Add\(1\) \(count.go:259\) adds one more than Done is called`
}

// The same condition decides twice.
func both(enabled bool, work func()) {
	var wg sync.WaitGroup
	if enabled {
		wg.Add(1)
	}
	work()
	if enabled {
		go func() {
			defer wg.Done()
			work()
		}()
	}
	wg.Wait()
}

func flagged(work func() error) {
	var wg sync.WaitGroup
	started := false
	if work() == nil {
		wg.Add(1)
		started = true
	}
	if started {
		go func() { wg.Done() }()
	}
	wg.Wait()
}

// A switch without a default may have a case for all there is.
func cases(kind int, work func()) {
	var wg sync.WaitGroup
	wg.Add(1)
	switch kind {
	case 1:
		go func() { work(); wg.Done() }()
	case 2:
		go func() { wg.Done() }()
	}
	wg.Wait()
}

// The goroutine waits for itself.
func itself(work func()) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		work()
		wg.Wait() // want `wg.Wait never returns: it waits for wg.Done \(count.go:316\), which this goroutine comes to only afterwards`
	}()
}

func tooEarly() {
	var wg sync.WaitGroup
	wg.Add(1)
	wg.Wait() // want `wg.Wait never returns: it waits for wg.Done \(count.go:326\), which this goroutine comes to only afterwards`
	wg.Done()
}

// Two groups wait for each other.
func each() {
	var ready, run sync.WaitGroup
	ready.Add(1)
	run.Add(1)
	go func() {
		defer ready.Done()
		run.Wait()
	}()
	ready.Wait() // want `ready.Wait never returns: ready.Done \(count.go:335\) comes only after run.Wait \(count.go:336\), which waits for this goroutine`
	run.Done()
}

func eachInTurn() {
	var ready, run, all sync.WaitGroup
	ready.Add(1)
	run.Add(1)
	all.Add(1)
	go func() {
		defer all.Done()
		ready.Done()
		run.Wait()
	}()
	ready.Wait()
	run.Done()
	all.Wait()
}

// Nobody receives the function that would call Done.
func queue() {
	var wg sync.WaitGroup
	tasks := make(chan func(), 1)
	wg.Add(1)
	tasks <- func() { wg.Done() }
	wg.Wait() // want `wg.Wait never returns: wg.Add\(1\) \(count.go:361\) adds one more than Done is called`
}

func queued(tasks chan func()) {
	var wg sync.WaitGroup
	wg.Add(1)
	tasks <- func() { wg.Done() }
	wg.Wait()
}

// Code out of sight has the WaitGroup.
func elsewhere(submit func(*sync.WaitGroup)) {
	var wg sync.WaitGroup
	wg.Add(1)
	submit(&wg)
	wg.Wait()
}

func later() {
	var wg sync.WaitGroup
	wg.Add(1)
	time.AfterFunc(time.Second, wg.Done)
	wg.Wait()
}

type carrier struct{ *sync.WaitGroup }

func carried(submit func(any)) {
	var wg sync.WaitGroup
	wg.Add(1)
	submit(carrier{&wg})
	wg.Wait()
}

// A function of the package calls Done.
func handed() {
	var wg sync.WaitGroup
	wg.Add(2)
	go finish(&wg)
	go func() { finish(&wg) }()
	wg.Wait()
}

func finish(wg *sync.WaitGroup) { defer wg.Done() }

// Whether a function that is given another one runs it depends on the call.
func given(work func()) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		unless(work, func() { wg.Done() })
	}()
	wg.Wait()
}

func unless(work, f func()) {
	if work != nil {
		f()
	}
}

// Once a group has been waited for, it is used again.
func again2(work func()) {
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() { defer wg.Done(); work() }()
		wg.Wait()
	}
	wg.Go(work)
	wg.Wait()
}

// A field, which nobody but this type counts.
type spawner struct {
	wg     sync.WaitGroup
	closed func() bool
}

func (s *spawner) start(f func()) error {
	s.wg.Add(1)
	if s.closed() {
		return errors.New("closed") // want `no Done on this path, as on others, for s.wg.Add\(1\) \(count.go:443\): s.wg.Wait \(count.go:454\) never returns then`
	}
	go func() {
		defer s.wg.Done()
		f()
	}()
	return nil
}

func (s *spawner) stop() { s.wg.Wait() }

// The caller of begin calls end.
type section struct {
	wg     sync.WaitGroup
	closed func() bool
}

func (s *section) begin() bool {
	s.wg.Add(1)
	if s.closed() {
		s.wg.Done()
		return false
	}
	return true
}

func (s *section) use(f func()) {
	if s.begin() {
		defer s.end()
		f()
	}
}

func (s *section) end()  { s.wg.Done() }
func (s *section) stop() { s.wg.Wait() }

// A package-level variable.
var all sync.WaitGroup

func waitsForAll() {
	all.Add(1)
	all.Wait() // want `all.Wait never returns: all.Add\(1\) \(count.go:485\) adds one more than Done is called`
}

func balanced(work func()) {
	all.Add(1)
	go func() {
		defer all.Done()
		work()
	}()
	all.Wait()
}

// Until somebody calls release.
var gate sync.WaitGroup

func block() {
	gate.Add(1)
	gate.Wait()
}

func release() { gate.Done() }

// All but oneself: how many the loop skips is not known.
func others(self int, parties []string, send func(string) error) {
	var wg sync.WaitGroup
	wg.Add((len(parties) - 1) * 2)
	for i, p := range parties {
		if i == self {
			continue
		}
		go func() {
			defer wg.Done()
			send(p)
		}()
		go func() {
			defer wg.Done()
			send(p)
		}()
	}
	wg.Wait()
}

// What is skipped has been counted.
func skipped(parties []string, send func(string) error) {
	var wg sync.WaitGroup
	wg.Add(len(parties))
	for _, p := range parties {
		if p == "" {
			continue
		}
		go func() {
			defer wg.Done()
			send(p)
		}()
	}
	wg.Wait() // want `wg.Wait never returns on a path`
}

type sorter struct {
	in   chan []string
	done *sync.WaitGroup
}

func (s *sorter) run(look func(string)) {
	for batch := range s.in {
		for _, x := range batch {
			look(x)
		}
		s.done.Add(-len(batch))
	}
}

// Silent: each item is in some batch, and a batch that is not empty is handed to a sorter, which counts it down.
func sortAll(items []string, sorters []*sorter, which func(string) int) {
	all := new(sync.WaitGroup)
	all.Add(len(items))
	batches := make([][]string, len(sorters))
	for _, x := range items {
		i := which(x)
		batches[i] = append(batches[i], x)
	}
	for i, batch := range batches {
		if len(batch) != 0 {
			sorters[i].done = all
			sorters[i].in <- batch
		}
	}
	all.Wait()
}
