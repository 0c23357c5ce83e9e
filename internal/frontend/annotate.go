package frontend

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"log"
	"strings"

	"github.com/lockvet/lockvet/internal/rules"
)

// message is the finding's message with its steps, a line each, for formats
// that have no place for steps.
func (f *Finding) withSteps() string {
	var s strings.Builder
	s.WriteString(escape(f.Message))
	for _, step := range f.Related {
		fmt.Fprintf(&s, "\n%s: %s", escape(step.Start.String()), escape(step.Message))
	}
	return s.String()
}

// What others call severities.
var (
	githubCommand      = map[rules.Severity]string{rules.Error: "error", rules.Warning: "warning", rules.Note: "notice"}
	checkstyleSeverity = map[rules.Severity]string{rules.Error: "error", rules.Warning: "warning", rules.Note: "info"}
)

// github returns the commands that make GitHub Actions annotate the lines:
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
func (r *Report) github(src *sources) []byte {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	var out bytes.Buffer
	for _, f := range r.Findings {
		fmt.Fprintf(&out, "::%s title=%s,file=%s", githubCommand[rules.Severity(f.Severity)], property.Replace("lockvet "+f.Tag()), property.Replace(f.Start.File))
		if f.Start.Line > 0 {
			fmt.Fprintf(&out, ",line=%d,endLine=%[1]d", f.Start.Line)
		}
		if f.Start.Column > 0 {
			fmt.Fprintf(&out, ",col=%d", src.column(f.Start))
			if f.End.Line == f.Start.Line && f.End.Column > f.Start.Column {
				fmt.Fprintf(&out, ",endColumn=%d", src.column(f.End))
			}
		}
		fmt.Fprintf(&out, "::%s\n", data.Replace(f.withSteps()))
	}
	return out.Bytes()
}

// checkstyle returns the report in the XML of the Java tool of that name, which
// Jenkins, reviewdog and others read.
func (r *Report) checkstyle() []byte {
	type issue struct {
		Line     int    `xml:"line,attr"`
		Column   int    `xml:"column,attr,omitempty"`
		Severity string `xml:"severity,attr"`
		Message  string `xml:"message,attr"`
		Source   string `xml:"source,attr"`
	}
	type file struct {
		Name   string  `xml:"name,attr"`
		Issues []issue `xml:"error"`
	}
	doc := struct {
		XMLName xml.Name `xml:"checkstyle"`
		Version string   `xml:"version,attr"`
		Files   []file   `xml:"file"`
	}{Version: "4.3"}
	for _, f := range r.Findings {
		if n := len(doc.Files); n == 0 || doc.Files[n-1].Name != f.Start.File {
			doc.Files = append(doc.Files, file{Name: f.Start.File})
		}
		last := &doc.Files[len(doc.Files)-1]
		last.Issues = append(last.Issues, issue{f.Start.Line, f.Start.Column, checkstyleSeverity[rules.Severity(f.Severity)], f.withSteps(), "lockvet." + f.Tag()})
	}
	out, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		log.Panicf("a report of strings and numbers is not XML: %v", err)
	}
	return append([]byte(xml.Header), append(out, '\n')...)
}
