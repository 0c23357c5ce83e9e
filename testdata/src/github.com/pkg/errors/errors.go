// Package errors has the functions of github.com/pkg/errors by name, with less in them.
package errors

import "errors"

func New(msg string) error                    { return errors.New(msg) }
func Errorf(format string, args ...any) error { return errors.New(format) }

func Wrap(err error, msg string) error {
	if err == nil {
		return nil
	}
	return errors.New(msg + ": " + err.Error())
}

func WithStack(err error) error { return err }
func Cause(err error) error     { return err }
