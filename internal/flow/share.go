package flow

import "encoding/binary"

// share makes equal guards and histories of what a function tells its callers one slice each. There are many of the same:
// summaries take less memory so, and what one of them means at a call is asked once (see [names]).
func share(events []Event, points []Point) {
	guards := make(shared[Literal])
	for i := range events {
		guards.put(&events[i].Guard, (*Literal).key)
	}
	passed := make(shared[Passed])
	for i := range points {
		p := &points[i]
		guards.put(&p.Guard, (*Literal).key)
		passed.put(&p.Since, (*Passed).key)
		for j := range p.Held {
			passed.put(&p.Held[j].Then, (*Passed).key)
		}
	}
}

// shared holds slices by what is in them.
type shared[T any] map[string][]T

// put puts in the place of a slice one with the same elements, if there is any; key appends what tells elements apart.
func (s shared[T]) put(slice *[]T, key func(*T, []byte) []byte) {
	if len(*slice) == 0 {
		*slice = nil
		return
	}
	var buf [256]byte
	b := buf[:0]
	for i := range *slice {
		b = key(&(*slice)[i], b)
	}
	same, ok := s[string(b)]
	if !ok {
		same = exact(*slice)
		s[string(b)] = same
	}
	*slice = same
}

func (l *Literal) key(b []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(b, uint32(l.Cond.ID)), byte(flags(l.Val, l.Before)))
}

func (p *Passed) key(b []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(b, uint32(p.Lock.ID)), byte(p.Mode))
}
