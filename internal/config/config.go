// Package config reads lockvet.toml, which stands beside a module's go.mod and says for
// every way to run lockvet what is to be found and how it is shown. docs/cli.md
// describes it.
package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/rules"
)

// Name is the name of the file.
const Name = "lockvet.toml"

// A Config is what one file says. The zero Config changes nothing.
type Config struct {
	// Checks is a list as rules.Parse reads it. Its inherit is what is on by default.
	Checks []string `toml:"checks" json:"checks"`
	// Severity grades rules otherwise than lockvet does.
	Severity rules.Severities `toml:"severity" json:"severity"`
	// Exclude has patterns of path.Match for files, and for directories with all that is
	// below them, relative to the file. Findings there are left out.
	Exclude []string `toml:"exclude" json:"exclude"`
	// Locks names more lock types, as the flag -contract.locks does.
	Locks []string `toml:"locks" json:"locks"`
	// Tests says whether findings in _test.go files are wanted; nil is yes.
	Tests *bool `toml:"tests" json:"tests"`

	file string // absolute; empty if there is none
	dir  string // of the module, to which exclude is relative
}

// File returns the name of the file; empty if there is none.
func (c *Config) File() string { return c.file }

// Load reads the file of the module around dir. Without one, or outside of a module, the
// Config is zero. An error says in which file and line what is wrong.
func Load(dir string, checks []*analysis.Analyzer, off []string) (*Config, error) {
	module := root(dir)
	file := filepath.Join(module, Name)
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return &Config{dir: module}, nil
	} else if err != nil {
		return nil, err
	}
	c := &Config{file: file, dir: module}
	meta, err := toml.Decode(string(data), c)
	var wrong toml.ParseError
	switch {
	case errors.As(err, &wrong):
		return nil, fmt.Errorf("%s:%d: %s", file, wrong.Position.Line, wrong.Message)
	case err != nil:
		return nil, fmt.Errorf("%s: %v", file, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		key := unknown[0].String()
		return nil, fmt.Errorf("%s: there is no key %q%s", file, key, rules.Suggest(key, keys()))
	}
	if err := c.check(checks, off); err != nil {
		return nil, fmt.Errorf("%s: %v", file, err)
	}
	return c, nil
}

// Parse reads the same keys from an object of JSON: the settings of an editor. An error
// says which is wrong.
func Parse(data []byte, checks []*analysis.Analyzer, off []string) (*Config, error) {
	var given map[string]json.RawMessage
	c := new(Config)
	if err := json.Unmarshal(data, &given); err != nil {
		return nil, errors.New("the settings are not an object of JSON")
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(keys(), key) {
			return nil, fmt.Errorf("there is no setting %q%s", key, rules.Suggest(key, keys()))
		}
	}
	var wrong *json.UnmarshalTypeError
	if err := json.Unmarshal(data, c); errors.As(err, &wrong) {
		return nil, fmt.Errorf("%s: a %s is not what it can be", wrong.Field, wrong.Value)
	} else if err != nil {
		return nil, err
	}
	return c, c.check(checks, off)
}

// Over returns the Config with what other says where c says nothing. Lists are not
// joined, but one severity is laid over the other.
func (c *Config) Over(other *Config) *Config {
	merged := *other
	if c.Checks != nil {
		merged.Checks = c.Checks
	}
	if c.Exclude != nil {
		merged.Exclude = c.Exclude
	}
	if c.Locks != nil {
		merged.Locks = c.Locks
	}
	if c.Tests != nil {
		merged.Tests = c.Tests
	}
	merged.Severity = maps.Clone(other.Severity)
	if merged.Severity == nil {
		merged.Severity = make(rules.Severities)
	}
	maps.Copy(merged.Severity, c.Severity)
	return &merged
}

// keys are the keys that a file can have.
func keys() (names []string) {
	for i, t := 0, reflect.TypeFor[Config](); i < t.NumField(); i++ {
		if name := t.Field(i).Tag.Get("toml"); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// check returns what is wrong with the values.
func (c *Config) check(checks []*analysis.Analyzer, off []string) error {
	if c.Checks != nil {
		if _, err := rules.Parse(c.Checks, nil, checks, off); err != nil {
			return fmt.Errorf("checks: %v", err)
		}
	}
	if err := c.Severity.Check(rules.All(checks)); err != nil {
		return fmt.Errorf("severity: %v", err)
	}
	for _, pattern := range c.Exclude {
		if _, err := path.Match(pattern, ""); err != nil {
			return fmt.Errorf("exclude: %q is not a pattern: a [ has no end", pattern)
		}
		if path.IsAbs(pattern) || strings.Contains(pattern, `\`) {
			return fmt.Errorf("exclude: %q: write a path relative to this file, with slashes", pattern)
		}
	}
	return nil
}

// Excludes reports whether a file, named absolutely, is left out.
func (c *Config) Excludes(file string) bool {
	if len(c.Exclude) == 0 {
		return false
	}
	rel, err := filepath.Rel(c.dir, filepath.FromSlash(file))
	if err != nil || !filepath.IsLocal(rel) {
		return false
	}
	for name := filepath.ToSlash(rel); name != "."; name = path.Dir(name) {
		for _, pattern := range c.Exclude {
			if ok, err := path.Match(path.Clean(pattern), name); ok && err == nil {
				return true
			}
		}
	}
	return false
}

// WantsTests reports whether findings in _test.go files are wanted.
func (c *Config) WantsTests() bool { return c.Tests == nil || *c.Tests }

// root returns the directory of the module around dir; dir if there is none.
func root(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			return dir
		}
	}
}
