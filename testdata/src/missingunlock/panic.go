package missingunlock

import (
	"log"
	"os"
	"runtime"
	"sync"
	"testing"
)

// Silent shape 8: the program or the goroutine ends here.
type daemon struct {
	mu   sync.Mutex
	conf map[string]string
}

func (d *daemon) load(path string) {
	d.mu.Lock()
	data, err := os.ReadFile(path)
	if err != nil {
		log.Fatalf("load: %v", err)
	}
	if len(data) == 0 {
		log.Print("empty")
		os.Exit(2)
	}
	if data[0] == 0 {
		panic("binary")
	}
	d.conf[path] = string(data)
	d.mu.Unlock()
}

func (d *daemon) check(t *testing.T) {
	d.mu.Lock()
	if len(d.conf) == 0 {
		t.Fatal("no configuration")
	}
	if len(d.conf) > 100 {
		runtime.Goexit()
	}
	d.mu.Unlock()
}

// Silent shape 8: a function that never returns.
func die(why string) {
	log.Print(why)
	os.Exit(1)
}

func (d *daemon) get(key string) string {
	d.mu.Lock()
	v, ok := d.conf[key]
	if !ok {
		die("no " + key)
	}
	d.mu.Unlock()
	return v
}

// A panic that the function itself recovers from.
type interpreter struct {
	mu    sync.Mutex
	stack []int
}

func (in *interpreter) run(op int) (err error) {
	defer func() {
		if recover() != nil {
			err = errClosed
		}
	}()
	in.mu.Lock()
	if op < 0 {
		panic("bad op") // want `panic with in\.mu locked since panic\.go:\d+`
	}
	in.stack = append(in.stack, op)
	in.mu.Unlock()
	return nil
}

// Silent shape 9: the deferred function recovers and unlocks.
func (in *interpreter) eval(op int) (err error) {
	in.mu.Lock()
	defer func() {
		if recover() != nil {
			err = errClosed
		}
		in.mu.Unlock()
	}()
	if op < 0 {
		panic("bad op")
	}
	in.stack = append(in.stack, op)
	return nil
}

// Silent: a panic that a caller recovers from, which may never need the lock again.
type vm struct {
	mu sync.Mutex
	pc int
}

func (m *vm) jump(pc int) {
	m.mu.Lock()
	if pc < 0 {
		panic(errClosed)
	}
	m.pc = pc
	m.mu.Unlock()
}

func (m *vm) exec(pcs []int) (err error) {
	defer func() {
		if e, ok := recover().(error); ok {
			err = e
		}
	}()
	for _, pc := range pcs {
		m.jump(pc)
	}
	return nil
}

// Fine: the deferred unlock runs when it panics.
type calculator struct {
	mu  sync.Mutex
	acc int
}

func (c *calculator) div(n int) {
	defer func() { _ = recover() }()
	c.mu.Lock()
	defer c.mu.Unlock()
	if n == 0 {
		panic("division by zero")
	}
	c.acc /= n
}

// What the deferred literal unlocks has another name there.
type winch struct {
	mu   sync.Mutex
	load int
}

func (w *winch) lift(max int) {
	mu := &w.mu
	defer func() {
		mu.Unlock()
		recover()
	}()
	w.take(max)
}

func (w *winch) take(max int) {
	w.mu.Lock()
	if w.load > max {
		panic("too heavy")
	}
	w.load++
}
