package frontend

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/ordergraph"
)

// An orderCommand is what the command line of "lockvet order" asks for.
type orderCommand struct {
	command
	output       string // a file; "" is stdout
	focus        string
	depth        int
	all, propose bool
	kept         string // a file with a list of orders
}

// drawnFormats are those for which Graphviz lays the graph out.
var drawnFormats = []string{"svg", "html"}

func (c *orderCommand) flagSet() *flag.FlagSet {
	fs := newFlagSet("lockvet order")
	fs.StringVar(&c.dir, "C", "", "change to `dir` before doing anything")
	fs.StringVar(&c.format, "format", "text", "write the graph in this `format`: "+strings.Join(orderFormats(), ", "))
	fs.StringVar(&c.output, "o", "", "write to this `file`")
	fs.BoolVar(&c.tests, "tests", true, "show orders that only tests make")
	fs.StringVar(&c.focus, "focus", "", "show what is near this `lock` only, as Type.mu or pkg.Type.mu")
	fs.IntVar(&c.depth, "depth", 1, "how far from the lock of -focus to go, in edges")
	fs.BoolVar(&c.all, "all", false, "show all orders: implied ones, and locks of other modules; fold nothing")
	fs.StringVar(&c.newFrom, "new-from", "", "show only orders that this git `revision` does not have; exit 1 if there are any")
	fs.StringVar(&c.kept, "check", "", "show only orders that are not in the list in this `file`; exit 1 if there are any")
	fs.BoolVar(&c.propose, "write", false, "write the comments that declare the orders there are; with -check, write the list")
	return fs
}

func orderFormats() (names []string) {
	for _, format := range ordergraph.Formats {
		names = append(names, format.Name)
	}
	return append(names, drawnFormats...)
}

func (c *orderCommand) check() error {
	switch {
	case !slices.Contains(orderFormats(), c.format):
		return fmt.Errorf("-format=%s: there are %s", c.format, strings.Join(orderFormats(), ", "))
	case c.depth < 1:
		return fmt.Errorf("-depth=%d: want 1 or more", c.depth)
	case c.propose && (c.newFrom != "" || c.focus != ""):
		return errors.New("-write is about all orders, and so not with -new-from or -focus")
	case c.kept != "" && c.newFrom != "":
		return errors.New("-check and -new-from compare with different things; choose one")
	}
	return c.checkPatterns()
}

// order is the command "lockvet order".
func (f *frontend) order(args []string) int {
	c := new(orderCommand)
	fs := c.flagSet()
	c.addBuildFlags(fs)
	if err := parse(fs, args, &c.command); errors.Is(err, errHelp) {
		return f.print(usageOf(orderUsage, new(orderCommand).flagSet()), exitClean)
	} else if err != nil {
		return f.fail("order: %v%s ('lockvet help order' lists the flags)", err, nearestFlag(err, fs))
	} else if err := c.check(); err != nil {
		return f.fail("order: %v", err)
	}
	return f.withVet(&c.command, func(ctx context.Context, v *vet) int { return f.showOrder(ctx, v, c) })
}

const orderUsage = `usage: lockvet order [flags] [packages]

Order shows which lock is waited for while which other one is held. Locks are told
apart by where they are declared. The exit code is 0, 1 if there are orders that are
new to -new-from or -check, and 2 if a package cannot be analysed. See docs/order.md.

Flags:
`

func (f *frontend) showOrder(ctx context.Context, v *vet, c *orderCommand) int {
	g, failures := v.graph(ctx, c)
	if ctx.Err() != nil {
		return exitFailed
	}
	found := 0
	if c.newFrom != "" {
		base, more, err := v.graphAt(ctx, c)
		if ctx.Err() != nil {
			return exitFailed
		}
		if err != nil {
			return f.fail("-new-from=%s: %v", c.newFrom, err)
		}
		for _, failure := range more {
			failure.Message = "at " + c.newFrom + ": " + failure.Message
			failures = append(failures, failure)
		}
		g.Compare(base)
		g.KeepNew()
		found = len(g.Edges)
	}
	if c.kept != "" {
		if c.propose {
			if err := os.WriteFile(c.abs(c.kept), g.Keep(), 0o666); err != nil {
				return f.fail("-check: %v", err)
			}
			f.progress.stop()
			return f.report(failures, 0)
		}
		list, err := os.ReadFile(c.abs(c.kept))
		if err != nil {
			return f.fail("-check: %v; -write with it makes the list", err)
		}
		gone, err := g.CompareKept(string(list))
		if err != nil {
			return f.fail("-check: %s: %v", c.kept, err)
		}
		for _, order := range gone {
			fmt.Fprintf(f.stderr, "lockvet: %s: there is no such order any more: %s\n", c.kept, escape(order))
		}
		g.KeepNew()
		found = len(g.Edges)
	}
	if c.focus != "" {
		// What is far away from the lock implies nothing that is worth to know of it.
		nodes := g.Names(c.focus)
		if len(nodes) == 0 {
			return f.fail("-focus=%s: no lock of that name is held while another is waited for, or the other way round; without -focus all are shown", c.focus)
		}
		if !c.all {
			g.Reduce()
		}
		g.Focus(nodes, c.depth)
	} else if !c.all {
		g.Reduce()
		g.Fold(ordergraph.Readable)
	}
	rel := func(file string) string {
		relative(v.dir, &file)
		return file
	}
	var out []byte
	var err error
	switch i := slices.IndexFunc(ordergraph.Formats, func(format ordergraph.Format) bool { return format.Name == c.format }); {
	case c.propose:
		out = g.Propose()
	case i >= 0:
		out = ordergraph.Formats[i].Write(g, rel)
	default:
		out, err = v.drawn(ctx, c.format, g, rel)
	}
	if err != nil {
		return f.fail("-format=%s: %v", c.format, err)
	}
	f.progress.stop()
	code := f.report(failures, found)
	if c.output != "" {
		if err := os.WriteFile(c.abs(c.output), out, 0o666); err != nil {
			return f.fail("-o: %v", err)
		}
		return code
	}
	return f.print(out, code)
}

// graph analyses the packages and returns the order of the locks of their modules.
func (v *vet) graph(ctx context.Context, c *orderCommand) (*ordergraph.Graph, []Failure) {
	w := *v
	command := *v.command
	command.checkFlags = append(slices.Clone(v.checkFlags), "-"+lockOrder+"=true", "-"+lockOrder+".edges=true")
	w.command = &command
	r, asked := w.findings(ctx)
	return r.order(asked, w.modules(ctx), c.all, c.tests), r.Errors
}

// order makes a graph of what the packages asked for have handed over.
func (r *Report) order(asked map[string]bool, modules []string, all, tests bool) *ordergraph.Graph {
	of := func(pkg string) bool {
		return len(asked) == 0 || asked[pkg] || asked[strings.TrimSuffix(pkg, "_test")]
	}
	var bundles []*ordergraph.Bundle
	for _, b := range r.edges {
		if !of(b.Pkg) {
			b = &ordergraph.Bundle{Pkg: b.Pkg, Before: b.Before, Leaves: b.Leaves}
		}
		if !tests {
			b = b.WithoutTests()
		}
		bundles = append(bundles, b)
	}
	slices.SortStableFunc(bundles, func(a, b *ordergraph.Bundle) int { return strings.Compare(a.Pkg, b.Pkg) })
	return ordergraph.New(bundles, func(pkg string) bool {
		return all || of(pkg) || slices.ContainsFunc(modules, func(m string) bool { return pkg == m || strings.HasPrefix(pkg, m+"/") })
	})
}

// modules returns the paths of the main modules; none where there are none.
func (v *vet) modules(ctx context.Context) (paths []string) {
	v.goCommand(ctx, []string{"list", "-m"}, func(stdout io.Reader) error {
		out, err := io.ReadAll(stdout)
		paths = strings.Fields(string(out))
		return err
	})
	return paths
}

// graphAt is graph for a git revision, whose files it puts into a directory of their own.
func (v *vet) graphAt(ctx context.Context, c *orderCommand) (*ordergraph.Graph, []Failure, error) {
	root, ok := repoRoot(v.dir)
	if !ok {
		return nil, nil, fmt.Errorf("there is no git repository in %s or above it", v.dir)
	}
	within, err := filepath.Rel(root, v.dir)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range v.patterns {
		if filepath.IsAbs(p) {
			return nil, nil, fmt.Errorf("%s is not the place of the package in that revision; name it by a relative path", p)
		}
	}
	tmp, err := os.MkdirTemp("", "lockvet-order-")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(tmp)
	if err := checkOut(ctx, root, c.newFrom, tmp); err != nil {
		return nil, nil, err
	}
	w, command := *v, *v.command
	command.dir = filepath.Join(tmp, within)
	// What is not there has no orders: all of them are new.
	exists := func(pattern string) bool {
		dir := strings.TrimSuffix(filepath.FromSlash(pattern), "...")
		_, err := os.Stat(filepath.Join(command.dir, dir))
		return err == nil || !strings.HasPrefix(pattern, ".")
	}
	command.patterns = slices.DeleteFunc(slices.Clone(v.patterns), func(p string) bool { return !exists(p) })
	if !exists(".") || len(command.patterns) == 0 && len(v.patterns) > 0 {
		return ordergraph.New(nil, func(string) bool { return true }), nil, nil
	}
	w.command = &command
	g, failures := w.graph(ctx, c)
	return g, failures, nil
}

// checkOut puts the files of a revision into a directory. An index of its own leaves the
// repository as it is.
func checkOut(ctx context.Context, root, rev, dir string) error {
	index, err := os.CreateTemp("", "lockvet-index-")
	if err != nil {
		return err
	}
	index.Close()
	os.Remove(index.Name()) // git wants to make it
	defer os.Remove(index.Name())
	for _, args := range [][]string{
		{"read-tree", "--end-of-options", rev},
		{"checkout-index", "--all", "--quiet", "--prefix=" + dir + string(filepath.Separator)},
	} {
		cmd := exec.CommandContext(ctx, "git", args...)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GIT_INDEX_FILE="+index.Name())
		if out, err := cmd.CombinedOutput(); err != nil {
			if message := strings.TrimSpace(string(out)); message != "" {
				err = fmt.Errorf("git says: %s", message)
			}
			return err
		}
	}
	return nil
}
