package client

import (
	"golang.org/x/tools/go/ssa"
)

// https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/service/s3: an object that is put
// if there is none, IfNoneMatch "*", does not expire. Deleting it looks at the owner
// if IfMatch is given.
func addObjects() {
	register(library{rows: map[string]row{
		"Client.PutObject":    {special: s3Put},
		"Client.DeleteObject": {special: s3Delete},
	}}, "github.com/aws/aws-sdk-go-v2/service/s3")
}

func s3Put(c call) []Event {
	fields := s3Input(c)
	if fields == nil || Text(orNil(pointedTo(fields["IfNoneMatch"]))) != "*" {
		return nil
	}
	ev := Event{Op: Acquire, Backend: S3, Command: c.name, Keys: []ssa.Value{pointedTo(fields["Key"])}, Of: pointedTo(fields["Bucket"]), Outcomes: errOnly}
	ev.TTL.Kind = TTLNever
	return []Event{ev}
}

func s3Delete(c call) []Event {
	fields := s3Input(c)
	if fields == nil {
		return nil
	}
	return []Event{{
		Op: Release, Backend: S3, Command: c.name, Keys: []ssa.Value{pointedTo(fields["Key"])}, Of: pointedTo(fields["Bucket"]),
		Owned: fields["IfMatch"] != nil,
	}}
}

func s3Input(c call) map[string]ssa.Value {
	if len(c.args) < 1 {
		return nil
	}
	fields := Fields(c.args[0])
	if fields["Key"] == nil || fields["Bucket"] == nil {
		return nil
	}
	return fields
}

// pointedTo returns the value that aws.String or its like makes a pointer to, or
// the pointer.
func pointedTo(v ssa.Value) ssa.Value {
	if made, ok := v.(*ssa.Call); ok {
		if fn := Callee(made.Common()); fn != nil && len(made.Call.Args) == 1 {
			switch fn.Name() {
			case "String", "Ptr", "ToPtr", "Of":
				return Strip(made.Call.Args[0])
			}
		}
	}
	return v
}
