package order

import (
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/why"
)

// mayBeOne reports whether two locks may be the same object.
func mayBeOne(a, b Lock) bool {
	if a.Kin != b.Kin {
		return false
	}
	return a.Class == b.Class || a.Declared != "" && a.Declared == b.Declared
}

// never reports whether two locks of one class are never the same object, as far as the fields
// tell in which their objects were found.
func (s *search) never(a, b Lock) bool {
	if apart(a, b) || a.Within != "" && b.Within != "" && s.Apart(a.Within, b.Within) {
		return true
	}
	return s.Other != nil && (a.Made != nil && s.Other(b.Within, a.Made) || b.Made != nil && s.Other(a.Within, b.Made))
}

// divided reports whether some goroutine holds a lock of an object and waits for another one of the same object, where the goroutines
// that want the one and hold the other mean two objects.
func (s *search) divided(links []Link) bool {
	for i, l := range links {
		if !l.Holding().Joint {
			continue
		}
		wanted, held := links[(i+len(links)-1)%len(links)].Want, links[(i+1)%len(links)].Holding()
		x, y := wanted.around(), held.around()
		if x != "" && y != "" && x != y || x == y && s.never(wanted, held) {
			return true
		}
	}
	return false
}

// strangers reports whether each of two goroutines finds the second object by a field of the first one, and the two fields never lead to and fro
// between two objects: one goroutine means an object and a part of it, as a decorator has, the other one means that part, or the whole, and a third.
func (s *search) strangers(links []Link) bool {
	if len(links) != 2 || s.Strangers == nil {
		return false
	}
	x, y := links[0].by(), links[1].by()
	if links[0].OneWay && (links[1].OneWay || y != "") || links[1].OneWay && x != "" {
		return true
	}
	return x != "" && y != "" && s.Strangers(x, y)
}

// by names the field of the object with the lock that is held in which the object with the wanted lock was found, "" if it was found elsewhere.
func (l Link) by() string {
	field := path.FieldOf(l.Want.Within)
	if dot := strings.LastIndexByte(field, '.'); dot < 0 || !strings.HasPrefix(l.Holding().Class, field[:dot+1]) {
		return ""
	}
	return field
}

// around names the struct's field in which the struct lies that declares a lock, "" if the lock is named after its declaration.
func (l Lock) around() string {
	if l.Declared == "" || l.Declared == l.Class {
		return ""
	}
	return l.Class[:max(0, strings.LastIndexByte(l.Class, '.'))]
}

// apart reports whether two locks of one class are never the same object.
func apart(a, b Lock) bool { return path.Apart(a.Within, b.Within) }

// SealedApart reports whether two fields of different packages never hold one object, as both are sealed.
func SealedApart(x, y string, sealed func(field string) bool) bool {
	x, y = path.FieldOf(x), path.FieldOf(y)
	return x != "" && y != "" && root(x) != root(y) && sealed(x) && sealed(y)
}

// excludes reports whether nobody has one of two locks while somebody else has the other.
func excludes(a, b Lock) bool {
	return mayBeOne(a, b) && !apart(a, b) && (a.Mode != model.Read || b.Mode != model.Read)
}

// keptApart tells what keeps two goroutines from being where the pairs say at one time; ok is false if
// nothing does. They may be the same goroutine, or one lock that both hold, which is returned, is
// between them.
func keptApart(p, q *Pair) (rule why.Rule, by *Lock, ok bool) {
	if p.Pkg == q.Pkg && (p.Root == q.Root && (p.Alone || p.sameObject(q)) || p.Loop != "" && p.Loop == q.Loop) {
		return why.SameGoroutine, nil, true
	}
	if p.With != nil && (p.Pkg != q.Pkg || !p.With(q.Root)) || q.With != nil && (p.Pkg != q.Pkg || !q.With(p.Root)) {
		return why.NotAtOnce, nil, true
	}
	if p.Pkg == q.Pkg && (p.isPast(q) || q.isPast(p)) {
		return why.NotAtOnce, nil, true
	}
	if p.startsAfter(q) || q.startsAfter(p) {
		return why.NotAtOnce, nil, true
	}
	if p.registers(q) || q.registers(p) {
		return why.NotAtOnce, nil, true
	}
	for i, a := range p.Held {
		for _, b := range q.Held {
			if excludes(a, b) {
				return why.CommonLock, &p.Held[i], true
			}
		}
	}
	return 0, nil, false
}

// registers reports whether a goroutine, where p says, is in the call that hands over the function by which another one
// comes to be where q says: as a rule, it is handed over once, if that is in no loop.
func (p *Pair) registers(q *Pair) bool {
	for _, s := range q.Want.Steps {
		if strings.HasPrefix(s.What, flow.HandsOver) && slices.ContainsFunc(p.Want.Steps, func(o *flow.Step) bool {
			return o.Pos == s.Pos && o.File == s.File && o.Line == s.Line
		}) {
			return true
		}
	}
	return false
}

// sameObject reports whether two pairs of one function that runs once for each object are about
// locks of the object: then they are about one goroutine.
func (p *Pair) sameObject(q *Pair) bool {
	own := func(p *Pair) (classes []string) {
		for _, l := range append(slices.Clip(p.Held), p.Want) {
			if l.Own {
				classes = append(classes, l.Class)
			}
		}
		return classes
	}
	theirs := own(q)
	return slices.ContainsFunc(own(p), func(class string) bool { return slices.Contains(theirs, class) })
}

// startsAfter reports whether the goroutine of p is started, for the object whose locks it takes, by the function of q, when that is past the call
// that leads to where q says.
func (p *Pair) startsAfter(q *Pair) bool {
	return p.Pkg == q.Pkg && p.Start != nil && p.Mine && q.Mine && p.Start.Root == q.Root && slices.Contains(p.Start.Sites, q.Want.Steps[0].Pos)
}

// isPast reports whether nobody is where q says while a goroutine is where p says.
func (p *Pair) isPast(q *Pair) bool {
	return slices.Contains(p.Past, q.Want.Steps[len(q.Want.Steps)-1].Pos)
}
