// Package mongo has locks that are documents.
package mongo

import (
	"context"
	"crypto/rand"
	"time"

	oldbson "go.mongodb.org/mongo-driver/bson"
	old "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

func early(ctx context.Context, locks *mongo.Collection, id string, work func() error) error {
	defer locks.DeleteOne(context.WithoutCancel(ctx), bson.M{"_id": id})                     // want `notheld: this releases somebody else's lock if lock id in locks is not acquired at mongo\.go:\d+: the release is deferred before`
	if _, err := locks.InsertOne(ctx, bson.M{"_id": id, "owner": rand.Text()}); err != nil { // want `noexpiry: nobody gets lock id in locks again if this process dies: it never expires \(InsertOne has no time to live\)`
		return err
	}
	return work()
}

type locker struct{ db *mongo.Database }

func (l *locker) Lock(ctx context.Context, name string) (bool, error) {
	_, err := l.db.Collection("locks").InsertOne(ctx, bson.D{{Key: "_id", Value: name}, {Key: "at", Value: time.Now()}})
	if mongo.IsDuplicateKeyError(err) {
		return false, nil
	}
	return err == nil, err
}

func (l *locker) Unlock(ctx context.Context, name string) error {
	_, err := l.db.Collection("locks").DeleteOne(ctx, bson.D{{Key: "_id", Value: name}}) // want `plaindelete: `
	return err
}

type lockDoc struct {
	ID      string `bson:"_id"`
	Owner   string `bson:"owner"`
	Expires time.Time
}

func deletes(ctx context.Context, locks *old.Collection, id string, work func() error) error {
	if _, err := locks.InsertOne(ctx, lockDoc{ID: id, Owner: "me", Expires: time.Now().Add(time.Minute)}); err != nil {
		return err
	}
	err := work()
	locks.DeleteOne(ctx, oldbson.M{"_id": id}) // want `plaindelete: `
	return err
}

// Silent.

//distlock:silent notheld noexpiry plaindelete
func owned(ctx context.Context, locks *mongo.Collection, id string, work func() error) error {
	me := rand.Text()
	if _, err := locks.InsertOne(ctx, bson.M{"_id": id, "owner": me, "exp": time.Now().Add(time.Minute)}); err != nil {
		return err
	}
	defer locks.DeleteOne(context.WithoutCancel(ctx), bson.M{"_id": id, "owner": me})
	return work()
}

// A document that is not a lock.
//
//distlock:silent notheld noexpiry plaindelete
func order(ctx context.Context, orders *mongo.Collection, id string, charge func() error) error {
	if _, err := orders.InsertOne(ctx, bson.M{"_id": id, "state": "new"}); err != nil {
		return err
	}
	if err := charge(); err != nil {
		orders.DeleteOne(ctx, bson.M{"_id": id})
		return err
	}
	return nil
}
