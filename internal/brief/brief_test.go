package brief

import (
	"strings"
	"testing"
	"testing/quick"
	"unicode/utf8"
)

func TestFit(t *testing.T) {
	for _, test := range []struct {
		limit int
		words []string
		want  string
	}{
		{20, []string{"long enough to be no good", "short"}, "short"},
		{30, []string{"long enough to be good", "short"}, "long enough to be good"},
		{3, []string{"abcdef", "abcd"}, "abcd"}, // nothing fits
		{7, []string{"ééééééé", "e"}, "ééééééé"},
		{11, []string{"f at a.go:1", "f"}, "f"}, // the line may get four digits
		{14, []string{"f at a.go:1", "f"}, "f at a.go:1"},
	} {
		if got := Fit(test.limit, test.words...); got != test.want {
			t.Errorf("Fit(%d, %q) = %q, want %q", test.limit, test.words, got, test.want)
		}
	}
}

// Names give way, the longest first, until a sentence fits; what is around them stays.
func TestSentence(t *testing.T) {
	const limit = 60
	if got, want := Sentence(limit, "%s locks %s", "f", "mu"), "f locks mu"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	// What is told by its last word keeps that; mu alone would say nothing.
	if got, want := Sentence(limit, "%s locks %s, then %s", "(*Service).getOrMakeHolder", "service.allocatorMu", "Store.mu"), "getOrMakeHolder locks service.allocatorMu, then Store.mu"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Sentence(30, "%s, then %s", "registryOne.sessions", "registryTwo.sessions"); !strings.Contains(got, "One.") && !strings.Contains(got, "reg") {
		t.Errorf("got %q: the two are the same", got)
	}
	long := "(*Server)." + strings.Repeat("serveConnection", 5)
	if got := Sentence(limit, "%s locks %s, then %s", long, "a.mu", "b.mu"); !strings.HasSuffix(got, " locks a.mu, then b.mu") || utf8.RuneCountInString(got) > limit {
		t.Errorf("got %q", got)
	}
	fits := func(a, b, c string) bool {
		clean := func(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, "."), "%", "") }
		got := Sentence(limit, "%s locks %s, then %s", clean(a), clean(b), clean(c))
		return utf8.RuneCountInString(got) <= limit && strings.Contains(got, " locks ") && strings.Contains(got, ", then ")
	}
	if err := quick.Check(fits, nil); err != nil {
		t.Error(err)
	}
}

func TestMiddle(t *testing.T) {
	for _, test := range []struct {
		name string
		n    int
		want string
	}{{"short", 8, "short"}, {"(*Server).serve", 9, "(*Se…erve"}, {"äöüäöü", 5, "äö…öü"}} {
		if got := Middle(test.name, test.n); got != test.want {
			t.Errorf("Middle(%q, %d) = %q, want %q", test.name, test.n, got, test.want)
		}
	}
}

func TestFunc(t *testing.T) {
	for name, want := range map[string]string{"(*Cache).evict": "Cache.evict", "run.func1": "run.func1", "lib.(*Hub).Set": "lib.Hub.Set"} {
		if got := Func(name); got != want {
			t.Errorf("Func(%q) = %q, want %q", name, got, want)
		}
	}
}

// A place is no qualified name: its line says nothing without the file.
func TestPlace(t *testing.T) {
	for name, want := range map[string]bool{" at backend_inmemory.go:538": false, "github.com/a/b.Backend": true, "b.mu": false} {
		if _, ok := unqualified([]string{name}, 0); ok != want {
			t.Errorf("unqualified(%q): %t", name, ok)
		}
	}
}
