// Package closers has a writer that comes with a lock, and is closed in a file that is analysed before the one with its Close.
package closers

func write(s *session, names []string) bool {
	w := s.writer()
	defer w.Close()
	for _, n := range names {
		if !w.Write(n) {
			return false
		}
	}
	return true
}
