package flow

import (
	"strings"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// String writes the literal as its condition, with a ! before it if that is false.
func (l Literal) String() string {
	if l.Val {
		return l.Cond.String()
	}
	return "!" + l.Cond.String()
}

// String writes what is known in the state in one line: the locks that are held, those that
// are known not to be, the deferred calls, memory and conditions. A ? stands after what is
// not sure, and a ~ after what may have changed since.
func (s *state) String() string {
	var parts []string
	add := func(what string, items []string) {
		if len(items) > 0 {
			parts = append(parts, what+" "+strings.Join(items, ", "))
		}
	}
	doubts := func(text string, unsure, moved bool) string {
		if unsure {
			text += "?"
		}
		if moved {
			text += "~"
		}
		return text
	}
	lock := func(n *path.Node, m model.Mode) string {
		if m == model.Read {
			return n.String() + "(r)"
		}
		return n.String()
	}
	var held, ours, callers []string
	for _, h := range s.held {
		held = append(held, doubts(lock(h.lock, h.mode), h.unsure, h.moved))
	}
	for _, k := range s.known {
		if text := doubts(lock(k.lock, k.mode), false, k.moved); k.mine {
			ours = append(ours, text)
		} else {
			callers = append(callers, text)
		}
	}
	add("holds", held)
	add("released", ours)
	add("released for the caller", callers)
	var defers, mem, conds []string
	for _, d := range s.defers {
		if d.value != nil {
			defers = append(defers, d.value.String())
		}
	}
	for _, c := range s.mem {
		text := c.Addr.String() + "=?"
		if c.Val != nil {
			text = c.Addr.String() + "=" + c.Val.String()
		}
		mem = append(mem, text)
	}
	for _, c := range s.conds {
		conds = append(conds, doubts(Literal{Cond: c.key, Val: c.val}.String(), false, c.stale))
	}
	add("defers", defers)
	add("memory", mem)
	add("if", conds)
	if len(parts) == 0 {
		return "nothing known"
	}
	return strings.Join(parts, "; ")
}
