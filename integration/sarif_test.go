package integration

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	// The schema is a constant of this package.
	_ "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/xeipuuv/gojsonschema"
)

// TestSARIF validates what the command prints of the demo, and of a package with
// fixes, against the JSON schema of SARIF 2.1.0.
func TestSARIF(t *testing.T) {
	schema := gojsonschema.NewStringLoader(sarifSchema(t))
	for _, test := range []struct{ dir, contains string }{
		{"../testdata/demo", `"codeFlows"`},
		{"../testdata/src/fixes/doublelock", `"artifactChanges"`},
		{"../docs", `"results": []`},
	} {
		cmd := exec.Command(filepath.Join(bin, "lockvet"), "-format=sarif", "./...")
		cmd.Dir = test.dir
		log, err := cmd.Output()
		if exit, ok := err.(*exec.ExitError); err != nil && (!ok || exit.ExitCode() != 1) {
			t.Errorf("%v in %s: %v", cmd, test.dir, err)
			continue
		}
		if !strings.Contains(string(log), test.contains) {
			t.Errorf("the log of %s has no %s", test.dir, test.contains)
		}
		result, err := gojsonschema.Validate(schema, gojsonschema.NewBytesLoader(log))
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range result.Errors() {
			t.Errorf("%s: %s", test.dir, problem)
		}
	}
	bad, err := gojsonschema.Validate(schema, gojsonschema.NewStringLoader(`{"version": "2.1.0", "runs": [{}]}`))
	if err != nil || bad.Valid() {
		t.Errorf("a log without a tool passes: %v", err)
	}
}

func sarifSchema(t *testing.T) string {
	dir := goOutput(t, "list", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif")
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var schema string
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && schema == "" {
			schema, err = strconv.Unquote(lit.Value)
		}
		return true
	})
	if err != nil || schema == "" {
		t.Fatalf("no schema in %s: %v", dir, err)
	}
	return schema
}
