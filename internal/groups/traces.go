package groups

import (
	"strconv"
	"strings"
)

// distinct returns the traces that differ in what they do, the surest of those that are alike.
func distinct(paths []*trace) (out []*trace) {
	seen := make(map[string]int)
	for _, t := range paths {
		sig := t.signature()
		if i, ok := seen[sig]; ok {
			if out[i].weak && !t.weak {
				out[i] = t
			}
			// What holds on both is what matters.
			out[i] = out[i].common(t)
			continue
		}
		seen[sig] = len(out)
		out = append(out, t)
	}
	return out
}

// signature tells what a goroutine does to WaitGroups, whatever else it does.
func (t *trace) signature() string {
	var b strings.Builder
	for _, e := range t.events {
		b.WriteString(kindNames[e.kind] + " " + e.group + " " + ofLinear(e.n).key + " ")
		for _, p := range e.in {
			if how, free := t.loops[p]; free {
				b.WriteString("loop" + strconv.Itoa(p.loop) + how + " ")
			}
		}
		for _, a := range e.alts {
			b.WriteString("(" + a.signature() + ")")
		}
		b.WriteString(";")
	}
	return b.String()
}

// common returns t with the conditions only that the other one has as well.
func (t *trace) common(o *trace) *trace {
	c := *t
	c.conds = make(map[string]bool)
	for k, v := range t.conds {
		if ov, ok := o.conds[k]; ok && ov == v {
			c.conds[k] = v
		}
	}
	c.spans = make(map[string]span)
	for k, s := range t.spans {
		if o, ok := o.spans[k]; ok {
			c.spans[k] = span{min(s.lo, o.lo), max(s.hi, o.hi)}
		}
	}
	return &c
}

// fits reports whether a goroutine may do this on a path of the one that starts it.
func (t *trace) fits(p *trace) bool {
	for k := range t.conds {
		if p.conds["!"+k] || strings.HasPrefix(k, "!") && p.conds[k[1:]] {
			return false
		}
	}
	for sym, s := range t.spans {
		if o, ok := p.spans[sym]; ok && (s.hi < o.lo || o.hi < s.lo) {
			return false
		}
	}
	return true
}

// span returns what a number may be on a path, or in a goroutine of it.
func (t *trace) span(l linear, outer *trace) span {
	s := widest(l.sym)
	for _, in := range []*trace{t, outer} {
		if in == nil {
			continue
		}
		if o, ok := in.spans[l.sym]; ok {
			s = span{max(s.lo, o.lo), min(s.hi, o.hi)}
		}
	}
	return l.in(s)
}
