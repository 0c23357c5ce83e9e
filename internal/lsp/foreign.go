package lsp

import (
	"os/exec"
	"strings"
	"sync"
)

// foreignRoots returns where the go command keeps code that is not the user's:
// the standard library and the modules it has downloaded.
var foreignRoots = sync.OnceValue(func() (roots []string) {
	out, err := exec.Command("go", "env", "GOROOT", "GOMODCACHE").Output()
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(out)) {
		if root := strings.TrimSpace(line); root != "" {
			roots = append(roots, root)
		}
	}
	return roots
})
