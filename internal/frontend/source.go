package frontend

import (
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"
)

// sources reads the files that findings speak of, each once.
type sources struct {
	dir   string // what relative names are relative to
	files map[string]string
}

func newSources(dir string) *sources { return &sources{dir, make(map[string]string)} }

// abs returns the name of a file for the operating system.
func (s *sources) abs(file string) string {
	name := filepath.FromSlash(file)
	if !filepath.IsAbs(name) {
		name = filepath.Join(s.dir, name)
	}
	return name
}

// text returns what is in a file; nothing if it cannot be read.
func (s *sources) text(file string) string {
	text, known := s.files[file]
	if !known && file != "" {
		if data, err := os.ReadFile(s.abs(file)); err == nil {
			text = string(data)
		}
		s.files[file] = text
	}
	return text
}

// line returns a line of a file without the space that it ends in, and without
// its line break; nothing if there is no such line.
func (s *sources) line(file string, number int) string {
	for line := range strings.Lines(s.text(file)) {
		if number--; number == 0 {
			return strings.TrimRight(line, " \t\r\n")
		}
	}
	return ""
}

// column turns a column that counts bytes into one that counts units of UTF-16,
// as SARIF and GitHub do. A column that is not known stays 0.
func (s *sources) column(p Position) int {
	line := s.line(p.File, p.Line)
	if p.Column < 1 || len(line) < p.Column-1 {
		return p.Column
	}
	return 1 + utf16Len(line[:p.Column-1])
}

// position finds the line and the column, which counts bytes, of an offset.
func (s *sources) position(file string, offset int) Position {
	text := s.text(file)
	offset = min(offset, len(text))
	line := 1 + strings.Count(text[:offset], "\n")
	return Position{file, line, offset - strings.LastIndexByte(text[:offset], '\n')}
}

func utf16Len(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
