package lsp

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lockvet/lockvet/internal/config"
	"github.com/lockvet/lockvet/internal/frontend"
	"github.com/lockvet/lockvet/internal/overlay"
)

// debounce is how long nothing must change before a check starts.
const debounce = 250 * time.Millisecond

// A session is one editor at work: the text of the files that it has open, and
// what gopls and lockvet have to say of them. Its methods may be called by any
// number of goroutines.
type session struct {
	suite  frontend.Suite
	editor editor
	checks *schedule

	mu       sync.Mutex
	caps     capabilities
	folders  []string // that the editor works in
	encoding encoding
	settings settings
	files    map[string]*file // by path
	clock    int              // counts the changes of texts
	changed  map[string]int   // the last change of a text in each directory
	logged   string           // the last line that was logged
	chosen   json.RawMessage  // lockvet's own settings, as given
	own      *config.Config   // the same; nil if there are none
	question *question        // the last one of a hover
}

// An editor takes what a session has to say. Its methods must not call those of
// the session, which is locked meanwhile.
type editor interface {
	publish(publishParams)
	log(line string)
	refresh()            // the answers to requests for diagnostics may be others now
	create(token string) // asks the editor to show progress
	progress(progressParams)
}

// A file is one that is open or has something said of it.
type file struct {
	path    string
	open    bool
	version int
	text    string
	changed int // when the text last did, by the session's clock

	theirs  []theirs
	matched bool // theirs are about the version that is open, or moved along from it
	ours    []*finding
	dropped bool   // one of ours was, since an edit changed its code, and the editor may not know
	shown   []byte // what was last published, if by us
}

func newSession(suite frontend.Suite, e editor) *session {
	s := &session{
		suite:    suite,
		editor:   e,
		encoding: utf16Units,
		files:    make(map[string]*file),
		changed:  make(map[string]int),
	}
	s.checks = newSchedule(debounce, s.check)
	go overlay.Prune()
	return s
}

// initialize takes in what the editor can do and its settings for gopls.
func (s *session) initialize(raw json.RawMessage) {
	var params initializeParams
	if json.Unmarshal(raw, &params) != nil {
		return
	}
	s.mu.Lock()
	s.caps = params.Capabilities
	for _, folder := range append(params.WorkspaceFolders, folder{params.RootURI}) {
		if path, err := pathOf(folder.URI); err == nil {
			s.folders = append(s.folders, path)
		}
	}
	s.mu.Unlock()
	own, rest := ownSettings(params.InitializationOptions)
	s.choose(own)
	s.configure(rest)
}

// setEncoding says what positions count, if not what they count by default.
func (s *session) setEncoding(e encoding) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.encoding = cmp.Or(e, utf16Units)
}

// configure takes in settings for gopls, and checks everything again if packages
// are loaded otherwise now.
func (s *session) configure(raw json.RawMessage) {
	var new settings
	if len(raw) == 0 || json.Unmarshal(raw, &new) != nil {
		return // gopls complains if there is something to complain of
	}
	s.mu.Lock()
	same := slices.Equal(new.BuildFlags, s.settings.BuildFlags) && fmt.Sprint(new.Env) == fmt.Sprint(s.settings.Env)
	s.settings = new
	dirs := s.dirs()
	s.mu.Unlock()
	if !same {
		for _, dir := range dirs {
			s.checks.ask(dir, true)
		}
	}
}

// file returns what is known of a file, which may be nothing yet.
func (s *session) file(path string) *file {
	f := s.files[path]
	if f == nil {
		f = &file{path: path}
		s.files[path] = f
	}
	return f
}

// dirs returns the directories with Go files that are open.
func (s *session) dirs() []string {
	dirs := make(map[string]bool)
	for path, f := range s.files {
		if f.open && strings.HasSuffix(path, ".go") {
			dirs[filepath.Dir(path)] = true
		}
	}
	return slices.Sorted(maps.Keys(dirs))
}

// touch notes that the text of a file is another now.
func (s *session) touch(f *file) {
	s.clock++
	f.changed = s.clock
	s.changed[filepath.Dir(f.path)] = s.clock
}

// didOpen, didChange, didSave, didClose and filesChanged take in what the editor
// says of its files.
func (s *session) didOpen(raw json.RawMessage) {
	var params openParams
	path, ok := s.goFile(raw, &params, &params.TextDocument.URI)
	if !ok {
		return
	}
	s.mu.Lock()
	f := s.file(path)
	f.open, f.version, f.text = true, params.TextDocument.Version, params.TextDocument.Text
	f.matched = false
	s.touch(f)
	s.mu.Unlock()
	s.checks.ask(filepath.Dir(path), true)
}

func (s *session) didChange(raw json.RawMessage) {
	var params changeParams
	path, ok := s.goFile(raw, &params, &params.TextDocument.URI)
	if !ok {
		return
	}
	s.mu.Lock()
	f := s.file(path)
	for _, c := range params.ContentChanges {
		var e edit
		if c.Range == nil {
			e = difference(f.text, c.Text)
		} else {
			start, end := s.encoding.offset(f.text, c.Range.Start), s.encoding.offset(f.text, c.Range.End)
			e = edit{span{start, max(start, end)}, c.Text}
		}
		f.text = e.apply(f.text)
		s.move(f, e)
	}
	f.version = params.TextDocument.Version
	s.touch(f)
	s.mu.Unlock()
	s.checks.ask(filepath.Dir(path), true)
}

func (s *session) didSave(raw json.RawMessage) {
	var params documentParams
	path, ok := s.goFile(raw, &params, &params.TextDocument.URI)
	if !ok {
		return
	}
	s.checks.ask(filepath.Dir(path), true)
	s.recheck()
}

func (s *session) didClose(raw json.RawMessage) {
	var params documentParams
	path, ok := s.goFile(raw, &params, &params.TextDocument.URI)
	if !ok {
		return
	}
	dir := filepath.Dir(path)
	s.mu.Lock()
	f := s.file(path)
	f.open, f.theirs = false, nil
	onDisk, err := os.ReadFile(path)
	unsaved := err != nil || string(onDisk) != f.text
	if unsaved {
		s.touch(f)
	}
	left := slices.Contains(s.dirs(), dir)
	if !left {
		s.replace(dir, nil) // as gopls, which analyses packages with open files
	}
	s.mu.Unlock()
	if left && unsaved {
		s.checks.ask(dir, true)
	}
}

func (s *session) filesChanged(raw json.RawMessage) {
	var params watchedFilesParams
	if json.Unmarshal(raw, &params) == nil && len(params.Changes) > 0 {
		s.recheck()
	}
}

// goFile reads parameters and returns the path of the Go file that uri, which is
// among them, names.
func (s *session) goFile(raw json.RawMessage, params any, uri *string) (path string, ok bool) {
	if err := json.Unmarshal(raw, params); err != nil {
		s.editor.log(fmt.Sprintf("cannot read the editor's message: %v", err))
		return "", false
	}
	path, err := pathOf(*uri)
	return path, err == nil && strings.HasSuffix(path, ".go")
}

// recheck has all packages with open files checked that may depend on something
// that has changed on disk. cmd/go finds out which do, faster than we could.
func (s *session) recheck() {
	s.mu.Lock()
	dirs := s.dirs()
	s.mu.Unlock()
	for _, dir := range dirs {
		s.checks.ask(dir, false)
	}
}

// move lets what is said of a file follow an edit. A finding of ours whose code
// is edited is dropped: it may be gone, and the next check will tell.
func (s *session) move(f *file, e edit) {
	for i := range f.theirs {
		f.theirs[i].move(e)
	}
	for _, g := range s.files {
		g.ours = slices.DeleteFunc(g.ours, func(o *finding) bool {
			for i := range o.steps {
				if o.steps[i].path == f.path {
					o.steps[i].move(e)
				}
			}
			drop := g == f && !o.place.move(e)
			g.dropped = g.dropped || drop
			return drop
		})
	}
}

// check analyses the package in a directory.
func (s *session) check(ctx context.Context, dir string) {
	if s.isForeign(dir) {
		return
	}
	defer s.working(dir)()
	s.request(dir, func(req frontend.Request, now int) {
		report := frontend.Analyse(ctx, s.suite, req)
		if ctx.Err() != nil {
			return
		}
		for _, failure := range report.Errors {
			if failure.Package == "" {
				s.logOnce(fmt.Sprintf("%s: %s", dir, failure.Message))
			}
		}
		s.take(dir, now, report)
	})
}

// request calls do with a request about the package in a directory, with the texts of
// the editor as they are now, and the time that this is by the session's clock.
func (s *session) request(dir string, do func(req frontend.Request, now int)) {
	s.mu.Lock()
	now := s.clock
	req := frontend.Request{Dir: dir, Patterns: []string{"."}, Flags: slices.Clone(s.settings.BuildFlags), Settings: s.own}
	for _, name := range slices.Sorted(maps.Keys(s.settings.Env)) {
		req.Env = append(req.Env, fmt.Sprintf("%s=%v", name, s.settings.Env[name]))
	}
	texts := make(map[string]string)
	for path, f := range s.files {
		if f.open {
			texts[path] = f.text
		}
	}
	s.mu.Unlock()

	for path, text := range texts {
		if onDisk, err := os.ReadFile(path); err == nil && string(onDisk) == text {
			delete(texts, path)
		}
	}
	if len(texts) > 0 {
		flag, done, err := overlay.Write(texts)
		if err != nil {
			s.logOnce(fmt.Sprintf("cannot show unsaved files to the go command: %v", err))
			return
		}
		defer done()
		req.Flags = append(req.Flags, "-overlay="+flag)
	}
	do(req, now)
}

// isForeign reports whether the code in a directory is not the user's, but open
// to be read only.
func (s *session) isForeign(dir string) bool {
	s.mu.Lock()
	folders := s.folders
	s.mu.Unlock()
	for _, folder := range folders {
		if rel, err := filepath.Rel(folder, dir); err == nil && filepath.IsLocal(rel) {
			return false
		}
	}
	for _, root := range foreignRoots() {
		if rel, err := filepath.Rel(root, dir); err == nil && filepath.IsLocal(rel) {
			return true
		}
	}
	return false
}

// logOnce logs a line, but not time and again.
func (s *session) logOnce(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if line != s.logged {
		s.logged = line
		s.editor.log(line)
	}
}

// take takes in a report on the package in a directory, that is about the texts
// as they were then. If they are others by now, the report is dropped.
func (s *session) take(dir string, then int, r frontend.Report) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.dirs(), dir) || s.changed[dir] > then {
		return // closed, or about to be checked again
	}
	found, mentioned := s.read(dir, then, r)
	for path := range mentioned {
		if f := s.files[path]; f != nil && f.changed > then {
			s.checks.ask(dir, true)
			return
		}
	}
	s.replace(dir, append(found, s.stale(dir, r)...))
}

// stale returns the findings in a directory that a report is silent of because
// their package could not be analysed. Code that does not compile while it is
// typed would otherwise make them come and go.
func (s *session) stale(dir string, r frontend.Report) (stale []*finding) {
	if len(r.Errors) == 0 {
		return nil
	}
	// The external tests of a package can fail without it.
	onlyTests := !slices.ContainsFunc(r.Errors, func(f frontend.Failure) bool {
		return !strings.HasSuffix(strings.Fields(f.Package + " -")[0], "_test")
	})
	analysed := make(map[string]bool)
	for _, f := range r.Findings {
		analysed[f.Package] = true
	}
	for path, f := range s.files {
		if filepath.Dir(path) != dir {
			continue
		}
		for _, o := range f.ours {
			if !analysed[o.Package] && (!onlyTests || strings.HasSuffix(o.Package, "_test")) {
				o.stale = true
				stale = append(stale, o)
			}
		}
	}
	return stale
}

// replace makes these the findings in a directory, and shows where that makes a
// difference.
func (s *session) replace(dir string, found []*finding) {
	changed := make(map[*file]bool)
	for path, f := range s.files {
		if filepath.Dir(path) == dir && (len(f.ours) > 0 || f.dropped) {
			f.ours, f.dropped, changed[f] = nil, false, true
		}
	}
	slices.SortStableFunc(found, func(a, b *finding) int { return cmp.Compare(a.start, b.start) })
	for _, o := range found {
		f := s.file(o.path)
		f.ours = append(f.ours, o)
		changed[f] = true
	}
	any := false
	for f := range changed {
		any = s.show(f) || any
	}
	if any && s.caps.Workspace.Diagnostics.RefreshSupport {
		s.editor.refresh()
	}
}
