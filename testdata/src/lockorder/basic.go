package lockorder

import "sync"

type bank struct {
	mu       sync.Mutex
	accounts []*account
	total    int
}

type account struct {
	mu   sync.Mutex
	bank *bank
	sum  int
}

func (b *bank) Sum() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	sum := 0
	for _, a := range b.accounts {
		a.mu.Lock() // want `\(\*bank\)\.Sum locks bank\.mu, then account\.mu, and \(\*account\)\.Close \(basic\.go:\d+\) in the opposite order: can deadlock`
		sum += a.sum
		a.mu.Unlock()
	}
	return sum
}

func (a *account) Close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.bank.mu.Lock()
	a.bank.total -= a.sum
	a.bank.mu.Unlock()
}

// One order only.
type outer struct {
	mu sync.Mutex
	in inner
}

type inner struct{ mu sync.Mutex }

func (o *outer) Both() {
	o.mu.Lock()
	o.in.mu.Lock()
	o.in.mu.Unlock()
	o.mu.Unlock()
}

func (o *outer) BothAgain() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.in.mu.Lock()
	defer o.in.mu.Unlock()
}

// One after the other, in both orders.
func (o *outer) InTurn() {
	o.in.mu.Lock()
	o.in.mu.Unlock()
	o.mu.Lock()
	o.mu.Unlock()
}

// A lock that both hold keeps them apart.
type gated struct {
	gate, a, b sync.Mutex
}

func (g *gated) AB() {
	g.gate.Lock()
	defer g.gate.Unlock()
	g.a.Lock()
	defer g.a.Unlock()
	g.b.Lock()
	g.b.Unlock()
}

func (g *gated) BA() {
	g.gate.Lock()
	defer g.gate.Unlock()
	g.b.Lock()
	defer g.b.Unlock()
	g.lockA()
}

func (g *gated) lockA() {
	g.a.Lock()
	g.a.Unlock()
}

// A gate that only readers share keeps nobody apart.
type readGated struct {
	gate sync.RWMutex
	a, b sync.Mutex
}

func (g *readGated) AB() {
	g.gate.RLock()
	defer g.gate.RUnlock()
	g.a.Lock()
	defer g.a.Unlock()
	g.b.Lock() // want `readGated\.AB locks readGated\.a, then readGated\.b, and readGated\.BA \(basic\.go:\d+\) in the opposite order: can deadlock`
	g.b.Unlock()
}

func (g *readGated) BA() {
	g.gate.RLock()
	defer g.gate.RUnlock()
	g.b.Lock()
	defer g.b.Unlock()
	g.a.Lock()
	g.a.Unlock()
}

// The first lock is given back before the second is taken.
type handOverHand struct{ a, b sync.Mutex }

func (h *handOverHand) AB() {
	h.a.Lock()
	h.a.Unlock()
	h.b.Lock()
	h.b.Unlock()
}

func (h *handOverHand) BA() {
	h.b.Lock()
	defer h.b.Unlock()
	h.a.Lock()
	h.a.Unlock()
}

// TryLock does not wait.
type tried struct{ a, b sync.Mutex }

func (t *tried) AB() {
	t.a.Lock()
	defer t.a.Unlock()
	if t.b.TryLock() {
		t.b.Unlock()
	}
}

func (t *tried) BA() {
	t.b.Lock()
	defer t.b.Unlock()
	t.a.Lock()
	t.a.Unlock()
}
