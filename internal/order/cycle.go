package order

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/flow"
)

// A Link is one goroutine of a cycle: it holds Pair.Held[Holds], which the one before
// it wants, and waits for Pair.Want, which the next one holds.
type Link struct {
	*Pair
	Holds int
}

// Holding returns the lock of the cycle that the goroutine holds.
func (l Link) Holding() Lock { return l.Pair.Held[l.Holds] }

// A Cycle is a deadlock: goroutine i waits for what goroutine i+1 holds, the last one
// for what the first one holds.
type Cycle struct {
	Links []Link
	// Reader: some goroutine waits to read what another only reads. That blocks
	// as soon as a writer waits in between.
	Reader bool
	// Modules: one of the locks is another module's.
	Modules bool
}

// Key identifies a cycle by the set of its lock classes, of which one may stand for several kinds of objects.
func (c *Cycle) Key() string {
	var classes []string
	for _, l := range c.Links {
		classes = append(classes, names(l.Holding())[0])
	}
	slices.Sort(classes)
	return strings.Join(classes, " ")
}

// Places names the operations by which the goroutines take the locks.
func (c *Cycle) Places() string {
	var places strings.Builder
	for _, l := range c.Links {
		for _, steps := range [][]*flow.Step{l.Holding().Steps, l.Want.Steps} {
			s := steps[len(steps)-1]
			fmt.Fprintln(&places, s.Pos, s.File, s.Line)
		}
	}
	return places.String()
}

// foreign reports whether a cycle is the affair of one package, whose locks these are, and that each
// goroutine is in by itself or by a single call from another package: those who call it can do nothing about it, and it
// is the same for all of them.
func (c *Cycle) foreign() bool {
	home, outside := root(c.Links[0].Want.Class), false
	for _, l := range c.Links {
		held, want := l.Holding(), l.Want
		own := strings.HasPrefix(want.Class, l.Pkg+".")
		if root(held.Class) != home || root(want.Class) != home || !own && !sameCall(held.Steps, want.Steps) {
			return false
		}
		outside = outside || !own
	}
	return outside
}

// elsewhere reports whether some locks of a cycle, and all of them, are those of other modules. Which of their objects are one, only their own code
// shows, and who is to keep their order is said there, too.
func (k *Known) elsewhere(c *Cycle) (some, all bool) {
	if k.Elsewhere == nil {
		return false, false
	}
	all = true
	for _, l := range c.Links {
		is := k.Elsewhere(l.Holding().Class) // what it wants, another link holds
		some, all = some || is, all && is
	}
	return some, all
}

// sameCall reports whether two ways lead through the same calls, and from the last one of them in the package through code of
// other packages only.
func sameCall(a, b []*flow.Step) bool {
	inside := func(s *flow.Step) bool { return s.Pos.IsValid() }
	same := func(a, b *flow.Step) bool { return a.Pos == b.Pos && a.File == b.File && a.Line == b.Line }
	n := 0
	for n < len(a) && n < len(b) && (n == 0 || inside(a[n])) && same(a[n], b[n]) {
		n++
	}
	return n > 0 && len(a) > n && len(b) > n && !slices.ContainsFunc(a[n:], inside) && !slices.ContainsFunc(b[n:], inside)
}

// root returns how the path of the package that declares a lock class begins: up to the first dot of its
// last element, which may have dots of its own.
func root(class string) string {
	slash := strings.LastIndexByte(class, '/') + 1
	dot := strings.IndexByte(class[slash:], '.')
	if dot < 0 {
		return class
	}
	return class[:slash+dot]
}

// StartIn makes a goroutine of the package the first of the cycle, or one that runs what the package has given it. It reports whether
// there is one.
func (c *Cycle) StartIn(pkg string) bool {
	first := -1
	for _, here := range []bool{false, true} {
		for i, l := range c.Links {
			if (l.Pkg == pkg || here && l.Here) && (first < 0 || l.compare(c.Links[first].Pair) < 0) {
				first = i
			}
		}
		if first >= 0 {
			break
		}
	}
	if first > 0 {
		c.Links = slices.Concat(c.Links[first:], c.Links[:first])
	}
	return first >= 0
}
