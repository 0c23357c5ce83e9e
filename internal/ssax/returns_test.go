package ssax

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lockvet/lockvet/internal/ssax/ssatest"
)

// TestReturns looks at what functions return that have deferred calls.
func TestReturns(t *testing.T) {
	pkg := ssatest.Build(t, "x", `
func end() {}
func plain(b bool) error { if b { return nil }; return fail() }
func fail() error { return nil }
func deferred(b bool) error { defer end(); if b { return nil }; return fail() }
func named(b bool) (err error) { defer func() { err = nil }(); if b { return nil }; return fail() }
func recovers(b bool) error { defer func() { recover() }(); if b { return nil }; return fail() }
`).SSA
	for name, want := range map[string]string{
		"plain": "Const Call", "deferred": "Const Call", "named": "UnOp UnOp", "recovers": "UnOp Const Call",
	} {
		var got []string
		for _, results := range Returns(pkg.Func(name)) {
			got = append(got, strings.TrimPrefix(fmt.Sprintf("%T", results[0]), "*ssa."))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s returns %v, want %s", name, got, want)
		}
	}
}
