package oracle

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lockvet/lockvet/internal/oracle/giant"
)

// patience is how long the analysis of one file may take. It is far more than any
// takes, even on a busy machine: what it is to find is work that does not end.
const patience = 2 * time.Minute

// within analyses a source file, and fails if that takes too long or fails.
func within(t *testing.T, name string, p *Package) {
	t.Helper()
	start := time.Now()
	findings, err := p.Analyse()
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if took := time.Since(start); took > patience {
		t.Errorf("%s took %v", name, took)
	}
	for _, f := range findings {
		if f.Line < 1 || f.Message == "" || strings.Contains(f.Message, "%!") {
			t.Errorf("%s: a finding without a place or words: %+v", name, f)
		}
	}
}

// Whatever type-checks must be analysed: the compiler's own tests are the oddest Go
// there is, and the test data of the go command, go/types and x/tools comes next.
func TestGoTests(t *testing.T) {
	goroot := goOutput(t, "env", "GOROOT")
	var files []string
	for _, dir := range []string{".", "abi", "chan", "closures", "codegen", "dwarf", "escape", "fixedbugs", "interface", "ken", "loopvar", "syntax", "typeparam"} {
		found, err := filepath.Glob(filepath.Join(goroot, "test", dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	analyseFiles(t, files, 2)
}

func TestTestdata(t *testing.T) {
	for _, root := range []string{filepath.Join(goOutput(t, "env", "GOROOT"), "src"), goOutput(t, "list", "-m", "-f", "{{.Dir}}", "golang.org/x/tools")} {
		var files []string
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".go") && strings.Contains(path, "testdata") && d.Type().IsRegular() {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		// Much there is not to compile, or is one of several files of a package.
		analyseFiles(t, files, 4)
	}
}

func goOutput(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// analyseFiles analyses those files that type-check alone, of which there must be one in so
// many.
func analyseFiles(t *testing.T, files []string, inEach int) {
	t.Helper()
	if len(files) == 0 {
		t.Skip("this Go comes without its tests")
	}
	if testing.Short() {
		files = slices.DeleteFunc(files, func(f string) bool { return len(f)%10 != 0 })
	}
	analysed := 0
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Load(string(source))
		if err != nil {
			continue
		}
		within(t, name, p)
		analysed++
	}
	if analysed < len(files)/inEach {
		t.Errorf("only %d of %d files type-check here", analysed, len(files))
	}
	t.Logf("%d of %d files", analysed, len(files))
}

// Files as only generators write them.
func TestGiants(t *testing.T) {
	for _, shape := range giant.Shapes {
		t.Run(shape.Name, func(t *testing.T) {
			n := shape.N / 4 // internal/measure/growth has them whole
			switch shape.Name {
			case "statements", "locks", "recursion", "closures", "cases":
				n = shape.N
			}
			if testing.Short() {
				n /= 20
			}
			p, err := Load(shape.Source(n))
			if err != nil {
				t.Fatal(err)
			}
			within(t, shape.Name, p)
		})
	}
}

// Corners of the language.
func TestOdd(t *testing.T) {
	for name, source := range map[string]string{
		"no body":         "func f(mu *sync.Mutex)\nfunc G(mu *sync.Mutex) { mu.Lock(); f(mu) }",
		"blank functions": "func _(mu *sync.Mutex) { mu.Lock(); mu.Lock() }\nfunc _() {}\nfunc init() {}\nfunc init() {}",
		"blank fields":    "type T struct { _ sync.Mutex; _ int; mu sync.Mutex }\nfunc (*T) F() {}\nfunc (_ *T) G() {}\nfunc (T) _() {}",
		"linkname":        "import _ \"unsafe\"\n//go:linkname now runtime.nanotime\nfunc now() int64\nvar mu sync.Mutex\nfunc F() { mu.Lock(); now() }",
		"unsafe": "import \"unsafe\"\nfunc F(p unsafe.Pointer, n uintptr) { (*sync.Mutex)(p).Lock(); (*sync.Mutex)(unsafe.Add(p, n)).Lock(); " +
			"(*sync.Mutex)(unsafe.Pointer(uintptr(p) + n)).Unlock(); unsafe.Slice((*sync.Mutex)(p), 3)[n].Lock() }",
		"dot import":       "import . \"sync\"\nvar m Mutex\nfunc F() { m.Lock(); m.Lock() }",
		"renamed import":   "import s2 \"sync\"\nvar m s2.Mutex\nfunc F() { m.Lock(); defer m.Unlock(); m.Lock() }",
		"alias":            "type M = sync.Mutex\ntype A[T any] = map[string]T\nfunc F(a A[*M]) { a[\"x\"].Lock(); a[\"x\"].Lock() }",
		"recursive types":  "type T struct { next *T; sync.Mutex }\nfunc (t *T) F() { for x := t; x != nil; x = x.next { x.Lock(); defer x.Unlock() }; t.next.next.next.F() }",
		"recursive func":   "type F func(F) F\nfunc G(f F, mu *sync.Mutex) { mu.Lock(); f(f)(f)(f); mu.Unlock() }",
		"recursive iface":  "type I interface { sync.Locker; M() I }\nfunc G(i I) { i.Lock(); i.M().M().Lock(); i.M().Unlock() }",
		"method of itself": "type T struct{ f func(); mu sync.Mutex }\nfunc (t *T) G() { t.f = t.G; t.mu.Lock(); t.f() }",
		"struct of itself": "var x struct { mu sync.Mutex; p *struct{ mu sync.Mutex } }\nfunc F() { x.p = &struct{ mu sync.Mutex }{}; x.p.mu.Lock(); x.mu.Lock() }",
		"generic method":   "type T[K comparable, V any] struct{ mu sync.Mutex; m map[K]V }\nfunc (t *T[K, V]) Get(k K) V { t.mu.Lock(); defer t.mu.Unlock(); return t.m[k] }\nfunc F() { (&T[int, *T[string, int]]{}).Get(1).Get(\"\") }",
		"core types":       "func F[S ~[]E, E sync.Locker](s S) { for _, e := range s { e.Lock() }; for i := range s { s[i].Unlock() } }",
		"range over funcs": "func F(seq func(func(int, func(func(int) bool)) bool), mu *sync.Mutex) { for i, s := range seq { for j := range s { if i == j { mu.Lock(); return }; defer mu.Unlock() } } }",
		"goto into loops":  "func F(mu *sync.Mutex, n int) {\nagain:\n\tmu.Lock()\n\tif n--; n > 0 { goto again }\n\tfor { goto out }\nout:\n\tmu.Unlock() }",
		"select":           "func F(mu *sync.Mutex, c chan *sync.Mutex) { select {}; select { case (<-c).Lock: }\n}",
		"empty select":     "func F(mu *sync.Mutex) { mu.Lock(); select {} }",
		"endless":          "func F(mu *sync.Mutex) { for { mu.Lock(); for {}; mu.Unlock() } }",
		"defer in a loop":  "func F(mu []sync.Mutex) { for i := range mu { mu[i].Lock(); defer mu[i].Unlock(); defer func() { recover() }() } }",
		"array of locks":   "func F(a *[3]sync.Mutex, i int) { a[i].Lock(); a[2-i].Lock(); a[0].Unlock(); b := a; b[i].Lock() }",
		"map of structs":   "type T struct{ *sync.Mutex }\nfunc F(m map[T]T) { for k, v := range m { k.Lock(); v.Lock(); m[v].Unlock(); m[m[k]].Lock() } }",
		"conversions":      "type L sync.Mutex\nfunc F(l *L, a any) { (*sync.Mutex)(l).Lock(); a.(sync.Locker).Lock(); a.(interface{ Lock() }).Lock() }",
		"method exprs":     "func F(mu *sync.Mutex) { (*sync.Mutex).Lock(mu); f := (*sync.Mutex).Unlock; f(mu); f(mu); sync.Locker.Lock(mu) }",
		"constants":        "func F(mu *sync.Mutex) { const x = 1 << 100; if x > 1<<99 { mu.Lock() }; if \"a\" < \"b\" { mu.Unlock() }; switch x / x { case 1: mu.Lock() } }",
		"shadowed":         "func F(sync *sync.Mutex) { true := false; if true { sync.Lock() }; { sync := sync; sync.Lock() } }",
		"no Go at all":     "",
	} {
		t.Run(name, func(t *testing.T) {
			imports, body, _ := strings.Cut(source, "\n")
			if !strings.HasPrefix(imports, "import") {
				imports, body = "", source
			}
			p, err := Load("package p\nimport \"sync\"\n" + imports + "\nvar _ sync.Mutex\n" + body)
			if name == "select" {
				if err == nil {
					t.Error("type-checks")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			within(t, name, p)
		})
	}
}

// What does not type-check is refused, with the place.
func TestRefused(t *testing.T) {
	for source, want := range map[string]string{
		"package p\nfunc F() { undefined() }":        "p.go:2:12: undefined: undefined",
		"package p\nvar x = y\nvar y = x":            "initialization cycle",
		"package p\ntype T T":                        "invalid recursive type",
		"package p\nfunc F() {":                      "p.go:2:11: expected '}'",
		"package p\nimport \"no/such/package\"\n":    "no/such/package",
		"package p\nfunc F() int { return \"one\" }": "p.go:2:23",
	} {
		if _, err := Load(source); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got error %v, want one with %q", source, err, want)
		}
	}
}
