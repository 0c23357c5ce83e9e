package frontend

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/lockvet/lockvet/internal/ordergraph"
)

// drawer is the program that lays graphs out. It is not linked into this one, which go
// vet starts for every package.
const drawer = "lockvet-draw"

// findDrawer returns the command that makes SVG of DOT: our own beside this program or on
// PATH, else Graphviz.
func findDrawer(self string) ([]string, error) {
	name := drawer
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	beside := filepath.Join(filepath.Dir(self), name)
	if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() {
		return []string{beside}, nil
	}
	if path, err := exec.LookPath(drawer); err == nil {
		return []string{path}, nil
	}
	if path, err := exec.LookPath("dot"); err == nil {
		return []string{path, "-Tsvg"}, nil
	}
	return nil, errors.New("there is neither " + drawer + " nor Graphviz's dot to lay the graph out; go install github.com/lockvet/lockvet/cmd/" + drawer + "@latest, or choose -format=dot or mermaid")
}

// svg lays a graph out.
func (v *vet) svg(ctx context.Context, g *ordergraph.Graph) ([]byte, error) {
	args, err := findDrawer(v.self)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdin = bytes.NewReader(g.DOT())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %v: %s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return out, nil
}
