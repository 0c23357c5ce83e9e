package lsp

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// proxiedEnv is set in the environment of the gopls that lockvet starts. Who finds
// it set is that gopls, and would start itself for ever.
const proxiedEnv = "LOCKVET_GOPLS"

// findGopls returns the gopls of the user: on PATH, or where "go install" puts
// it. An editor that was not started from a shell may have neither on its PATH.
func findGopls() (string, error) {
	if os.Getenv(proxiedEnv) != "" {
		return "", errors.New("the gopls on PATH is lockvet itself; lockvet needs the real one there, under the name gopls")
	}
	dirs := filepath.SplitList(os.Getenv("PATH"))
	if out, err := exec.Command("go", "env", "GOBIN", "GOPATH").Output(); err == nil {
		gobin, gopath, _ := strings.Cut(strings.TrimRight(string(out), "\r\n"), "\n")
		dirs = append(dirs, strings.TrimSpace(gobin))
		for _, dir := range filepath.SplitList(strings.TrimSpace(gopath)) {
			dirs = append(dirs, filepath.Join(dir, "bin"))
		}
	}
	for _, dir := range dirs {
		if dir == "" {
			continue
		}
		path, err := exec.LookPath(filepath.Join(dir, "gopls"))
		if err == nil && !isSelf(path) {
			return path, nil
		}
	}
	return "", errors.New("cannot find gopls, neither on PATH nor where go install puts it; install it: go install golang.org/x/tools/gopls@latest")
}

// isSelf reports whether a program is this one, by another name.
func isSelf(path string) bool {
	self, err := os.Executable()
	if err != nil {
		return false
	}
	a, errA := os.Stat(self)
	b, errB := os.Stat(path)
	return errA == nil && errB == nil && os.SameFile(a, b)
}

// boolFlags are the flags that can stand before a subcommand of gopls and have no
// value. https://pkg.go.dev/golang.org/x/tools/gopls: "gopls help"
var boolFlags = []string{"v", "verbose", "vv", "veryverbose", "rpc.trace", "h", "help"}

// isServer reports whether gopls with these arguments is a language server on its
// standard input and output. It is if no subcommand but "serve" is among them,
// unless it is to listen elsewhere.
func isServer(args []string) bool {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if !strings.HasPrefix(arg, "-") || arg == "-" {
			if arg != "serve" {
				return false
			}
			continue
		}
		name, _, hasValue := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-"), "=")
		switch {
		case name == "listen" || name == "h" || name == "help":
			return false
		case !hasValue && !slices.Contains(boolFlags, name) && len(args) > 0:
			args = args[1:]
		}
	}
	return true
}

// become runs gopls in the place of this process, and returns its exit code if
// the system cannot do that but only wait for it.
func become(gopls string, args []string) int {
	env := append(os.Environ(), proxiedEnv+"="+gopls)
	if err := replaceProcess(gopls, append([]string{"gopls"}, args...), env); err != nil {
		return fail("%v", err)
	}
	cmd := exec.Command(gopls, args...)
	cmd.Env = env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return exitCode(cmd.Run())
}

// exitCode is what a shell would say of how a process ended.
func exitCode(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &exit):
		return fail("%v", err)
	case exit.ExitCode() < 0:
		return 128 + signalOf(exit.ProcessState)
	}
	return exit.ExitCode()
}

// exitFailed is the exit code of lockvet itself when it cannot go on.
const exitFailed = 2

func fail(format string, args ...any) int {
	fmt.Fprintf(os.Stderr, "lockvet: "+format+"\n", args...)
	return exitFailed
}
