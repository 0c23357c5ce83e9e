package ssax

import (
	"testing"

	"github.com/lockvet/lockvet/internal/ssax/ssatest"
)

func TestNilness(t *testing.T) {
	pkg := ssatest.Build(t, "x", `
import ("errors"; "fmt"; "context")

type fault struct{ err error }
func (f *fault) Error() string { return "" }

var ErrGone = errors.New("gone")
var last error

func fresh() error { return &fault{} }
func named() error { return fmt.Errorf("x") }
func gone(b bool) error { if b { return ErrGone }; return fresh() }
func kept() error { return last }
func sometimes(b bool) error { if b { return nil }; return fresh() }
func second(err error) (int, error) { return 0, &fault{err} }
func wrap(op string, err error) error { if err == nil { return nil }; return &fault{err} }
func wrapNot(op string, err error) error { if err != nil { return &fault{err} }; return nil }
func wrapAgain(err error) error { return wrap("again", err) }
func wrapPhi(err error) error { if err != nil { err = &fault{err} }; return err }
func either(a, b error) error { if a != nil { return a }; return b }
func defaulted(err error) error { if err == nil { err = &fault{} }; return err }
func filter(err error) error { if err == last { return nil }; return err }
func loop(n int) error { if n == 0 { return fresh() }; return loop(n-1) }
func panics() error { panic("") }
func done(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
func chosen(ctx context.Context, c chan int) error {
	select {
	case <-ctx.Done(): return ctx.Err()
	case <-c: return ErrGone
	}
}
func asked(ctx context.Context) error { return ctx.Err() }
func other(ctx, parent context.Context) error { <-ctx.Done(); return parent.Err() }
func early(ctx context.Context) error { err := ctx.Err(); <-ctx.Done(); return err }
`).SSA
	for _, test := range []struct {
		fn   string
		i    int
		want Unless
	}{
		{"fresh", 0, never},
		{"named", 0, never},
		{"gone", 0, never},
		{"kept", 0, maybe},
		{"sometimes", 0, maybe},
		{"second", 1, never},
		{"wrap", 0, Unless{true, 1}},
		{"wrapNot", 0, Unless{true, 1}},
		{"wrapAgain", 0, Unless{true, 0}},
		{"wrapPhi", 0, Unless{true, 0}},
		{"either", 0, Unless{true, 1}},
		{"defaulted", 0, never},
		{"filter", 0, maybe},
		{"loop", 0, maybe}, // never, in truth
		{"panics", 0, maybe},
		{"done", 0, never},
		{"chosen", 0, never},
		{"asked", 0, maybe},
		{"other", 0, maybe},
		{"early", 0, maybe},
	} {
		if got := new(Nilness).result(pkg.Func(test.fn), test.i, 0); got != test.want {
			t.Errorf("result %d of %s: %v, want %v", test.i, test.fn, got, test.want)
		}
	}
}
