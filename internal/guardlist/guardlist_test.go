package guardlist

import (
	"strings"
	"testing"
)

func TestApply(t *testing.T) {
	const formatted = "package p\n\ntype T struct {\n\ta int\n\tbcd string\n}\n"
	src := strings.Replace(formatted, "a int", "a   int", 1)
	at := strings.Index(src, "a   int") + len("a   int")
	for _, c := range []struct{ name, src, want string }{
		{"formatted", src, "package p\n\ntype T struct {\n\ta   int //lockvet:guardedby mu\n\tbcd string\n}\n"},
		{"not formatted", strings.Replace(src, "package p", "package  p", 1), "package  p\n\ntype T struct {\n\ta   int //lockvet:guardedby mu\n\tbcd string\n}\n"},
	} {
		shift := len(c.src) - len(src)
		got, err := Apply([]byte(c.src), []*Edit{{at + shift, " //lockvet:guardedby mu"}})
		if err != nil || string(got) != c.want {
			t.Errorf("%s: got %q, %v; want %q", c.name, got, err, c.want)
		}
	}
	if _, err := Apply([]byte(src), []*Edit{{len(src) + 1, "x"}}); err == nil {
		t.Error("an edit behind the end of the file is no error")
	}
}

// A package that is analysed twice is listed once, and names that share a line are declared once.
func TestUnite(t *testing.T) {
	e := Edit{3, " //lockvet:guardedby mu"}
	f := e
	vars := []*Var{{Name: "a", File: "f.go", Edit: &e}, {Name: "b", File: "f.go", Edit: &f}}
	all := Unite([]*Package{{Pkg: "b", Vars: vars}, {Pkg: "a"}, {Pkg: "b", Vars: vars}})
	if len(all) != 2 || all[0].Pkg != "a" || all[1].Pkg != "b" {
		t.Errorf("got %v", all)
	}
	if edits := Edits(all); len(edits["f.go"]) != 1 {
		t.Errorf("got %d edits, want 1", len(edits["f.go"]))
	}
}
