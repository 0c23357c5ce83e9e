package contract

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// A form is one way to write a clause.
type form struct {
	lockvet string // what follows //lockvet:
	gvisor  string // what follows // +checklocks
	verb    flow.Verb
	mode    model.Mode
	words   string // in a message; "" if another form of the same meaning has them
}

// forms are all ways to write a clause. In those of lockvet, the word read follows the
// name of the lock. gVisor's are described in
// https://github.com/google/gvisor/blob/master/tools/checklocks/README.md#function-annotations.
var forms = []form{
	{"acquires", "acquire", flow.Acquiring, model.Write, "acquires %s"},
	{"acquires", "acquireread", flow.Acquiring, model.Read, "acquires %s for reading"},
	{"releases", "release", flow.Releasing, model.Write, "releases %s"},
	{"releases", "releaseread", flow.Releasing, model.Read, "releases %s for reading"},
	{"holds", "", flow.Holding, model.Write, "is called with %s held"},
	{"holds", "read", flow.Holding, model.Read, "is called with %s held, at least for reading"},
	{"excludes", "exclude", flow.Excluding, model.Write, "is called without %s"},
	{"excludes", "excludewrite", flow.Excluding, model.Read, "is called without %s held for writing"},
}

const (
	prefix     = "//lockvet:"
	checklocks = "// +checklocks"
	unchecked  = "// +checklocksignore"
)

// usage says how a contract is written.
const usage = "write //lockvet:VERB LOCK or //lockvet:VERB LOCK read; VERB is acquires, releases, holds or excludes"

// Is reports whether a comment is, or is meant to be, a clause in lockvet's own form.
func Is(comment string) bool {
	rest, ok := strings.CutPrefix(comment, prefix)
	if !ok {
		// With a space it is prose to Go's tools. Somebody may believe otherwise.
		rest, ok = strings.CutPrefix(comment, "// "+prefix[2:])
	}
	verb, _, _ := strings.Cut(rest, " ")
	return ok && slices.ContainsFunc(forms, func(f form) bool { return f.lockvet == verb })
}

// parse reads a comment for which Is is true.
func parse(comment string) (f form, name, problem string) {
	rest, ok := strings.CutPrefix(comment, prefix)
	if !ok {
		return f, "", "no space may stand between // and lockvet"
	}
	rest, _, _ = strings.Cut(rest, " //")
	words := strings.Fields(rest)
	mode := model.Write
	if len(words) == 3 && words[2] == "read" {
		mode, words = model.Read, words[:2]
	}
	if len(words) != 2 {
		return f, "", usage
	}
	i := slices.IndexFunc(forms, func(f form) bool { return f.lockvet == words[0] && f.mode == mode })
	return forms[i], words[1], ""
}

// checklocks reads gVisor's annotations in the comment of a function.
func (r *reader) checklocks(obj types.Object, sc scope, doc *ast.CommentGroup) {
	if doc == nil {
		return
	}
	for _, c := range doc.List {
		rest, ok := strings.CutPrefix(c.Text, checklocks)
		if !ok {
			continue
		}
		kind, name, _ := strings.Cut(rest, ":")
		if kind == "alias" {
			if al, ok := r.alias(sc, c, name); ok {
				r.aliases[obj] = append(r.aliases[obj], al)
			}
			continue
		}
		if i := slices.IndexFunc(forms, func(f form) bool { return f.gvisor == kind }); i >= 0 && strings.Contains(rest, ":") {
			r.add(obj, sc, c, forms[i], name)
		}
	}
	for _, c := range doc.List {
		if d := r.decls[obj]; d != nil && strings.HasPrefix(c.Text, unchecked) {
			d.Unchecked = true
		}
	}
}

// typeAliases reads the aliases in the comments at the declaration of a struct.
func (r *reader) typeAliases(tn *types.TypeName, groups ...*ast.CommentGroup) {
	for _, group := range groups {
		if group == nil {
			continue
		}
		for _, c := range group.List {
			if rest, ok := strings.CutPrefix(c.Text, checklocks+"alias:"); ok {
				sc := scope{sig: types.NewSignatureType(nil, nil, nil, nil, nil, false), self: tn.Type()}
				if al, ok := r.alias(sc, c, rest); ok {
					al.Base = func(t *path.Table) *path.Node { return t.Param(0) }
					r.everyone = append(r.everyone, al)
				}
			}
		}
	}
}

// alias reads "x.mu=y.mu".
func (r *reader) alias(sc scope, c *ast.Comment, text string) (al Alias, ok bool) {
	from, to, ok := strings.Cut(text, "=")
	if !ok {
		r.problem(c, "an alias is written // +checklocksalias:LOCK=LOCK")
		return al, false
	}
	var sides [2]place
	for i, name := range []string{from, to} {
		p, err := r.find(sc, name)
		if err != "" {
			r.problem(c, "%s", err)
			return al, false
		}
		sides[i] = p.value()
	}
	// What is renamed is a lock that lies in a struct. A pointer to it keeps its name.
	if !sides[0].addr {
		sides[0], sides[1] = sides[1], sides[0]
	}
	al.From, al.To = sides[0].node, sides[1].node
	al.Base = func(*path.Table) *path.Node { return nil }
	return al, true
}

// Silences reports whether a comment at the end of a line silences contracts there, as
// it does gVisor's checklocks.
func Silences(comment string) bool {
	return strings.HasPrefix(comment, unchecked) || strings.HasPrefix(comment, "// +checklocksforce")
}
