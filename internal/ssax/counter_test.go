package ssax

import (
	"testing"

	"github.com/lockvet/lockvet/internal/ssax/ssatest"
)

func TestCounters(t *testing.T) {
	pkg := ssatest.Build(t, "x", `
func up(n int) { for i := 0; i < n; i++ { if i == 3 { println() } } }
func ranged(n, k int) { for i := range n { if i != k { println() } } }
func down(n int) { for i := n; i >= 0; i -= 2 { if 3 == i { println() } } }
func after(f func() bool) { n := 0; for f() { n++; if n == 1 { println() } } }
func two(f func() bool) { n := 0; for f() { if n == 4 { n += 2; continue }; n++ } }
func sometimes(f func() bool) { n := 0; for f() { if f() { n++ }; if n == 1 { println() } } }
func reset(f func() bool) { n := 0; for f() { n++; if n == 1 { n = 0 } } }
func both(f func() bool) { n := 0; for f() { if f() { n++ } else { n-- }; if n == 1 { println() } } }
func changes(f func() int) { for i := 0; i < 9; i++ { if i == f() { println() } } }
func alone(n int) { for i := 0; i < n; i++ { println(i) } }
func times(n int) { for i := 1; i < n; i *= 2 { if i == 4 { println() } } }
`)
	for name, want := range map[string][2]int{ // 1 or -1 for the direction, comparisons
		"up": {1, 1}, "ranged": {1, 1}, "down": {-1, 1}, "after": {1, 1}, "two": {1, 1},
		"sometimes": {}, "reset": {}, "both": {}, "changes": {}, "alone": {}, "times": {},
	} {
		var got [2]int
		for _, b := range pkg.Func(t, name).Blocks {
			for _, c := range Counters(b) {
				got[0], got[1] = -1, len(c.Equal)
				if c.Up {
					got[0] = 1
				}
			}
		}
		if got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}
