package doublelock

import "sync"

const (
	modeBind = iota
	modeReverse
)

// The mode of a modal is set when it is made.
type modal struct {
	sync.Mutex
	mode int
	conn *int
}

func newModal(mode int) *modal { return &modal{mode: mode} }

// Fine: connect calls send in one mode only, and send calls connect in another one.
func (m *modal) connect() {
	m.Lock()
	defer m.Unlock()
	switch m.mode {
	case modeBind:
		modalLog("check in")
		m.send("check in")
	case modeReverse:
		m.conn = new(int)
	}
}

func (m *modal) send(s string) {
	modalLog("send")
	if m.mode == modeReverse && m.conn == nil {
		modalLog("reconnecting")
		m.connect()
	}
}

// The mode of another one changes.
type switched struct {
	sync.Mutex
	mode int
	conn *int
}

func (m *switched) set(mode int) { m.mode = mode }

func (m *switched) connect() {
	m.Lock()
	defer m.Unlock()
	switch m.mode {
	case modeBind:
		modalLog("check in")
		m.send("check in") // want `m is locked again at .* by \(\*switched\)\.connect`
	case modeReverse:
		m.conn = new(int)
	}
}

func (m *switched) send(s string) {
	modalLog("send")
	if m.mode == modeReverse && m.conn == nil {
		modalLog("reconnecting")
		m.connect()
	}
}

var modalOut sync.Mutex

func modalLog(s string) {
	if verboseModal {
		modalOut.Lock()
		println(s)
		modalOut.Unlock()
	}
}

var verboseModal bool

func setVerboseModal(v bool) { verboseModal = v }
