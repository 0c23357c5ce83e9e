package missingunlock

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
)

type fixedInfo struct {
	ID    int64
	Flags [2]uint8
}

type looseInfo struct {
	ID   int64
	Name string
}

type bufferDB struct {
	mu    sync.Mutex
	fixed map[string]fixedInfo
	loose map[string]looseInfo
}

// Fine: a buffer takes all that is written to it.
func (d *bufferDB) marshal() ([]byte, error) {
	var buf bytes.Buffer
	w := bufio.NewWriter(&buf)
	d.mu.Lock()
	if err := binary.Write(w, binary.LittleEndian, uint32(len(d.fixed))); err != nil {
		return nil, err
	}
	for _, i := range d.fixed {
		if err := binary.Write(w, binary.LittleEndian, i); err != nil {
			return nil, err
		}
	}
	if _, err := fmt.Fprintln(w, "end"); err != nil {
		return nil, err
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	d.mu.Unlock()
	return buf.Bytes(), nil
}

// A string has no fixed size.
func (d *bufferDB) marshalLoose() ([]byte, error) {
	var buf bytes.Buffer
	d.mu.Lock()
	for _, i := range d.loose {
		if err := binary.Write(&buf, binary.LittleEndian, i); err != nil {
			return nil, err // want `return with d\.mu still locked`
		}
	}
	d.mu.Unlock()
	return buf.Bytes(), nil
}

// Other writers fail.
func (d *bufferDB) writeTo(out io.Writer) error {
	w := bufio.NewWriter(out)
	d.mu.Lock()
	if _, err := fmt.Fprintln(w, len(d.fixed)); err != nil {
		return err // want `return with d\.mu still locked`
	}
	d.mu.Unlock()
	return w.Flush()
}
