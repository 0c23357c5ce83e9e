// Package tea stands in for github.com/charmbracelet/bubbletea.
package tea

type (
	Msg any
	Cmd func() Msg
)

// A Model is run by the program's one goroutine.
type Model interface {
	Init() Cmd
	Update(Msg) (Model, Cmd)
	View() string
}
