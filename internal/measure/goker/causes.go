package main

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/lockvet/lockvet/internal/frontend"
)

//go:embed causes.tsv
var embeddedCauses string

// A cause is one row of causes.tsv: what is wrong with a kernel.
type cause struct {
	kernel  string // project_number, as GoBench names it
	subtype string // GoBench's class of bug
	at      []mark // a report that fits any of these is at the cause
	also    []mark // further true findings, neither found nor wrong
	note    string
}

// A mark says which check must name which lines.
type mark struct {
	check string
	lines []int
}

func (m mark) String() string {
	var lines []string
	for _, n := range m.lines {
		lines = append(lines, strconv.Itoa(n))
	}
	return m.check + "@" + strings.Join(lines, ",")
}

// fits reports whether r comes from m's check and names all of m's lines.
func (m mark) fits(r frontend.Finding) bool {
	if r.Check != m.check {
		return false
	}
	named := namedLines(r)
	for _, n := range m.lines {
		if !slices.Contains(named, n) {
			return false
		}
	}
	return true
}

var columns = []string{"kernel", "subtype", "cause", "also", "note"}

// parseCauses reads a table in the format of causes.tsv.
func parseCauses(r io.Reader) ([]cause, error) {
	var causes []cause
	seen := map[string]bool{}
	sc := bufio.NewScanner(r)
	header := false
	for n := 1; sc.Scan(); n++ {
		line := sc.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if !header {
			if !slices.Equal(f, columns) {
				return nil, fmt.Errorf("line %d: want the columns %s", n, strings.Join(columns, ", "))
			}
			header = true
			continue
		}
		c, err := parseRow(f)
		if err == nil && seen[c.kernel] {
			err = fmt.Errorf("%s stands there twice", c.kernel)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		seen[c.kernel] = true
		causes = append(causes, c)
	}
	return causes, sc.Err()
}

func parseRow(f []string) (cause, error) {
	if len(f) != len(columns) {
		return cause{}, fmt.Errorf("%d columns, want %d", len(f), len(columns))
	}
	c := cause{kernel: f[0], subtype: f[1], note: f[4]}
	var err error
	if c.at, err = parseMarks(f[2]); err != nil {
		return cause{}, err
	}
	if len(c.at) == 0 {
		return cause{}, fmt.Errorf("%s has no cause", c.kernel)
	}
	c.also, err = parseMarks(f[3])
	return c, err
}

// parseMarks reads check@line,line marks separated by spaces.
func parseMarks(s string) ([]mark, error) {
	var marks []mark
	for word := range strings.FieldsSeq(s) {
		check, lines, ok := strings.Cut(word, "@")
		if !ok || check == "" {
			return nil, fmt.Errorf("%q is not check@line,line", word)
		}
		m := mark{check: check}
		for num := range strings.SplitSeq(lines, ",") {
			n, err := strconv.Atoi(num)
			if err != nil {
				return nil, fmt.Errorf("%q is not check@line,line", word)
			}
			m.lines = append(m.lines, n)
		}
		marks = append(marks, m)
	}
	return marks, nil
}
