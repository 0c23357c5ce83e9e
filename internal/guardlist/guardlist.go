// Package guardlist is what the command lockvet guards shows: which lock the accesses to each
// field and package-level variable have. The vet tool hands it over package by package.
package guardlist

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"text/tabwriter"
)

// Category is the category of the diagnostic by which the vet tool hands a [Package] to the
// command.
const Category = "guards"

// A Package is the fields and variables of one package.
type Package struct {
	Pkg  string `json:"package"`
	Vars []*Var `json:"variables"`
}

// A Var is one field or variable, and the lock that most of its accesses have.
type Var struct {
	Owner string `json:"owner,omitempty"` // the type that has the field; "" for a variable of the package
	Name  string `json:"name"`
	File  string `json:"file"`
	Line  int    `json:"line"`
	Guard string `json:"guard,omitempty"` // the name of the lock beside it; "" if no access has one
	How   How    `json:"how"`
	// Guarded of Total accesses have the guard; GuardedWrites of Writes have it for writing.
	Guarded       int   `json:"guarded"`
	Total         int   `json:"accesses"`
	GuardedWrites int   `json:"guardedWrites"`
	Writes        int   `json:"writes"`
	Funcs         int   `json:"functions"`      // that use it with the guard held
	Edit          *Edit `json:"edit,omitempty"` // that declares the guard, where every access agrees
}

// How says how a guard is known.
type How string

// What Var.How says.
const (
	Declared How = "declared" // by a comment
	None     How = "none"     // a comment says that there is no guard
	Inferred How = "inferred" // half of the accesses have it, at least
	Rare     How = "rare"     // less than half have it
	ReadOnly How = "readonly" // nobody writes it once others know the object
	Unknown  How = "unknown"  // package atomic has it, too, or a function that uses it was not analysed
)

// An Edit inserts text at an offset of the file.
type Edit struct {
	Offset int    `json:"offset"`
	Text   string `json:"text"`
}

// Encode writes a package so that Decode can read it.
func (p *Package) Encode() string {
	text, _ := json.Marshal(p) // there is nothing in it that JSON cannot say
	return string(text)
}

// Decode reads what Encode has written.
func Decode(text string) (*Package, error) {
	p := new(Package)
	err := json.Unmarshal([]byte(text), p)
	return p, err
}

// Unite returns each package once, in the order of their paths. A package that is analysed with
// its tests and without says the same twice.
func Unite(packages []*Package) []*Package {
	packages = slices.Clone(packages)
	slices.SortStableFunc(packages, func(a, b *Package) int { return cmp.Compare(a.Pkg, b.Pkg) })
	return slices.CompactFunc(packages, func(a, b *Package) bool { return a.Pkg == b.Pkg })
}

// Text writes the packages for a person. rel makes a file name short.
func Text(packages []*Package, rel func(file string) string) []byte {
	var out bytes.Buffer
	for _, p := range packages {
		owner := "\x00"
		var w *tabwriter.Writer
		for _, v := range p.Vars {
			if v.Owner != owner {
				if w != nil {
					w.Flush()
				}
				if out.Len() > 0 {
					out.WriteByte('\n')
				}
				heading := p.Pkg
				if v.Owner != "" {
					heading += "." + v.Owner
				}
				fmt.Fprintf(&out, "%s (%s:%d)\n", heading, rel(v.File), v.Line)
				owner, w = v.Owner, tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
			}
			fmt.Fprintf(w, "  %s\t%s\t%s\n", v.Name, cmp.Or(v.lock(), "-"), v.says())
		}
		if w != nil {
			w.Flush()
		}
	}
	return out.Bytes()
}

// lock is the name of the lock if it is the guard, or may be.
func (v *Var) lock() string {
	switch v.How {
	case Declared, Inferred:
		return v.Guard
	}
	return ""
}

// says writes how the guard is known, and how often it is held.
func (v *Var) says() string {
	shares := ""
	if v.Guard != "" {
		shares = fmt.Sprintf("%d of %s", v.Guarded, count(v.Total, "access", "accesses"))
		if v.Writes > 0 {
			shares += fmt.Sprintf(", %d of %s", v.GuardedWrites, count(v.Writes, "write", "writes"))
		}
		shares += ", in " + count(v.Funcs, "function", "functions")
	}
	switch v.How {
	case Declared:
		return "declared; " + shares
	case None:
		return "declared to have no guard"
	case Rare:
		return fmt.Sprintf("no guard: %s is held at %s", v.Guard, shares)
	case ReadOnly:
		return "not written once others know it"
	case Unknown:
		return "not known"
	}
	if v.Guard == "" {
		return fmt.Sprintf("no guard: no lock is held at any of %s", count(v.Total, "access", "accesses"))
	}
	if v.Edit != nil {
		shares += "; can be declared"
	}
	return shares
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// JSON writes the packages for a program.
func JSON(packages []*Package, rel func(file string) string) []byte {
	type document struct {
		Version  int        `json:"version"`
		Packages []*Package `json:"packages"`
	}
	d := document{Version: 1, Packages: []*Package{}}
	for _, p := range packages {
		q := &Package{Pkg: p.Pkg, Vars: []*Var{}}
		for _, v := range p.Vars {
			w := *v
			w.File = rel(v.File)
			q.Vars = append(q.Vars, &w)
		}
		d.Packages = append(d.Packages, q)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	_ = enc.Encode(d) // there is nothing in it that JSON cannot say
	return out.Bytes()
}
