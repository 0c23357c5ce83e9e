package client

import (
	"go/types"
	"reflect"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lazyregexp"
)

// https://pkg.go.dev/go.mongodb.org/mongo-driver/v2/mongo: a document whose _id is
// the lock's name. Inserting it fails if there is one. Deleting it by its _id alone
// deletes it whoever has it.
func addMongo() {
	register(library{rows: map[string]row{
		"Collection.InsertOne":        {special: mongoInsert},
		"Collection.DeleteOne":        {special: mongoDelete},
		"Collection.FindOneAndDelete": {special: mongoDelete},
	}}, "go.mongodb.org/mongo-driver/v2/mongo", "go.mongodb.org/mongo-driver/mongo")
}

// expiryField is what fields of documents are called that say when a lock ends, or
// when it began, from which its end can be told.
var expiryField = lazyregexp.New(`(?i)exp|ttl|until|deadline|lease|timeout|time|date|created|updated|renewed|heartbeat|_?at$`)

func mongoInsert(c call) []Event {
	if len(c.args) < 1 {
		return nil
	}
	doc := Document(c.args[0])
	if doc["_id"] == nil {
		return nil
	}
	ev := Event{Op: Acquire, Backend: Mongo, Command: c.name, Keys: []ssa.Value{doc["_id"]}, Of: collection(c.on), Outcomes: errOnly}
	ev.TTL.Kind = TTLNever
	for name, v := range doc {
		if name != "_id" && (expiryField.MatchString(name) || v != nil && isTime(Strip(v).Type())) {
			ev.TTL.Kind = TTLUnknown
		}
	}
	return []Event{ev}
}

func mongoDelete(c call) []Event {
	if len(c.args) < 1 {
		return nil
	}
	filter := Document(c.args[0])
	if filter["_id"] == nil {
		return nil
	}
	return []Event{{Op: Release, Backend: Mongo, Command: c.name, Keys: []ssa.Value{filter["_id"]}, Of: collection(c.on), Owned: len(filter) > 1}}
}

func isTime(t types.Type) bool {
	_, name := Named(t)
	return name == "Time" || name == "DateTime" || name == "Timestamp"
}

// collection returns what names a collection: its name, if it is looked up on the
// spot, or the handle.
func collection(on ssa.Value) ssa.Value {
	if made, ok := on.(*ssa.Call); ok {
		if fn := Callee(made.Common()); fn != nil && fn.Name() == "Collection" && len(Args(made.Common())) > 0 {
			return Args(made.Common())[0]
		}
	}
	return on
}

// Document returns the fields of a document that is written out where it is used:
// a bson.M, a bson.D or a struct. A field whose value is not known is nil. It
// returns nil if the document is not known.
func Document(v ssa.Value) map[string]ssa.Value {
	v = Strip(v)
	switch x := v.(type) {
	case *ssa.MakeMap:
		doc := make(map[string]ssa.Value)
		for _, r := range *x.Referrers() {
			if update, ok := r.(*ssa.MapUpdate); ok && update.Map == v {
				name := Text(update.Key)
				if name == "" {
					return nil
				}
				doc[name] = update.Value
			}
		}
		return doc
	case *ssa.Slice:
		return pairs(x)
	}
	fields := Fields(v)
	t := v.Type()
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || fields == nil {
		return nil
	}
	doc := make(map[string]ssa.Value)
	for i := range s.NumFields() {
		name, _, _ := strings.Cut(reflect.StructTag(s.Tag(i)).Get("bson"), ",")
		if name == "" {
			name = strings.ToLower(s.Field(i).Name())
		}
		doc[name] = fields[s.Field(i).Name()]
		if isTime(s.Field(i).Type()) && doc[name] == nil {
			doc["time"] = nil
		}
	}
	return doc
}

// pairs is Document for a bson.D, a list of names and values.
func pairs(list *ssa.Slice) map[string]ssa.Value {
	alloc, ok := list.X.(*ssa.Alloc)
	if !ok {
		return nil
	}
	doc := make(map[string]ssa.Value)
	for _, r := range *alloc.Referrers() {
		at, ok := r.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		pair := map[string]ssa.Value{}
		for _, r := range *at.Referrers() {
			if store, ok := r.(*ssa.Store); ok && store.Addr == at {
				pair = Fields(store.Val) // from a variable of its own
			}
		}
		if pair == nil || len(pair) == 0 && !fieldsAt(at, pair) || pair["Key"] == nil || Text(pair["Key"]) == "" {
			return nil
		}
		doc[Text(pair["Key"])] = pair["Value"]
	}
	return doc
}
