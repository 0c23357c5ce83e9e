// Package usage runs a command and says what it took: time, and the memory of
// the processes it starts.
package usage

import (
	"os/exec"
	"time"
)

// A Sample is what one run took.
type Sample struct {
	Wall    time.Duration
	CPU     time.Duration // of the command and all its children
	Tree    int64         // bytes: most that all its processes held together
	Largest int64         // bytes: most that one process of the tool held
}

// Run runs cmd, which exec.CommandContext made, in a process group of its own.
// When the context ends, all processes of the group are interrupted. tool is the
// path of the executable whose largest process counts; the command may start it
// many times. The error is that of cmd.Run, and a command that fails has its
// sample as well.
//
// A command that puts its children into another group hides them from
// Sample.Tree.
func Run(cmd *exec.Cmd, tool string) (Sample, error) {
	ownGroup(cmd)
	cmd.WaitDelay = 10 * time.Second
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return Sample{}, err
	}
	memory := watchMemory(cmd.Process.Pid, tool)
	err := cmd.Wait()
	s := Sample{Wall: time.Since(start)}
	s.Tree, s.Largest = memory()
	s.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return s, err
}
