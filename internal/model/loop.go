package model

import (
	"go/types"
	"slices"
)

// loops are interfaces whose methods one goroutine calls, one after the other, by their packages.
var loops = map[string][]string{
	"charm.land/bubbletea/v2":            {"Model"}, // https://pkg.go.dev/charm.land/bubbletea/v2#Model
	"github.com/charmbracelet/bubbletea": {"Model"}, // https://pkg.go.dev/github.com/charmbracelet/bubbletea#Model
	"github.com/hajimehoshi/ebiten/v2":   {"Game"},  // https://pkg.go.dev/github.com/hajimehoshi/ebiten/v2#Game
}

// LoopOf names the interface of which a method is, if one goroutine calls all methods of that one after the other; "" otherwise. Who implements such an
// interface imports its package.
func LoopOf(method *types.Func) string {
	recv := method.Signature().Recv()
	if recv == nil || method.Pkg() == nil {
		return ""
	}
	for _, imported := range method.Pkg().Imports() {
		for _, name := range loops[imported.Path()] {
			obj := imported.Scope().Lookup(name)
			if obj == nil {
				continue
			}
			iface, ok := obj.Type().Underlying().(*types.Interface)
			if ok && has(iface, method.Name()) && types.Implements(recv.Type(), iface) {
				return imported.Path() + "." + name
			}
		}
	}
	return ""
}

func has(iface *types.Interface, method string) bool {
	return slices.ContainsFunc(slices.Collect(iface.Methods()), func(m *types.Func) bool { return m.Name() == method })
}
