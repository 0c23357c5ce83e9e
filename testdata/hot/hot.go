// Package hot has four bottlenecks, of which lockvet hot must find the cause.
package hot

import (
	"os"
	"sync"
)

// A Log writes to a file under its lock.
type Log struct {
	mu   sync.Mutex
	file *os.File
	n    int
}

// Write appends a line and makes sure that it is on the disk.
func (l *Log) Write(line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n++
	l.file.Write(line)
	l.file.Sync()
}

// A Config is read by everybody and hardly ever written.
type Config struct {
	mu     sync.Mutex
	values map[string][]int
}

// Sum is what everybody asks for.
func (c *Config) Sum(key string) (sum int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	values := c.values[key]
	sum += weigh(values)
	return sum
}

// Set changes a value.
func (c *Config) Set(key string, values []int) {
	c.mu.Lock()
	c.values[key] = values
	c.mu.Unlock()
}

func weigh(values []int) (sum int) {
	for i := range 4000 {
		sum += values[i%len(values)] * i
	}
	return sum
}

// Counters are two that have nothing to do with each other, under one lock.
type Counters struct {
	mu      sync.Mutex
	in, out [64]int
}

// In counts what comes in.
func (c *Counters) In(n int) {
	c.mu.Lock()
	spread(&c.in, n)
	c.mu.Unlock()
}

// Out counts what goes out.
func (c *Counters) Out(n int) {
	c.mu.Lock()
	spread(&c.out, n)
	c.mu.Unlock()
}

func spread(to *[64]int, n int) {
	for range 1000 {
		to[n%64] += n
	}
}

// A Pipe hands work to one slow goroutine.
type Pipe struct {
	ch   chan int
	done chan bool
}

// NewPipe returns a running pipe.
func NewPipe(work func(int)) *Pipe {
	p := &Pipe{make(chan int, 16), make(chan bool)}
	go func() {
		defer close(p.done)
		for n := range p.ch {
			work(n)
		}
	}()
	return p
}

// Put waits for room.
func (p *Pipe) Put(n int) { p.ch <- n }

// Close waits until all is done.
func (p *Pipe) Close() {
	close(p.ch)
	<-p.done
}
