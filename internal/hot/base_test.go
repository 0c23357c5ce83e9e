package hot

import (
	"reflect"
	"testing"
	"time"
)

func TestSince(t *testing.T) {
	stack := func(line int) []Frame { return []Frame{{"sync.(*Mutex).Lock", "mutex.go", 1}, {"f", "a.go", line}} }
	in := Input{Samples: []Sample{
		{Stack: stack(1), Count: 5, Time: 50 * time.Millisecond},
		{Stack: stack(2), Count: 3, Time: 30 * time.Millisecond},
		{Stack: stack(1), Count: 2, Time: 20 * time.Millisecond}, // a mutex and a block profile
		{Stack: stack(3), Count: 1, Time: time.Millisecond},
	}}
	in.Since(&Input{Samples: []Sample{
		{Stack: stack(1), Count: 6, Time: 60 * time.Millisecond},
		{Stack: stack(2), Count: 3, Time: 30 * time.Millisecond},
		{Stack: stack(9), Count: 3, Time: 30 * time.Millisecond},
	}})
	want := []Sample{
		{Stack: stack(1), Count: 1, Time: 10 * time.Millisecond},
		{Stack: stack(3), Count: 1, Time: time.Millisecond},
	}
	if !reflect.DeepEqual(in.Samples, want) {
		t.Errorf("got %+v, want %+v", in.Samples, want)
	}
}
