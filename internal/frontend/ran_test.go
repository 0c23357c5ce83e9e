package frontend

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestRan(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "analysed")
	t.Setenv(ranVariable, file)
	p := &progress{width: 80}
	p.expect(4)
	p.follow(file)
	if got, want := p.line(time.Second), "compiling: 1s, 0 of 4 packages done"; got != want {
		t.Errorf("before the first package: %q, want %q", got, want)
	}
	for _, id := range []string{"other", "m/a_test [m/a.test]", "m/b", "m/b [m/b.test]"} {
		cfg := filepath.Join(dir, "vet.cfg")
		if err := os.WriteFile(cfg, []byte(`{"ImportPath": "`+id+`"}`), 0o666); err != nil {
			t.Fatal(err)
		}
		recordRun(cfg)
	}
	p.add(1)
	if got, want := p.line(3*time.Second), "analysing m/b [m/b.test]: 3s, 1 of 4 packages done"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	p.width = 50
	if got, want := p.line(3*time.Second), "analysing: 3s, 1 of 4 packages done"; got != want {
		t.Errorf("where it does not fit: %q, want %q", got, want)
	}
	asked := map[string]bool{"m/a": true, "/src/a": true, "m/b": true, "/src/b": true, "m/c": true, "/src/c": true}
	if n := cached(asked, whatRan(file)); n != 1 {
		t.Errorf("%d packages are said to be cached, want 1: m/c", n)
	}
	if n := cached(asked, whatRan("")); n != 3 {
		t.Errorf("%d packages are said to be cached when nothing ran, want 3", n)
	}
}
