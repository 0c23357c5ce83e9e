// Package mysqltest gives tests a MariaDB of their own.
package mysqltest

import (
	"bytes"
	"database/sql"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql"
)

// A Server is a MariaDB that listens on a socket of the file system.
type Server struct{ dsn string }

// Start runs a server until the end of the test, which it skips where there is no
// MariaDB.
func Start(t *testing.T) *Server {
	install, server := find("mariadb-install-db"), find("mariadbd")
	if install == "" || server == "" {
		t.Skip("no MariaDB here")
	}
	dir, err := os.MkdirTemp("", "mysqltest-") // the path of a socket is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	name := as(t, dir)
	data, socket := filepath.Join(dir, "data"), filepath.Join(dir, "s")
	if out, err := exec.Command(install, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db", "--user="+name).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", install, err, out)
	}
	var log bytes.Buffer
	cmd := exec.Command(server, "--no-defaults", "--datadir="+data, "--socket="+socket, "--skip-networking", "--user="+name, "--pid-file="+filepath.Join(dir, "pid"),
		"--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M")
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	s := &Server{"root@unix(" + socket + ")/"}
	db := s.Open(t)
	defer db.Close()
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		err := db.Ping()
		if err == nil {
			return s
		}
		if time.Now().After(end) {
			t.Fatalf("MariaDB does not answer: %v\n%s", err, log.String())
		}
	}
}

// as gives a directory to the user that MariaDB runs as, and returns its name.
func as(t *testing.T, dir string) string {
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	if me.Uid != "0" {
		return me.Username
	}
	u, err := user.Lookup("mysql")
	if err != nil {
		t.Skip("MariaDB does not run as root, and there is no user mysql")
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(dir, uid, gid); err != nil {
		t.Fatal(err)
	}
	return u.Username
}

// Open returns a pool of connections.
func (s *Server) Open(t *testing.T) *sql.DB {
	db, err := sql.Open("mysql", s.dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// find returns the path of a program, which may be where only root looks.
func find(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	if path := "/usr/sbin/" + name; exec.Command(path, "--version").Run() == nil {
		return path
	}
	return ""
}
