package fetched

import (
	"os"
	"path/filepath"
	"testing"
)

func TestNeed(t *testing.T) {
	write := func(dir, name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	here, missing := t.TempDir(), t.TempDir()
	write(here, "go.mod", "module m\n\ngo 1.26\n")
	write(here, "m.go", "package m\n")
	write(missing, "go.mod", "module m\n\ngo 1.26\n\nrequire example.com/nowhere v1.0.0\n")
	write(missing, "m.go", "package m\n\nimport _ \"example.com/nowhere\"\n")
	t.Setenv(Variable, "")
	skipped := func(dir string) (skipped bool) {
		t.Run("", func(t *testing.T) {
			defer func() { skipped = t.Skipped() }()
			Need(t, dir)
		})
		return skipped
	}
	if skipped(here) {
		t.Error("a test that needs no module is skipped")
	}
	if !skipped(missing) {
		t.Error("a test whose module is not in the cache is not skipped")
	}
	t.Setenv(Variable, "1")
	if skipped(missing) {
		t.Errorf("a test is skipped although %s is set", Variable)
	}
}
