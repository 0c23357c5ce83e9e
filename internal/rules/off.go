package rules

import "flag"

// Off has the categories of one check that are off by default, each with a flag that switches it on: those that have been wrong too often on code
// on which the check had never run (see docs/findings.md).
type Off map[string]*bool

// NewOff adds a flag to fs for each of the categories, which are the keys of usage.
func NewOff(fs *flag.FlagSet, usage map[string]string) Off {
	off := make(Off)
	for category, text := range usage {
		off[category] = fs.Bool(category, false, text)
	}
	return off
}

// Skips reports whether a category is off.
func (o Off) Skips(category string) bool {
	on, ok := o[category]
	return ok && !*on
}

// SwitchOn switches on those of the rules that are off by default, and returns what switches them off again: for tests of all that
// a check finds.
func SwitchOn(all ...Rule) (undo func()) {
	var flags []*flag.Flag
	for _, r := range all {
		if f := switchOf(r); f != nil && f.DefValue == "false" && f.Value.String() == "false" {
			f.Value.Set("true") // a Boolean flag takes it
			flags = append(flags, f)
		}
	}
	return func() {
		for _, f := range flags {
			f.Value.Set("false")
		}
	}
}
