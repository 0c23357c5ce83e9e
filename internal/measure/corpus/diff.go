package main

import (
	"path"
	"slices"
)

// A diff says how one list of findings became another, by indices.
type diff struct {
	added, gone []int
	changed     [][2]int // of the base, of the current
}

// compare pairs the findings of two runs. A pair needs the same module and key.
// Two that say the same are the same finding; those at the same place are paired
// first, then those in the same file. A finding without such a counterpart is
// paired with any other of that key, as changed.
func compare(base, current []finding) diff {
	type group struct {
		module int
		key    key
	}
	rest := map[group][]int{} // of base, not paired yet
	for i, f := range base {
		g := group{f.module, f.key}
		rest[g] = append(rest[g], i)
	}
	take := func(f finding, fits func(finding) bool) (int, bool) {
		g := group{f.module, f.key}
		j := slices.IndexFunc(rest[g], func(i int) bool { return fits(base[i]) })
		if j < 0 {
			return 0, false
		}
		i := rest[g][j]
		rest[g] = slices.Delete(rest[g], j, j+1)
		return i, true
	}
	passes := []func(f, b finding) bool{
		func(f, b finding) bool { return f.text() == b.text() && f.Start == b.Start },
		func(f, b finding) bool {
			return f.text() == b.text() && path.Base(f.Start.File) == path.Base(b.Start.File)
		},
	}
	var d diff
	open := make([]int, len(current))
	for i := range open {
		open[i] = i
	}
	for _, same := range passes {
		open = slices.DeleteFunc(open, func(i int) bool {
			_, ok := take(current[i], func(b finding) bool { return same(current[i], b) })
			return ok
		})
	}
	for _, i := range open {
		if j, ok := take(current[i], func(finding) bool { return true }); ok {
			d.changed = append(d.changed, [2]int{j, i})
		} else {
			d.added = append(d.added, i)
		}
	}
	for _, indices := range rest {
		d.gone = append(d.gone, indices...)
	}
	slices.Sort(d.gone)
	return d
}
