package frontend

import "slices"

// alike are checks that report the same bug, each beside the one whose findings are
// shown where both have one in a line.
var alike = map[string]string{"SA2000": "waitgroup"}

// unite makes one finding of those that are about one bug: what two checks say of the
// same line, and what one check says twice of a place, with other steps.
func (r *Report) unite() {
	type line struct {
		check, file string
		number      int
	}
	has := make(map[line]bool)
	for _, f := range r.Findings {
		has[line{f.Check, f.Start.File, f.Start.Line}] = true
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool {
		other, ok := alike[f.Check]
		return ok && has[line{other, f.Start.File, f.Start.Line}]
	})

	type place struct {
		check, category, message string
		start, end               Position
	}
	first := make(map[place]int)
	var united []Finding
	for _, f := range r.Findings {
		at := place{f.Check, f.Category, f.Message, f.Start, f.End}
		i, ok := first[at]
		if !ok || len(f.Fixes) > 0 {
			first[at] = len(united)
			united = append(united, f)
			continue
		}
		for _, step := range f.Related {
			if !slices.Contains(united[i].Related, step) {
				united[i].Related = append(united[i].Related, step)
			}
		}
	}
	r.Findings = united
}
