package distlock

import (
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// leaderFields are those of client-go's leader election that rules look at.
var leaderFields = map[string]bool{"OnStartedLeading": true, "Identity": true}

// gormLocks is the package whose Locking makes gorm lock rows.
const gormLocks = "gorm.io/gorm/clause"

// A use is what the name of an object in a package tells of locks in stores.
type use uint8

const (
	unrelated use = iota
	query         // it runs what a text says, which may have to do with locks
	related
)

// usesClients reports whether the package, its tests left out, calls a client library, a function
// that is known to do so, or an interface that looks like a client.
func usesClients(pass *analysis.Pass) bool {
	packages := map[*types.Package]bool{pass.Pkg: false}
	library := func(fn *types.Func) bool {
		lib, ok := packages[fn.Pkg()]
		if !ok {
			lib = client.Known(client.PkgPath(fn))
			packages[fn.Pkg()] = lib
		}
		return lib
	}
	known := make(map[types.Object]use)
	queries := false
	for name, obj := range pass.TypesInfo.Uses {
		how, ok := known[obj]
		if !ok {
			how = useOf(pass, obj, library)
			known[obj] = how
		}
		if how == unrelated || how == query && queries || model.InTest(pass.Fset, name.Pos()) {
			continue
		}
		if how == related {
			return true
		}
		queries = true
	}
	return queries && client.LocksInText(pass.Files)
}

// useOf tells what it means to name an object. library reports whether a function is that of a client library.
func useOf(pass *analysis.Pass, obj types.Object, library func(*types.Func) bool) use {
	if obj.Pkg() == nil {
		return unrelated
	}
	if client.ExclusiveFiles(obj) {
		return related
	}
	switch obj := obj.(type) {
	case *types.TypeName:
		if obj.Name() == "Locking" && obj.Pkg().Path() == gormLocks {
			return related
		}
	case *types.Var:
		if leaderFields[obj.Name()] && client.Known(obj.Pkg().Path()) {
			return related
		}
	case *types.Func:
		lib := library(obj)
		switch {
		case lib && client.SQL(client.PkgPath(obj)), !lib && client.OwnQuery(obj):
			return query
		case lib, client.OwnMethod(obj):
			return related
		case obj.Pkg() != pass.Pkg && (pass.ImportObjectFact(obj.Origin(), new(trace.Fact)) || pass.ImportObjectFact(obj.Origin(), new(Borrowed))):
			return related
		}
	}
	return unrelated
}
