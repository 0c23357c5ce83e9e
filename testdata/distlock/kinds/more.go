package kinds

import (
	"context"
	"net/http"
	"time"

	"github.com/go-zookeeper/zk"
	redigo "github.com/gomodule/redigo/redis"
	"github.com/redis/go-redis/v9"
	"github.com/redis/rueidis"
	"gorm.io/gorm"
)

// One function locks and unlocks on a gorm.DB that it is given.

func GormWork(db *gorm.DB, work func() error) error {
	if err := db.Exec("SELECT pg_advisory_lock(?)", 11).Error; err != nil { // want `anyconn: `
		return err
	}
	defer db.Exec("SELECT pg_advisory_unlock(?)", 11) // want `anyconn: `
	return work()
}

//distlock:silent anyconn
func GormTx(tx *gorm.DB, work func() error) error {
	if err := tx.Exec("SELECT pg_advisory_lock(?)", 12).Error; err != nil {
		return err
	}
	defer tx.Exec("SELECT pg_advisory_unlock(?)", 12)
	return work()
}

// SETNX and EXPIRE together.

func together(conn redigo.Conn, id string, work func()) error {
	conn.Send("MULTI")
	conn.Send("SETNX", "lock:t:"+id, 1)
	conn.Send("EXPIRE", "lock:t:"+id, 30) // want `loserextends: `
	replies, err := redigo.Ints(conn.Do("EXEC"))
	if err != nil || replies[0] == 0 {
		return err
	}
	work()
	_, err = conn.Do("DEL", "lock:t:"+id) // want `plaindelete: `
	return err
}

func togetherMulti(ctx context.Context, c rueidis.Client, id string, work func()) error {
	key := "lock:u:" + id
	replies := c.DoMulti(ctx, // want `loserextends: `
		c.B().Setnx().Key(key).Value("1").Build(),
		c.B().Expire().Key(key).Seconds(30).Build())
	if ok, err := replies[0].AsBool(); err != nil || !ok {
		return err
	}
	work()
	return c.Do(ctx, c.B().Del().Key(key).Build()).Error()
}

// What is done under the lock has a limit of its own, which the lock does not outlive.

type fetcher struct {
	rdb    *redis.Client
	client *http.Client
}

func newFetcher(rdb *redis.Client) *fetcher {
	return &fetcher{rdb, &http.Client{Timeout: time.Minute}}
}

func (f *fetcher) fetch(ctx context.Context, url, token string) error {
	ok, err := f.rdb.SetNX(ctx, "lock:fetch", token, 10*time.Second).Result() // want `tooshort: `
	if err != nil || !ok {
		return err
	}
	defer f.rdb.Eval(context.WithoutCancel(ctx), cad, []string{"lock:fetch"}, token)
	resp, err := f.client.Get(url)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

//distlock:silent tooshort
func (f *fetcher) fetchLonger(ctx context.Context, url, token string) error {
	ok, err := f.rdb.SetNX(ctx, "lock:fetch2", token, 2*time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	defer f.rdb.Eval(context.WithoutCancel(ctx), cad, []string{"lock:fetch2"}, token)
	resp, err := f.client.Get(url)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func (f *fetcher) slow(ctx context.Context, token string) error {
	ok, err := f.rdb.SetNX(ctx, "lock:slow", token, 10*time.Second).Result() // want `tooshort: `
	if err != nil || !ok {
		return err
	}
	defer f.rdb.Eval(context.WithoutCancel(ctx), cad, []string{"lock:slow"}, token)
	return f.run(ctx)
}

func (f *fetcher) run(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(limited, http.MethodGet, "http://localhost", nil)
	if err != nil {
		return err
	}
	_, err = http.DefaultClient.Do(req)
	return err
}

// A node of ZooKeeper whose path is that of a lock, made and removed by hand.

//distlock:silent notheld
func node(c *zk.Conn, work func()) error {
	path, err := c.Create("/locks/a", nil, zk.FlagEphemeral, zk.WorldACL(zk.PermAll))
	if err != nil {
		return err
	}
	defer c.Delete(path, -1)
	work()
	return nil
}
