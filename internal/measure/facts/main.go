// Command facts measures the facts that lockvet leaves for the packages that
// import one.
//
//	go run ./internal/measure/facts [-C DIR] [-top N] [-max BYTES] PACKAGES
//
// It runs go vet with itself as the tool, which runs lockvet and looks at the file
// of facts that comes out. It prints the packages with the largest facts: in bytes,
// those about the package itself, and all that are passed on, as x/tools repeats
// what importers may need of other packages' facts. It exits with 1 if the facts about a
// package take more than -max bytes.
package main

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/gob"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/measure/gobuild"
	"github.com/lockvet/lockvet/passes"
)

// limit is what the facts about one package may take, by default: more would
// be felt when a build system carries them around.
const limit = 256 << 10

// The environment tells the tool that go vet runs where lockvet is, and where
// results go.
const (
	toolVar = "LOCKVET_FACTS_TOOL"
	dirVar  = "LOCKVET_FACTS_DIR"
)

func main() {
	if tool := os.Getenv(toolVar); tool != "" {
		os.Exit(asTool(tool, os.Getenv(dirVar)))
	}
	dir := flag.String("C", ".", "`directory` to run in")
	top := flag.Int("top", 10, "how many packages to print")
	most := flag.Int("max", limit, "`bytes` that the facts about a package may take")
	flag.Parse()
	sizes, err := measure(*dir, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "facts:", err)
		os.Exit(2)
	}
	report(sizes, *top)
	if len(sizes) > 0 && sizes[0].Own > *most {
		fmt.Fprintf(os.Stderr, "facts: those about %s take %d bytes, more than %d\n", sizes[0].Package, sizes[0].Own, *most)
		os.Exit(1)
	}
}

// A size is what the facts of one package take, in bytes.
type size struct {
	Package string
	Facts   int // about the package
	Own     int // of those
	All     int // of all that is passed on
}

// measure returns the sizes for all packages that the patterns match and all they
// import, the largest first.
func measure(dir string, patterns []string) ([]size, error) {
	root, err := gobuild.Root()
	if err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp("", "lockvet-facts-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	// A new executable, so that cmd/go has no earlier results.
	tool := filepath.Join(scratch, "lockvet")
	if err := gobuild.Build(root, gobuild.Lockvet, tool, "-ldflags=-X main.salt="+filepath.Base(scratch)); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	out := filepath.Join(scratch, "sizes")
	if err := os.Mkdir(out, 0o777); err != nil {
		return nil, err
	}
	// With -json, findings don't fail the run.
	cmd := exec.Command("go", append([]string{"vet", "-json", "-vettool=" + self}, patterns...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), toolVar+"="+tool, dirVar+"="+out)
	if text, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go vet: %w\n%s", err, text)
	}
	return collect(out)
}

func collect(dir string) (sizes []size, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var s size
		if err := json.Unmarshal(data, &s); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		sizes = append(sizes, s)
	}
	slices.SortFunc(sizes, func(a, b size) int {
		return cmp.Or(cmp.Compare(b.Own, a.Own), cmp.Compare(a.Package, b.Package))
	})
	return sizes, nil
}

func report(sizes []size, top int) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "PACKAGE\tFACTS\tBYTES\tPASSED ON")
	total, with := 0, 0
	for i, s := range sizes {
		if i < top {
			fmt.Fprintf(w, "%s\t%d\t%d\t%d\n", s.Package, s.Facts, s.Own, s.All)
		}
		total += s.Own
		if s.Facts > 0 {
			with++
		}
	}
	w.Flush()
	fmt.Printf("%d packages, %d with facts, %d bytes of them\n", len(sizes), with, total)
}

// asTool does what cmd/go asks of a vet tool by running lockvet, and notes the size
// of the facts.
func asTool(tool, dir string) int {
	cmd := exec.Command(tool, os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return 1
	}
	config := os.Args[len(os.Args)-1]
	if !strings.HasSuffix(config, ".cfg") {
		return 0
	}
	if err := note(config, dir); err != nil {
		fmt.Fprintln(os.Stderr, "facts:", err)
		return 1
	}
	return 0
}

// note writes the size of the facts of the package that config describes to a file in dir.
func note(config, dir string) error {
	var cfg struct{ ID, ImportPath, VetxOutput string }
	data, err := os.ReadFile(config)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &cfg); err != nil {
		return fmt.Errorf("%s: %w", config, err)
	}
	file, err := os.ReadFile(cfg.VetxOutput)
	if err != nil {
		return err
	}
	facts, err := section(file)
	if err != nil {
		return fmt.Errorf("%s: %w", cfg.VetxOutput, err)
	}
	s := size{Package: cfg.ID, All: len(facts)}
	if s.Facts, s.Own, err = own(cfg.ImportPath, facts); err != nil {
		return fmt.Errorf("facts of %s: %w", cfg.ID, err)
	}
	f, err := os.CreateTemp(dir, "*.json")
	if err != nil {
		return err
	}
	defer f.Close()
	return json.NewEncoder(f).Encode(s)
}

// A fact has the form in which golang.org/x/tools/internal/facts writes it.
type fact struct {
	PkgPath string
	Object  string
	Fact    analysis.Fact
}

// section returns the facts of a file that golang.org/x/tools/go/analysis/unitchecker
// wrote: "vetx", the lengths of types and facts as 32-bit little-endian numbers,
// and the two.
func section(file []byte) ([]byte, error) {
	if len(file) < 12 || string(file[:4]) != "vetx" {
		return nil, errors.New("no file of facts as x/tools writes it")
	}
	start := 12 + uint64(binary.LittleEndian.Uint32(file[4:8]))
	end := start + uint64(binary.LittleEndian.Uint32(file[8:12]))
	if end > uint64(len(file)) {
		return nil, errors.New("it ends too early")
	}
	return file[start:end], nil
}

// own counts the facts about one package, and the bytes that they take by themselves.
func own(pkg string, facts []byte) (n, bytesOf int, err error) {
	if len(facts) == 0 {
		return 0, 0, nil
	}
	register(passes.Analyzers())
	var all []fact
	if err := gob.NewDecoder(bytes.NewReader(facts)).Decode(&all); err != nil {
		return 0, 0, err
	}
	mine := slices.DeleteFunc(all, func(f fact) bool { return f.PkgPath != pkg })
	if len(mine) == 0 {
		return 0, 0, nil
	}
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(mine); err != nil {
		return 0, 0, err
	}
	return len(mine), buf.Len(), nil
}

// register makes gob know the facts of analyzers and of what they require.
func register(analyzers []*analysis.Analyzer) {
	for _, a := range analyzers {
		for _, f := range a.FactTypes {
			gob.Register(f)
		}
		register(a.Requires)
	}
}
