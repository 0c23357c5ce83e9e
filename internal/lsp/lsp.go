// Package lsp is lockvet in an editor: a language server that stands between the
// editor and gopls and merges what lockvet finds into what gopls publishes, or one
// of its own beside gopls.
//
// A session knows the texts that are open and what is said of them. A schedule
// says when packages are checked. Checking is running go vet with lockvet as its
// tool, on the saved files and those texts.
package lsp

import (
	"path/filepath"
	"strings"

	"github.com/lockvet/lockvet/internal/frontend"
)

// proxyName is what the program is called where an editor can be told the file
// name of gopls, but no arguments: a link with that name.
const proxyName = "lockvet-gopls"

// Main runs the program if the command line asks for a language server: "lockvet
// gopls", "lockvet lsp", or the program under the name lockvet-gopls. It returns
// the exit code, or not ok if the command line asks for something else.
func Main(argv []string, suite frontend.Suite) (code int, ok bool) {
	name := strings.TrimSuffix(filepath.Base(argv[0]), ".exe")
	args := argv[1:]
	switch {
	case name == proxyName && !frontend.CalledByGo(args):
		return runGopls(suite, args), true
	case len(args) > 0 && args[0] == "gopls":
		return runGopls(suite, args[1:]), true
	case len(args) == 1 && args[0] == "lsp":
		return runServer(suite), true
	}
	return 0, false
}

// runGopls does what gopls does with these arguments, and what lockvet adds to it.
func runGopls(suite frontend.Suite, args []string) int {
	gopls, err := findGopls()
	switch {
	case err == nil && isServer(args):
		return runProxy(suite, gopls, args)
	case err == nil:
		return become(gopls, args)
	case isServer(args):
		return refuse(err)
	}
	return fail("%v", err)
}
