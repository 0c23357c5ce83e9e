package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// A sample is what one run took.
type sample struct {
	wall    time.Duration
	cpu     time.Duration // of the command and all its children
	tree    int64         // bytes: most that all its processes held together
	largest int64         // bytes: most that one process of the tool held
}

// measure runs a command in dir. tool is the executable whose largest process
// counts; the command may start it many times.
func measure(ctx context.Context, dir, tool string, env []string, name string, args ...string) (sample, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	ownGroup(cmd)

	start := time.Now()
	if err := cmd.Start(); err != nil {
		return sample{}, err
	}
	memory := watchMemory(cmd.Process.Pid, tool)
	err := cmd.Wait()
	s := sample{wall: time.Since(start)}
	s.tree, s.largest = memory()
	if err != nil {
		return sample{}, fmt.Errorf("%s: %w\n%s", name, err, tail(stderr.Bytes()))
	}
	s.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return s, nil
}

// tail returns the end of a command's output: where it says what went wrong.
func tail(out []byte) []byte {
	const most = 2000
	return out[max(0, len(out)-most):]
}
