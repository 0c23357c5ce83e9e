package order

import (
	"fmt"
	"strings"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
)

// Kind is the category of a cycle: "reader" if only a waiting writer closes it,
// "opposite" for two goroutines, "cycle" for more.
func (c *Cycle) Kind() string {
	switch {
	case c.Reader:
		return "reader"
	case len(c.Links) == 2:
		return "opposite"
	}
	return "cycle"
}

// Sentence says what each goroutine of the cycle holds and waits for. Names are
// written as in the package pkg; at writes where a step is.
func (c *Cycle) Sentence(pkg string, at func(flow.Step) string) string {
	var names, halves []string
	for _, l := range c.Links {
		names = append(names, ShortClass(l.Holding().Class, pkg))
		halves = append(halves, l.sentence(pkg, at))
	}
	last := len(names) - 1
	how := "in opposite orders"
	if len(names) > 2 {
		how = "in a circle"
	}
	when := "which can deadlock"
	if c.Reader {
		when = "which can deadlock when a writer waits in between"
	}
	return fmt.Sprintf("%s and %s are locked %s, %s: %s", strings.Join(names[:last], ", "), names[last], how, when, strings.Join(halves, "; "))
}

func (l Link) sentence(pkg string, at func(flow.Step) string) string {
	holds := "holds"
	if l.Holding().Mode == model.Read {
		holds = "read-holds"
	}
	takes := "locks"
	if l.Want.Mode == model.Read {
		takes = "read-locks"
	}
	return fmt.Sprintf("%s %s %s (%s) when it %s %s (%s)", l.name(pkg), holds, ShortClass(l.Holding().Class, pkg), place(l.Holding().Steps, at),
		takes, ShortClass(l.Want.Class, pkg), place(l.Want.Steps, at))
}

// name is the root function, with its package if that is not pkg.
func (l Link) name(pkg string) string {
	if l.Pkg == pkg {
		return l.Root
	}
	return l.Pkg[strings.LastIndexByte(l.Pkg, '/')+1:] + "." + l.Root
}

// place says where an operation is, and through which call: "cache.go:30 by
// (*Cache).evict at cache.go:12".
func place(steps []flow.Step, at func(flow.Step) string) string {
	last := steps[len(steps)-1]
	if len(steps) == 1 {
		return at(last)
	}
	return fmt.Sprintf("%s, %s at %s", at(steps[0]), last.Func, at(last))
}

// ShortClass writes a lock class for people: without the path of its package, and
// without the package if that is pkg.
func ShortClass(class, pkg string) string {
	if decl, rest, ok := strings.Cut(class, "@"); ok { // a local variable
		name := decl[strings.LastIndexByte(decl, '.')+1:]
		return name + strings.TrimLeft(rest, "0123456789")
	}
	if rest, ok := strings.CutPrefix(class, pkg+"."); ok {
		return rest
	}
	return class[strings.LastIndexByte(class, '/')+1:]
}
