package frontend

import (
	"encoding/json"
	"os"
	"strings"
)

// ranVariable is the variable of the environment that names a file in which vet tools
// write down the packages that they analyse. The go command does not start the tool for
// a package whose result it has in its cache, and says nowhere that it has not: "go vet
// -json" prints the same in both cases. It knows results by the tool, its flags and the
// source, so the variable changes none of them.
const ranVariable = "LOCKVET_RAN"

// recordRun writes down that this process, a vet tool, analyses the package of cfgFile.
// Nothing depends on it but what people are shown, so errors are dropped.
func recordRun(cfgFile string) {
	name := os.Getenv(ranVariable)
	if name == "" {
		return
	}
	data, err := os.ReadFile(cfgFile)
	var cfg struct{ ImportPath string }
	if err != nil || json.Unmarshal(data, &cfg) != nil {
		return
	}
	// Tools run at the same time. A line that is appended in one piece stays in one.
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return
	}
	defer file.Close()
	file.WriteString(cfg.ImportPath + "\n")
}

// whatRan returns what vet tools have written to a file, in the order they began.
// A package and its tests are two packages, "p" and "p [p.test]".
func whatRan(name string) []string {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

// cached returns how many of the packages that were asked for, which asked names as
// vet.wanted does, none of the vet tools has analysed, be it without their tests.
func cached(asked map[string]bool, ran []string) (n int) {
	anew := make(map[string]bool)
	if asked["unsafe"] {
		anew["unsafe"] = true // which the go command does not vet
	}
	for _, id := range ran {
		pkg, variant, _ := strings.Cut(id, " [")
		if variant != "" {
			pkg = strings.TrimSuffix(variant, ".test]") // pkg may be its external test package
		}
		if asked[pkg] {
			anew[pkg] = true
		}
	}
	return len(asked)/2 - len(anew) // import paths and directories
}
