package summary

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
)

// essence returns a coarse fingerprint of a summary, without access paths and guards. The walks of
// functions that call each other have converged when it stays the same.
func essence(s *flow.Summary) string {
	if s == nil {
		return ""
	}
	var parts []string
	add := func(what ...any) { parts = append(parts, fmt.Sprintln(what...)) }
	for _, e := range s.Events {
		if e.Kind == flow.Call || e.Kind == flow.Later {
			add(e.Kind, last(e.Param), e.Method, classes(e.Held))
		} else {
			add(e.Kind, e.Mode, class(e.Lock))
		}
	}
	for _, p := range s.Points {
		add(p.Kind, p.Mode, class(p.Lock), classes(p.Held))
	}
	for _, o := range s.Outcomes {
		for _, n := range o.Nets {
			add(n.Mode, n.Delta, class(n.Lock))
		}
		for _, r := range o.Results {
			if r != nil && r.Kind == path.Const {
				add(r.Name)
			}
		}
	}
	if s.Slow != nil {
		add(s.Slow.Op.Name)
	}
	add(s.Never, len(s.Outcomes), s.Strays)
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), "")
}

// class names the class of a lock; a lock without one is a class by itself.
func class(lock *path.Node) string {
	if lock == nil {
		return ""
	}
	if c := lock.Class(); c != "" {
		return c
	}
	return fmt.Sprint(lock.ID)
}

// last is the end of a name: the field or variable that it leads to.
func last(n *path.Node) string {
	for n.Kind == path.Deref {
		n = n.X
	}
	return fmt.Sprint(n.Kind, n.Owner, n.Name)
}

func classes(locks []flow.HeldLock) (all []string) {
	for _, h := range locks {
		all = append(all, class(h.Lock))
	}
	slices.Sort(all)
	return all
}
