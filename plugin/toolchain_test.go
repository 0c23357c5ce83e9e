package plugin

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A go command that is newer than the Go in golangci-lint makes the linter refuse.
func TestNewerGo(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the go command here is a shell script")
	}
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte("#!/bin/sh\necho go1.99.1\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	if _, err := New(nil); err == nil || !strings.Contains(err.Error(), "cannot read the standard library of go1.99.1") {
		t.Errorf("error %v, want one about go1.99.1", err)
	}
}
