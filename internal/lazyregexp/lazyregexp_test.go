package lazyregexp

import "testing"

func TestRegexp(t *testing.T) {
	r := New(`a(b+)`)
	if r.rx == nil {
		t.Error("a test does not see at once that a text is no regular expression")
	}
	r = &Regexp{text: `a(b+)`}
	if r.rx != nil {
		t.Error("it is compiled before it is used")
	}
	if !r.MatchString("xabb") || r.MatchString("a") {
		t.Error("it matches something else")
	}
	if m := r.FindStringSubmatch("abb"); len(m) != 2 || m[1] != "bb" {
		t.Errorf("%q", m)
	}
	if m := r.FindAllStringSubmatch("ab abb", -1); len(m) != 2 {
		t.Errorf("%q", m)
	}
	if m := r.FindAllStringIndex("ab abb", -1); len(m) != 2 || m[1] != nil && m[1][0] != 3 {
		t.Errorf("%v", m)
	}
	if s := r.ReplaceAllString("abb", "<$1>"); s != "<bb>" {
		t.Error(s)
	}
	if s := string(r.ReplaceAll([]byte("abb"), []byte("<$1>"))); s != "<bb>" {
		t.Error(s)
	}
}
