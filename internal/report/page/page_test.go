package page

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/lockvet/lockvet/internal/hot"
	"github.com/lockvet/lockvet/internal/ordergraph"
	"github.com/lockvet/lockvet/internal/report"
	"github.com/lockvet/lockvet/internal/section"
)

// hostile is what a program may call anything that a page shows.
var hostile = []string{
	`<script>alert(1)</script>`, `</script><script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `"><b onmouseover=alert(1)>`,
	`' onfocus=alert(1) autofocus='`, `{{.Title}}`, `<!--`, `]]>`, `javascript:alert(1)`, "\u2028alert(1)//", "`;alert(1)//", `</style><script>alert(1)</script>`, `\u003cscript>`,
}

func data(name string) *report.Data {
	place := report.Place{File: name + ".go", Line: 2, First: 1, Source: []string{name, "// " + name, `"` + name}}
	way := &ordergraph.Way{Pkg: name, Root: name, Held: []ordergraph.Place{{File: name, Line: 1, Func: name, What: name}}, Want: []ordergraph.Place{{File: name, Line: 2, Func: name, What: name}}}
	sec := &section.Section{Class: name, Func: name, File: name, Slow: &section.Slow{Name: name, Does: name}}
	where := []*hot.Where{{Func: name, File: name, Line: 3, Time: time.Second, Count: 2, Of: sec, What: name}}
	return &report.Data{
		Title: name, Checks: true, Failures: []string{name},
		Findings: []report.Finding{{Check: name, Category: name, Package: name, Severity: name, Message: name, URL: name, At: place, Steps: []report.Step{{Message: name, At: place}}}},
		Graph: &report.Graph{
			SVG: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="alert(1)"><script>alert(1)</script><g id="e0" class="edge" onclick="alert(1)"><a href="javascript:alert(1)"><text x="1">` +
				html.EscapeString(name) + `</text></a></g><foreignObject><b>x</b></foreignObject></svg>`,
			Note:  name,
			Locks: []report.Lock{{ID: name, Class: name, Name: name}},
			Edges: []report.Edge{{From: name, To: name, Says: name, Color: name, Ways: []*ordergraph.Way{way}, Findings: []int{0}}},
		},
		Hot: &hot.Report{
			Locks:    []*hot.Lock{{Class: name, Waited: time.Second, Waits: 2, Share: 1, Waiters: where, Causes: where, Advice: []hot.Advice{{Kind: name, Text: name}}, Series: []float64{1, 2}, Peak: 2}},
			Queues:   []*hot.Queue{{Class: name, Verdict: name, Senders: where, Advice: []hot.Advice{{Kind: name, Text: name}}}},
			Unjoined: where,
			Depths:   []hot.Depth{{Queue: name, At: 1, Len: 2}},
		},
	}
}

// shape lists the elements and attributes of a page, without their values.
func shape(t *testing.T, page string) string {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch n.Type {
		case html.ElementNode:
			b.WriteString("<" + n.Data)
			for _, a := range n.Attr {
				b.WriteString(" " + a.Key)
				if a.Key == "href" && !strings.HasPrefix(a.Val, "#") {
					b.WriteString("=" + strings.SplitN(a.Val, ":", 2)[0])
				}
			}
			b.WriteString(">\n")
		case html.CommentNode:
			b.WriteString("comment\n")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	return b.String()
}

// Names of a program never become markup: the page has the elements and attributes that
// it has with harmless names.
func TestHostile(t *testing.T) {
	write := func(name string) string {
		var out bytes.Buffer
		if err := Write(&out, data(name)); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	link := func(s string) string { // an address that is none is replaced, and a relative one stays
		var lines []string
		for line := range strings.Lines(s) {
			if strings.HasPrefix(line, "<a href=") {
				if strings.Contains(line, "javascript") {
					t.Errorf("a link runs a script: %s", line)
				}
				line = "<a href>\n"
			}
			lines = append(lines, line)
		}
		return strings.Join(lines, "")
	}
	plain := write("plain")
	want := link(shape(t, plain))
	for _, element := range []string{"<details id", "<svg", "<polyline points", "<article id", "<tr id class"} {
		if !strings.Contains(want, element) {
			t.Errorf("the page has no %s:\n%s", element, want)
		}
	}
	for _, name := range hostile {
		page := write(name)
		if got := link(shape(t, page)); got != want {
			t.Errorf("%q changes the page:\n%s", name, got)
		}
		if strings.Contains(page, "onload") || strings.Contains(page, "onclick") || strings.Contains(page, "foreignObject") {
			t.Errorf("%q: the picture has more than shapes", name)
		}
	}
	for _, outside := range []string{"src=", "@import", "url(", "fetch(", "http-equiv=\"refresh\""} {
		if strings.Contains(plain, outside) {
			t.Errorf("the page loads something: %s", outside)
		}
	}
}

func TestTokens(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{"\tdefer mu.Unlock() // it's \"quoted\"", "\t k:defer  mu.Unlock()  c:// it's \"quoted\""},
		{`x := "a" + 'b' + 0x1f`, `x :=  s:"a"  +  s:'b'  +  n:0x1f`},
		{"`raw", "s:`raw"},
		{"", ""},
		{"é := \"\x80\"", "é :=  s:\"\x80\""},
	} {
		var parts []string
		joined := ""
		for _, tok := range tokens(test.line) {
			joined += tok[1]
			part := tok[1]
			if tok[0] != "" {
				part = tok[0] + ":" + part
			}
			parts = append(parts, part)
		}
		if joined != test.line {
			t.Errorf("%q: the pieces make %q", test.line, joined)
		}
		if got := strings.Join(parts, " "); got != test.want {
			t.Errorf("%q: got %q, want %q", test.line, got, test.want)
		}
	}
}

// A page with many findings is made fast and does not repeat the source.
func TestMany(t *testing.T) {
	var out bytes.Buffer
	d := Many(5000, 500)
	start := time.Now()
	if err := Write(&out, d); err != nil {
		t.Fatal(err)
	}
	if file := os.Getenv("LOCKVET_PAGE"); file != "" { // for a browser to load: see docs/report.md
		if err := os.WriteFile(file, out.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if out.Len() > 8<<20 {
		t.Errorf("%d bytes for 5,000 findings", out.Len())
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("made in %v", took)
	}
}

// Many makes data of a size.
func Many(findings, edges int) *report.Data {
	d := &report.Data{Title: "many", Checks: true, Graph: new(report.Graph)}
	for i := range findings {
		at := func(line int) report.Place {
			p := report.Place{File: fmt.Sprintf("pkg%d/file%d.go", i%40, i%400), Line: line, First: line - 3}
			for l := range 7 {
				p.Source = append(p.Source, fmt.Sprintf("\tif err := s.lock%d.do(ctx, %q); err != nil { // line %d", l, "text", line-3+l))
			}
			return p
		}
		d.Findings = append(d.Findings, report.Finding{
			Check: "check" + fmt.Sprint(i%9), Category: "category" + fmt.Sprint(i%5), Package: fmt.Sprintf("example.com/m/pkg%d", i%40), Severity: "error",
			Message: fmt.Sprintf("s.lock%d is still held at return; it was locked at file%d.go:12 and is not released on the way that leads here", i, i%400), URL: "https://example.com/x",
			At: at(10 + i%300), Steps: []report.Step{{Message: "locked here", At: at(20 + i%300)}, {Message: "and returned here", At: at(30 + i%300)}},
		})
	}
	var svg strings.Builder
	svg.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3000 3000" width="3000" height="3000">`)
	for i := range edges {
		fmt.Fprintf(&svg, `<g id="e%d" class="edge"><path d="M%d,%d C%d,10 20,%d 300,%d" fill="none" stroke="#000"/><text x="%d" y="%d">%d×</text></g>`, i, i*5, i*3, i, i*2, i*6, i*5, i*6, i)
		w := &ordergraph.Way{Pkg: "p", Root: "f", Held: []ordergraph.Place{{File: "a.go", Line: 1, Func: "f", What: "locks"}}, Want: []ordergraph.Place{{File: "a.go", Line: 2, Func: "f", What: "locks"}}}
		d.Graph.Edges = append(d.Graph.Edges, report.Edge{From: fmt.Sprint("a", i), To: fmt.Sprint("b", i), Says: fmt.Sprintf("pkg.a%d, then pkg.b%d", i, i), Places: i, Ways: []*ordergraph.Way{w}, Findings: []int{i % max(1, findings)}})
	}
	svg.WriteString("</svg>")
	d.Graph.SVG = svg.String()
	return d
}
