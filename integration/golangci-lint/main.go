// Command golangci-lint is golangci-lint with the plugin of lockvet: the program
// that "golangci-lint custom" builds, from modules alone.
package main

import (
	"fmt"
	"os"
	"runtime"

	"github.com/golangci/golangci-lint/v2/pkg/commands"
	"github.com/golangci/golangci-lint/v2/pkg/exitcodes"

	_ "github.com/lockvet/lockvet/plugin"
)

func main() {
	// Under the version (devel), golangci-lint takes the hash of its own file into
	// the key of its cache, so that other checks do not meet old results.
	err := commands.Execute(commands.BuildInfo{Version: "(devel)", GoVersion: runtime.Version()})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitcodes.Failure)
	}
}
