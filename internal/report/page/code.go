package page

import (
	"go/scanner"
	"go/token"
	"strings"
)

// tokens cuts a line of Go into pieces: kind and text. The kinds are "k" for keywords, "s"
// for strings, "n" for numbers, "c" for comments and "" for the rest.
func tokens(line string) (out [][2]string) {
	var s scanner.Scanner
	fset := token.NewFileSet()
	file := fset.AddFile("", fset.Base(), len(line))
	s.Init(file, []byte(line), func(token.Position, string) {}, scanner.ScanComments) // a piece of a file may well have errors
	at := 0
	add := func(kind, text string) {
		if text == "" {
			return
		}
		if last := len(out) - 1; last >= 0 && out[last][0] == kind {
			out[last][1] += text
			return
		}
		out = append(out, [2]string{kind, text})
	}
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			break
		}
		offset := file.Offset(pos)
		text := lit
		if text == "" || tok == token.SEMICOLON {
			text = tok.String()
		}
		if tok == token.SEMICOLON && lit == "\n" || offset < at || !strings.HasPrefix(line[offset:], text) {
			continue
		}
		add("", line[at:offset])
		kind := ""
		switch {
		case tok.IsKeyword():
			kind = "k"
		case tok == token.STRING || tok == token.CHAR:
			kind = "s"
		case tok == token.INT || tok == token.FLOAT || tok == token.IMAG:
			kind = "n"
		case tok == token.COMMENT:
			kind = "c"
		}
		add(kind, text)
		at = offset + len(text)
	}
	add("", line[at:])
	if out == nil {
		out = [][2]string{}
	}
	return out
}
