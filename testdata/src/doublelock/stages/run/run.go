package run

import "doublelock/stages/etl"

func All() {
	p := etl.New()
	go p.Transform()
	go p.Load()
	for i := range 3 {
		p.Extract([]int{i, i + 1})
	}
}

func Twice(b *etl.Batch) {
	b.Begin()
	b.Begin() // want `b\.mu is locked again at etl\.go:\d+ by \(\*Batch\)\.Begin, which deadlocks: it is held since run\.go:\d+ by \(\*Batch\)\.Begin`
	b.End()
	b.End()
}
