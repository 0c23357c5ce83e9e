package lsp

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestNeovim runs a session of a real editor. What it prints is the recording in
// the guide.
func TestNeovim(t *testing.T) {
	needGopls(t)
	if _, err := exec.LookPath("nvim"); err != nil {
		t.Skip("nvim is not installed (Debian: apt-get install neovim)")
	}
	p, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs("testdata/session.lua")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "-S", script)
	cmd.Dir = module(t, withFix)
	cmd.Env = append(os.Environ(), "PATH="+goplsPath(t), "LOCKVET="+p.lockvet, "GOFLAGS=", "GOPROXY=off")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s%s", err, out, &stderr)
	}
	guide, err := os.ReadFile("../../docs/editors.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(guide), "```text\n"+string(out)+"```\n") {
		t.Errorf("the recording in docs/editors.md is not what the session prints:\n%s", out)
	}
}
