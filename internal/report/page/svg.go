package page

import (
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"strings"
)

// allowed are the elements and attributes of a picture that get into the page. All others
// are left out: links, scripts and what nobody has thought of.
var allowed = map[string][]string{
	"svg":     {"viewBox", "width", "height"},
	"g":       {"id", "class", "transform"},
	"path":    {"d", "fill", "stroke", "stroke-dasharray", "stroke-width"},
	"polygon": {"points", "fill", "stroke", "stroke-dasharray", "stroke-width"},
	"ellipse": {"cx", "cy", "rx", "ry", "fill", "stroke"},
	"text":    {"x", "y", "text-anchor", "font-size", "fill"},
	"title":   nil,
}

// clean makes of a picture what can stand within the page. Its identifiers get a prefix, so
// that they are none of the page's.
func clean(svg string) (string, error) {
	dec := xml.NewDecoder(strings.NewReader(svg))
	dec.Entity = xml.HTMLEntity
	var b strings.Builder
	var kept []bool // of the open elements
	title := false
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			break
		} else if err != nil {
			return "", err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			attrs, ok := allowed[tok.Name.Local]
			if tok.Name.Local == "title" {
				// Graphviz puts names into them that are ours, and mean nothing.
				ok, title = false, true
			}
			kept = append(kept, ok)
			if !ok {
				continue
			}
			fmt.Fprintf(&b, "<%s", tok.Name.Local)
			if tok.Name.Local == "svg" {
				b.WriteString(` role="img" aria-label="Which lock is taken under which; the table below says the same"`)
			}
			for _, a := range tok.Attr {
				for _, name := range attrs {
					if a.Name.Local == name && a.Name.Space == "" {
						value := a.Value
						if name == "id" {
							value = "g-" + value
						}
						fmt.Fprintf(&b, ` %s="%s"`, name, html.EscapeString(value))
					}
				}
			}
			b.WriteByte('>')
		case xml.EndElement:
			if len(kept) == 0 {
				return "", errors.New("an element ends that has not begun")
			}
			if kept[len(kept)-1] {
				fmt.Fprintf(&b, "</%s>", tok.Name.Local)
			}
			kept = kept[:len(kept)-1]
			if tok.Name.Local == "title" {
				title = false
			}
		case xml.CharData:
			if !title {
				b.WriteString(html.EscapeString(string(tok)))
			}
		}
	}
	return b.String(), nil
}
