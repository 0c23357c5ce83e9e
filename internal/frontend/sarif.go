package frontend

import (
	"encoding/json"
	"log"
	neturl "net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
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
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
		ColumnKind  string            `json:"columnKind"`
	}
	sarifResult struct {
		sarif.Result
		RuleIndex           int               `json:"ruleIndex"`
		CodeFlows           []codeFlow        `json:"codeFlows,omitempty"`
		PartialFingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		sarif.ToolComponent
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		sarif.ReportingDescriptor
		Name            string              `json:"name"`
		FullDescription sarif.Message       `json:"fullDescription"`
		Properties      sarifRuleProperties `json:"properties"`
	}
	// GitHub code scanning reads these:
	// https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
	sarifRuleProperties struct {
		Tags      []string `json:"tags"`
		Precision string   `json:"precision"`
		Severity  string   `json:"problem.severity"`
	}
	sarifInvocation struct {
		sarif.Invocation
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string        `json:"level"`
		Message sarif.Message `json:"message"`
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
func (r *Report) sarif(all []sarifRule, src *sources) []byte {
	w := &sarifWriter{src}
	index := make(map[string]int)
	for i, rule := range all {
		index[rule.ID] = i
	}
	run := sarifRun{
		Tool: sarifTool{Driver: sarifDriver{
			ToolComponent: sarif.ToolComponent{Name: "lockvet", InformationURI: repository},
			Rules:         all,
		}},
		Invocations: []sarifInvocation{{
			Invocation:    sarif.Invocation{ExecutionSuccessful: len(r.Errors) == 0},
			Notifications: notifications(r.Errors),
		}},
		Results:    []sarifResult{},
		ColumnKind: "utf16CodeUnits",
	}
	driver := &run.Tool.Driver
	driver.Version = "0.0.0-devel" // a clone's; readers of SARIF want a number
	if version := moduleVersion(); semver.IsValid(version) {
		driver.Version = strings.TrimPrefix(version, "v")
	}
	driver.SemanticVersion = driver.Version
	keys := r.keys(src)
	for i, f := range r.Findings {
		result := sarifResult{
			RuleIndex: -1,
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
		if i, ok := index[f.Tag()]; ok {
			result.RuleIndex = i
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

// notifications says what could not be analysed.
func notifications(failures []Failure) (all []sarifNotification) {
	for _, f := range failures {
		text := f.Message
		if f.Package != "" {
			text = f.Package + ": " + text
		}
		all = append(all, sarifNotification{sarif.Error, sarif.Message{Text: text}})
	}
	return all
}

// sarifRules describes every kind of finding; wanted says which are looked for, and own
// how the user grades them.
func sarifRules(analyzers []*analysis.Analyzer, wanted *rules.Selection, own rules.Severities) (descriptors []sarifRule) {
	for _, rule := range rules.All(analyzers) {
		text := page(rule) // Markdown that is readable as it is
		check := rule.Analyzer.Name
		severity := string(own.Of(check, rule.Category))
		title := sentence(check + ": " + rule.Title())
		full, _, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(rule.Analyzer.Doc, check+": ")), "\n\n")
		descriptors = append(descriptors, sarifRule{
			ReportingDescriptor: sarif.ReportingDescriptor{
				ID:                   rule.Name(),
				ShortDescription:     sarif.Message{Text: title},
				Help:                 sarif.Message{Text: text, Markdown: text},
				HelpURI:              ruleURL(rule),
				DefaultConfiguration: sarif.ReportingConfiguration{Enabled: wanted.Wants(check, rule.Category), Level: severity},
			},
			Name:            pascal("lockvet", check, rule.Category),
			FullDescription: sarif.Message{Text: sentence(full + ": " + rule.Title())},
			Properties: sarifRuleProperties{
				Tags:      []string{"concurrency", "correctness", check},
				Precision: "high",
				Severity:  problemSeverity[rules.Severity(severity)],
			},
		})
	}
	return descriptors
}

// problemSeverity is what GitHub calls severities of rules.
var problemSeverity = map[rules.Severity]string{rules.Error: "error", rules.Warning: "warning", rules.Note: "recommendation"}

// sentence ends a text with a full stop.
func sentence(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	return strings.TrimRight(text, ".") + "."
}

// pascal is the name of a rule in the form that SARIF asks for: LockvetDoublelockAgain.
func pascal(words ...string) string {
	var name strings.Builder
	for _, w := range words {
		if w != "" {
			name.WriteString(strings.ToUpper(w[:1]) + w[1:])
		}
	}
	return name.String()
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
