// Package turns has methods that one goroutine of another package calls, one after the other.
package turns

import (
	"sync"

	tea "github.com/charmbracelet/bubbletea"
)

type state struct {
	windows sync.Mutex
	active  int
	footer  sync.Mutex
	valid   bool
}

func (s *state) change(win int) {
	s.windows.Lock()
	defer s.windows.Unlock()
	s.active = win
	s.footer.Lock()
	s.valid = false
	s.footer.Unlock()
}

func (s *state) view() int {
	s.footer.Lock()
	defer s.footer.Unlock()
	s.valid = true
	s.windows.Lock()
	defer s.windows.Unlock()
	return s.active
}

type screen struct{ *state }

func (s screen) Init() tea.Cmd { return nil }

func (s screen) Update(tea.Msg) (tea.Model, tea.Cmd) {
	s.change(1)
	return s, nil
}

func (s screen) View() string { return string(rune('0' + s.view())) }

// A command of Update runs in a goroutine of its own.
type page struct {
	windows sync.Mutex
	active  int
	footer  sync.Mutex
	valid   bool
}

func (p *page) Init() tea.Cmd { return nil }

func (p *page) Update(tea.Msg) (tea.Model, tea.Cmd) {
	return p, func() tea.Msg {
		p.windows.Lock()
		defer p.windows.Unlock()
		p.active++
		p.footer.Lock() // want `\(\*page\)\.Update\.func1 locks page\.windows, then page\.footer, and \(\*page\)\.View in the opposite order: can deadlock`
		p.valid = false
		p.footer.Unlock()
		return nil
	}
}

func (p *page) View() string {
	p.footer.Lock()
	defer p.footer.Unlock()
	p.windows.Lock()
	defer p.windows.Unlock()
	return string(rune('0' + p.active))
}
