package passes

import (
	"fmt"
	"go/format"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/lockvet/lockvet/internal/fetched"
	"github.com/lockvet/lockvet/internal/rules"
	"github.com/lockvet/lockvet/passes/distlock"
)

// An example is a block of Go in a check's page. Its fence says what the check
// finds in it: "go right" is nothing, "go wrong=again" findings of that category,
// the messages of which stand in the block after it.
type example struct {
	page, check string
	line        int // of the fence
	category    string
	code        string
	messages    []string
}

var (
	block    = regexp.MustCompile("(?m)^```go (right|wrong=(\\w+))\n((?s:.*?))^```\n(?:```text\n((?s:.*?))^```\n)?")
	category = regexp.MustCompile(`(?m)^\s*- (\w+): `)
)

// imports are what examples may use without saying so, beside libraries.
var imports = map[string]*regexp.Regexp{
	"crypto/rand":   regexp.MustCompile(`\brand\.[A-Z]`),
	"database/sql":  regexp.MustCompile(`\bsql\.[A-Z]`),
	"log":           regexp.MustCompile(`\blog\.[A-Z]`),
	"time":          regexp.MustCompile(`\btime\.[A-Z]`),
	"context":       regexp.MustCompile(`\bcontext\.[A-Z]`),
	"encoding/json": regexp.MustCompile(`\bjson\.[A-Z]`),
	"io":            regexp.MustCompile(`\bio\.[A-Z]`),
	"net/http":      regexp.MustCompile(`\bhttp\.[A-Z]`),
	"os":            regexp.MustCompile(`\bos\.[A-Z]`),
	"strconv":       regexp.MustCompile(`\bstrconv\.[A-Z]`),
	"os/exec":       regexp.MustCompile(`\bexec\.[A-Z]`),
	"errors":        regexp.MustCompile(`\berrors\.[A-Z]`),
	"fmt":           regexp.MustCompile(`\bfmt\.[A-Z]`),
	"sync":          regexp.MustCompile(`\bsync\.[A-Z]`),
	"sync/atomic":   regexp.MustCompile(`\batomic\.[A-Z]`),
}

// libraries are what examples of distlock may use, by the name they use it under.
// They come from the module of its golden packages.
var libraries = map[string]string{
	"redis": "github.com/redis/go-redis/v9", "gozero": "github.com/zeromicro/go-zero/core/stores/redis",
	"redsync": "github.com/go-redsync/redsync/v4", "redislock": "github.com/bsm/redislock",
	"rueidislock": "github.com/redis/rueidis/rueidislock", "consul": "github.com/hashicorp/consul/api",
	"clientv3": "go.etcd.io/etcd/client/v3", "concurrency": "go.etcd.io/etcd/client/v3/concurrency",
	"flock":          "github.com/gofrs/flock",
	"leaderelection": "k8s.io/client-go/tools/leaderelection",
}

// packagesOf are the categories that take several packages, with the golden package, or the script, that has them: an example
// is one package.
var packagesOf = map[string]string{
	"blockinglock/joined": "blockinglock/joined/source", "unlockunheld/foreign": "crosspkg/b",
	"lockorder/modules": "../../cmd/lockvet/testdata/script/modules.txtar",
}

// categoriesPage returns the name of the page that has the categories of a check: that
// of its name, unless its address leads to another one.
func categoriesPage(a *analysis.Analyzer) string {
	if a.URL != "" {
		return path.Base(a.URL)
	}
	return a.Name + ".md"
}

// The examples in the pages of the checks compile, and the checks find in them
// what the pages say.
func TestExamples(t *testing.T) {
	var examples []example
	for _, a := range Analyzers(Optional()...) {
		page := categoriesPage(a)
		text, err := os.ReadFile(filepath.Join("..", "docs", page))
		if os.IsNotExist(err) {
			continue // TestPages knows whether there must be one
		} else if err != nil {
			t.Fatal(err)
		}
		found := examplesOf(page, a.Name, string(text))
		if len(found) == 0 {
			continue
		}
		for _, m := range category.FindAllStringSubmatch(a.Doc, -1) {
			if dir, ok := packagesOf[a.Name+"/"+m[1]]; ok {
				if _, err := os.Stat(filepath.Join("../testdata/src", dir)); err != nil {
					t.Error(err)
				}
				continue
			}
			if !slices.ContainsFunc(found, func(e example) bool { return e.category == m[1] }) {
				t.Errorf("docs/%s has no wrong example of category %s", page, m[1])
			}
		}
		examples = append(examples, found...)
	}
	if len(examples) == 0 {
		t.Fatal("no examples")
	}

	// Those that use libraries are a module of their own, for distlock alone.
	alone, others := []example{}, []example{}
	for _, e := range examples {
		if e.check == distlock.Analyzer.Name {
			others = append(others, e)
		} else {
			alone = append(alone, e)
		}
	}
	t.Cleanup(rules.SwitchOn(rules.All(Analyzers(Optional()...))...))
	compare(t, alone, analyze(t, alone, Analyzers(Optional()...), "module example\n\ngo 1.26\n", ""))
	t.Run("stores", func(t *testing.T) {
		if testing.Short() {
			t.Skip("needs the client libraries")
		}
		fetched.Need(t, filepath.Join("..", "testdata", "distlock"))
		mod, sum := requirements(t)
		compare(t, others, analyze(t, others, allOf(t, distlock.Analyzer), mod, sum))
	})
}

// requirements returns the go.mod and go.sum of distlock's golden packages, for a
// module of another name.
func requirements(t *testing.T) (mod, sum string) {
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join("..", "testdata", "distlock", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	return strings.Replace(read("go.mod"), "module distlock.test", "module example", 1), read("go.sum")
}

// allOf returns a check with all of its categories on.
func allOf(t *testing.T, a *analysis.Analyzer) []*analysis.Analyzer {
	for _, category := range distlock.OffByDefault() {
		if err := a.Flags.Set(category, "true"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { a.Flags.Set(category, "false") })
	}
	return []*analysis.Analyzer{a}
}

// compare compares what is found in examples with what the pages say.
func compare(t *testing.T, examples []example, findings [][]finding) {
	for i, e := range examples {
		at := fmt.Sprintf("docs/%s:%d", e.page, e.line)
		if formatted, err := format.Source([]byte(e.code)); err != nil || string(formatted) != e.code {
			t.Errorf("%s: not as gofmt writes it (%v)", at, err)
		}
		var got []string
		for _, f := range findings[i] {
			if f.Category != e.category && slices.Contains(distlock.OffByDefault(), f.Category) {
				continue
			}
			if f.check != e.check && slices.Contains(Optional(), f.check) {
				continue
			}
			if f.check != e.check || f.Category != e.category {
				t.Errorf("%s: unexpected finding at line %d of the example: %s [%s/%s]", at, f.line, f.Message, f.check, f.Category)
				continue
			}
			got = append(got, f.Message)
		}
		if e.category != "" && len(got) == 0 {
			t.Errorf("%s: no finding of %s/%s", at, e.check, e.category)
		} else if !slices.Equal(got, e.messages) {
			t.Errorf("%s: the messages are\n\t%s\nnot\n\t%s", at, strings.Join(got, "\n\t"), strings.Join(e.messages, "\n\t"))
		}
	}
}

func examplesOf(page, check, text string) (examples []example) {
	for _, m := range block.FindAllStringSubmatchIndex(text, -1) {
		group := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return text[m[2*i]:m[2*i+1]]
		}
		e := example{page: page, check: check, line: 1 + strings.Count(text[:m[0]], "\n"), category: group(2), code: group(3)}
		if messages := strings.TrimSpace(group(4)); messages != "" {
			e.messages = strings.Split(messages, "\n")
		}
		examples = append(examples, e)
	}
	return examples
}

type finding struct {
	analysis.Diagnostic
	check string
	line  int
}

// analyze runs checks on each of the examples, which are packages of one module.
func analyze(t *testing.T, examples []example, checks []*analysis.Analyzer, mod, sum string) [][]finding {
	dir := t.TempDir()
	write := func(name, text string) {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", mod)
	write("go.sum", sum)
	for i, e := range examples {
		var src strings.Builder
		src.WriteString("package example\n\n")
		for path, used := range imports {
			if used.MatchString(e.code) {
				fmt.Fprintf(&src, "import %q\n", path)
			}
		}
		for name, path := range libraries {
			if e.check == distlock.Analyzer.Name && regexp.MustCompile(`\b`+name+`\.[A-Z]`).MatchString(e.code) {
				fmt.Fprintf(&src, "import %s %q\n", name, path)
			}
		}
		// Lines are counted from the fence.
		src.WriteString("\n//line example.go:1\n" + e.code)
		write(fmt.Sprintf("e%d/example.go", i), src.String())
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.LoadAllSyntax, Dir: dir, Env: append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly"),
		Fset: token.NewFileSet(),
	}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	graph, err := checker.Analyze(checks, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	findings := make([][]finding, len(examples))
	for _, act := range graph.Roots {
		var i int
		fmt.Sscanf(act.Package.PkgPath, "example/e%d", &i)
		e := examples[i]
		for _, err := range act.Package.Errors {
			t.Fatalf("docs/%s:%d: the example does not compile: %v", e.page, e.line, err)
		}
		if act.Err != nil {
			t.Fatalf("docs/%s:%d: %s: %v", e.page, e.line, act.Analyzer.Name, act.Err)
		}
		for _, d := range act.Diagnostics {
			findings[i] = append(findings[i], finding{d, act.Analyzer.Name, act.Package.Fset.Position(d.Pos).Line})
		}
	}
	return findings
}
