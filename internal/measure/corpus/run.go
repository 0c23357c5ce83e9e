package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/lockvet/lockvet/internal/frontend"
	"github.com/lockvet/lockvet/internal/measure/usage"
)

// A run is what one tool said about one module, and what that took. It is what
// is kept between runs.
type run struct {
	Report frontend.Report
	Sample usage.Sample
	Why    string // set if lockvet printed no report: what it said instead
}

// run returns the result that is kept in the directory state, or else runs the
// tool and keeps what it gives. Its progress goes to stderr.
func (t tool) run(ctx context.Context, state string, m module, flags []string, title string) (run, error) {
	flags = slices.Concat(m.flags, flags)
	key := sha256.Sum256(fmt.Append(nil, t.hash, "\n", m.source, "\n", m.dir, "\n", flags, m.patterns))
	file := filepath.Join(state, fmt.Sprintf("%x.json", key[:16]))
	if r, err := load(file); err == nil {
		fmt.Fprintf(os.Stderr, "%s: %d findings, kept from before\n", title, len(r.Report.Findings))
		return r, nil
	}
	fmt.Fprintf(os.Stderr, "%s: …\n", title)
	r, err := t.analyse(ctx, m, flags)
	if err != nil {
		return run{}, err
	}
	fmt.Fprintf(os.Stderr, "%s: %d findings, %d failures, %.0fs\n",
		title, len(r.Report.Findings), len(r.Report.Errors), r.Sample.Wall.Seconds())
	return r, save(file, r)
}

// analyse runs the tool on the module. It is no error if packages fail, or all.
func (t tool) analyse(ctx context.Context, m module, flags []string) (run, error) {
	args := slices.Concat([]string{"-C", m.dir, "-format=json"}, flags, m.patterns)
	cmd := exec.CommandContext(ctx, t.exe, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	sample, err := usage.Run(cmd, t.exe)
	if ctx.Err() != nil {
		return run{}, errors.New("interrupted; run the same again to go on")
	}
	// A result without the packages that there was no room for is no result.
	if full := syscall.ENOSPC.Error(); bytes.Contains(stdout.Bytes(), []byte(full)) || bytes.Contains(stderr.Bytes(), []byte(full)) {
		return run{}, fmt.Errorf("%s: %s; make room (go clean -cache) and run the same again to go on", m.dir, full)
	}
	r := run{Sample: sample}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return run{}, err
	}
	if json.Unmarshal(stdout.Bytes(), &r.Report) != nil {
		r.Why = strings.TrimSpace(stderr.String())
		if err != nil {
			r.Why = strings.TrimSpace(err.Error() + ": " + r.Why)
		}
	}
	return r, nil
}

func load(file string) (r run, err error) {
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	return r, err
}

// save writes the file whole or not at all.
func save(file string, r run) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	tmp := fmt.Sprintf("%s.%d-%d", file, os.Getpid(), time.Now().UnixNano())
	if err := os.WriteFile(tmp, data, 0o666); err != nil {
		os.Remove(tmp)
		return err
	}
	return os.Rename(tmp, file)
}
