package frontend

import (
	"bytes"
	"flag"
)

// A sub is a command of the program beside the one that shows findings.
type sub struct {
	name, usage string
	flags       func() *flag.FlagSet
	run         func(f *frontend, args []string) int
}

// subcommand returns the command of that name, nil if there is none.
func subcommand(name string) *sub {
	switch name {
	case "order":
		return &sub{name, orderUsage, func() *flag.FlagSet { return new(orderCommand).flagSet() }, (*frontend).order}
	case "hot":
		return &sub{name, hotUsage, func() *flag.FlagSet { return new(hotCommand).flagSet() }, (*frontend).hot}
	case "report":
		return &sub{name, reportUsage, func() *flag.FlagSet { return new(reportCommand).flagSet() }, (*frontend).webReport}
	}
	return nil
}

// usageOf is the help of a command.
func usageOf(usage string, fs *flag.FlagSet) []byte {
	var out bytes.Buffer
	out.WriteString(usage)
	fs.SetOutput(&out)
	fs.PrintDefaults()
	return out.Bytes()
}
