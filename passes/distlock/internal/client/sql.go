package client

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lazyregexp"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
)

// sqlPackages are those through which SQL is run, by methods that get it as text.
var sqlPackages = map[string]bool{
	"database/sql": true, "github.com/jmoiron/sqlx": true,
	"github.com/jackc/pgx/v5": true, "github.com/jackc/pgx/v5/pgxpool": true,
	"github.com/jackc/pgx/v4": true, "github.com/jackc/pgx/v4/pgxpool": true,
	"gorm.io/gorm": true, "github.com/jinzhu/gorm": true,
	"github.com/uptrace/bun": true, "entgo.io/ent/dialect/sql": true, "xorm.io/xorm": true,
	"github.com/go-pg/pg/v10": true, "github.com/go-pg/pg/v9": true,
}

// SQL reports whether a package is one through which SQL is run.
func SQL(path string) bool { return sqlPackages[path] }

// https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADVISORY-LOCKS
// and https://dev.mysql.com/doc/refman/en/locking-functions.html
var (
	rowLock  = lazyregexp.New(`(?is)^\s*(select|with)\b.*\bfor\s+(no\s+key\s+)?update(\s+of\s+[\w.", ]+)?(\s+(nowait|skip\s+locked|wait\s+\d+))?\s*;?\s*$`)
	writing  = lazyregexp.New(`(?i)\b(insert\s+into|update\s+\S+\s+set|delete\s+from)\b`)
	lockCall = lazyregexp.New(`(?i)\b(pg_(?:try_)?advisory_(?:xact_)?lock(?:_shared)?|pg_advisory_unlock(?:_shared)?|pg_advisory_unlock_all|get_lock|release_lock|release_all_locks)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)`)
	whole    = lazyregexp.New(`(?is)^\s*(select|do)\s+\w+\s*\([^()]*(\([^()]*\)[^()]*)*\)\s*(as\s+\w+)?\s*;?\s*$`)
	holder   = lazyregexp.New(`^\s*(\$\d+|\?|@\w+|:\w+|%\w+|::\w+|,|\s)*$`)
)

// LocksInText reports whether a string in the files names a function of SQL
// that locks, locks rows, or is about a row that is a lock.
func LocksInText(files []*ast.File) bool {
	found := false
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil && (lockCall.MatchString(text) || LocksRows(text) || LocksByRow(text)) {
					found = true
				}
			}
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

// LocksRows reports whether a statement does no more than to select and lock rows.
func LocksRows(text string) bool { return rowLock.MatchString(text) && !writing.MatchString(text) }

// readsNothing are methods that run a statement and drop what it selects.
var readsNothing = lazyregexp.New(`^(Must)?Exec(Context)?$`)

// sqlEvents is for Exec, Query, QueryRow, Get, Raw and their like: the SQL is
// the first argument that is text and names a function that locks.
func sqlEvents(c call) []Event {
	for i, arg := range c.args {
		text := StatementText(arg)
		if text == "" {
			continue
		}
		m := lockCall.FindStringSubmatch(text)
		if m == nil {
			if events := rowEvent(c, text); events != nil {
				return events
			}
			continue
		}
		name := strings.ToLower(m[1])
		ev := Event{Command: name, Call: c.CallInstruction, On: c.on, Builds: c.name == "Raw" || c.name == "NewRaw", Backend: Postgres, Session: !strings.Contains(name, "xact"), Whole: whole.MatchString(text)}
		switch {
		case strings.Contains(name, "unlock"):
			ev.Op, ev.Owned = Release, true // of the session
		case name == "get_lock":
			ev.Op, ev.Backend, ev.Outcomes = Acquire, MySQL, okErr
		case strings.HasPrefix(name, "release"):
			ev.Op, ev.Backend, ev.Owned = Release, MySQL, true
		case strings.HasPrefix(name, "pg_try"):
			ev.Op, ev.Outcomes = Acquire, okErr
		default:
			ev.Op, ev.Outcomes = Acquire, sqlWait
		}
		ev.Drops = ev.Op == Acquire && ev.Outcomes == okErr && ev.Whole && readsNothing.MatchString(c.name)
		key := m[2]
		if ev.Backend == MySQL {
			key, _, _ = strings.Cut(key, ",") // how long to wait is no part of it
		}
		switch {
		case strings.HasSuffix(name, "_all") || strings.HasSuffix(name, "_locks"):
			ev.Text = "*"
		case !holder.MatchString(key):
			// The key is part of the text.
			ev.Text = strings.ReplaceAll(key, " ", "")
		case len(formatted(arg)) > 0:
			ev.Keys = formatted(arg)[:1]
		case len(c.args) > i+1:
			elems := expr.Elements(Strip(c.args[i+1]))
			if len(elems) == 0 {
				return nil
			}
			ev.Keys = elems[:1] // of two numbers, the first will do
			if ev.Backend == Postgres && len(elems) == 2 && strings.Contains(m[2], ",") {
				ev.Keys = elems[1:2]
			}
		default:
			return nil
		}
		return []Event{ev}
	}
	return nil
}

// ownQuery is what methods are called that run SQL, of an interface of the program.
var ownQuery = lazyregexp.New(`^(Exec|Query|QueryRow|Queryx|QueryRowx|Get|Select)(Context|Ctx)?$`)

// OwnQuery reports whether a method of an interface of the program runs SQL, as far
// as its name and its parameters say.
func OwnQuery(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	if recv == nil || !types.IsInterface(recv.Type()) || !ownQuery.MatchString(fn.Name()) {
		return false
	}
	for p := range fn.Signature().Params().Variables() {
		if isStringOrStrings(p.Type()) {
			return true
		}
	}
	return false
}

// sqlWait is for a statement that waits for the lock. What one that does not wait
// says comes out of Scan.
var sqlWait = Outcomes{Held: Outcome{Err: No}, Lost: Outcome{Err: Yes}, Failed: Outcome{Err: Yes}}

// StatementText returns the text of a statement, as far as it is constant.
func StatementText(v ssa.Value) string {
	if text := Text(v); text != "" {
		return text
	}
	switch v := v.(type) {
	case *ssa.BinOp:
		if v.Op == token.ADD {
			return StatementText(v.X) + StatementText(v.Y)
		}
	case *ssa.Call:
		if fn := v.Call.StaticCallee(); fn != nil && fn.RelString(nil) == "fmt.Sprintf" {
			return Text(v.Call.Args[0])
		}
	}
	return ""
}

// formatted returns what fmt.Sprintf puts into a statement.
func formatted(v ssa.Value) []ssa.Value {
	made, ok := v.(*ssa.Call)
	if !ok {
		return nil
	}
	if fn := made.Call.StaticCallee(); fn == nil || fn.RelString(nil) != "fmt.Sprintf" {
		return nil
	}
	return expr.Elements(made.Call.Args[1])
}

// Wraps reports whether a call makes a handle of a database out of another one,
// as sqlx.NewDb, gorm.Open and the method DB of gorm do.
func Wraps(call *ssa.Call) bool {
	fn := Callee(call.Common())
	if fn == nil || fn.Pkg() == nil || !sqlPackages[fn.Pkg().Path()] || fn.Signature().Results().Len() == 0 {
		return false
	}
	made := fn.Signature().Results().At(0).Type()
	return Gorm(made) || ConnOf(made) == Pool
}

// Gorm reports whether a type is gorm's DB.
func Gorm(t types.Type) bool {
	pkg, name := Named(t)
	return name == "DB" && (pkg == "gorm.io/gorm" || pkg == "github.com/jinzhu/gorm")
}

// A Conn says on what a statement runs.
type Conn uint8

const (
	UnknownConn Conn = iota
	Pool             // any connection of a pool
	Pinned           // one connection
	Tx               // a transaction
)

// ConnOf returns what a statement runs on, as far as the type of its receiver says.
// A gorm.DB may be anything.
func ConnOf(t types.Type) Conn {
	pkg, name := Named(t)
	switch {
	case !sqlPackages[pkg] || Gorm(t):
		return UnknownConn
	case name == "DB", name == "Pool", name == "Driver", name == "Engine", name == "EngineGroup":
		return Pool
	case name == "Tx":
		return Tx
	case name == "Conn":
		return Pinned
	}
	return UnknownConn
}
