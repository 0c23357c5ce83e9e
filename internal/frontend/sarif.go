package frontend

import (
	"encoding/json"
	"log"
	neturl "net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"honnef.co/go/tools/sarif"

	"github.com/lockvet/lockvet/internal/rules"
)

// The types of honnef.co/go/tools/sarif have what staticcheck prints. These add
// to them what lockvet prints besides, under the names of the standard
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
type (
	sarifLog struct {
		Version string     `json:"version"`
		Schema  string     `json:"$schema"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		sarif.Run
		Results    []sarifResult `json:"results"`
		ColumnKind string        `json:"columnKind"`
	}
	sarifResult struct {
		sarif.Result
		CodeFlows           []codeFlow        `json:"codeFlows,omitempty"`
		PartialFingerprints map[string]string `json:"partialFingerprints"`
	}
	codeFlow struct {
		ThreadFlows []threadFlow `json:"threadFlows"`
	}
	threadFlow struct {
		Locations []threadFlowLocation `json:"locations"`
	}
	threadFlowLocation struct {
		Location sarif.Location `json:"location"`
	}
)

// sarif returns the report as a log in the format SARIF 2.1.0. There is a rule
// per category, as the reports have it in brackets; the rules are those of the
// analyzers, found or not, since a log is read by programs that compare runs.
func (r *Report) sarif(analyzers []*analysis.Analyzer, src *sources) []byte {
	w := &sarifWriter{src}
	run := sarifRun{
		Run: sarif.Run{
			Tool: sarif.Tool{Driver: sarif.ToolComponent{
				Name:           "lockvet",
				Version:        moduleVersion(),
				InformationURI: repository,
				Rules:          sarifRules(analyzers),
			}},
			Invocations: []sarif.Invocation{{ExecutionSuccessful: len(r.Errors) == 0}},
		},
		Results:    []sarifResult{},
		ColumnKind: "utf16CodeUnits",
	}
	keys := r.keys(src)
	for i, f := range r.Findings {
		result := sarifResult{
			Result: sarif.Result{
				RuleID:       f.Tag(),
				Kind:         sarif.Fail,
				Level:        f.Severity,
				Message:      sarif.Message{Text: f.Message},
				Locations:    []sarif.Location{w.location("", f.Start, f.End)},
				Suppressions: []sarif.Suppression{}, // looked for, and none
			},
			PartialFingerprints: map[string]string{"lockvet/v1": keys[i].fingerprint()},
		}
		var steps []threadFlowLocation
		for _, s := range f.Related {
			if s.Start.File != "" && s.Start.Line > 0 {
				steps = append(steps, threadFlowLocation{w.location(s.Message, s.Start, s.End)})
			}
		}
		if len(steps) > 0 {
			result.CodeFlows = []codeFlow{{[]threadFlow{{steps}}}}
		}
		for _, fix := range f.Fixes {
			result.Fixes = append(result.Fixes, w.fix(fix))
		}
		run.Results = append(run.Results, result)
	}
	out, err := json.MarshalIndent(sarifLog{sarif.Version, sarif.Schema, []sarifRun{run}}, "", "  ")
	if err != nil {
		log.Panicf("a report of strings and numbers is not JSON: %v", err)
	}
	return append(out, '\n')
}

func sarifRules(analyzers []*analysis.Analyzer) (descriptors []sarif.ReportingDescriptor) {
	for _, rule := range rules.All(analyzers) {
		text := page(rule) // Markdown that is readable as it is
		descriptors = append(descriptors, sarif.ReportingDescriptor{
			ID:                   rule.Name(),
			ShortDescription:     sarif.Message{Text: rule.Analyzer.Name + ": " + rule.Title()},
			Help:                 sarif.Message{Text: text, Markdown: text},
			HelpURI:              ruleURL(rule),
			DefaultConfiguration: sarif.ReportingConfiguration{Enabled: true, Level: string(rules.SeverityOf(rule.Analyzer.Name, rule.Category))},
		})
	}
	return descriptors
}

type sarifWriter struct{ *sources }

func (w *sarifWriter) location(message string, start, end Position) sarif.Location {
	loc := sarif.Location{PhysicalLocation: sarif.PhysicalLocation{
		ArtifactLocation: sarifFile(start.File),
		Region:           w.region(start, end),
	}}
	if message != "" {
		loc.Message = &sarif.Message{Text: message}
	}
	return loc
}

// region is what lies between two positions. SARIF counts from 1, and does not
// know "unknown"; a region without an end goes to the end of its line.
func (w *sarifWriter) region(start, end Position) sarif.Region {
	r := sarif.Region{StartLine: max(1, start.Line), StartColumn: max(1, w.column(start))}
	if end.File == start.File && start.compare(end) <= 0 && end.Column > 0 {
		r.EndLine, r.EndColumn = end.Line, w.column(end)
	}
	return r
}

// sarifFile names a file below the root of the sources relative to it.
func sarifFile(name string) sarif.ArtifactLocation {
	if path.IsAbs(name) || strings.Contains(name, ":") {
		return sarif.ArtifactLocation{URI: (&neturl.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(name, "/")}).String()}
	}
	return sarif.ArtifactLocation{URI: (&neturl.URL{Path: name}).EscapedPath(), URIBaseID: "%SRCROOT%"}
}

func (w *sarifWriter) fix(fix Fix) sarif.Fix {
	out := sarif.Fix{Description: sarif.Message{Text: fix.Message}}
	for _, e := range fix.Edits {
		i := slices.IndexFunc(out.ArtifactChanges, func(c sarif.ArtifactChange) bool { return c.ArtifactLocation == sarifFile(e.File) })
		if i < 0 {
			i = len(out.ArtifactChanges)
			out.ArtifactChanges = append(out.ArtifactChanges, sarif.ArtifactChange{ArtifactLocation: sarifFile(e.File)})
		}
		out.ArtifactChanges[i].Replacements = append(out.ArtifactChanges[i].Replacements, sarif.Replacement{
			DeletedRegion:   w.region(w.position(e.File, e.Start), w.position(e.File, e.End)),
			InsertedContent: sarif.ArtifactContent{Text: e.New},
		})
	}
	return out
}
