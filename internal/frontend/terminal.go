package frontend

import (
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/term"
)

// A look says of a file what findings that are written to it may look like.
func look(isTerm bool) style {
	s := style{color: wantsColor(isTerm)}
	s.links = s.color && isTerm && hasLinks()
	if isTerm {
		s.width = widthOf(os.Stdout)
	}
	return s
}

// widthOf returns how many cells a line of a terminal has; 0 if nobody knows.
func widthOf(terminal *os.File) int {
	width, _, err := term.GetSize(int(terminal.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// wantsColor reports whether the environment wants colour. https://no-color.org and
// https://bixense.com/clicolors say what the variables mean.
func wantsColor(isTerm bool) bool {
	if os.Getenv("NO_COLOR") != "" {
		return false
	}
	for _, name := range []string{"CLICOLOR_FORCE", "FORCE_COLOR"} {
		switch os.Getenv(name) {
		case "":
		case "0", "false":
			if name == "FORCE_COLOR" {
				return false
			}
		default:
			return true
		}
	}
	if !isTerm || os.Getenv("TERM") == "dumb" || os.Getenv("CLICOLOR") == "0" {
		return false
	}
	// The old Windows console shows escape sequences as they are.
	return runtime.GOOS != "windows" || os.Getenv("WT_SESSION") != "" || os.Getenv("TERM") != ""
}

// hasLinks reports whether the terminal shows links. There is no way to ask it.
func hasLinks() bool {
	if force := os.Getenv("FORCE_HYPERLINK"); force != "" {
		return force != "0"
	}
	if os.Getenv("CI") != "" {
		return false
	}
	if vte, err := strconv.Atoi(os.Getenv("VTE_VERSION")); err == nil && vte >= 5000 {
		return true
	}
	program, kind := os.Getenv("TERM_PROGRAM"), os.Getenv("TERM")
	return os.Getenv("WT_SESSION") != "" || os.Getenv("KONSOLE_VERSION") != "" ||
		slices.Contains([]string{"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper"}, program) ||
		slices.ContainsFunc([]string{"xterm-kitty", "alacritty", "foot", "xterm-ghostty"}, func(s string) bool { return strings.HasPrefix(kind, s) })
}
