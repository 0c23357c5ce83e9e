package frontend

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// A vet runs the go command for a command of ours.
type vet struct {
	*command
	self     string   // this program, to be the vet tool
	env      []string // of the go command; nil if it is ours
	work     string   // the go command's files go below it; "" leaves that to it
	ran      string   // the file that vet tools write down in what they analyse; "" is none
	progress *progress
	failed   []Failure // beside the analysis
}

// A Failure says why something could not be analysed.
type Failure struct {
	Package string `json:"package,omitempty"` // empty if no one package is to blame
	Message string `json:"message"`           // may have several lines
}

// String is the failure as the go command would print it.
func (f Failure) String() string {
	heading := "# " + escape(f.Package) + "\n"
	if f.Package == "" {
		heading = "lockvet: "
	}
	lines := strings.Split(f.Message, "\n")
	for i := range lines {
		lines[i] = escape(lines[i])
	}
	return heading + strings.Join(lines, "\n") + "\n"
}

// findings analyses the packages and returns what was found and what failed. It
// also returns which packages were asked for, as wanted does.
func (v *vet) findings(ctx context.Context) (r Report, asked map[string]bool) {
	// Beside go vet, which takes longer, find out which those are.
	// It is needed also if the work is stopped, and does not take long.
	wanted := make(chan map[string]bool, 1)
	go func() { wanted <- v.wanted(context.WithoutCancel(ctx)) }()
	if v.progress.shown() {
		go v.count(ctx)
	}

	r, unloaded := v.analyse(ctx, v.patterns)
	if len(r.Errors) > 0 && ctx.Err() == nil {
		loadable := v.loadable(ctx)
		if unloaded && len(loadable) > 0 {
			// One package that cannot be loaded, for want of an import say, keeps
			// go vet from looking at the others. Those it shall have.
			var paths []string
			for _, p := range loadable {
				paths = append(paths, p.ImportPath)
			}
			rest, _ := v.analyse(ctx, paths)
			rest.Errors = union(r.Errors, rest.Errors)
			r = rest
		}
		v.withoutTests(ctx, &r, loadable)
	}
	r.join(!slices.Contains(v.checkFlags, "-"+ignoreCheck+".off=true"), func(kind string) bool { return v.skips(lockOrder, kind) })
	r.keep(v.selection)
	asked = <-wanted
	r.pick(asked)
	r.asked = len(asked) / 2 // import paths and directories
	if len(r.Errors) == 0 {  // else there are packages that have no result
		r.cached = cached(asked, whatRan(v.ran))
	}
	return r, asked
}

// analyse runs go vet on the patterns. It returns unloaded if go vet failed
// before it came to the analysis of any package. More flags of go build come after those of v.
func (v *vet) analyse(ctx context.Context, patterns []string, more ...string) (r Report, unloaded bool) {
	args := slices.Concat([]string{"vet", "-json", "-vettool=" + v.self, "-" + depsFlag}, v.buildFlags, more, v.toolFlags(), v.handOver(), patterns)
	stderr, err := v.goCommand(ctx, args, func(stdout io.Reader) error {
		dec := json.NewDecoder(stdout)
		for {
			var tree vetTree
			if err := dec.Decode(&tree); err == io.EOF {
				return nil
			} else if err != nil {
				return fmt.Errorf("cannot read what go vet printed: %v", err)
			}
			r.add(tree)
			r.packages++
			v.progress.add(1)
		}
	})
	if err == nil && r.packages == 0 && ctx.Err() == nil {
		// Older versions print the results elsewhere; silence would pass for health.
		r.Errors = []Failure{{Message: "go vet gave no results; lockvet needs the go command of Go 1.26 or newer"}}
		return r, false
	}
	r.Errors = append(r.Errors, v.failures(ctx, stderr, err)...)
	unloaded = r.packages == 0 && !slices.ContainsFunc(r.Errors, func(f Failure) bool { return f.Package != "" })
	return r, unloaded
}

// wanted returns the import paths and the directories of the packages that were
// asked for. Where the go command cannot say, go vet will have said why.
func (v *vet) wanted(ctx context.Context) map[string]bool {
	paths := make(map[string]bool)
	args := slices.Concat([]string{"list", "-e", "-find", "-f", "{{.ImportPath}}\n{{.Dir}}"}, v.buildFlags, v.patterns)
	v.goCommand(ctx, args, func(stdout io.Reader) error {
		out, err := io.ReadAll(stdout)
		for path := range strings.Lines(string(out)) {
			paths[strings.TrimRight(path, "\r\n")] = true
		}
		return err
	})
	return paths
}

// count tells the progress how many packages go vet is going to look at.
func (v *vet) count(ctx context.Context) {
	args := slices.Concat([]string{"list", "-e", "-deps", "-test", "-f", "{{.ImportPath}}"}, v.buildFlags, v.patterns)
	v.goCommand(ctx, args, func(stdout io.Reader) error {
		out, err := io.ReadAll(stdout)
		total := 0
		for path := range strings.Lines(string(out)) {
			// The program that runs the tests is generated.
			if path = strings.TrimSpace(path); path != "unsafe" && !strings.HasSuffix(path, ".test") {
				total++
			}
		}
		v.progress.expect(total)
		return err
	})
}

// goCommand runs the go command, lets read take all of its stdout, and returns
// its stderr. If ctx ends first, the command and its children are stopped.
func (v *vet) goCommand(ctx context.Context, args []string, read func(io.Reader) error) (stderr string, err error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = v.dir
	cmd.Env = v.env
	if v.work != "" {
		cmd.Env = append(cmd.Environ(), "GOTMPDIR="+v.work, ranVariable+"="+v.ran)
	}
	var errors bytes.Buffer
	cmd.Stderr = &errors
	stopGroup(cmd)
	// -fix writes files in place, so the go command gets time to finish that.
	cmd.WaitDelay = 5 * time.Second
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	readErr := read(stdout)
	io.Copy(io.Discard, stdout) // or the command could block on a full pipe
	err = cmd.Wait()
	if err == nil {
		err = readErr
	}
	return errors.String(), err
}

// failures turns what the go command wrote to stderr into failures, none if it
// succeeded: then that was warnings, of a C compiler say. Sections start with a
// line "# package"; what stands before them is about the command as a whole.
func (v *vet) failures(ctx context.Context, stderr string, err error) (failures []Failure) {
	if err == nil {
		return nil
	}
	var general []string
	for line := range strings.Lines(stderr) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "# [") && len(failures) > 0 {
			continue // "# [p]", below "# p", says that p is meant as a target of go vet
		}
		pkg, isHeading := strings.CutPrefix(line, "# ")
		switch {
		case isHeading:
			if len(failures) == 0 || failures[len(failures)-1].Package != pkg {
				failures = append(failures, Failure{Package: pkg})
			}
		case len(failures) > 0:
			f := &failures[len(failures)-1]
			f.Message = strings.TrimPrefix(f.Message+"\n"+line, "\n")
		case strings.HasPrefix(line, "go: downloading "), strings.HasPrefix(line, "go: warning: "), line == "":
		case strings.HasPrefix(line, "\t") && len(general) > 0:
			general[len(general)-1] += "\n" + line
		case !slices.Contains(general, line): // it can say the same for each package that imports one
			general = append(general, line)
		}
	}
	if trouble := v.cacheTrouble(ctx); trouble != nil {
		return []Failure{{Message: trouble.Error()}} // what the go command says then is beside the point
	}
	slices.SortStableFunc(failures, func(a, b Failure) int { return strings.Compare(a.Package, b.Package) })
	for i, message := range general {
		failures = slices.Insert(failures, i, Failure{Message: v.explain(ctx, message)})
	}
	if len(failures) == 0 {
		failures = []Failure{{Message: fmt.Sprintf("go vet: %v", err)}}
	}
	return failures
}

// cacheTrouble tries to write to the build cache, and says why that fails. With a full
// disk, the go command says that packages are not in std.
func (v *vet) cacheTrouble(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "go", "env", "GOCACHE")
	cmd.Dir, cmd.Env = v.dir, v.env
	out, err := cmd.Output()
	dir := strings.TrimSpace(string(out))
	if err != nil || dir == "" || dir == "off" {
		return nil
	}
	file, err := os.CreateTemp(dir, "lockvet-probe-*")
	if err == nil {
		_, err = file.Write(make([]byte, 64<<10))
		err = cmp.Or(err, file.Close())
		os.Remove(file.Name())
	}
	if err != nil {
		return fmt.Errorf("the go command's build cache cannot be written: %w", err)
	}
	return nil
}

// explain says in our words what the go command says in words that do not help.
func (v *vet) explain(ctx context.Context, message string) string {
	message = strings.TrimPrefix(message, "go: ")
	if name, _, ok := strings.Cut(strings.TrimPrefix(message, "package "), " is not in std"); ok && !strings.Contains(name, "/") {
		return message + nearestSubcommand(name)
	}
	if !strings.Contains(message, "does not contain main module") && !strings.HasPrefix(message, "go.mod file not found") {
		return message
	}
	cmd := exec.CommandContext(ctx, "go", "env", "GOMOD", "GOWORK")
	cmd.Dir = v.dir
	out, err := cmd.Output()
	if mod, work, _ := strings.Cut(string(out), "\n"); err == nil && (mod == "" || mod == "/dev/null" || mod == "NUL") && strings.TrimSpace(work) == "" {
		return fmt.Sprintf("no go.mod in %s or any directory above it; lockvet analyses packages of a module", v.dir)
	}
	return message
}
