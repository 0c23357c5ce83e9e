// Package registered hands on a function that sends under the lock of those who call it.
package registered

import (
	"sync"
	"time"
)

var events struct {
	mu        sync.Mutex
	callbacks []func(int)
	handlers  []handler
}

func Subscribe(f func(int)) {
	events.mu.Lock()
	events.callbacks = append(events.callbacks, f)
	events.mu.Unlock()
}

func Notify(n int) {
	events.mu.Lock()
	for _, f := range events.callbacks {
		f(n)
	}
	for _, h := range events.handlers {
		h.handle(n)
	}
	events.mu.Unlock()
}

// The literal that sends is known to nobody before Subscribe has had the lock.
func sumOnce() (sum int) {
	ch := make(chan int)
	Subscribe(func(n int) {
		ch <- n
	})
	for i := range 100 {
		go Notify(i)
	}
	for range 100 {
		select {
		case n := <-ch:
			sum += n
		case <-time.After(time.Second):
		}
	}
	return sum
}

type notifier func(int)

func SubscribeNotifier(f notifier) {
	events.mu.Lock()
	events.callbacks = append(events.callbacks, f)
	events.mu.Unlock()
}

// The literal is converted on its way.
func sumNotified() (sum int) {
	ch := make(chan int)
	SubscribeNotifier(func(n int) {
		ch <- n
	})
	for i := range 100 {
		go Notify(i)
	}
	for range 100 {
		sum += <-ch
	}
	return sum
}

type handler interface{ handle(n int) }

type funcs struct{ add func(n int) }

func (f *funcs) handle(n int) { f.add(n) }

func SubscribeHandler(h handler) {
	events.mu.Lock()
	events.handlers = append(events.handlers, h)
	events.mu.Unlock()
}

// The literal is in a field of what the call gets.
func sumHandled() (sum int) {
	ch := make(chan int)
	SubscribeHandler(&funcs{add: func(n int) {
		ch <- n
	}})
	for i := range 100 {
		go Notify(i)
	}
	for range 100 {
		sum += <-ch
	}
	return sum
}

// The literal is handed on under the lock, which the receiver does not take afterwards.
func sumGuarded() (sum int) {
	ch := make(chan int)
	var mu sync.Mutex
	add := func(n int) {
		mu.Lock()
		defer mu.Unlock()
		ch <- n
	}
	mu.Lock()
	Subscribe(add)
	mu.Unlock()
	go Notify(1)
	return <-ch
}

// Here the receiver takes the lock between two messages.
func Sum() (sum int) {
	ch := make(chan int)
	Subscribe(func(n int) {
		ch <- n // want `send to ch with events\.mu held \(since registered\.go:\d+\): its receiver must lock events\.mu first \(registered\.go:\d+\): deadlock`
	})
	for i := range 100 {
		go Notify(i)
	}
	for range 100 {
		Subscribe(func(int) {})
		sum += <-ch
	}
	return sum
}
