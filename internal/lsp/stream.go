package lsp

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"sync"

	"github.com/sourcegraph/jsonrpc2"
)

// codec frames messages with the headers of the language server protocol. The
// codec of jsonrpc2 does so too, but what follows a JSON value in its message, if
// only a newline, it takes for the next header, and it writes JSON anew.
type codec struct{}

var _ jsonrpc2.ObjectCodec = codec{}

// ReadObject reads a message; into a *json.RawMessage it goes as it is.
func (codec) ReadObject(r *bufio.Reader, v any) error {
	header, err := textproto.NewReader(r).ReadMIMEHeader()
	if err != nil {
		return err
	}
	length, err := strconv.ParseUint(header.Get("Content-Length"), 10, 31)
	if err != nil {
		return fmt.Errorf("message without a Content-Length: %v", err)
	}
	data := make([]byte, length)
	if _, err := io.ReadFull(r, data); err != nil {
		return err
	}
	if raw, ok := v.(*json.RawMessage); ok {
		*raw = data
		return nil
	}
	return json.Unmarshal(data, v)
}

// WriteObject writes a message; a json.RawMessage it writes as it is.
func (codec) WriteObject(w io.Writer, v any) error {
	data, ok := v.(json.RawMessage)
	if !ok {
		var err error
		if data, err = json.Marshal(v); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(w, "Content-Length: %d\r\n\r\n", len(data)); err != nil {
		return err
	}
	_, err := w.Write(data)
	return err
}

// newStream returns the stream of messages that are read from r and written to w.
func newStream(r io.ReadCloser, w io.WriteCloser) jsonrpc2.ObjectStream {
	return jsonrpc2.NewBufferedStream(readWriter{r, w}, codec{})
}

type readWriter struct {
	io.ReadCloser
	w io.WriteCloser
}

func (rw readWriter) Write(p []byte) (int, error) { return rw.w.Write(p) }

// Close ends what is written. Who reads from us shall see the end of it, and then
// end what it writes to us.
func (rw readWriter) Close() error { return rw.w.Close() }

// A queue is a stream that takes any number of messages without waiting for
// them to be written. An editor that does not read while it writes would
// otherwise wait for us while we wait for it.
type queue struct {
	jsonrpc2.ObjectStream

	mu      sync.Mutex
	changed sync.Cond
	waiting []any
	closed  bool
	err     error         // of the first message that could not be written
	gone    chan struct{} // closed when no more will be written
}

func newQueue(s jsonrpc2.ObjectStream) *queue {
	q := &queue{ObjectStream: s, gone: make(chan struct{})}
	q.changed.L = &q.mu
	go q.run()
	return q
}

func (q *queue) run() {
	defer close(q.gone)
	for {
		q.mu.Lock()
		for len(q.waiting) == 0 && !q.closed {
			q.changed.Wait()
		}
		batch := q.waiting
		q.waiting = nil
		q.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		for _, v := range batch {
			if err := q.ObjectStream.WriteObject(v); err != nil {
				q.mu.Lock()
				q.err, q.closed, q.waiting = err, true, nil
				q.mu.Unlock()
				return
			}
		}
	}
}

// WriteObject puts a message in line. It fails if an earlier one has failed.
func (q *queue) WriteObject(v any) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err != nil {
		return q.err
	}
	if q.closed {
		return io.ErrClosedPipe
	}
	q.waiting = append(q.waiting, v)
	q.changed.Signal()
	return nil
}

// flush takes no more messages. The channel is closed when all are written.
func (q *queue) flush() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.changed.Signal()
	return q.gone
}

// Close is the end of the stream, once all messages are written.
func (q *queue) Close() error {
	<-q.flush()
	return q.ObjectStream.Close()
}
