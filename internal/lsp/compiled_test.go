package lsp

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCompiledIn: a gopls that was built with lockvet's checks in it shows what they
// find, and their fixes.
func TestCompiledIn(t *testing.T) {
	needGopls(t)
	gopls := filepath.Join(t.TempDir(), "gopls")
	if out, err := exec.Command("../../tools/gopls/with-lockvet", gopls, "../..").CombinedOutput(); err != nil {
		t.Fatalf("with-lockvet: %v\n%s", err, out)
	}
	e := start(t, module(t, withFix), startOptions{program: gopls, args: []string{"serve"}})
	e.open("a.go")
	found := e.await("a.go", "doublelock again: deferred Lock of mu")
	if href := found[0].CodeDescription; href == nil || !strings.Contains(href.Href, "docs/doublelock.md") {
		t.Errorf("codeDescription %v, want the page of doublelock", href)
	}
	var actions []struct{ Title string }
	e.call("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": e.uri("a.go")},
		"range":        found[0].Range,
		"context":      map[string]any{"diagnostics": found, "only": []string{"quickfix"}},
	}, &actions)
	if len(actions) != 1 || actions[0].Title != "Call Unlock" {
		t.Errorf("quick fixes %v, want Call Unlock", actions)
	}
	e.replace("a.go", "defer mu.Lock()", "defer mu.Unlock()")
	e.await("a.go", "!doublelock")
	if code := e.quit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
