package docs

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/lockvet/lockvet/"

// The map of architecture.md has every room.
func TestMap(t *testing.T) {
	page, _ := Page("architecture.md")
	section, ok := Section(page, "Map")
	if !ok {
		t.Fatal("architecture.md has no heading Map")
	}
	for _, dir := range []string{".", "internal", "passes", "cmd"} {
		entries, err := os.ReadDir(filepath.Join("..", dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			name := e.Name()
			if !e.IsDir() || strings.HasPrefix(name, ".") || name == "testdata" && dir != "." {
				continue
			}
			if dir == "cmd" {
				name = "cmd/" + name
			}
			if name != "cmd" && !regexp.MustCompile(`(?m)(^| )`+regexp.QuoteMeta(name)+`(/| )`).MatchString(section) {
				t.Errorf("the map in architecture.md does not have %s", filepath.Join(dir, e.Name()))
			}
		}
	}
}

// Rooms import rooms of lower floors alone, and every room is on a floor.
func TestFloors(t *testing.T) {
	page, _ := Page("architecture.md")
	section, _ := Section(page, "Map")
	_, table, ok := strings.Cut(section, "| floor | rooms |")
	if !ok {
		t.Fatal("architecture.md has no table of floors")
	}
	floor := make(map[string]int) // counted from the highest
	n := 0
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "| ") {
			n++
			for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(line, -1) {
				floor[m[1]] = n
			}
		}
	}
	// What measures and tests the rest, and what stands inside of a room, is on no floor.
	room := func(dir string) string {
		for dir != "." && floor[dir] == 0 {
			dir = filepath.ToSlash(filepath.Dir(dir))
		}
		return dir
	}
	for _, root := range []string{"cmd", "internal", "passes"} {
		err := filepath.WalkDir(filepath.Join("..", root), func(path string, d os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			rel := filepath.ToSlash(strings.TrimPrefix(path, ".."+string(filepath.Separator)))
			if d.IsDir() {
				if d.Name() == "testdata" || rel == "internal/oracle" || rel == "internal/measure" {
					return filepath.SkipDir
				}
				return nil
			}
			if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			from := room(filepath.ToSlash(filepath.Dir(rel)))
			if from == "." {
				t.Errorf("%s is on no floor", filepath.Dir(rel))
				return filepath.SkipDir
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, imp := range file.Imports {
				p, err := strconv.Unquote(imp.Path.Value)
				if err != nil {
					return err
				}
				to, ours := strings.CutPrefix(p, module)
				if !ours || to == "docs" || to == "probe" || strings.HasPrefix(to, from+"/") {
					continue
				}
				if to = room(to); to != "." && to != from && floor[to] <= floor[from] {
					t.Errorf("%s imports %s, which is no lower floor", rel, p)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
