package hot

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The benchmarks are what docs/hot.md gives numbers of: what a piece of advice starts from,
// and what it ends at. Eight goroutines for each processor contend.
//
//	go test -bench=Advice -run=^$ -cpu=2 ./internal/hot

func contend(b *testing.B, name string, f func(i int)) {
	b.Run(name, func(b *testing.B) {
		b.SetParallelism(8)
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				f(i)
			}
		})
	})
}

var sink atomic.Int64

// work takes about a microsecond.
func work(n int) (sum int) {
	for i := range 1000 {
		sum += i * n
	}
	return sum
}

func BenchmarkAdviceSlow(b *testing.B) {
	var mu sync.Mutex
	last := 0
	io := func() { time.Sleep(50 * time.Microsecond) } // a disk, a peer
	contend(b, "under", func(i int) {
		mu.Lock()
		last = i
		io()
		mu.Unlock()
	})
	contend(b, "after", func(i int) {
		mu.Lock()
		last = i
		mu.Unlock()
		io()
	})
	sink.Add(int64(last))
}

func BenchmarkAdviceRebuild(b *testing.B) {
	var mu sync.Mutex
	m := make(map[int]int)
	for i := range 5000 {
		m[i] = i
	}
	anew := func(old map[int]int) map[int]int {
		m := make(map[int]int, len(old))
		for k, v := range old {
			m[k] = v + 1
		}
		return m
	}
	// The others read while one goroutine makes the map anew again and again.
	read := func(name string, rebuild func()) {
		stop, stopped := make(chan bool), make(chan bool)
		go func() {
			defer close(stopped)
			for {
				select {
				case <-stop:
					return
				default:
					rebuild()
				}
			}
		}()
		contend(b, name, func(i int) {
			mu.Lock()
			n := m[i%5000]
			mu.Unlock()
			time.Sleep(time.Duration(10+n&1) * time.Microsecond) // what is read is used without the lock
		})
		close(stop)
		<-stopped
	}
	read("under", func() {
		mu.Lock()
		m = anew(m)
		mu.Unlock()
	})
	read("before", func() {
		next := anew(m) // nobody else changes m
		mu.Lock()
		m = next
		mu.Unlock()
	})
}

func BenchmarkAdviceRead(b *testing.B) {
	m := map[int]int{1: 2}
	var mu sync.Mutex
	contend(b, "Mutex", func(i int) {
		mu.Lock()
		n := work(m[1])
		mu.Unlock()
		_ = n
	})
	var rw sync.RWMutex
	contend(b, "RWMutex", func(i int) {
		rw.RLock()
		n := work(m[1])
		rw.RUnlock()
		_ = n
	})
	var p atomic.Pointer[map[int]int]
	p.Store(&m)
	contend(b, "Pointer", func(i int) {
		n := work((*p.Load())[1])
		_ = n
	})
}

func BenchmarkAdviceSplit(b *testing.B) {
	var mu, muA, muB sync.Mutex
	var a, c int
	contend(b, "one", func(i int) {
		mu.Lock()
		if i%2 == 0 {
			a += work(i)
		} else {
			c += work(i)
		}
		mu.Unlock()
	})
	contend(b, "two", func(i int) {
		if i%2 == 0 {
			muA.Lock()
			a += work(i)
			muA.Unlock()
		} else {
			muB.Lock()
			c += work(i)
			muB.Unlock()
		}
	})
	sink.Add(int64(a + c))
}

func BenchmarkAdviceAtomic(b *testing.B) {
	var mu sync.Mutex
	n := 0
	contend(b, "Mutex", func(i int) {
		mu.Lock()
		n++
		mu.Unlock()
	})
	var an atomic.Int64
	contend(b, "Int64", func(i int) { an.Add(1) })
	sink.Add(int64(n))
}

func BenchmarkAdviceShard(b *testing.B) {
	const shards = 16
	var one struct {
		mu sync.Mutex
		m  map[int]int
	}
	one.m = make(map[int]int)
	var many [shards]struct {
		mu sync.Mutex
		m  map[int]int
		_  [64]byte
	}
	for i := range many {
		many[i].m = make(map[int]int)
	}
	contend(b, "one", func(i int) {
		k := i * 7919 % 4096
		one.mu.Lock()
		one.m[k] += work(k) & 1
		one.mu.Unlock()
	})
	contend(b, "sixteen", func(i int) {
		k := i * 7919 % 4096
		s := &many[k%shards]
		s.mu.Lock()
		s.m[k] += work(k) & 1
		s.mu.Unlock()
	})
}

func BenchmarkAdviceLoop(b *testing.B) {
	var mu sync.Mutex
	list := make([]int, 200)
	contend(b, "under", func(i int) {
		mu.Lock()
		sum := 0
		for _, x := range list {
			sum += work(x) & 1
		}
		list[0] = i
		mu.Unlock()
		_ = sum
	})
	contend(b, "copy", func(i int) {
		mu.Lock()
		snapshot := append([]int(nil), list...)
		list[0] = i
		mu.Unlock()
		sum := 0
		for _, x := range snapshot {
			sum += work(x) & 1
		}
		_ = sum
	})
}

func BenchmarkAdviceQueue(b *testing.B) {
	for _, test := range []struct {
		name            string
		buffer, workers int
	}{{"one worker, no buffer", 0, 1}, {"one worker, buffer of 1000", 1000, 1}, {"two workers", 0, 2}} {
		ch := make(chan int, test.buffer)
		var wg sync.WaitGroup
		for range test.workers {
			wg.Go(func() {
				for n := range ch {
					sink.Store(int64(work(n)))
				}
			})
		}
		contend(b, test.name, func(i int) { ch <- i })
		close(ch)
		wg.Wait()
	}
}
