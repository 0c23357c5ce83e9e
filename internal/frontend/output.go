package frontend

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/lockvet/lockvet/internal/rules"
)

// An output is a format, and the file that is to have the findings in it.
type output struct {
	format string // "" is for the front end to choose
	file   string // as given; empty for standard output
}

// parseOutputs reads "FORMAT[:FILE],...". Without any there is one, on standard output.
func parseOutputs(list string) (outputs []output, err error) {
	if list == "" {
		return []output{{}}, nil
	}
	shown := ""
	for term := range strings.SplitSeq(list, ",") {
		format, file, toFile := strings.Cut(term, ":")
		if _, ok := formats[format]; !ok {
			return nil, fmt.Errorf("there are %s%s", formatNames(), rules.Suggest(format, strings.Split(formatNames(), ", ")))
		}
		switch {
		case toFile && file == "":
			return nil, fmt.Errorf("%s: names no file", term)
		case !toFile && shown != "":
			return nil, fmt.Errorf("%s and %s both go to standard output; write %s:FILE", shown, format, format)
		case !toFile:
			shown = format
		}
		outputs = append(outputs, output{format, file})
	}
	return outputs, nil
}

// write writes a report to every output and returns code, or exitFailed if that cannot
// be done. The paths of the report are absolute.
func (f *frontend) write(c *command, r *Report, code int) int {
	for _, o := range c.outputs {
		name := o.format
		if name == "" {
			name = f.defaultFormat()
		}
		show := formats[name]
		dir := c.dir
		if root, ok := repoRoot(dir); ok && show.fromRoot {
			dir = root
		}
		shown := r.clone()
		shown.tidy(dir, true)
		text := show.write(f, shown, newSources(dir), o.file == "")
		if o.file == "" {
			code = f.print(text, code)
			continue
		}
		name = o.file
		if !filepath.IsAbs(name) {
			name = filepath.Join(c.dir, name)
		}
		if err := writeWhole(name, text); err != nil {
			code = f.fail("%v", err)
		}
	}
	return code
}
