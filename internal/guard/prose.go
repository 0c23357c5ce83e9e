package guard

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lazyregexp"
	"github.com/lockvet/lockvet/internal/prose"
	"github.com/lockvet/lockvet/internal/ssax"
)

// Prose is read on the silent side only: it says where not to report.
var (
	// notConcurrent: it says that nobody may call it while others use the object.
	notConcurrent = lazyregexp.New(`(?i)not (be )?(goroutine|thread|concurren)\S*.?safe|not safe (for|to)\b.*concurren|(not|cannot|can't|never) be (used|called|run) concurrent|not safe for concurrent|unsafe (for|to)\b.*concurren|(non-|not |un)synchroni[sz]ed|not (thread|goroutine).safe|only (be )?called (once|by|from|before|during|at)|called before|not be called (until|before|after|while)|(valid|safe|safely read|meaningful|available|complete|legal) (\S+ ){0,3}(after|once)\b|single.?(thread|goroutine)|for test`)
	// onPurpose: a comment at a statement says that the lock is left out.
	onPurpose = lazyregexp.New(`(?i)(\bno\b|\bnot\b|n't\b|\bnever\b|\bwithout\b).{0,40}(lock|mutex|\bmu\b)|(lock|mutex)\S* .{0,30}(not (needed|required|necessary)|unnecessary)|\bracy\b|benign|on purpose|intentional`)
	// unguardedField: a comment at a field says that it needs no lock.
	unguardedField = lazyregexp.New(`(?i)immutable|read.?only|never (chang|modif|writ)|not (guarded|protected)|without (the )?lock|atomic|constant after|set (once|only|at|on|in|before)|only (access|us|touch|writ|read)\S* (by|from|in)|owned by|not need .{0,20}synchroni[sz]|no .{0,20}synchroni[sz]ation`)
	// ofSeveral: a comment at a field is about more than this one.
	ofSeveral = lazyregexp.New(`(?i)\b(these|following|below|fields)\b`)
)

// silentSuffixes are ends of names of functions that leave locking to their callers, beside those that [prose.UnderLock] knows.
var silentSuffixes = []string{"nolock", "nolocking", "unlocked", "unsafe", "lockfree", "withoutlock"}

// lastNames are methods that run when all else has ended, if they do not take the lock for others themselves.
var lastNames = map[string]bool{"Close": true, "Stop": true, "Shutdown": true, "Destroy": true, "Dispose": true, "Free": true, "Recycle": true, "Release": true, "TearDown": true, "Teardown": true}

// ending are those of them after which nobody has the object any more.
var ending = map[string]bool{"Destroy": true, "Dispose": true, "Free": true, "Recycle": true, "Release": true}

// silentNames are methods that libraries call.
var silentNames = map[string]bool{
	"String": true, "GoString": true, "Error": true, "Len": true, "Less": true, "Swap": true, "Push": true, "Pop": true,
	"CheckInvariants": true, "Format": true, "MarshalJSON": true, "UnmarshalJSON": true, "MarshalText": true, "UnmarshalText": true,
}

// starting are names of functions that make an object ready, before others know it or when they have let
// it go.
var starting = lazyregexp.New(`^([Ii]nit|[Ii]nitiali[sz]e|[Ss]et[Uu]p|[Rr]eset)($|[A-Z_])`)

// beginning are names of functions that begin so, and go on when others know it.
var beginning = lazyregexp.New(`^([Ss]tart|[Oo]pen|[Ll]isten|[Ss]erve|[Rr]un|[Cc]onnect|[Cc]onfigure|[Ll]oad|[Pp]repare|[Bb]oot|[Bb]ootstrap|[Dd]ial|[Rr]estore|[Rr]ecover|[Rr]eplay)($|[A-Z_])`)

// comments finds the comments at the declarations of a package.
type comments struct {
	funcs  map[*types.Func]string
	norace map[*types.Func]bool // the race detector is told to look away
	fields map[*types.Var]string
	types  map[*types.TypeName]string
	made   map[*ast.File]bool // generated files
	files  []*ast.File
}

func readComments(fset *token.FileSet, files []*ast.File, info *types.Info) *comments {
	c := &comments{make(map[*types.Func]string), make(map[*types.Func]bool), make(map[*types.Var]string), make(map[*types.TypeName]string), make(map[*ast.File]bool), files}
	for _, file := range files {
		c.made[file] = prose.Generated(file)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if fn, ok := info.Defs[n.Name].(*types.Func); ok {
					c.funcs[fn] = n.Doc.Text()
					c.norace[fn] = n.Doc != nil && slices.ContainsFunc(n.Doc.List, func(l *ast.Comment) bool { return l.Text == "//go:norace" })
				}
			case *ast.GenDecl:
				for _, spec := range n.Specs {
					if ts, ok := spec.(*ast.TypeSpec); ok {
						if tn, ok := info.Defs[ts.Name].(*types.TypeName); ok {
							c.types[tn] = n.Doc.Text() + ts.Doc.Text()
						}
					}
				}
			case *ast.StructType:
				c.readFields(n, fset, info)
			}
			return true
		})
	}
	return c
}

// readFields finds the comments at fields. One that speaks of several fields is about those below as well, up to an empty line or to the next comment.
func (c *comments) readFields(st *ast.StructType, fset *token.FileSet, info *types.Info) {
	above, end := "", token.NoPos
	for _, f := range st.Fields.List {
		said := f.Doc.Text()
		if f.Doc == nil && end.IsValid() && fset.Position(f.Pos()).Line <= fset.Position(end).Line+1 {
			said = above
		}
		above, end = "", f.End()
		if ofSeveral.MatchString(said) {
			above = said
		}
		for _, name := range f.Names {
			if v, ok := info.Defs[name].(*types.Var); ok && v.IsField() {
				c.fields[v] = said + f.Comment.Text()
			}
		}
	}
}

// quiet reports whether a function, or the type that it is a method of, says that what
// it does needs no lock of its own.
func (c *comments) quiet(fn *ssa.Function) bool {
	fn = ssax.Outermost(fn)
	name := strings.ToLower(fn.Name())
	for _, s := range silentSuffixes {
		if strings.HasSuffix(name, s) {
			return true
		}
	}
	if prose.UnderLock(fn) || silentNames[fn.Name()] || starting.MatchString(fn.Name()) {
		return true
	}
	obj, ok := fn.Object().(*types.Func)
	if !ok {
		return false
	}
	obj = obj.Origin()
	text := prose.OneLine(c.funcs[obj])
	if c.norace[obj] || notConcurrent.MatchString(text) {
		return true
	}
	if recv := obj.Signature().Recv(); recv != nil {
		if named, ok := types.Unalias(deref(recv.Type())).(*types.Named); ok && notConcurrent.MatchString(prose.OneLine(c.types[named.Obj()])) {
			return true
		}
	}
	return false
}

// deliberate reports whether a comment above a statement says that it does without the lock. What stands
// further to the right is about the statement before.
func (c *comments) deliberate(fset *token.FileSet, pos token.Pos) bool {
	at := fset.Position(pos)
	for _, file := range c.files {
		if pos < file.FileStart || pos >= file.FileEnd {
			continue
		}
		for _, group := range file.Comments {
			if fset.Position(group.End()).Line == at.Line-1 && fset.Position(group.Pos()).Column <= at.Column && onPurpose.MatchString(prose.OneLine(group.Text())) {
				return true
			}
		}
	}
	return false
}
