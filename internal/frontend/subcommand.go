package frontend

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/lockvet/lockvet/internal/rules"
)

// A subcommand is what the first argument can ask for instead of an analysis.
type subcommand struct {
	name, args, summary string
	does, more          string // said by -h: what follows the name, and another sentence
	run                 func(f *frontend, format string, args []string) int

	// A command with flags of its own reads its arguments itself, in the place of run, and
	// has a page of help.
	own   func(f *frontend, args []string) int
	usage string
	flags func() *flag.FlagSet
}

// subcommands are in the order in which help lists them. Those without run are started
// before the front end is.
var subcommands []subcommand

func init() {
	subcommands = []subcommand{
		{name: "checks", args: "[-format=text|json]", summary: "list what can be found", does: "lists all checks and categories, whether they are on, and their severities", run: (*frontend).list},
		{name: "completion", args: "bash|fish|zsh", summary: "print the script by which a shell completes arguments", does: "prints the script by which a shell completes subcommands, flags, formats and checks", more: "Put  source <(lockvet completion bash)  into ~/.bashrc; the same for zsh; or  lockvet completion fish | source.", run: (*frontend).completion},
		{name: "explain", args: "check[/category]", summary: "show what is wrong, and what to write instead", does: "shows the page of a check, or the part on a category", more: "Without an argument it lists the checks and their categories.", run: (*frontend).explain},
		{name: "guards", args: "[flags] [packages]", summary: "show which lock guards which field", own: (*frontend).guards,
			usage: guardsUsage, flags: func() *flag.FlagSet { return new(guardsCommand).flagSet() }},
		{name: "help", args: "[check ...]", summary: "show this, or the documentation of checks and subcommands", does: "shows how lockvet is used, or the documentation of checks and subcommands", run: (*frontend).help},
		{name: "hot", args: "[flags] PROFILE... [packages]", summary: "show which lock is waited for, and why", own: (*frontend).hot,
			usage: hotUsage, flags: func() *flag.FlagSet { return new(hotCommand).flagSet() }},
		{name: "order", args: "[flags] [packages]", summary: "show which lock is taken under which", own: (*frontend).order,
			usage: orderUsage, flags: func() *flag.FlagSet { return new(orderCommand).flagSet() }},
		{name: "report", args: "-html file [flags] [packages]", summary: "write one page with all of it", own: (*frontend).webReport,
			usage: reportUsage, flags: func() *flag.FlagSet { return new(reportCommand).flagSet() }},
		{name: "why", args: "[flags] FILE:LINE", summary: "say what is held there, and why something is not reported", own: (*frontend).why,
			usage: whyUsage, flags: func() *flag.FlagSet { return new(whyCommand).flagSet() }},
		{name: "version", summary: "show the version of lockvet and of the Go it is built with", does: "shows the version of lockvet, its revision, and the Go that it was built with", run: (*frontend).showVersion},
		{name: "gopls", args: "[args]", summary: "be gopls with lockvet's findings, for an editor", does: "starts gopls, and adds lockvet's findings to those of gopls", more: "The arguments are those of gopls."},
		{name: "lsp", summary: "be a language server with the findings alone, for an editor", does: "is a language server", more: "It speaks the Language Server Protocol on standard input and output."},
	}
}

func subcommandOf(name string) (subcommand, bool) {
	i := slices.IndexFunc(subcommands, func(s subcommand) bool { return s.name == name })
	if i < 0 {
		return subcommand{}, false
	}
	return subcommands[i], true
}

// nearestSubcommand suggests a subcommand for what the go command takes for a package.
func nearestSubcommand(name string) string {
	var names []string
	for _, s := range subcommands {
		names = append(names, "lockvet "+s.name)
	}
	return rules.Suggest("lockvet "+name, names)
}

// runSubcommand reads the flags of a subcommand, runs it and returns the exit code.
func (f *frontend) runSubcommand(s subcommand, args []string) int {
	if s.own != nil {
		return s.own(f, args)
	}
	fs := flag.NewFlagSet(s.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	format := "text"
	if strings.Contains(s.args, "-format") {
		fs.StringVar(&format, "format", format, "")
	}
	err := fs.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		usage := strings.TrimSpace("usage: lockvet "+s.name+" "+s.args) + "\n\n" + strings.ToUpper(s.name[:1]) + s.name[1:] + " " + s.does + ".\n"
		if s.more != "" {
			usage += s.more + "\n"
		}
		return f.print([]byte(usage), exitClean)
	case err != nil:
		return f.fail("lockvet %s: %v%s", s.name, err, nearestFlag(err, fs))
	case s.run == nil:
		return f.fail("lockvet %s takes no arguments", s.name)
	}
	return s.run(f, format, fs.Args())
}

// usageOf is the help of a command.
func usageOf(usage string, fs *flag.FlagSet) []byte {
	var out bytes.Buffer
	out.WriteString(usage)
	fs.SetOutput(&out)
	fs.PrintDefaults()
	return out.Bytes()
}

// help prints how the program is used or, given names, the documentation of
// those checks, and returns the exit code.
func (f *frontend) help(_ string, names []string) int {
	if len(names) == 0 {
		return f.print(f.usage(), exitClean)
	}
	var out bytes.Buffer
	for i, name := range names {
		if s, ok := subcommandOf(name); ok && s.own != nil {
			out.Write(usageOf(s.usage, s.flags()))
			continue
		}
		a := f.analyzer(name)
		if a == nil {
			return f.noCheck(name)
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

func (f *frontend) noCheck(name string) int {
	err := rules.Known(name, f.analyzers)
	if strings.HasSuffix(err.Error(), "?") { // it suggests one
		return f.fail("%v ('lockvet checks' lists them)", err)
	}
	return f.fail("%v; the checks are %s", err, checkNames(f.analyzers))
}

func (f *frontend) showVersion(_ string, args []string) int {
	if len(args) > 0 {
		return f.fail("lockvet version takes no arguments")
	}
	return f.print([]byte(version()), exitClean)
}

// list prints every rule: its name, whether it is on, how grave its findings are.
func (f *frontend) list(format string, args []string) int {
	if len(args) > 0 {
		return f.fail("lockvet checks takes no arguments; lockvet help %s describes that one", args[0])
	}
	type entry struct {
		Name     string `json:"name"`
		Default  bool   `json:"default"`
		Severity string `json:"severity"`
		Summary  string `json:"summary"`
		URL      string `json:"url"`
	}
	var entries []entry
	standard, err := rules.Parse([]string{"inherit"}, nil, f.analyzers, f.optional)
	if err != nil {
		log.Panicf("what is on by default is no list of checks: %v", err)
	}
	for _, r := range rules.All(f.analyzers) {
		entries = append(entries, entry{r.Name(), standard.Wants(r.Analyzer.Name, r.Category),
			string(rules.SeverityOf(r.Analyzer.Name, r.Category)), r.Title(), ruleURL(r)})
	}
	var out bytes.Buffer
	switch format {
	case "json":
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(entries); err != nil {
			log.Panicf("a list of strings is not JSON: %v", err)
		}
	case "text":
		w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
		for _, e := range entries {
			on := "on"
			if !e.Default {
				on = "off"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", e.Name, on, e.Severity, e.Summary)
		}
		w.Flush()
	default:
		return f.fail("lockvet checks -format=%s: there are json, text", format)
	}
	return f.print(out.Bytes(), exitClean)
}

// explain prints the documentation of a check, or of one category of it, and
// returns the exit code.
func (f *frontend) explain(_ string, names []string) int {
	if len(names) == 0 {
		return f.listForExplain()
	}
	if len(names) > 1 {
		return f.fail("usage: lockvet explain check[/category]")
	}
	check, category, _ := strings.Cut(names[0], "/")
	a := f.analyzer(check)
	if a == nil {
		return f.noCheck(check)
	}
	r := rules.Rule{Analyzer: a}
	if category != "" && category != check {
		if err := rules.Known(names[0], f.analyzers); err != nil {
			if strings.HasSuffix(err.Error(), "?") {
				return f.fail("%v ('lockvet explain %s' describes them)", err, check)
			}
			return f.fail("%v%s", err, categoryNames(rules.Of(a)))
		}
		for _, c := range rules.Of(a) {
			if c.Category == category {
				r = c
			}
		}
	}
	text := strings.TrimSpace(page(r))
	return f.print(fmt.Appendf(nil, "%s\n\n%s\n", text, ruleURL(r)), exitClean)
}

// categoryNames says which categories a check has.
func categoryNames(of []rules.Rule) string {
	var names []string
	for _, r := range of {
		if r.Category != "" {
			names = append(names, r.Category)
		}
	}
	if names == nil {
		return ""
	}
	return "; the categories are " + strings.Join(names, ", ")
}

// listForExplain lists what explain can be asked for.
func (f *frontend) listForExplain() int {
	var out bytes.Buffer
	out.WriteString("usage: lockvet explain check[/category]\n\n")
	for _, a := range f.analyzers {
		title, _, _ := strings.Cut(a.Doc, "\n")
		fmt.Fprintf(&out, "%s: %s\n", a.Name, strings.TrimPrefix(title, a.Name+": "))
		for _, r := range rules.Of(a) {
			if r.Category != "" {
				fmt.Fprintf(&out, "    %s: %s\n", r.Name(), r.Title())
			}
		}
	}
	return f.print(out.Bytes(), exitClean)
}

// sayRun says on standard error what is about to be run.
func (f *frontend) sayRun(c *command) {
	configuration := c.config.File()
	if configuration == "" {
		configuration = "none"
	}
	fmt.Fprintf(f.stderr, "%sconfiguration: %s\nflags for the vet tool: %s\n", version(), configuration, strings.Join(c.toolFlags(), " "))
}
