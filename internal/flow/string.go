package flow

import (
	"strings"
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
	if text := s.locks.String(); text != "" {
		parts = append(parts, text)
	}
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
		text := Literal{Cond: c.key, Val: c.val}.String()
		if c.stale {
			text += "~"
		}
		conds = append(conds, text)
	}
	add("defers", defers)
	add("memory", mem)
	add("if", conds)
	if len(parts) == 0 {
		return "nothing known"
	}
	return strings.Join(parts, "; ")
}
