package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The tool that go vet runs is this executable.
func TestMain(m *testing.M) {
	if tool := os.Getenv(toolVar); tool != "" {
		os.Exit(asTool(tool, os.Getenv(dirVar)))
	}
	os.Exit(m.Run())
}

func TestMeasure(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":        "module example.com/facts\n\ngo 1.26\n",
		"box/box.go":    "package box\n\nimport \"sync\"\n\ntype Box struct{ Mu sync.Mutex }\n\nfunc (b *Box) Use() { b.Mu.Lock(); b.Mu.Unlock() }\n",
		"box/x_test.go": "package box_test\n\nimport \"example.com/facts/box\"\n\nfunc Helper(b *box.Box) { b.Use() }\n",
		"none/none.go":  "package none\n\nfunc F() {}\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	sizes, err := measure(dir, []string{"./..."})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]size{}
	for _, s := range sizes {
		found[s.Package] = s
	}
	if s := found["example.com/facts/box"]; s.Facts != 1 || s.Own == 0 || s.All < s.Own {
		t.Errorf("the package with a lock: %+v", s)
	}
	for pkg, s := range found {
		if pkg != "example.com/facts/box" && !strings.HasSuffix(pkg, ".test]") && strings.HasPrefix(pkg, "example.com/") && s.Own != 0 {
			t.Errorf("%s: %+v, want none: nobody imports a package of tests", pkg, s)
		}
	}
	if len(found) < 10 {
		t.Errorf("%d packages, want those that are imported, too", len(found))
	}
}

func TestSection(t *testing.T) {
	header := func(types, facts uint32) []byte {
		b := binary.LittleEndian.AppendUint32([]byte("vetx"), types)
		return binary.LittleEndian.AppendUint32(b, facts)
	}
	got, err := section(append(header(2, 3), "ttfff"...))
	if err != nil || string(got) != "fff" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, bad := range [][]byte{nil, []byte("gob"), append(header(2, 3), "ttf"...)} {
		if _, err := section(bad); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}
