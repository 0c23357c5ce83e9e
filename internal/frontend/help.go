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
`)
	table := tabwriter.NewWriter(&out, 0, 0, 4, ' ', 0)
	for _, s := range subcommands {
		fmt.Fprintf(table, "       lockvet %s\t%s\n", strings.TrimSpace(s.name+" "+s.args), s.summary)
	}
	table.Flush()
	out.WriteString(`
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
-checks=LIST says what is to be found: checks (doublelock), categories of checks
(doublelock/again), patterns (distlock/*); -NAME in the list leaves it out, and a
list that begins so leaves it out of what is found by default. "lockvet checks"
lists them. -NAME runs the named checks only, and -NAME=false all but those. A
check that is off by default runs if it is named, beside those that run without it.

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

// version is the line that "lockvet version" prints.
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
