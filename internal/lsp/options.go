package lsp

import (
	"encoding/json"
	"fmt"

	"github.com/lockvet/lockvet/internal/config"
)

// section is the name of lockvet's own settings, among those that an editor has for
// gopls or beside them. They have the keys of lockvet.toml, and go before that file.
const section = "lockvet"

// ownSettings returns lockvet's settings among those of an editor, and the rest; nil and
// all of them if there are none.
func ownSettings(raw json.RawMessage) (own, rest json.RawMessage) {
	var all map[string]json.RawMessage
	if json.Unmarshal(raw, &all) != nil || all[section] == nil {
		return nil, raw
	}
	own = all[section]
	delete(all, section)
	return own, mustJSON(all)
}

// choose takes in settings of lockvet's own. Wrong ones are logged, and change nothing.
func (s *session) choose(raw json.RawMessage) {
	if len(raw) == 0 || string(raw) == "null" {
		return
	}
	c, err := config.Parse(raw, s.suite.Catalogue(), s.suite.Optional)
	if err != nil {
		s.logOnce(fmt.Sprintf("the editor's settings: %v", err))
		return
	}
	s.mu.Lock()
	same := string(s.chosen) == string(raw)
	s.chosen, s.own = raw, c
	dirs := s.dirs()
	s.mu.Unlock()
	if !same {
		for _, dir := range dirs {
			s.checks.ask(dir, true)
		}
	}
}

// without returns parameters with lockvet's settings taken out of the value of a key.
// gopls complains of settings that it does not know.
func (s *session) without(params json.RawMessage, key string) json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(params, &fields) != nil {
		return params
	}
	own, rest := ownSettings(fields[key])
	if own == nil {
		return params
	}
	s.choose(own)
	fields[key] = rest
	return mustJSON(fields)
}
