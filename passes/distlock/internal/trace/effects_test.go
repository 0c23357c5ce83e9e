package trace_test

import (
	"strings"
	"testing"

	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

func TestDamagedFact(t *testing.T) {
	for _, data := range []string{"", "[", `{"Op":1}`, `[{"Op":"x"}]`} {
		_, err := (&trace.Fact{Data: []byte(data)}).Effects()
		if err == nil || !strings.Contains(err.Error(), "damaged fact") {
			t.Errorf("%q: %v", data, err)
		}
	}
	effects, err := (&trace.Fact{Data: []byte(`[{"Op":1,"Result":-1}]`)}).Effects()
	if err != nil || len(effects) != 1 || effects[0].Op != 1 {
		t.Errorf("%v, %v", effects, err)
	}
}
