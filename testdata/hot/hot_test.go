package hot

import (
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"
)

func together(workers, times int, f func(worker, i int)) {
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range times {
				f(w, i)
			}
		})
	}
	wg.Wait()
}

// The four bottlenecks, the worst first.
func TestBottlenecks(t *testing.T) {
	runtime.GOMAXPROCS(8)
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	log := &Log{file: file}
	together(8, 400, func(_, _ int) { log.Write([]byte("line\n")) })

	config := &Config{values: map[string][]int{"a": {1, 2, 3}}}
	together(8, 2500, func(w, i int) {
		if w == 0 && i%500 == 0 {
			config.Set("a", []int{i, i + 1})
		} else {
			config.Sum("a")
		}
	})

	counters := new(Counters)
	together(8, 2500, func(w, i int) {
		if w%2 == 0 {
			counters.In(i)
		} else {
			counters.Out(i)
		}
	})

	pipe := NewPipe(func(int) { time.Sleep(20 * time.Microsecond) })
	together(4, 200, func(_, i int) { pipe.Put(i) })
	pipe.Close()
}
