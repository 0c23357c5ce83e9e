package frontend

import (
	"bytes"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/tools/go/analysis"
)

// help prints how the program is used or, given names, the documentation of
// those checks, and returns the exit code.
func (f *frontend) help(names []string) int {
	if len(names) == 0 {
		return f.print(f.usage(), exitClean)
	}
	var out bytes.Buffer
	for i, name := range names {
		if sub := subcommand(name); sub != nil {
			out.Write(usageOf(sub.usage, sub.flags()))
			continue
		}
		a := f.analyzer(name)
		if a == nil {
			return f.fail("there is no check %q; the checks are %s", name, checkNames(f.analyzers))
		}
		if i > 0 {
			out.WriteByte('\n')
		}
		describe(&out, a)
		if slices.Contains(f.optional, name) {
			fmt.Fprintf(&out, "\nThis check is off by default; -%s switches it on.\n", name)
		}
	}
	return f.print(out.Bytes(), exitClean)
}

// analyzer returns the check of that name; nil if there is none.
func (f *frontend) analyzer(name string) *analysis.Analyzer {
	for _, a := range f.analyzers {
		if a.Name == name {
			return a
		}
	}
	return nil
}

func checkNames(analyzers []*analysis.Analyzer) string {
	var names []string
	for _, a := range analyzers {
		names = append(names, a.Name)
	}
	return strings.Join(names, ", ")
}

func (f *frontend) usage() []byte {
	var out bytes.Buffer
	out.WriteString(`lockvet finds misuse of locks in Go programs.

usage: lockvet [flags] [packages]
       lockvet help [check ...]
       lockvet explain check[/category]
       lockvet hot [flags] PROFILE... [packages]    which lock is waited for, and why
       lockvet order [flags] [packages]    which lock is taken under which
       lockvet report -html file [flags] [packages]    one page with all of it
       lockvet gopls [args]    gopls with lockvet's findings, for an editor
       lockvet lsp             the findings alone, for an editor

Packages are named as for go vet; without any it is the one in this directory.
The exit code is 0 if nothing is found, 1 if something is, and 2 if a package
cannot be analysed. lockvet is also a vet tool: go vet -vettool=$(which lockvet).

Checks:
`)
	w := tabwriter.NewWriter(&out, 0, 0, 3, ' ', 0)
	for _, a := range f.analyzers {
		title, _, _ := strings.Cut(a.Doc, "\n")
		if slices.Contains(f.optional, a.Name) {
			title += " (off by default)"
		}
		fmt.Fprintf(w, "  %s\t%s\n", a.Name, title)
	}
	w.Flush()
	out.WriteString(`
-NAME runs the named checks only, and -NAME=false all but those. A check that is
off by default runs if it is named, beside those that run without it.

Flags:
`)
	fs := new(command).flagSet()
	fs.SetOutput(&out)
	fs.PrintDefaults()
	out.WriteString(`
The flags of go build that say what is built, such as -tags and -mod, are
understood too.
`)
	return out.Bytes()
}

// describe prints the documentation and the flags of a check.
func describe(out *bytes.Buffer, a *analysis.Analyzer) {
	fmt.Fprintf(out, "%s: %s\n", a.Name, strings.TrimSpace(a.Doc))
	if a.URL != "" {
		fmt.Fprintf(out, "\nSee %s\n", a.URL)
	}
	fs := flag.NewFlagSet(a.Name, flag.ContinueOnError)
	fs.SetOutput(out)
	any := false
	a.Flags.VisitAll(func(f *flag.Flag) {
		any = true
		fs.Var(f.Value, a.Name+"."+f.Name, f.Usage)
	})
	if any {
		out.WriteString("\nFlags:\n")
		fs.PrintDefaults()
	}
}

// moduleVersion is the version of lockvet that this program was built from.
func moduleVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "(unknown)"
}

// version is the line that -version prints.
func version() string {
	v, revision := moduleVersion(), ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && !strings.Contains(v, s.Value[:min(12, len(s.Value))]) {
				revision = s.Value[:min(12, len(s.Value))] + ", "
			}
		}
	}
	return fmt.Sprintf("lockvet %s (%s%s)\n", v, revision, runtime.Version())
}
