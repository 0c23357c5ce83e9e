package pointsto

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lockvet/lockvet/internal/path"
)

func TestTransfers(t *testing.T) {
	for _, test := range []struct {
		name, src, want string
	}{
		{"a constructor", `
type T struct { f func() }
func F(f func()) *T { return &T{f: f} }`,
			"arg0 to result0.f"},
		{"a setter", `
type T struct { f func() }
func F(t *T, f func()) { if f != nil { t.f = f } }`,
			"arg1 to arg0.f"},
		{"a default", `
type T struct { f func() }
func F(f func()) *T { if f == nil { f = func() {} }; return &T{f: f} }`,
			"arg0 to result0.f"},
		{"a list", `
type T struct { fs []func() }
func F(t *T, f func()) { t.fs = append(t.fs, f) }`,
			"arg1 to arg0.fs[nil]"},
		{"a map", `
type T struct { fs map[string]func() }
func F(t *T, name string, f func()) { t.fs[name] = f }`,
			"arg2 to arg0.fs[nil]"},
		{"a configuration", `
type C struct { n int; f func() }
type T struct { c C }
func F(c C) *T { return &T{c: c} }`,
			"arg0 to result0.c"},
		{"a field of it", `
type C struct { n int; f func() }
type T struct { f func() }
func F(c C) *T { return &T{f: c.f} }`,
			"arg0.f to result0.f"},
		{"a field of what is pointed to", `
type C struct { n int; f func() }
type T struct { f func() }
func F(c *C) *T { t := new(T); t.f = c.f; return t }`,
			"arg0.f to result0.f"},
		{"an option", `
type T struct { f func() }
func F(f func()) func(*T) { return func(t *T) { t.f = f } }`,
			"arg0 to result0.f"},
		{"what options are for", `
type T struct { f func() }
func F(opts ...func(*T)) (*T, error) { t := &T{}; for _, o := range opts { o(t) }; return t, nil }`,
			"arg0[nil] to result0 (all)"},
		{"options that are collected", `
type options struct { n int; f func() }
type T struct { f func() }
func F(opts ...func(*options)) *T { var op options; for _, o := range opts { o(&op) }; return &T{f: op.f} }`,
			"arg0[nil].f to result0.f"},
		{"options that are kept", `
type options struct { n int; f func() }
type T struct { o options }
func F(opts ...func(*options)) *T { t := &T{}; for _, o := range opts { o(&t.o) }; return t }`,
			"arg0[nil] to result0.o (all)"},
		{"options that are kept when they are there", `
type options struct { n int; f func() }
type T struct { o options }
func F(opts ...func(*options)) *T { var op options; for _, o := range opts { o(&op) }; return &T{o: op} }`,
			"arg0[nil] to result0.o (all)"},
		{"an object in an object", `
type S struct { f func() }
type T struct { s *S }
func F(f func()) *T { t := &T{s: &S{}}; t.s.f = f; return t }`,
			"arg0 to result0.s.f"},
		{"objects in an array", `
type S struct { f func() }
type T struct { s [4]*S }
func F(f func()) *T { t := &T{}; for i := range t.s { t.s[i] = &S{f: f} }; return t }`,
			"arg0 to result0.s[nil].f"},
		{"through helpers", `
type base struct { f func() }
type T struct { n int; *base }
func F(f func()) *T { return newT(3, f) }
func newT(n int, f func()) *T { t := &T{n: n}; t.base = newBase(f); return t }
func newBase(f func()) *base { return &base{f: f} }`,
			"arg0 to result0.base.f"},
		{"something else", `
type T struct { f func() }
var all []*T
func F(f func()) { all = append(all, &T{f: f}) }`,
			""},
	} {
		c, pkg := contentsOf(t, test.src)
		var parts []string
		for _, tr := range c.Transfers(path.NewTable(), pkg.Func("F")) {
			s := fmt.Sprintf("%v to %v", tr.From, tr.To)
			if tr.Cell == "" {
				s += " (all)"
			}
			parts = append(parts, s)
		}
		if got := strings.Join(parts, "; "); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
