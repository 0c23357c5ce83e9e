// Package errors has a function of github.com/juju/errors by name, with less in it.
package errors

import "fmt"

func NotFoundf(format string, args ...any) error { return fmt.Errorf(format+" not found", args...) }
