package frontend

import (
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/lockvet/lockvet/internal/toolchain"
)

// CalledByGo reports whether these are arguments that cmd/go gives to a vet tool.
func CalledByGo(args []string) bool {
	return len(args) == 1 && (args[0] == "-V=full" || args[0] == "-flags") ||
		len(args) > 0 && strings.HasSuffix(args[len(args)-1], ".cfg")
}

// depsFlag is a flag of the vet tool that makes it give its findings for
// dependencies too. cmd/go keeps one result for a package, be it wanted for its
// findings or, as a dependency, for its facts only; whichever came first is given
// out for the other from then on. So the first can hide findings for good. The
// front end therefore always asks for everything and picks what was asked for.
const depsFlag = "deps"

// isDepsFlag reports whether an argument is that flag, switched on.
func isDepsFlag(arg string) bool { return arg == "-"+depsFlag || arg == "-"+depsFlag+"=true" }

// runTool does a vet tool's work and exits the process.
func runTool(args []string, suite Suite) {
	var analyzers []*analysis.Analyzer
	if slices.Contains(args, "-flags") {
		analyzers = suite.Analyzers(suite.Optional...)
	} else if i := slices.IndexFunc(args, isChecksFlag); i >= 0 {
		var err error
		if analyzers, args, err = selectChecks(args, i, suite); err != nil {
			log.Fatalf("lockvet: %v", err)
		}
		os.Args = append(os.Args[:1:1], args...)
	} else {
		on, rest, err := choose(args, suite)
		if err != nil {
			log.Fatalf("lockvet: %v", err)
		}
		analyzers = suite.Analyzers(on...)
		os.Args = append(os.Args[:1:1], rest...)
	}
	if suite.Why != nil && (wantsWhy(args) || slices.Contains(args, "-flags")) {
		analyzers = append(analyzers, suite.Why(analyzers))
	}
	// cmd/go asks for JSON whatever the user wants. The lockvet command shows names itself.
	if !slices.ContainsFunc(args, isDepsFlag) {
		for _, a := range analyzers {
			tagMessages(a)
		}
		uniteForVet(analyzers, os.Args[1:])
	}
	for _, a := range analyzers {
		indentFixes(a)
	}
	flag.String(checksFlag, "", "find what this list says, such as doublelock,-doublelock/recursiveread,distlock/*")
	flag.Bool(depsFlag, false, "give findings in dependencies too, for the lockvet command")
	last := args[len(args)-1]
	if last == "-V=full" {
		printVersion()
	}
	if strings.HasSuffix(last, ".cfg") && isVetxOnly(last) {
		// With -fix, a tool that is asked for more than facts writes to the files.
		writes := slices.Contains(args, "-fix") && !slices.Contains(args, "-diff")
		if writes || !slices.Contains(args, "-"+depsFlag) {
			analyzers = factsOnly(analyzers)
		} else if err := wantFindings(last); err != nil {
			log.Fatalf("lockvet: %v", err)
		}
	}
	if strings.HasSuffix(last, ".cfg") {
		recordRun(last)
	}
	relaxGC(sourceSize(last))
	unitchecker.Main(analyzers...)
}

// choose reads from a vet tool's arguments which of the optional checks are
// switched on, and returns the arguments for unitchecker. That knows no checks
// that are off by default: it runs all that it is given, or if a flag names one,
// only those named. An optional check is to run beside the others, so its flag is
// left out, unless others are named too.
func choose(args []string, suite Suite) (on, rest []string, err error) {
	only := false
	checks := suite.Analyzers()
	for _, arg := range args {
		name, value, hasValue := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-"), "=")
		isOptional := slices.Contains(suite.Optional, name)
		isCheck := isOptional || slices.ContainsFunc(checks, func(a *analysis.Analyzer) bool { return a.Name == name })
		if !strings.HasPrefix(arg, "-") || !isCheck {
			rest = append(rest, arg)
			continue
		}
		enabled := true
		if hasValue {
			if enabled, err = strconv.ParseBool(value); err != nil {
				return nil, nil, fmt.Errorf("invalid boolean value %q for -%s: want true or false", value, name)
			}
		}
		if !isOptional {
			only = only || enabled
			rest = append(rest, arg)
			continue
		}
		on = slices.DeleteFunc(on, func(s string) bool { return s == name })
		if enabled {
			on = append(on, name)
		}
	}
	if only {
		for _, name := range on {
			rest = append([]string{"-" + name}, rest...)
		}
	}
	return on, rest, nil
}

// wantFindings rewrites a file in which cmd/go asks for the facts of a package
// so that it asks for its findings as well.
func wantFindings(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var cfg map[string]json.RawMessage
	if err := json.Unmarshal(data, &cfg); err != nil {
		return err
	}
	cfg["VetxOnly"] = json.RawMessage("false")
	if data, err = json.Marshal(cfg); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o666)
}

// printVersion tells cmd/go the hash of this program, for its cache, and exits.
// unitchecker does so too, but prints the path of the program first, and cmd/go
// refuses the line if that path has a space in it.
func printVersion() {
	log.SetFlags(0)
	log.SetPrefix("lockvet: ")
	// cmd/go has set its variables for us. Of what a tool writes to stderr it shows
	// nothing sooner, and what a tool says later it shows for each package.
	if err := toolchain.Refusal(os.Getenv("GOVERSION")); err != nil {
		log.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	file, err := os.Open(self)
	if err != nil {
		log.Fatal(err)
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("lockvet version devel comments-go-here buildID=%x\n", hash.Sum(nil))
	os.Exit(0)
}

// isVetxOnly reports whether cmd/go wants nothing but the facts of a package.
// unitchecker is the one to complain if the file is not as it should be.
func isVetxOnly(file string) bool {
	data, err := os.ReadFile(file)
	var cfg struct{ VetxOnly bool }
	return err == nil && json.Unmarshal(data, &cfg) == nil && cfg.VetxOnly
}

// factsOnly returns analyzers with the names and flags of the given ones that
// run only what exports facts. Most packages that go vet looks at are
// dependencies, whose findings nobody wants; unitchecker would run every check
// on them that so much as depends on facts.
func factsOnly(analyzers []*analysis.Analyzer) []*analysis.Analyzer {
	var exporters func(a *analysis.Analyzer) []*analysis.Analyzer
	exporters = func(a *analysis.Analyzer) (result []*analysis.Analyzer) {
		if len(a.FactTypes) > 0 {
			return []*analysis.Analyzer{a}
		}
		for _, required := range a.Requires {
			for _, e := range exporters(required) {
				if !slices.Contains(result, e) {
					result = append(result, e)
				}
			}
		}
		return result
	}
	result := make([]*analysis.Analyzer, len(analyzers))
	for i, a := range analyzers {
		result[i] = a
		if len(a.FactTypes) == 0 {
			stub := *a
			stub.Requires = exporters(a)
			stub.ResultType = nil
			stub.Run = func(*analysis.Pass) (any, error) { return nil, nil }
			result[i] = &stub
		}
	}
	return result
}
