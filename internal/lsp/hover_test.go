package lsp

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestWordAt(t *testing.T) {
	const text = "c.mu.Lock()\nxä"
	for at, want := range map[int]string{0: "c", 1: "c", 4: "mu", 5: "Lock", 9: "Lock", 10: "", 12: "xä", len(text): "xä", -1: "", 99: ""} {
		if got := wordAt(text, at); got != want {
			t.Errorf("wordAt(%d) = %q, want %q", at, got, want)
		}
	}
}

func TestMergeHover(t *testing.T) {
	for _, test := range []struct{ result, text, want string }{
		{`null`, "", `null`},
		{`null`, "x", `{"contents":{"kind":"markdown","value":"x"}}`},
		{`{"contents":{"kind":"markdown","value":"doc"},"range":{}}`, "**x**", `{"contents":{"kind":"markdown","value":"doc\n\n**x**"},"range":{}}`},
		{`{"contents":{"kind":"plaintext","value":"doc"}}`, "**x**", `{"contents":{"kind":"plaintext","value":"doc\n\nx"}}`},
		{`{"contents":"doc"}`, "x", `{"contents":"doc"}`},
	} {
		if got := mergeHover(json.RawMessage(test.result), test.text); string(got) != test.want {
			t.Errorf("mergeHover(%s, %q) = %s, want %s", test.result, test.text, got, test.want)
		}
	}
}

func TestOwnSettings(t *testing.T) {
	for _, test := range []struct{ all, own, rest string }{
		{`{"buildFlags":["-tags=x"]}`, "", `{"buildFlags":["-tags=x"]}`},
		{`{"env":{},"lockvet":{"tests":false}}`, `{"tests":false}`, `{"env":{}}`},
		{`null`, "", `null`},
	} {
		own, rest := ownSettings(json.RawMessage(test.all))
		if string(own) != test.own || string(rest) != test.rest {
			t.Errorf("%s: lockvet's are %s, the rest is %s", test.all, own, rest)
		}
	}
}

// A check that takes a while is shown, from beginning to end.
func TestProgress(t *testing.T) {
	s, e, _ := testSession(t, "package a\n")
	s.caps.Window.WorkDoneProgress = true
	s.working("dir")() // over at once
	defer func(d time.Duration) { progressDelay = d }(progressDelay)
	progressDelay = 0
	done := s.working("dir")
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		e.mu.Lock()
		n := len(e.progressed)
		e.mu.Unlock()
		if n > 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("nothing begins")
		}
	}
	done()
	if !slices.Equal(e.progressed, []string{"begin", "end"}) {
		t.Errorf("progress %v", e.progressed)
	}
}

type hover struct {
	Contents markup `json:"contents"`
}

// hoverOn returns what is shown for the name at the only place where text is.
func (e *testEditor) hoverOn(name, text string, into int) string {
	e.t.Helper()
	at := strings.Index(e.texts[name], text)
	var h hover
	for range 20 { // the first answer may be that it takes longer
		e.call("textDocument/hover", map[string]any{
			"textDocument": map[string]any{"uri": e.uri(name)}, "position": utf16Units.position(e.texts[name], at+into),
		}, &h)
		if !strings.Contains(h.Contents.Value, "ask again") {
			break
		}
	}
	return h.Contents.Value
}

// A hover on an operation has what gopls says and the locks that are held there, in the
// text as it is now.
func TestHover(t *testing.T) {
	needGopls(t)
	e := start(t, module(t, cache), startOptions{})
	e.open("cache/cache.go")
	e.await("cache/cache.go", again)
	e.replace("cache/cache.go", "return c.m[k]\n", "if k == \"\" {\n\t\tc.mu.Unlock()\n\t}\n\treturn c.m[k]\n")
	got := e.hoverOn("cache/cache.go", "mu.Unlock()\n\t}\n", 4)
	if !strings.Contains(got, "Unlock unlocks m") || !strings.Contains(got, "with c.mu held since line 11") {
		t.Errorf("the hover says\n%s", got)
	}
	if got := e.hoverOn("cache/cache.go", "Cache struct", 1); !strings.Contains(got, "type Cache struct") || strings.Contains(got, "lockvet") {
		t.Errorf("the hover on a type says\n%s", got)
	}
}

// lockvet's own settings come with those of gopls, which does not see them, or by
// themselves; they can change.
func TestOwnSettingsOfEditors(t *testing.T) {
	needGopls(t)
	none := map[string]any{"checks": []string{"all", "-doublelock"}}
	wrong := map[string]any{"chekcs": []string{}}
	for _, args := range [][]string{{"gopls"}, {"lsp"}} {
		e := start(t, module(t, cache), startOptions{args: args, options: map[string]any{"lockvet": none}, settings: map[string]any{"lockvet": none}})
		e.open("cache/cache.go")
		e.replace("cache/cache.go", "return c.m[k]\n", "c.mu.Unlock()\n\treturn c.m[k]\n")
		e.await("cache/cache.go", "unlockunheld/twice", "!doublelock")
		e.mu.Lock()
		e.settings = map[string]any{"lockvet": map[string]any{"checks": []string{"all"}}}
		settings := e.settings
		e.mu.Unlock()
		e.notify("workspace/didChangeConfiguration", map[string]any{"settings": settings})
		e.await("cache/cache.go", "unlockunheld/twice", "doublelock/again")
		e.notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"lockvet": wrong}})
		e.awaitMessage(`there is no setting "chekcs"; did you mean checks?`)
		for _, m := range e.messages {
			if strings.Contains(m, "unexpected setting") {
				t.Errorf("gopls complains: %s", m)
			}
		}
		if code := e.quit(); code != 0 {
			t.Errorf("exit code %d", code)
		}
	}
}
