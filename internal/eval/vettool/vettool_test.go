package vettool

import (
	"reflect"
	"strings"
	"testing"
)

func TestDecode(t *testing.T) {
	const out = `{}
{"p": {"doublelock": [
	{"posn": "/x/b.go:9:2", "end": "/x/b.go:9:8", "message": "second"},
	{"category": "c", "posn": "/x/a.go:7:2", "message": "first",
	 "related": [{"posn": "/x/a.go:3:1", "message": "here"}, {"posn": "/y/dep.go:12", "message": "there"}]}]}}
{"p [p.test]": {"doublelock": [{"posn": "/x/b.go:9:2", "message": "second"}]}}`
	got, err := Decode(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	want := []Report{
		{Check: "doublelock", Place: Place{"/x/a.go", 7}, Message: "first", Related: []Step{
			{Place{"/x/a.go", 3}, "here"},
			{Place{"/y/dep.go", 12}, "there"},
		}},
		{Check: "doublelock", Place: Place{"/x/b.go", 9}, Message: "second"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestDecodeErrors(t *testing.T) {
	for name, out := range map[string]string{
		"an analyzer that failed": `{"p": {"lockflow": {"error": "boom"}}}`,
		"not JSON":                `# p`,
	} {
		if _, err := Decode(strings.NewReader(out)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestParsePlace(t *testing.T) {
	for posn, want := range map[string]Place{
		"/x/a.go:7:2":    {"/x/a.go", 7},
		"/x/a.go:7":      {"/x/a.go", 7},
		`C:\x\a.go:7:2`:  {`C:\x\a.go`, 7},
		"-":              {"-", 0},
		"/x/odd:1.go:44": {"/x/odd:1.go", 44},
	} {
		if got := parsePlace(posn); got != want {
			t.Errorf("parsePlace(%q) = %+v, want %+v", posn, got, want)
		}
	}
}
