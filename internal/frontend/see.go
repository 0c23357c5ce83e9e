package frontend

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/lockvet/lockvet/internal/ordergraph"
	"github.com/lockvet/lockvet/internal/report"
)

// seer is the program with the large libraries: for layouts, profiles and pages. They are not
// linked into this one, which go vet starts for every package.
const seer = "lockvet-see"

// findSeer returns where that program is: beside this one, or on PATH.
func findSeer(self string) (string, error) {
	name := seer
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	beside := filepath.Join(filepath.Dir(self), name)
	if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() {
		return beside, nil
	}
	if path, err := exec.LookPath(seer); err == nil {
		return path, nil
	}
	return "", errors.New("this needs the program " + seer + ", which is neither beside lockvet nor on PATH; go install github.com/lockvet/lockvet/cmd/" + seer + "@latest")
}

// see runs that program.
func (v *vet) see(ctx context.Context, stdin []byte, args ...string) ([]byte, error) {
	path, err := findSeer(v.self)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if message := strings.TrimPrefix(strings.TrimSpace(stderr.String()), seer+": "); err != nil && message != "" {
		err = errors.New(message)
	} else if err != nil {
		err = fmt.Errorf("%s: %v", path, err)
	}
	return out, err
}

// svg lays a graph out.
func (v *vet) svg(ctx context.Context, g *ordergraph.Graph) ([]byte, error) {
	return v.see(ctx, g.DOT(), "draw")
}

// page writes a page.
func (v *vet) page(ctx context.Context, d *report.Data) ([]byte, error) {
	in, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	return v.see(ctx, in, "page")
}
