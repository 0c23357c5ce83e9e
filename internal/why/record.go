package why

import "encoding/json"

// Category is the category of the diagnostic by which the vet tool hands what it has recorded of a
// package to the command. Its message is a [Package].
const Category = "why"

// A Package is what has been recorded of one package, with places that mean something in another
// process.
type Package struct {
	Pkg string
	// WithTests: this is the package together with its tests. It is analysed without them, too, if another
	// package of those asked for imports it.
	WithTests bool `json:",omitempty"`
	// NotAnalysed is the name of the rule by which nothing of the package was looked at, "" if it was.
	NotAnalysed string         `json:",omitempty"`
	Funcs       []FuncRecord   `json:",omitempty"`
	Drops       []DropRecord   `json:",omitempty"`
	Reports     []ReportRecord `json:",omitempty"`
	Stats       *Stats         `json:",omitempty"`
}

// A Place is a line of a file, which is known by its whole name in the package itself and by its
// base name elsewhere.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"column,omitempty"`
}

// A FuncRecord is a function that has to do with locks, or that was not walked.
type FuncRecord struct {
	Name   string
	Start  Place
	End    Place
	Walked bool
	// GaveUp is the name of the limit by which the walk gave up after Steps, "" if it did not.
	GaveUp string     `json:",omitempty"`
	Steps  int        `json:",omitempty"`
	Ops    []OpRecord `json:",omitempty"`
}

// An OpRecord is an operation. Without states, it is reached with no lock held, on all paths.
type OpRecord struct {
	At     Place
	What   string
	Unseen bool          `json:",omitempty"`
	States []StateRecord `json:",omitempty"`
}

// A StateRecord is a set of locks, and one path.
type StateRecord struct {
	Held     []LockRecord   `json:"held"`
	Released []LockRecord   `json:"released,omitempty"`
	Path     []BranchRecord `json:"path,omitempty"`
}

// A LockRecord is a lock that is held or has been released.
type LockRecord struct {
	Name    string       `json:"lock"`
	Read    bool         `json:"read,omitempty"`
	Way     []StepRecord `json:"steps,omitempty"`
	Doubt   string       `json:"doubt,omitempty"`
	DoubtAt *Place       `json:"doubtAt,omitempty"`
}

// A StepRecord is a place on the way to an operation.
type StepRecord struct {
	Place
	Func string `json:"function"`
	What string `json:"what"`
}

// A BranchRecord is a condition, by its place, and its value on a path.
type BranchRecord struct {
	Place
	Taken bool `json:"value"`
}

// A DropRecord is a finding that was considered and is not reported.
type DropRecord struct {
	Check    string
	Func     string
	Lock     string
	At       []Place
	Rule     string
	Evidence string `json:",omitempty"`
	Where    *Place `json:",omitempty"`
}

// A ReportRecord is a finding that a check has reported.
type ReportRecord struct {
	Check   string
	At      Place
	Related []Place `json:",omitempty"`
	Message string
	// Silenced is the comment that silences it.
	Silenced *Place `json:",omitempty"`
}

// Stats says what the analysis of a package took, and where it gave up.
type Stats struct {
	Functions int         `json:"functions"`
	Walked    int         `json:"walked"`
	Steps     int         `json:"steps"`
	GaveUp    []Surrender `json:"gaveUp"`
	// Limits says how often each limit was reached, by its name; those never reached are left out.
	Limits map[string]int `json:"limits,omitempty"`
	// Times are in milliseconds: to make SSA, to walk and judge, and all in all, which has the time to
	// load and type-check the package.
	SSA   int64 `json:"ssaMillis"`
	Walk  int64 `json:"walkMillis"`
	Total int64 `json:"totalMillis"`
}

// A Surrender is a function whose walk gave up.
type Surrender struct {
	Func  string `json:"function"`
	At    Place  `json:"at"`
	Limit string `json:"limit"`
	Steps int    `json:"steps"`
}

// Encode writes the record as text.
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
