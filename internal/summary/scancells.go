package summary

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// scanAtomic notes that a call changes an atomic number.
func (a *analysis) scanAtomic(fi *funcInfo, c *ssa.CallCommon) {
	at, ok := ssax.AtomicOf(c)
	if !ok || at.Op == "Load" || !at.IsNumber() || ssax.New(at.Addr) {
		return
	}
	if cell := path.StaticCell(at.Addr); cell != "" {
		fi.writes.add(a.cells.id(cell))
		a.unstable[cell] = true
	}
}

// scanChan notes whether a channel stored to a cell has a buffer.
func (a *analysis) scanChan(cell string, val ssa.Value) {
	if _, ok := val.Type().Underlying().(*types.Chan); !ok {
		return
	}
	if conv, ok := val.(*ssa.ChangeType); ok {
		val = conv.X // to a channel of one direction
	}
	made, ok := val.(*ssa.MakeChan)
	buffered := ok && flow.HasBuffer(made)
	if was, ok := a.chans[cell]; ok {
		buffered = buffered && was
	}
	a.chans[cell] = buffered
}
