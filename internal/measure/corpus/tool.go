package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/lockvet/lockvet/internal/measure/gobuild"
)

// A tool is one build of lockvet.
type tool struct {
	name string // "this" or the revision
	exe  string
	hash string // of the executable
}

// build compiles lockvet as it is in root, or as it was at a revision. The same
// source gives the same executable wherever it lies.
func build(root, scratch, rev string) (tool, error) {
	name := rev
	if rev == "" {
		name = "this"
	} else {
		dir := filepath.Join(scratch, "source")
		if err := checkOut(root, rev, dir); err != nil {
			return tool{}, err
		}
		root = dir
	}
	exe := filepath.Join(scratch, fmt.Sprintf("lockvet-%x.exe", name)) // a revision can have slashes
	if err := gobuild.Build(root, gobuild.Lockvet, exe, "-trimpath"); err != nil {
		return tool{}, err
	}
	data, err := os.ReadFile(exe)
	if err != nil {
		return tool{}, err
	}
	hash := sha256.Sum256(data)
	return tool{name, exe, hex.EncodeToString(hash[:])}, nil
}

// checkOut writes the files of a revision to dir, and leaves nothing behind in
// the repository.
func checkOut(root, rev, dir string) error {
	cmd := exec.Command("git", "-C", root, "archive", "--format=tar", rev, "--")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	archive, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("-base %s: git archive: %w\n%s", rev, err, stderr.Bytes())
	}
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("-base %s: %w", rev, err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		file := filepath.Join(dir, filepath.FromSlash(h.Name))
		if !strings.HasPrefix(file, dir+string(filepath.Separator)) {
			return fmt.Errorf("-base %s: file %s", rev, h.Name)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(file, data, 0o666); err != nil {
			return err
		}
	}
}
