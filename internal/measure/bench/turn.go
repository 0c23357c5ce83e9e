package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"

	"github.com/lockvet/lockvet/internal/measure/usage"
)

// turn measures a command in dir, which must not fail. tool is the executable
// whose largest process counts.
func turn(ctx context.Context, dir, tool string, env []string, name string, args ...string) (usage.Sample, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	s, err := usage.Run(cmd, tool)
	if err != nil {
		return usage.Sample{}, fmt.Errorf("%s: %w\n%s", name, err, tail(stderr.Bytes()))
	}
	return s, nil
}

// tail returns the end of a command's output: where it says what went wrong.
func tail(out []byte) []byte {
	const most = 2000
	return out[max(0, len(out)-most):]
}
