package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// A row is an access that is known, and what came of it.
type row struct {
	id, repo, rev string // repo is OWNER/NAME
	pkg, file     string // pkg as for the go command
	line          int
	field         string
	fn            string // "" if only the line counts
	category      string // as somebody else named it
	verdict       string // "T", "F", "U"

	found  string // the category of the finding; "" if there is none
	failed string // why the package could not be analysed
}

// readFixed reads a list of fixed bugs.
func readFixed(file, _ string) (rows []*row, err error) {
	err = lines(file, func(text string) error {
		var c struct {
			ID, Repo, Parent, Pkg, File, Func, Field string
			Line                                     int
		}
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			return err
		}
		rows = append(rows, &row{
			id: c.ID, repo: c.Repo, rev: c.Parent, pkg: c.Pkg, file: c.File, line: c.Line, fn: c.Func,
			field: c.Field[strings.LastIndexByte(c.Field, '.')+1:], category: "fixed", verdict: "T",
		})
		return nil
	})
	return rows, err
}

// aliases are projects that a list names otherwise than their repositories.
var aliases = map[string]string{"nats": "nats-io/nats.go", "client-go": "kubernetes/client-go"}

// readJudged reads a list of judged accesses.
func readJudged(file, mirror string) (rows []*row, err error) {
	var header []string
	err = lines(file, func(text string) error {
		cells := strings.Split(text, "\t")
		if header == nil {
			header = cells
			return nil
		}
		cell := func(name string) string {
			for i, h := range header {
				if h == name && i < len(cells) {
					return cells[i]
				}
			}
			return ""
		}
		place, number, _ := strings.Cut(cell("place"), ":")
		line, err := strconv.Atoi(number)
		if err != nil {
			return fmt.Errorf("place %q: want FILE:LINE", cell("place"))
		}
		field := cell("field")
		rows = append(rows, &row{
			id: cell("project") + " " + field, repo: repoOf(cell("project"), mirror), rev: "HEAD", pkg: "./" + path.Dir(place), file: place, line: line,
			field: field[strings.LastIndexByte(field, '.')+1:], category: cell("category"), verdict: cell("verdict"),
		})
		return nil
	})
	return rows, err
}

// repoOf returns the repository of the mirror that has a project's name, or the name.
func repoOf(project, mirror string) string {
	if repo := aliases[project]; repo != "" {
		return repo
	}
	found, _ := filepath.Glob(filepath.Join(mirror, "*+"+project, "repo"))
	if len(found) != 1 {
		return project
	}
	return strings.Replace(filepath.Base(filepath.Dir(found[0])), "+", "/", 1)
}

// lines calls f for each line of a file.
func lines(file string, f func(text string) error) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	sc := bufio.NewScanner(in)
	sc.Buffer(nil, 1<<20)
	for n := 1; sc.Scan(); n++ {
		if strings.TrimSpace(sc.Text()) == "" {
			continue
		}
		if err := f(sc.Text()); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return sc.Err()
}
