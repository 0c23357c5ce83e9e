package answer

import (
	"slices"
	"strings"
	"testing"

	"github.com/lockvet/lockvet/internal/why"
)

const source = `package p

import "sync"

type T struct{ mu sync.Mutex }

func (t *T) Put(ok bool, ch chan int) int {
	if len("x") == 1 && !ok {
		t.mu.Lock()
	}
	got, found := find(ch)
	if found {
		ch <- got
	}
	select {
	case v := <-ch:
		return v
	default:
	}
	for ok {
		go func() {
			t.mu.Lock()
		}()
	}
	return 0
}

func (g G[K]) Put() { _ = []byte("x") }

func find(ch chan int) (int, bool) { return <-ch, true }

type G[K any] struct{}
`

func TestLines(t *testing.T) {
	src, err := Parse("p.go", source)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		want []int
	}{
		{"(*T).Put", []int{9, 11, 13, 15, 16, 17, 21, 22, 23, 25}},
		{"T.Put", []int{9, 11, 13, 15, 16, 17, 21, 22, 23, 25}},
		{"G.Put", []int{28}},
		{"find", []int{30}},
	} {
		if got, err := src.Func(test.name); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, %v, want %v", test.name, got, err, test.want)
		}
	}
	if got, err := src.Around(22); err != nil || len(got) != 10 {
		t.Errorf("around line 22: got %v, %v", got, err)
	}
	for want, ask := range map[string]func() ([]int, error){
		"p.go has 2 functions Put: say which of (*T).Put, G.Put":                       func() ([]int, error) { return src.Func("Put") },
		"p.go has no function Get; there are (*T).Put, G.Put, find":                    func() ([]int, error) { return src.Func("Get") },
		"line 8 of p.go has no operation":                                              func() ([]int, error) { return src.Line(8) },
		"the nearest that have are 25 (return 0), 28 (func (g G[K]) Put() { _ = []byt": func() ([]int, error) { return src.Line(26) },
		"p.go has 32 lines, and so no line 33":                                         func() ([]int, error) { return src.Around(33) },
	} {
		if lines, err := ask(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, error %v, want %s", lines, err, want)
		}
	}
	if _, err := Parse("p.go", "package p\nfunc {"); err == nil || err.Error() != "p.go:2:6: expected 'IDENT', found '{'" {
		t.Errorf("got error %v", err)
	}
}

// The engine knows a condition by the place where its value is computed.
func TestConditions(t *testing.T) {
	src, err := Parse("p.go", source)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		at   string // what stands at the place
		want string
		line int
	}{
		{`== 1`, `len("x") == 1`, 8},
		{`&& !ok`, `len("x") == 1 && !ok`, 8},
		{`ok bool`, `ok`, 0},
		{`(ch)` + "\n", `what got, found := find(ch) yields`, 11},
	} {
		i := strings.Index(source, test.at)
		line := 1 + strings.Count(source[:i], "\n")
		col := i - strings.LastIndexByte(source[:i], '\n')
		if got, at := src.condition(line, col); got != test.want || at != test.line {
			t.Errorf("%s: got %q in line %d, want %q in line %d", test.at, got, at, test.want, test.line)
		}
	}
}

// Of the records of a package, the one without tests answers for a file that is none.
func TestChoose(t *testing.T) {
	in := func(file string) why.FuncRecord { return why.FuncRecord{Start: why.Place{File: "/m/" + file, Line: 1}} }
	plain := &why.Package{Pkg: "m", Funcs: []why.FuncRecord{in("a.go")}}
	tests := &why.Package{Pkg: "m", WithTests: true, Funcs: []why.FuncRecord{in("a.go"), in("a_test.go")}}
	other := &why.Package{Pkg: "n"}
	for _, records := range [][]*why.Package{{plain, tests, other}, {other, tests, plain}} {
		if got := Choose(records, "m", "a.go"); got != plain {
			t.Errorf("a.go: got %+v", got)
		}
		if got := Choose(records, "m", "a_test.go"); got != tests {
			t.Errorf("a_test.go: got %+v", got)
		}
	}
	if got := Choose([]*why.Package{plain}, "n", "a.go"); got != nil {
		t.Errorf("no record: got %+v", got)
	}
}
