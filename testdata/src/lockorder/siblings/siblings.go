// Package siblings has two objects of one type, which are told apart by where they are found.
package siblings

import "sync"

type account struct {
	mu  sync.Mutex
	id  int
	sum int
}

func transfer(from, to *account, n int) {
	from.mu.Lock()
	defer from.mu.Unlock()
	to.mu.Lock()
	defer to.mu.Unlock()
	from.sum -= n
	to.sum += n
}

// Two goroutines pass the two the one way and the other.
func both() {
	a, b := &account{}, &account{}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		transfer(a, b, 1) // want `both\.func1 locks a\.mu, then b\.mu, and both\.func2 \(siblings\.go:\d+\) in the opposite order: can deadlock`
	}()
	go func() {
		defer wg.Done()
		transfer(b, a, 2)
	}()
	wg.Wait()
}

// Both in one goroutine, or both the same way.
func inTurn() {
	a, b := &account{}, &account{}
	go func() {
		transfer(a, b, 1)
		transfer(b, a, 2)
	}()
	c, d := &account{}, &account{}
	go func() { transfer(c, d, 1) }()
	go func() { transfer(c, d, 2) }()
}

// The first has ended when the second starts.
func afterTheOther() {
	a, b := &account{}, &account{}
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		transfer(a, b, 1)
	}()
	wg.Wait()
	transfer(b, a, 2)
}

// The goroutine and the one that has started it.
func beside() {
	a, b := &account{}, &account{}
	done := make(chan bool)
	go func() {
		b.mu.Lock()
		a.mu.Lock() // want `beside\.func1 locks b\.mu, then a\.mu, and beside \(siblings\.go:\d+\) in the opposite order: can deadlock`
		a.sum++
		a.mu.Unlock()
		b.mu.Unlock()
		close(done)
	}()
	a.mu.Lock()
	b.mu.Lock()
	a.sum++
	b.mu.Unlock()
	a.mu.Unlock()
	<-done
}

// The function is what is started.
func (a *account) send(to *account, n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	to.mu.Lock() // want `\(\*account\)\.send locks account\.mu, then another account\.mu, and another call in the opposite order: can deadlock`
	defer to.mu.Unlock()
	a.sum -= n
	to.sum += n
}

func started() {
	a, b := &account{}, &account{}
	go a.send(b, 1)
	go b.send(a, 1)
}

func (a *account) give(to *account, n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	to.mu.Lock()
	defer to.mu.Unlock()
	a.sum -= n
	to.sum += n
}

func startedAlike(a, b, c *account) {
	go a.give(b, 1)
	go a.give(c, 1)
	go b.give(c, 1)
}

// Somebody decides on the order.
func ordered(a, b *account) {
	if a.id < b.id {
		a.mu.Lock()
		b.mu.Lock()
	} else {
		b.mu.Lock()
		a.mu.Lock()
	}
	a.sum, b.sum = b.sum, a.sum
	a.mu.Unlock()
	b.mu.Unlock()
}

func startedOrdered() {
	a, b := &account{}, &account{}
	go ordered(a, b)
	go ordered(b, a)
	go func() { ordered(a, b) }()
	go func() { ordered(b, a) }()
}

// Two fields of one object.
type bank struct{ cash, vault *account }

func (k *bank) deposit() {
	k.cash.mu.Lock()
	defer k.cash.mu.Unlock()
	k.vault.mu.Lock() // want `\(\*bank\)\.deposit locks bank\.cash\.mu, then bank\.vault\.mu, and \(\*bank\)\.withdraw in the opposite order: can deadlock`
	defer k.vault.mu.Unlock()
	k.vault.sum++
}

func (k *bank) withdraw() {
	k.vault.mu.Lock()
	defer k.vault.mu.Unlock()
	k.cash.mu.Lock()
	defer k.cash.mu.Unlock()
	k.cash.sum++
}

type safe struct{ left, right account }

func (s *safe) open() {
	s.left.mu.Lock()
	defer s.left.mu.Unlock()
	s.right.mu.Lock() // want `safe\.open locks safe\.left\.mu, then safe\.right\.mu, and safe\.shut \(siblings\.go:\d+\) in the opposite order: can deadlock`
	defer s.right.mu.Unlock()
	s.right.sum++
}

func (s *safe) shut() {
	s.right.mu.Lock()
	defer s.right.mu.Unlock()
	s.left.mu.Lock()
	defer s.left.mu.Unlock()
	s.left.sum++
}

// Both take them in one order.
type till struct{ notes, coins *account }

func (t *till) put() {
	t.notes.mu.Lock()
	defer t.notes.mu.Unlock()
	t.coins.mu.Lock()
	defer t.coins.mu.Unlock()
	t.coins.sum++
}

func (t *till) take() {
	t.notes.mu.Lock()
	defer t.notes.mu.Unlock()
	t.coins.mu.Lock()
	defer t.coins.mu.Unlock()
	t.notes.sum++
}

// Two variables of the package.
var first, second = &account{}, &account{}

func Up() {
	first.mu.Lock()
	defer first.mu.Unlock()
	second.mu.Lock() // want `Up locks first\.mu, then second\.mu, and Down \(siblings\.go:\d+\) in the opposite order: can deadlock`
	defer second.mu.Unlock()
	second.sum++
}

func Down() {
	second.mu.Lock()
	defer second.mu.Unlock()
	first.mu.Lock()
	defer first.mu.Unlock()
	first.sum++
}
