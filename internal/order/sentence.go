package order

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/brief"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
)

// Kind is the category of a cycle: "reader" if only a waiting writer closes it,
// "cycle" for three and more goroutines, and for two "modules" if another module has one of the locks, "callbacks" if a way leads through one of several functions
// that a field may hold, or else "opposite".
func (c *Cycle) Kind() string {
	switch k := kind(len(c.Links), c.Reader); {
	case k != "opposite":
		return k
	case c.Modules:
		return "modules"
	case slices.ContainsFunc(c.Links, func(l Link) bool { return l.Kept }):
		return "callbacks"
	default:
		return k
	}
}

func kind(length int, reader bool) string {
	switch {
	case reader:
		return "reader"
	case length == 2:
		return "opposite"
	}
	return "cycle"
}

// limit is how many characters the sentence about a cycle has at most. The ways to the
// locks are in the steps.
const limit = 120

// Sentence says which locks are taken in which orders, and by which functions. Names are
// written as in the package pkg; at writes where a step is.
func (c *Cycle) Sentence(pkg string, at func(*flow.Step) string) string {
	when := "can deadlock"
	if c.Reader {
		when = "can deadlock if a writer waits"
	}
	if len(c.Links) == 2 {
		return opposite(c.Links[0], c.Links[1], pkg, at, when)
	}
	return circle(c.Links, pkg, when)
}

// opposite says which function takes two locks in which order, and which one takes them
// in the other.
func opposite(one, other Link, pkg string, at func(*flow.Step) string, when string) string {
	if one.Holding().Entry && !other.Holding().Entry {
		one, other = other, one
	}
	first, second := one.Holding().short(pkg), one.Want.short(pkg)
	if first == second {
		second = "another " + second
	}
	takes := verb(one.Holding().Mode)
	then := "then"
	if v := verb(one.Want.Mode); v != takes {
		then += " " + v
	}
	f, g := one.name(pkg), other.name(pkg)
	place := at(other.Want.Steps[0])
	if step := one.Want.Steps[0]; f == g && step.Pos == other.Want.Steps[0].Pos && step.Line == other.Want.Steps[0].Line {
		return brief.Sentence(limit, "%s "+takes+" %s, "+then+" %s, and another call in the opposite order: "+when, shorter(f, limit/3), first, second)
	}
	if f == g {
		return brief.Sentence(limit, "%s "+takes+" %s, "+then+" %s, and in the opposite order at "+place+": "+when, shorter(f, limit/3), first, second)
	}
	if other.Holding().Entry {
		say := func(f, g, place string) string {
			return fmt.Sprintf("%s waits for %s under %s, which %s%s needs to unlock it: %s", f, second, first, g, place, when)
		}
		place = " (" + place + ")"
		return brief.Fit(limit, say(f, g, place), say(brief.Func(f), brief.Func(g), place), say(f, g, ""), say(brief.Func(f), brief.Func(g), ""))
	}
	say := func(f, g, place string) string {
		return fmt.Sprintf("%s %s %s, %s %s, and %s%s in the opposite order: %s", f, takes, first, then, second, g, place, when)
	}
	place = " (" + place + ")"
	return brief.Fit(limit, say(f, g, place), say(brief.Func(f), brief.Func(g), place), say(f, g, ""),
		brief.Sentence(limit, "%s "+takes+" %s, "+then+" %s, and %s in the opposite order: "+when, brief.Func(f), first, second, brief.Func(g)))
}

// short names a lock as in the package pkg.
func (l Lock) short(pkg string) string {
	name := ShortClass(l.Class, pkg)
	if place, _ := flow.FieldOf(l.Kin); l.Kin == "" || l.Kin[0] == '^' || place == l.Class {
		return name
	}
	lock := name[strings.LastIndexByte(name, '.')+1:]
	if field, ok := flow.FieldOf(l.Kin); ok {
		return ShortClass(field, pkg) + "." + lock
	}
	if variable, ok := flow.VariableOf(l.Kin); ok {
		if variable == "" {
			return name
		}
		return variable + "." + lock
	}
	field := strings.TrimSuffix(l.Kin[strings.LastIndexByte(l.Kin, '.')+1:], "[]")
	return "the " + field + "'s " + name
}

// shorter leaves out the punctuation of a function's name if it is long.
func shorter(f string, n int) string { return brief.Fit(n, f, brief.Func(f)) }

// circle says which functions take three or more locks so that each waits for the next.
func circle(links []Link, pkg, when string) string {
	const most = 3 // names that a sentence can hold
	if len(links) > most {
		l := links[0]
		return brief.Sentence(limit, "%s locks %s, then %s, which closes a cycle of "+fmt.Sprint(len(links))+" locks: "+when,
			l.name(pkg), ShortClass(l.Holding().Class, pkg), ShortClass(l.Want.Class, pkg))
	}
	var names []string
	for _, l := range links {
		names = append(names, ShortClass(l.Holding().Class, pkg))
	}
	for _, l := range links {
		names = append(names, l.name(pkg))
	}
	format := "%s, %s and %s are locked in a cycle by %s, %s and %s: " + when
	full := brief.Sentence(1<<10, format, names...)
	for i := len(links); i < len(names); i++ {
		names[i] = brief.Func(names[i])
	}
	return brief.Fit(limit, full, brief.Sentence(limit, format, names...))
}

func verb(m model.Mode) string {
	switch m {
	case model.Read:
		return "read-locks"
	case model.Doing:
		return "runs"
	}
	return "locks"
}

// name is the root function, with its package if that is not pkg.
func (l Link) name(pkg string) string {
	if l.Pkg == pkg {
		return l.Root
	}
	return l.Pkg[strings.LastIndexByte(l.Pkg, '/')+1:] + "." + l.Root
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
