package core

import (
	"context"
	"database/sql"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
)

func (b *box) processes(cmd *exec.Cmd) {
	b.mu.Lock()
	_ = cmd.Run() // want `exec.Cmd.Run waits for a process`
	b.mu.Unlock()
}

func (b *box) networks(ctx context.Context, d *net.Dialer, l net.Listener) {
	b.mu.Lock()
	_, _ = d.DialContext(ctx, "tcp", "a:1") // want `net.Dialer.DialContext waits for the network`
	b.mu.Unlock()
	b.mu.Lock()
	_, _ = l.Accept() // want `net.Listener.Accept waits for the network`
	b.mu.Unlock()
	b.mu.Lock()
	_, _ = net.LookupHost("a") // want `net.LookupHost waits for the network`
	_ = l.Addr()
	b.mu.Unlock()
	b.mu.Lock()
	_ = l.Addr()
	b.mu.Unlock()
}

func (b *box) conns(c net.Conn, tcp *net.TCPConn, buf []byte) {
	b.mu.Lock()
	_, _ = c.Read(buf) // want `net.Conn.Read waits for the network`
	b.mu.Unlock()
	b.mu.Lock()
	_, _ = tcp.Write(buf) // want `net.TCPConn.Write waits for the network`
	b.mu.Unlock()
}

func (b *box) httpClients(c *http.Client, t http.RoundTripper, r *http.Request) {
	b.mu.Lock()
	_, _ = c.Do(r) // want `http.Client.Do waits for an HTTP peer`
	b.mu.Unlock()
	b.mu.Lock()
	_, _ = t.RoundTrip(r) // want `http.RoundTripper.RoundTrip waits for an HTTP peer`
	b.mu.Unlock()
}

func (b *box) databases(ctx context.Context, db *sql.DB, tx *sql.Tx) {
	b.mu.Lock()
	_, _ = db.ExecContext(ctx, "") // want `sql.DB.ExecContext waits for a database`
	b.mu.Unlock()
	b.mu.Lock()
	_ = tx.Commit() // want `sql.Tx.Commit waits for a database`
	b.mu.Unlock()
	b.mu.Lock()
	_ = db.Stats()
	b.mu.Unlock()
}

func (b *box) files(f *os.File, buf []byte) {
	b.mu.Lock()
	_, _ = f.Write(buf)
	_ = f.Sync() // want `os.File.Sync waits for the file system`
	b.mu.Unlock()
	b.mu.Lock()
	_, _ = f.Write(buf) // want `os.File.Write waits for the file system`
	b.mu.Unlock()
	b.mu.Lock()
	_ = f.Name()
	b.mu.Unlock()
}

// A writer may be a buffer as well as a connection.
func (b *box) writers(w io.Writer, buf []byte) {
	b.mu.Lock()
	_, _ = w.Write(buf)
	b.mu.Unlock()
}

type logFile struct {
	*os.File
}

func (b *box) embedded(f logFile, buf []byte) {
	b.mu.Lock()
	_, _ = f.Write(buf) // want `os.File.Write waits for the file system`
	b.mu.Unlock()
}

// An interface value whose type is known is that.
type fakeConn struct{ net.Conn }

func (fakeConn) Read(buf []byte) (int, error) { return 0, nil }

func (b *box) known(buf []byte) {
	var c net.Conn = fakeConn{}
	b.mu.Lock()
	_, _ = c.Read(buf)
	b.mu.Unlock()
}

func (b *box) methodValues(f *os.File) {
	sync := f.Sync
	b.mu.Lock()
	_ = sync() // want `os.File.Sync`
	b.mu.Unlock()
}
