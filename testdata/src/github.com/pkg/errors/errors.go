// Package errors has the functions of github.com/pkg/errors by name: their bodies are not looked at.
package errors

type fundamental struct{ msg string }

func (f *fundamental) Error() string { return f.msg }

func make(msg string) error

func New(msg string) error                    { return make(msg) }
func Errorf(format string, args ...any) error { return make(format) }
func Wrap(err error, msg string) error        { return make(msg) }
func WithStack(err error) error               { return make("") }
func Cause(err error) error                   { return make("") }
