// Command lockvet-see does for lockvet what takes large libraries: it lays graphs out, reads
// profiles and traces, and writes pages. lockvet, which go vet starts for every package,
// stays small, and starts this program where it is needed.
//
//	lockvet-see draw <graph.dot >graph.svg
//	lockvet-see read FILE... >measured.json
//	lockvet-see page <data.json >page.html
package main

import (
	"os"

	"github.com/lockvet/lockvet/internal/see"
)

func main() { os.Exit(see.Main()) }
