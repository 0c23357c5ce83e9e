package frontend

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/lockvet/lockvet/internal/guardlist"
)

// guardedBy is the check whose flag list hands over the fields and variables.
const guardedBy = "guardedby"

// A guardsCommand is what the command line of "lockvet guards" asks for.
type guardsCommand struct {
	command
	propose bool // write the comments
}

func (c *guardsCommand) flagSet() *flag.FlagSet {
	fs := newFlagSet("lockvet guards")
	fs.StringVar(&c.dir, "C", "", "change to `dir` before doing anything")
	fs.StringVar(&c.format, "format", "text", "write the list in this `format`: text, json")
	fs.BoolVar(&c.propose, "fix", false, "write the comments that declare the guards on which every access agrees,\nand list what is left")
	return fs
}

const guardsUsage = `usage: lockvet guards [flags] [packages]

Guards lists the fields of structs that have a lock, and the variables of packages that
have one: which lock their accesses have, and how many of them. Accesses to objects
that no other goroutine knows do not count, nor do those in tests. With -fix it writes
the comment //lockvet:guardedby LOCK at each of those that have three accesses or more,
one of them a write, and all with the lock; from then on the check guardedby reports an
access without it as declared. The exit code is 0, and 2 if a package cannot be
analysed. See docs/guards.md.

Flags:
`

func (c *guardsCommand) check() error {
	if c.format != "text" && c.format != "json" {
		return fmt.Errorf("-format=%s: there are text, json", c.format)
	}
	return c.checkPatterns()
}

// guards is the command "lockvet guards".
func (f *frontend) guards(args []string) int {
	c := new(guardsCommand)
	fs := c.flagSet()
	c.addBuildFlags(fs)
	if err := parse(fs, args, &c.command); errors.Is(err, errHelp) {
		return f.print(usageOf(guardsUsage, new(guardsCommand).flagSet()), exitClean)
	} else if err != nil {
		return f.fail("guards: %v%s ('lockvet help guards' lists the flags)", err, nearestFlag(err, fs))
	} else if err := c.check(); err != nil {
		return f.fail("guards: %v", err)
	}
	return f.withVet(&c.command, func(ctx context.Context, v *vet) int { return f.listGuards(ctx, v, c) })
}

func (f *frontend) listGuards(ctx context.Context, v *vet, c *guardsCommand) int {
	packages, failures := v.guards(ctx)
	if ctx.Err() != nil {
		return exitFailed
	}
	if c.propose {
		if edits := guardlist.Edits(packages); len(edits) > 0 {
			for _, file := range slices.Sorted(maps.Keys(edits)) {
				if err := declareGuards(file, edits[file]); err != nil {
					return f.fail("guards: -fix: %v", err)
				}
			}
			if packages, failures = v.guards(ctx); ctx.Err() != nil {
				return exitFailed
			}
		}
	}
	rel := func(file string) string {
		relative(v.dir, &file)
		return file
	}
	write := guardlist.Text
	if c.format == "json" {
		write = guardlist.JSON
	}
	out := write(packages, rel)
	f.progress.stop()
	return f.print(out, f.report(failures, 0))
}

// guards analyses the packages and returns what the vet tool says of their fields.
func (v *vet) guards(ctx context.Context) ([]*guardlist.Package, []Failure) {
	w := *v
	command := *v.command
	command.checkFlags = append(slices.Clone(v.checkFlags), "-"+checksFlag+"="+guardedBy+"/*", "-"+guardedBy+".list=true")
	command.selection = nil
	w.command = &command
	r, asked := w.findings(ctx)
	packages := slices.DeleteFunc(r.guards, func(p *guardlist.Package) bool {
		return len(asked) > 0 && !asked[p.Pkg]
	})
	return guardlist.Unite(packages), r.Errors
}

// declareGuards writes comments into a file.
func declareGuards(file string, edits []*guardlist.Edit) error {
	src, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	out, err := guardlist.Apply(src, edits)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, out, 0o666) // it exists, and keeps its mode
}
