package summary

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
)

// A package with ever more types keeps within the bound and loses what matters least first.
func TestBudget(t *testing.T) {
	const whole = "acquires arg0.mu; calls arg0.Hook; returns holding arg0.mu; waits for store.Store.mu"
	levels := []struct {
		types int
		way   int // steps of it
		want  string
	}{
		{950, 4, whole},
		{1200, 1, whole},
		{1400, 1, "acquires arg0.mu; returns holding arg0.mu; waits for store.Store.mu"},
		{1600, 1, "returns holding arg0.mu"},
	}
	for i, level := range levels {
		var reached limits.Counts
		pkg := types.NewPackage("example.com/generated", "generated")
		owned := make(map[types.Object]map[string]Export)
		for i := range level.types {
			name := fmt.Sprintf("Call%d", i)
			owned[types.NewTypeName(token.NoPos, pkg, name, nil)] = map[string]Export{"Do": Exported(call(name), nil, all, nil, path.NewTable())}
		}
		facts := Facts(pkg, token.NewFileSet(), owned, 0, &reached)
		size := 0
		for owner, f := range facts {
			size += len(f.Data)
			if got := f.String(); got != "Do: "+level.want {
				t.Fatalf("%d types: %s says %q, want %q", level.types, owner.Name(), got, level.want)
			}
			s, err := decode(f, "Do")
			if err != nil {
				t.Fatal(err)
			}
			if way := s.Outcomes[0].Nets[0].Steps; len(way) != level.way || way[level.way-1].What != "locks" {
				t.Fatalf("%d types: way %v, want %d steps", level.types, way, level.way)
			}
		}
		if reached[limits.Facts] != i {
			t.Errorf("%d types: the limit was reached %d times, want %d", level.types, reached[limits.Facts], i)
		}
		if len(facts) != level.types || size > limits.MaxFacts {
			t.Errorf("%d types: %d facts with %d bytes", level.types, len(facts), size)
		}
	}
}

// call is the summary of a method that has a bit of everything.
func call(typeName string) *flow.Summary {
	t := path.NewTable()
	mu := t.Field(t.Param(0), "mu", "example.com/generated."+typeName, false)
	hook := t.Deref(t.Field(t.Param(0), "Hook", "example.com/generated."+typeName, false))
	var way []*flow.Step
	for i := range 3 {
		way = append(way, &flow.Step{File: strings.ToLower(typeName) + ".go", Line: i, Func: fmt.Sprintf("(*%s).step%d", typeName, i), What: "calls another"})
	}
	way = append(way, &flow.Step{File: "store.go", Line: 1, Func: "(*Store).Get", What: "locks"})
	return &flow.Summary{
		Events: []flow.Event{
			{Kind: flow.Acquire, Lock: mu, Steps: way},
			{Kind: flow.Call, Param: hook, Steps: way[1:]},
		},
		Outcomes: []flow.Outcome{{Nets: []flow.Net{{Lock: mu, Delta: 1, Steps: way}}}},
		Points:   []flow.Point{{Kind: flow.Acquires, Lock: t.Class("store.Store.mu", "", ""), Steps: way[2:]}},
	}
}
