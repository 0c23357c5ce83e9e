package client

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
)

// Keys that are locks because a session or a lease keeps them.

func addLeases() {
	// https://pkg.go.dev/go.etcd.io/etcd/client/v3: a transaction that puts a key if
	// it is not there.
	register(library{rows: map[string]row{
		"Txn.Commit": {special: etcdTxn},
		"KV.Delete":  {op: Release, backend: EtcdKey},
		"KV.Get":     {op: Read, backend: EtcdKey},
		"KV.Put":     {special: etcdPut},
	}}, "go.etcd.io/etcd/client/v3", "go.etcd.io/etcd/clientv3", "github.com/coreos/etcd/clientv3")
}

// etcdTxn is Txn(ctx).If(Compare(CreateRevision(k), "=", 0)).Then(OpPut(k, v)).Commit(), also in several statements.
func etcdTxn(c call) []Event {
	var conditions, operations []ssa.Value
	for _, made := range addedTo(c.on) {
		args := withoutContext(Args(made.Common()))
		switch Callee(made.Common()).Name() {
		case "If":
			conditions = append(conditions, keysOf(args[0])...)
		case "Then":
			operations = append(operations, keysOf(args[0])...)
		}
	}
	for _, cond := range conditions {
		key := absent(cond)
		if key == nil {
			continue
		}
		for _, op := range operations {
			put, ok := op.(*ssa.Call)
			if !ok {
				continue
			}
			fn := Callee(put.Common())
			if fn == nil || fn.Name() != "OpPut" || len(put.Call.Args) < 3 {
				continue
			}
			ev := Event{Op: Acquire, Backend: EtcdKey, Command: "OpPut", Keys: put.Call.Args[:1], Outcomes: okErr}
			if !mayHaveLease(put.Call.Args[2]) {
				ev.TTL.Kind = TTLNever
			}
			return []Event{ev}
		}
	}
	return nil
}

// addedTo returns the calls by which a transaction is made, and added to: each returns it.
func addedTo(txn ssa.Value) (calls []*ssa.Call) {
	seen := make(map[ssa.Value]bool)
	work := []ssa.Value{txn}
	for len(work) > 0 {
		made, ok := work[0].(*ssa.Call)
		work = work[1:]
		if !ok || seen[made] || Callee(made.Common()) == nil {
			continue
		}
		seen[made] = true
		calls = append(calls, made)
		if on := Receiver(made.Common()); on != nil {
			work = append(work, on)
		}
		for _, r := range *made.Referrers() {
			if added, ok := r.(*ssa.Call); ok && Receiver(added.Common()) == ssa.Value(made) && types.Identical(added.Type(), made.Type()) {
				work = append(work, added)
			}
		}
	}
	return calls
}

// etcdPut is Put(ctx, k, v, WithLease(id)), whatever the key was.
func etcdPut(c call) []Event {
	if len(c.args) < 3 {
		return nil
	}
	ev := Event{Op: Write, Backend: EtcdKey, Command: "Put", Keys: c.args[:1], Token: c.args[1]}
	if !mayHaveLease(c.args[2]) {
		ev.TTL.Kind = TTLNever
	}
	return []Event{ev}
}

// mayHaveLease reports whether the options of a put give the key a lease, or may.
func mayHaveLease(options ssa.Value) bool {
	if k, ok := options.(*ssa.Const); ok && k.Value == nil {
		return false
	}
	elements := expr.Elements(options)
	for _, option := range elements {
		made, ok := option.(*ssa.Call)
		if !ok {
			return true
		}
		if fn := made.Call.StaticCallee(); fn == nil || fn.Name() == "WithLease" {
			return true
		}
	}
	return elements == nil
}

// absent returns the key of a comparison that holds if the key is not there.
func absent(cond ssa.Value) ssa.Value {
	cmp, ok := cond.(*ssa.Call)
	if !ok || len(cmp.Call.Args) != 3 {
		return nil
	}
	fn := Callee(cmp.Common())
	if fn == nil || fn.Name() != "Compare" || Text(cmp.Call.Args[1]) != "=" {
		return nil
	}
	if k := Const(cmp.Call.Args[2]); k == nil || k.ExactString() != "0" {
		return nil
	}
	target, ok := cmp.Call.Args[0].(*ssa.Call)
	if !ok {
		return nil
	}
	switch fn := Callee(target.Common()); fn.Name() {
	case "CreateRevision", "Version", "ModRevision":
		return target.Call.Args[0]
	}
	return nil
}
