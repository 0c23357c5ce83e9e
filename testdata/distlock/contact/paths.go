package contact

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-redsync/redsync/v4"
	"github.com/redis/go-redis/v9"
)

type queue struct{ rdb *redis.Client }

func (q *queue) tryLock(ctx context.Context, key string) (bool, error) {
	return q.rdb.SetNX(ctx, "queue:lock:"+key, "1", time.Minute).Result()
}

func (q *queue) unlock(ctx context.Context, key string) error {
	return q.rdb.Del(ctx, "queue:lock:"+key).Err() // want `plaindelete: `
}

// A second attempt decides what follows it, not the first.
//
//distlock:silent notheld unchecked
func (q *queue) again(ctx context.Context, key string, work func()) {
	ok, _ := q.tryLock(ctx, key)
	for !ok {
		ok, _ = q.tryLock(ctx, key)
		time.Sleep(time.Second)
	}
	work()
	_ = q.unlock(ctx, key)
}

// One that nobody waits for is still no lock.
func (q *queue) once(ctx context.Context, key string, work func()) {
	ok, _ := q.tryLock(ctx, key)
	if !ok {
		time.Sleep(time.Second)
	}
	work()
	_ = q.unlock(ctx, key) // want `notheld: `
}

// The deferred release is asked whether there is something to release.
//
//distlock:silent notheld
func (q *queue) flagged(ctx context.Context, key string, work func() error) error {
	clean := false
	defer func() {
		if clean && key != "" {
			if err := q.unlock(ctx, key); err != nil {
				log.Print(err)
			}
		}
	}()
	ok, err := q.tryLock(ctx, key)
	if err != nil {
		log.Print(err)
		clean = true
	} else if !ok {
		return errors.New("busy")
	} else {
		clean = true
	}
	return work()
}

// Here the flag says so whoever has the lock.
func (q *queue) misflagged(ctx context.Context, key string, work func() error) error {
	clean := true
	defer func() { // want `notheld: `
		if clean {
			_ = q.unlock(ctx, key)
		}
	}()
	ok, err := q.tryLock(ctx, key)
	if err != nil || !ok {
		return errors.New("busy")
	}
	return work()
}

// lock returns with the lock only.
func (q *queue) lock(ctx context.Context, key string) {
	for {
		ok, err := q.tryLock(ctx, key)
		if err != nil {
			log.Print(err)
			continue
		}
		if ok {
			return
		}
		time.Sleep(time.Second)
	}
}

//distlock:silent unchecked
func (q *queue) waits(ctx context.Context, key string, work func()) {
	q.lock(ctx, key)
	defer q.unlock(ctx, key)
	work()
}

// waitThrice gives up.
func (q *queue) waitThrice(ctx context.Context, key string) {
	for range 3 {
		if ok, err := q.tryLock(ctx, key); err == nil && ok {
			return
		}
		time.Sleep(time.Second)
	}
}

func (q *queue) waitsThrice(ctx context.Context, key string, work func()) {
	q.waitThrice(ctx, key) // want `unchecked: `
	defer q.unlock(ctx, key)
	work()
}

var self = "host:1"

func mine(value string) bool { return value == self }

// A function that compares is a comparison.
func (q *queue) compared(ctx context.Context) error {
	if ok, err := q.rdb.SetNX(ctx, "compared:lock", self, time.Minute).Result(); err != nil || !ok {
		return err
	}
	return nil
}

func (q *queue) uncompared(ctx context.Context) error {
	value, err := q.rdb.Get(ctx, "compared:lock").Result()
	if err != nil || !mine(value) {
		return err
	}
	return q.rdb.Del(ctx, "compared:lock").Err() // want `comparedelete: `
}

func ours(value string) bool { return strings.HasPrefix(value, "host:") }

func (q *queue) prefixed(ctx context.Context) error {
	value, err := q.rdb.Get(ctx, "compared:lock").Result()
	if err != nil || !ours(value) {
		return err
	}
	return q.rdb.Del(ctx, "compared:lock").Err() // want `comparedelete: `
}

func (q *queue) present(ctx context.Context) error {
	value, err := q.rdb.Get(ctx, "compared:lock").Result()
	if err != nil || value == "" {
		return err
	}
	return q.rdb.Del(ctx, "compared:lock").Err() // want `plaindelete: `
}

// A claim is kept where the work has succeeded, and given back after the last attempt.
//
//distlock:silent missingrelease plaindelete
func (q *queue) claims(ctx context.Context, order string, restock func() error) error {
	key := "release:dead:" + order
	ok, err := q.rdb.SetNX(ctx, key, "1", time.Hour).Result()
	if err != nil || !ok {
		return err
	}
	for range 3 {
		if err := restock(); err == nil {
			return nil
		}
		time.Sleep(time.Second)
	}
	q.rdb.Del(ctx, key)
	return nil
}

// What is called a lock is one, though it is kept where the work has succeeded.
func (q *queue) keeps(ctx context.Context, order string, restock func() error) error {
	key := "lock:dead:" + order
	ok, err := q.rdb.SetNX(ctx, key, "1", time.Hour).Result()
	if err != nil || !ok {
		return err
	}
	for range 3 {
		if err := restock(); err == nil {
			return nil // want `missingrelease: `
		}
		time.Sleep(time.Second)
	}
	q.rdb.Del(ctx, key) // want `plaindelete: `
	return nil
}

type info struct{ Owner, Name string }

func (i *info) owner() string { return i.Owner }

func (q *queue) info(ctx context.Context, key string) (*info, error) {
	data, err := q.rdb.Get(ctx, key).Bytes()
	if err != nil {
		return nil, err
	}
	i := new(info)
	return i, json.Unmarshal(data, i)
}

// What GET returned is decoded first, in another function.
func (q *queue) unlockInfo(ctx context.Context, mine *info) error {
	have, err := q.info(ctx, mine.Name)
	if err != nil {
		return err
	}
	if have.owner() != mine.owner() {
		return errors.New("somebody else has the lock")
	}
	return q.rdb.Del(ctx, have.Name).Err() // want `comparedelete: `
}

// Or in this one.
func (q *queue) unlockDecoded(ctx context.Context, key, me string) error {
	data, err := q.rdb.Get(ctx, "decoded:"+key).Bytes()
	if err != nil {
		return err
	}
	var have info
	if err := json.Unmarshal(data, &have); err != nil {
		return err
	}
	if have.Owner != me {
		return errors.New("somebody else has the lock")
	}
	return q.rdb.Del(ctx, "decoded:"+key).Err() // want `comparedelete: `
}

// What is compared was not read from the lock.
//
//distlock:silent comparedelete
func (q *queue) unlockOther(ctx context.Context, key, me, you string) error {
	data, err := q.rdb.Get(ctx, "other:"+key).Bytes()
	if err != nil || len(data) == 0 {
		return err
	}
	if me != you {
		return errors.New("not you")
	}
	return q.rdb.Del(ctx, "other:"+key).Err()
}

// A client of the program's own that has a GET.
type store interface {
	SetNX(ctx context.Context, key string, value any, ttl time.Duration) (bool, error)
	Get(ctx context.Context, key string) (string, error)
	Del(ctx context.Context, keys ...string) error
}

type cronLock struct {
	store store
	key   string
	owner string
}

func (l *cronLock) Acquire(ctx context.Context) (bool, error) {
	return l.store.SetNX(ctx, l.key, l.owner, time.Minute)
}

func (l *cronLock) Release(ctx context.Context) error {
	value, err := l.store.Get(ctx, l.key)
	if err != nil || value != l.owner {
		return err
	}
	return l.store.Del(ctx, l.key) // want `comparedelete: `
}

// A candidate notes for others whether it leads.
type candidate struct {
	mutex *redsync.Mutex
	leads atomic.Bool
	done  chan struct{}
}

func (c *candidate) try() {
	if c.leads.Load() {
		return
	}
	if err := c.mutex.Lock(); err != nil {
		c.leads.Store(false)
		return
	}
	c.leads.Store(true)
}

func (c *candidate) resign() {
	if c.leads.Swap(false) {
		_, _ = c.mutex.Unlock()
	}
}

//distlock:silent unchecked
func (c *candidate) campaign(tick <-chan time.Time) {
	c.try()
	for {
		select {
		case <-c.done:
			c.resign()
			return
		case <-tick:
			c.try()
		}
	}
}

// One that notes nothing.
func (c *candidate) blind() { _ = c.mutex.Lock() } // want `unchecked: `

func (c *candidate) work(work func()) {
	c.blind() // want `unchecked: `
	defer c.mutex.Unlock()
	work()
}

// A client of the program's own whose methods return what the library's do.
type commands interface {
	SetNX(ctx context.Context, key string, value any, ttl time.Duration) *redis.BoolCmd
	Get(ctx context.Context, key string) *redis.StringCmd
	Del(ctx context.Context, keys ...string) *redis.IntCmd
}

type ledgerLock struct{ store commands }

const everybody = "locked"

func (l *ledgerLock) Acquire(ctx context.Context, key string) bool {
	ok, err := l.store.SetNX(ctx, key, everybody, time.Minute).Result() // want `weaktoken: `
	return err == nil && ok
}

func (l *ledgerLock) Release(ctx context.Context, key string) bool {
	result, err := l.store.Get(ctx, key).Result()
	if err != nil {
		return false
	}
	if result == everybody {
		n, err := l.store.Del(ctx, key).Result() // want `comparedelete: `
		return err == nil && n != 0
	}
	return true
}

// The reply of a script is an interface, which is compared with a text.
type scripted struct {
	rdb     *redis.Client
	key, id string
}

func (s *scripted) Lock(ctx context.Context, ttl time.Duration) (bool, error) {
	for {
		resp, err := s.rdb.Eval(ctx, `return redis.call("SET", KEYS[1], ARGV[1], "NX", "PX", ARGV[2])`, []string{s.key}, s.id, ttl.Milliseconds()).Result()
		if err != nil && err != redis.Nil {
			return false, fmt.Errorf("lock: %w", err)
		}
		if resp == "OK" {
			return true, nil
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func (s *scripted) Unlock(ctx context.Context) error {
	return s.rdb.Eval(ctx, `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) else return 0 end`, []string{s.key}, s.id).Err()
}

//distlock:silent unchecked
func deduct(ctx context.Context, rdb *redis.Client, id string, work func()) error {
	lock := &scripted{rdb, "lock:deduct", id}
	acquired, err := lock.Lock(ctx, time.Minute)
	if err != nil {
		return err
	}
	if !acquired {
		return errors.New("busy")
	}
	defer lock.Unlock(context.WithoutCancel(ctx))
	work()
	return nil
}

// The key of the lock is computed in the script.
var dequeue = redis.NewScript(`
local task = redis.call('RPOP', KEYS[1])
if not task then return nil end
local lock_key = 'lock:task:' .. cjson.decode(task).id
if redis.call('SET', lock_key, ARGV[1], 'NX', 'EX', ARGV[2]) then return task end
redis.call('LPUSH', KEYS[1], task)
return nil`)

var recoverLocks = redis.NewScript(`
local locks = redis.call('KEYS', 'lock:task:*')
for _, lock_key in ipairs(locks) do
	if redis.call('TTL', lock_key) == -1 then redis.call('DEL', lock_key) end
end`)

//distlock:silent plaindelete
func tasks(ctx context.Context, rdb *redis.Client, id string) (task string, err error) {
	if err := recoverLocks.Run(ctx, rdb, []string{"tasks"}).Err(); err != nil {
		return "", err
	}
	return dequeue.Run(ctx, rdb, []string{"tasks"}, id, 300).Text()
}

// A variable is assigned one of the keys.
var takeVar = redis.NewScript(`local k = KEYS[2] return redis.call('SET', k, ARGV[1], 'NX', 'PX', ARGV[2])`)

var dropVar = redis.NewScript(`local k = KEYS[1] return redis.call('DEL', k)`)

func variable(ctx context.Context, rdb *redis.Client, id string, work func()) error {
	ok, err := takeVar.Run(ctx, rdb, []string{"queue", "var:lock"}, id, 30000).Bool()
	if err != nil || !ok {
		return err
	}
	work()
	return dropVar.Run(ctx, rdb, []string{"var:lock"}).Err() // want `plaindelete: `
}

// A type that is called a marker has claims, whatever its methods are called.
type replayProtector struct{ rdb *redis.Client }

func (r *replayProtector) Acquire(ctx context.Context, key string) (bool, error) {
	return r.rdb.SetNX(ctx, key, "1", time.Hour).Result()
}

//distlock:silent plaindelete
func (r *replayProtector) Release(ctx context.Context, key string) error {
	return r.rdb.Del(ctx, key).Err()
}

// One that is called a lock is one.
type replayLock struct{ rdb *redis.Client }

func (r *replayLock) Acquire(ctx context.Context, key string) (bool, error) {
	return r.rdb.SetNX(ctx, key, "1", time.Hour).Result()
}

func (r *replayLock) Release(ctx context.Context, key string) error {
	return r.rdb.Del(ctx, key).Err() // want `plaindelete: `
}

// A candidate that gives up what it has, as far as it knows.
type elector struct {
	rdb  *redis.Client
	id   string
	stop chan struct{}
}

func (e *elector) tryLead(ctx context.Context) bool {
	ok, err := e.rdb.SetNX(ctx, "cluster:leader", e.id, time.Minute).Result()
	return err == nil && ok
}

func (e *elector) relinquish(ctx context.Context) {
	e.rdb.Del(ctx, "cluster:leader") // want `plaindelete: `
}

//distlock:silent notheld missingrelease
func (e *elector) run(ctx context.Context, tick <-chan time.Time, became func(bool)) {
	was := false
	for {
		select {
		case <-tick:
			is := e.tryLead(ctx)
			if is != was {
				became(is)
				was = is
			}
		case <-e.stop:
			if was {
				e.relinquish(ctx)
			}
			return
		}
	}
}

// What is not there is not compared.
//
//distlock:silent comparedelete
func (q *queue) stale(ctx context.Context, id string) {
	key := "stale:lock:" + id
	if n, _ := q.rdb.Exists(ctx, key).Result(); n == 0 {
		return
	}
	if ttl, _ := q.rdb.TTL(ctx, key).Result(); ttl < 0 {
		q.rdb.Del(ctx, key)
	}
}
