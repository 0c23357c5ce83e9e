package main

import (
	"reflect"
	"strings"
	"testing"

	"github.com/lockvet/lockvet/internal/frontend"
)

const header = "kernel\tsubtype\tcause\talso\tnote\n"

func TestParseCauses(t *testing.T) {
	got, err := parseCauses(strings.NewReader("# about\n" + header +
		"p_1\tDouble locking\tdoublelock@24,37 missingunlock@9\tdoublelock@50\twhy\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []cause{{
		kernel:  "p_1",
		subtype: "Double locking",
		at:      []mark{{"doublelock", []int{24, 37}}, {"missingunlock", []int{9}}},
		also:    []mark{{"doublelock", []int{50}}},
		note:    "why",
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestParseCausesErrors(t *testing.T) {
	for name, table := range map[string]string{
		"no header":    "p_1\ts\tc@1\t\t\n",
		"a column off": header + "p_1\ts\tc@1\t\n",
		"no cause":     header + "p_1\ts\t\t\t\n",
		"no lines":     header + "p_1\ts\tdoublelock\t\t\n",
		"bad line":     header + "p_1\ts\tdoublelock@1,x\t\t\n",
		"bad also":     header + "p_1\ts\tdoublelock@1\t@1\t\n",
		"twice":        header + "p_1\ts\tc@1\t\t\np_1\ts\tc@2\t\t\n",
	} {
		if _, err := parseCauses(strings.NewReader(table)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// The table that the command is built with has GoBench's numbers of kernels.
func TestEmbeddedCauses(t *testing.T) {
	causes, err := loadCauses("")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, c := range causes {
		got[c.subtype]++
	}
	want := map[string]int{
		"Double locking": 12, "AB-BA deadlock": 6, "RWR deadlock": 5, "Channel & Lock": 13,
		"Condition Variable": 2, "Channel & Condition Variable": 2, "Channel & WaitGroup": 2, "Misuse WaitGroup": 1,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

func report(check string, line int, message string, related ...int) frontend.Finding {
	r := frontend.Finding{Check: check, Start: frontend.Position{File: "/k/x_test.go", Line: line}, Message: message}
	for _, n := range related {
		r.Related = append(r.Related, frontend.Step{Start: frontend.Position{File: "/k/x_test.go", Line: n}})
	}
	return r
}

func TestJudge(t *testing.T) {
	c := &cause{
		at:   []mark{{"doublelock", []int{24, 37}}, {"missingunlock", []int{20}}},
		also: []mark{{"unlockunheld", []int{60}}},
	}
	there := report("doublelock", 37, "", 26, 24)
	elsewhere := report("doublelock", 50, "", 24)
	tests := []struct {
		name    string
		cause   *cause
		reports []frontend.Finding
		want    string
	}{
		{"nothing", c, nil, "missed"},
		{"place and related place", c, []frontend.Finding{there}, "found"},
		{"line in the message", c, []frontend.Finding{report("doublelock", 37, "held since x_test.go:24")}, "found"},
		{"line of another file in the message", c, []frontend.Finding{report("doublelock", 37, "held since y.go:24")}, "wrong"},
		{"second alternative", c, []frontend.Finding{report("missingunlock", 20, "")}, "found"},
		{"half of the cause", c, []frontend.Finding{elsewhere}, "wrong"},
		{"right lines, other check", c, []frontend.Finding{report("unlockunheld", 37, "", 24)}, "wrong"},
		{"both", c, []frontend.Finding{there, elsewhere}, "found+wrong"},
		{"only what is also true", c, []frontend.Finding{report("unlockunheld", 60, "")}, "missed"},
		{"borrowed", c, []frontend.Finding{report("SA2001", 24, "")}, "missed"},
		{"no lock, nothing", nil, nil, "silent"},
		{"no lock, borrowed", nil, []frontend.Finding{report("copylocks", 1, "")}, "silent"},
		{"no lock, a report", nil, []frontend.Finding{there}, "wrong"},
	}
	for _, tt := range tests {
		if got := judge("p_1", tt.cause, tt.reports).verdict(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestJudgeAll(t *testing.T) {
	causes := []cause{{kernel: "p_2", subtype: "Double locking", at: []mark{{"doublelock", []int{1}}}}}
	kernels := []kernel{{name: "p_9"}, {name: "p_2"}, {name: "p_1"}}
	reports := map[string][]frontend.Finding{"p_2": {report("doublelock", 1, "m")}, "p_9": {report("doublelock", 5, "n")}}
	results, err := judgeAll(causes, kernels, reports)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	if err := printTable(&got, results, true); err != nil {
		t.Fatal(err)
	}
	const want = `KERNEL  SUBTYPE             CAUSE         VERDICT  REPORT
p_2     Double locking      doublelock@1  found    doublelock@1
p_9     (no lock involved)  -             wrong    doublelock@5

SUBTYPE             KERNELS  FOUND  MISSED  WITH A WRONG REPORT  WRONG REPORTS
Double locking      1        1      0       0                    0
(no lock involved)  2        0      0       1                    1
all                 3        1      0       1                    1

p_2: found
  found: doublelock: x_test.go:1: m

p_9: wrong
  wrong: doublelock: x_test.go:5: n
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
	if _, err := judgeAll(causes, nil, nil); err == nil {
		t.Error("a cause without its kernel: no error")
	}
}

func TestKernelName(t *testing.T) {
	if got := kernelName("blocking/moby/7559/moby7559_test.go"); got != "moby_7559" {
		t.Error(got)
	}
}
