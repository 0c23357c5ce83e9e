package mend

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
)

// plan applies fixes to one file, whose places are given by text that occurs once.
func plan(t *testing.T, text string, fixes ...[][2]string) (string, []error) {
	t.Helper()
	var edits [][]Edit
	for _, fix := range fixes {
		var list []Edit
		for _, e := range fix {
			old, new := e[0], e[1]
			before, cut, _ := strings.Cut(old, "|") // what is before the bar stays
			if strings.Count(text, before+cut) != 1 {
				t.Fatalf("%q does not occur once", old)
			}
			start := strings.Index(text, before+cut) + len(before)
			list = append(list, Edit{"a.go", start, start + len(cut), new})
		}
		edits = append(edits, list)
	}
	changes, refused := Plan(edits, func(string) ([]byte, error) { return []byte(text), nil })
	if len(changes) == 0 {
		return text, refused
	}
	return string(changes[0].After), refused
}

const formatted = "package a\n\nfunc f() error {\n\tmu.Lock()\n\tif bad {\n\t\treturn err\n\t}\n\tmu.Unlock()\n\treturn nil\n}\n"

var insert = [][2]string{{"if bad {\n\t\t|", "mu.Unlock()\n"}}

func TestInsert(t *testing.T) {
	want := strings.Replace(formatted, "return err", "mu.Unlock()\n\t\treturn err", 1)
	if got, refused := plan(t, formatted, insert); got != want || refused[0] != nil {
		t.Errorf("got %q, %v", got, refused)
	}
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	in := [][2]string{{"if bad {\r\n\t\t|", "mu.Unlock()\n"}}
	if got, _ := plan(t, crlf(formatted), in); got != crlf(want) {
		t.Errorf("with CRLF got %q", got)
	}
}

// Of a file that gofmt has not seen, only the lines that a fix is about are formatted.
func TestUnformatted(t *testing.T) {
	ugly := strings.Replace(formatted, "func f() error {", "var  x   =  1\nfunc f()   error {", 1)
	want := strings.Replace(ugly, "return err", "mu.Unlock()\n\t\treturn err", 1)
	if got, _ := plan(t, ugly, insert); got != want { // although gofmt would insert a line above
		t.Errorf("got %q, want %q", got, want)
	}
	ugly = strings.Replace(formatted, "mu.Lock()", "mu.Lock( )", 1)
	want = strings.Replace(ugly, "return err", "mu.Unlock()\n\t\treturn err", 1)
	if got, _ := plan(t, ugly, insert); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	mixed := strings.Replace(formatted, "package a\n", "package a\r\n", 1)
	want = strings.Replace(mixed, "return err", "mu.Unlock()\n\t\treturn err", 1)
	if got, _ := plan(t, mixed, insert); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestConflicts(t *testing.T) {
	rename := [][2]string{{"|mu.Lock", "m.Lock"}}
	again := [][2]string{{"|mu.Lock", "n.Lock"}}
	got, refused := plan(t, formatted, rename, again, rename)
	if refused[0] != nil || refused[1] == nil || refused[2] != nil {
		t.Errorf("refused %v", refused)
	}
	if strings.Count(got, "m.Lock()") != 1 {
		t.Errorf("got %q", got)
	}
	if got, refused := plan(t, formatted, [][2]string{{"|{\n\tmu.Lock()", ""}}); refused[0] == nil || got != formatted {
		t.Errorf("a fix that breaks the code is made: %q", got)
	}
	_, refused = Plan([][]Edit{{{File: "gone.go"}}, {{File: "a.go", End: 99}}}, func(name string) ([]byte, error) {
		if name == "gone.go" {
			return nil, fs.ErrNotExist
		}
		return []byte("package a\n"), nil
	})
	if !errors.Is(refused[0], fs.ErrNotExist) || refused[1] == nil {
		t.Errorf("refused %v", refused)
	}
}
