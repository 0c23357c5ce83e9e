// Package see is the program lockvet-see, which does for lockvet what takes large
// libraries: it lays graphs out, reads profiles and traces, and writes pages. lockvet,
// which go vet starts for every package, stays small, and starts that program where it is
// needed.
package see

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-graphviz"

	"github.com/lockvet/lockvet/internal/hot"
	"github.com/lockvet/lockvet/internal/hot/measure"
	"github.com/lockvet/lockvet/internal/report"
	"github.com/lockvet/lockvet/internal/report/page"
)

// Main runs the program with the arguments of the process and returns its exit code.
func Main() int {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "lockvet-see: %v\n", err)
		return 2
	}
	return 0
}

func run(args []string, in io.Reader, out io.Writer) error {
	const usage = "usage: lockvet-see draw|read FILE...|page; lockvet starts it by itself"
	if len(args) == 0 {
		return errors.New(usage)
	}
	switch {
	case args[0] == "draw" && len(args) == 1:
		return draw(context.Background(), in, out)
	case args[0] == "read" && len(args) > 1:
		return read(args[1:], out)
	case args[0] == "page" && len(args) == 1:
		d := new(report.Data)
		if err := json.NewDecoder(in).Decode(d); err != nil {
			return fmt.Errorf("page: %v", err)
		}
		return page.Write(out, d)
	}
	return errors.New(usage)
}

// read writes what profiles and traces have measured as JSON.
func read(files []string, out io.Writer) error {
	var in hot.Input
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err == nil {
			err = measure.Read(&in, name, data)
		}
		if err != nil {
			return err
		}
	}
	return json.NewEncoder(out).Encode(in)
}

// draw lays out a graph in Graphviz's DOT language as SVG.
func draw(ctx context.Context, in io.Reader, out io.Writer) error {
	dot, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	g, err := graphviz.ParseBytes(dot)
	if err != nil {
		return fmt.Errorf("draw: the input is no graph in the DOT language: %v", err)
	}
	defer g.Close()
	gv, err := graphviz.New(ctx)
	if err != nil {
		return err
	}
	defer gv.Close()
	return gv.Render(ctx, g, graphviz.SVG, out)
}
