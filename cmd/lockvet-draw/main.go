// Command lockvet-draw lays graphs out for lockvet: it reads a graph in Graphviz's DOT
// language from standard input and writes SVG to standard output.
//
// It has Graphviz in it, as WebAssembly. It is a program of its own so that lockvet, which
// go vet starts for every package, stays small.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-graphviz"
)

func main() {
	if len(os.Args) > 1 {
		fmt.Fprintln(os.Stderr, "usage: lockvet-draw <graph.dot >graph.svg")
		os.Exit(2)
	}
	if err := draw(context.Background(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "lockvet-draw: %v\n", err)
		os.Exit(2)
	}
}

func draw(ctx context.Context, in io.Reader, out io.Writer) error {
	dot, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	g, err := graphviz.ParseBytes(dot)
	if err != nil {
		return fmt.Errorf("the input is no graph in the DOT language: %v", err)
	}
	defer g.Close()
	gv, err := graphviz.New(ctx)
	if err != nil {
		return err
	}
	defer gv.Close()
	return gv.Render(ctx, g, graphviz.SVG, out)
}
