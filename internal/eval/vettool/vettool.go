// Package vettool builds vet tools of this module and reads what go vet -json
// prints when it runs them. The eval commands share it.
package vettool

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Lockvet is the import path of the program the eval commands are about.
const Lockvet = "github.com/lockvet/lockvet/cmd/lockvet"

// ModuleRoot returns the directory of the module that the working directory
// is in: the eval commands run from a checkout of lockvet.
func ModuleRoot() (string, error) {
	cmd := exec.Command("go", "env", "GOMOD")
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	mod := strings.TrimSpace(string(out))
	if filepath.Base(mod) != "go.mod" {
		return "", errors.New("run this from a checkout of lockvet")
	}
	return filepath.Dir(mod), nil
}

// Build compiles the main package pkg, as the module in root sees it, to the
// file exe. GOFLAGS and GOWORK are meant for the module that is analysed.
func Build(root, pkg, exe string, flags ...string) error {
	args := append([]string{"build", "-buildvcs=false", "-o", exe}, flags...)
	cmd := exec.Command("go", append(args, pkg)...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
	}
	return nil
}

// A Report is one diagnostic.
type Report struct {
	Check   string
	Place   Place
	Message string
	Related []Step
}

// A Step is a related place of a report.
type Step struct {
	Place   Place
	Message string
}

// A Place is a line of a file.
type Place struct {
	File string
	Line int
}

func (p Place) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// Decode reads the JSON objects of go vet -json, one per package, from the
// tool's reports, ordered by place. A package with tests may come twice; equal
// reports become one. An analyzer that failed is an error.
func Decode(r io.Reader) ([]Report, error) {
	var reports []Report
	dec := json.NewDecoder(r)
	for {
		var packages map[string]map[string]json.RawMessage
		if err := dec.Decode(&packages); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go vet's output: %w", err)
		}
		for pkg, checks := range packages {
			for check, raw := range checks {
				found, err := decodeCheck(check, raw)
				if err != nil {
					return nil, fmt.Errorf("%s: %s: %w", pkg, check, err)
				}
				reports = append(reports, found...)
			}
		}
	}
	slices.SortFunc(reports, compare)
	return slices.CompactFunc(reports, func(a, b Report) bool { return compare(a, b) == 0 }), nil
}

// decodeCheck reads one analyzer's part: a list of diagnostics, or an error.
func decodeCheck(check string, raw json.RawMessage) ([]Report, error) {
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
		var failed struct{ Error string }
		if err := json.Unmarshal(raw, &failed); err != nil {
			return nil, err
		}
		return nil, errors.New(failed.Error)
	}
	var diags []struct {
		Posn, Message string
		Related       []struct{ Posn, Message string }
	}
	if err := json.Unmarshal(raw, &diags); err != nil {
		return nil, err
	}
	var reports []Report
	for _, d := range diags {
		rep := Report{Check: check, Place: parsePlace(d.Posn), Message: d.Message}
		for _, s := range d.Related {
			rep.Related = append(rep.Related, Step{parsePlace(s.Posn), s.Message})
		}
		reports = append(reports, rep)
	}
	return reports, nil
}

// parsePlace reads file:line:col, or file:line for a place that was loaded from
// another package's facts.
func parsePlace(posn string) Place {
	file, last, ok := cutLast(posn)
	if !ok {
		return Place{File: posn}
	}
	if f, line, ok := cutLast(file); ok {
		return Place{f, line}
	}
	return Place{file, last}
}

// cutLast splits off the number after the last colon.
func cutLast(s string) (before string, n int, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0, false
	}
	n, err := strconv.Atoi(s[i+1:])
	return s[:i], n, err == nil
}

func compare(a, b Report) int {
	if c := strings.Compare(a.Place.File, b.Place.File); c != 0 {
		return c
	}
	if c := a.Place.Line - b.Place.Line; c != 0 {
		return c
	}
	if c := strings.Compare(a.Check, b.Check); c != 0 {
		return c
	}
	return strings.Compare(a.Message, b.Message)
}
