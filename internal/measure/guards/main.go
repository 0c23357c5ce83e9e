// Command guards measures what guardedby finds of accesses that are known.
//
//	go run ./internal/measure/guards -mirror DIR -work DIR [-only REGEXP] FILE...
//
// A FILE is a list of judged accesses (.tsv, with a header: project, place, category and
// verdict are read) or of fixed ones (.jsonl: repo, parent, pkg, file, line, func, field). The mirror has
// the git directory of each repository as OWNER+NAME/repo. A project of a .tsv is the one repository of the mirror
// that has its name, at its head. Trees are put into the work directory, one at a time, and removed. It exits with 2
// if it could not measure.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/lockvet/lockvet/internal/measure/gobuild"
)

func main() {
	mirror := flag.String("mirror", "", "`directory` of git directories, OWNER+NAME/repo")
	work := flag.String("work", "", "`directory` for checkouts")
	only := flag.String("only", "", "measure only what matches this `regexp` by repository or id")
	flag.Parse()
	if *mirror == "" || *work == "" || flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*mirror, *work, *only, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "guards:", err)
		os.Exit(2)
	}
}

func run(mirror, work, only string, files []string) error {
	which, err := regexp.Compile(only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	tool := filepath.Join(work, "lockvet")
	root, err := gobuild.Root()
	if err != nil {
		return err
	}
	if err := gobuild.Build(root, gobuild.Lockvet, tool); err != nil {
		return err
	}
	defer os.Remove(tool)
	for _, file := range files {
		read := readFixed
		if strings.HasSuffix(file, ".tsv") {
			read = readJudged
		}
		rows, err := read(file, mirror)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		var kept []*row
		for _, r := range rows {
			if which.MatchString(r.repo) || which.MatchString(r.id) {
				kept = append(kept, r)
			}
		}
		m := measurer{mirror: mirror, work: work, tool: tool}
		m.all(kept)
		fmt.Printf("%s\n", file)
		table(os.Stdout, kept)
	}
	return nil
}
