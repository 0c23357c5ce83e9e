package overlay

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func read(t *testing.T, flag string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(flag)
	if err != nil {
		t.Fatal(err)
	}
	var overlay struct{ Replace map[string]string }
	if err := json.Unmarshal(data, &overlay); err != nil {
		t.Fatal(err)
	}
	return overlay.Replace
}

// TestWrite follows a file from its text to its place and back to its name.
func TestWrite(t *testing.T) {
	name := filepath.Join(t.TempDir(), "dir with space", "a.go")
	texts := map[string]string{name: "package a // 1\n"}
	flag, done, err := Write(texts)
	if err != nil {
		t.Fatal(err)
	}
	first := read(t, flag)[name]
	if got, err := os.ReadFile(first); err != nil || string(got) != texts[name] {
		t.Errorf("at its place stands %q, %v", got, err)
	}
	if filepath.Base(first) != "a.go" {
		t.Errorf("the place %s does not end in the file's name, which messages use", first)
	}
	if got := Original(first); got != name {
		t.Errorf("Original(%s) = %s, want %s", first, got, name)
	}
	done()
	if _, err := os.Stat(flag); err == nil {
		t.Error("done has left the file for -overlay")
	}

	texts[name] = "package a // 2\n"
	flag, done, err = Write(texts)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	if second := read(t, flag)[name]; second == first {
		t.Error("two texts have one place")
	}
	if got, err := os.ReadFile(first); err != nil || string(got) != "package a // 1\n" {
		t.Errorf("what was at a place has become %q, %v", got, err)
	}
	if got := Original(name); got != name {
		t.Errorf("Original(%s) = %s", name, got)
	}
}

func TestPrune(t *testing.T) {
	dir := t.TempDir()
	old, young := filepath.Join(dir, "old.go"), filepath.Join(dir, "young.go")
	flag, done, err := Write(map[string]string{old: "package old\n", young: "package young\n"})
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	places := read(t, flag)
	ago := time.Now().Add(-2 * keep)
	for p := places[old]; p != root(); p = filepath.Dir(p) {
		if err := os.Chtimes(p, ago, ago); err != nil {
			t.Fatal(err)
		}
	}
	Prune()
	if _, err := os.Stat(places[old]); err == nil {
		t.Error("a file that was not used for long is still there")
	}
	if _, err := os.Stat(places[young]); err != nil {
		t.Errorf("a file that is in use is gone: %v", err)
	}
}
