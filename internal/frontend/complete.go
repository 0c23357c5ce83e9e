package frontend

import (
	"flag"
	"maps"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/rules"
)

// completions are what shells read to complete the arguments of lockvet. Each hands the
// line up to the cursor to "lockvet completion line" and gets the words that fit, a line
// each; if there are none, the shell completes file names.
var completions = map[string]string{
	// bash takes = and : for the ends of words, and wants only what is behind them.
	"bash": `_lockvet() {
	local line=${COMP_LINE:0:COMP_POINT}
	local word=${line##*[[:space:]]} IFS=$'\n'
	local behind=${word##*[=:]}
	COMPREPLY=($(lockvet completion line "$line"))
	COMPREPLY=("${COMPREPLY[@]#"${word%"$behind"}"}")
	if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi 2>/dev/null
}
complete -o bashdefault -o default -F _lockvet lockvet
`,
	"fish": `function __lockvet_complete
	lockvet completion line (commandline -cp)
end
complete -c lockvet -a '(__lockvet_complete)'
`,
	"zsh": `#compdef lockvet
_lockvet() {
	local -a fit
	fit=("${(@f)$(lockvet completion line "${(j: :)words[1,CURRENT]}")}")
	fit=(${fit:#})
	if (( $#fit )); then
		compadd -Q -S '' -- $fit
	else
		_files
	fi
}
if [ "$funcstack[1]" = _lockvet ]; then _lockvet; else compdef _lockvet lockvet; fi
`,
}

// completion prints the script for a shell, or what fits at the end of a line.
func (f *frontend) completion(_ string, args []string) int {
	if len(args) == 2 && args[0] == "line" {
		fit := f.complete(args[1])
		if len(fit) == 0 {
			return exitClean
		}
		return f.print([]byte(strings.Join(fit, "\n")+"\n"), exitClean)
	}
	shells := slices.Sorted(maps.Keys(completions))
	if len(args) != 1 || completions[args[0]] == "" {
		return f.fail("usage: lockvet completion %s", strings.Join(shells, "|"))
	}
	return f.print([]byte(completions[args[0]]), exitClean)
}

// complete returns what the last word of a line can be, the space before it behind us.
func (f *frontend) complete(line string) (fit []string) {
	words := strings.Fields(line)
	if len(words) == 0 || strings.TrimRight(line, " \t") != line {
		words = append(words, "")
	}
	words = words[1:] // without the program
	if len(words) == 0 {
		return nil
	}
	last := words[len(words)-1]
	var sub subcommand
	if len(words) > 1 {
		sub, _ = subcommandOf(words[0])
	}
	var all []string
	name, value, hasValue := strings.Cut(last, "=")
	switch {
	case strings.HasPrefix(last, "-") && hasValue:
		all = f.values(f.flagsOf(sub), name, value)
	case strings.HasPrefix(last, "-"):
		all = flagNames(f.flagsOf(sub), strings.HasPrefix(last, "--"))
	case len(words) == 1:
		for _, s := range subcommands {
			all = append(all, s.name)
		}
	case sub.name == "explain", sub.name == "help":
		for _, a := range f.analyzers {
			all = append(all, a.Name)
			for _, r := range rules.Of(a) {
				if r.Category != "" && sub.name == "explain" {
					all = append(all, r.Name())
				}
			}
		}
	case sub.name == "completion":
		all = slices.Sorted(maps.Keys(completions))
	}
	for _, s := range all {
		if strings.HasPrefix(s, last) {
			fit = append(fit, s)
		}
	}
	return fit
}

// flagsOf returns the flags of a subcommand, or of lockvet itself.
func (f *frontend) flagsOf(sub subcommand) *flag.FlagSet {
	c := new(command)
	fs := c.flagSet()
	switch {
	case sub.flags != nil:
		fs = sub.flags()
	case sub.name != "":
		fs = newFlagSet(sub.name)
		if strings.Contains(sub.args, "-format") {
			fs.String("format", "text", "in this `format`: text, json")
		}
		return fs
	default:
		c.addCheckFlags(fs, f.analyzers)
	}
	for name, isBool := range goBuildFlags {
		if fs.Lookup(name) == nil {
			fs.Var(&forwarded{name: name, isBool: isBool, to: &c.buildFlags}, name, "")
		}
	}
	return fs
}

// flagNames lists flags as they are written. Those that take a value end in "=".
func flagNames(fs *flag.FlagSet, two bool) (names []string) {
	dash := "-"
	if two {
		dash = "--"
	}
	fs.VisitAll(func(fl *flag.Flag) {
		name := dash + fl.Name
		if b, ok := fl.Value.(interface{ IsBoolFlag() bool }); !ok || !b.IsBoolFlag() {
			name += "="
		}
		names = append(names, name)
	})
	return names
}

// values lists what can stand behind "-name=": the formats that the flag's usage lists, or
// checks and categories behind the last comma.
func (f *frontend) values(fs *flag.FlagSet, name, value string) (all []string) {
	fl := fs.Lookup(strings.TrimLeft(name, "-"))
	if fl == nil {
		return nil
	}
	switch fl.Name {
	case "format":
		_, list, _ := strings.Cut(fl.Usage, "`format`: ")
		list, _, _ = strings.Cut(list, ";")
		for format := range strings.SplitSeq(list, ", ") {
			all = append(all, name+"="+format)
		}
	case checksFlag:
		before := value[:strings.LastIndexByte(value, ',')+1]
		minus := ""
		if strings.HasPrefix(value[len(before):], "-") {
			minus = "-"
		}
		list := []string{"all", "inherit"}
		for _, a := range f.analyzers {
			list = append(list, a.Name)
			for _, r := range rules.Of(a) {
				if r.Category != "" {
					list = append(list, r.Name())
				}
			}
		}
		for _, s := range list {
			all = append(all, name+"="+before+minus+s)
		}
	}
	return all
}
