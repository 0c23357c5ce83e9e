package nevernil

import "sync"

type setting struct{ mode string }

// A Plan has a setting always: its maker takes another one for nil.
type Plan struct{ setting *setting }

func NewPlan(s *setting) *Plan {
	p := new(Plan)
	if s == nil {
		s = &setting{mode: "off"}
	}
	p.setting = s
	return p
}

type planner struct {
	mu   sync.Mutex
	plan *Plan
}

func (p *planner) running() *Plan {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.plan
}

// check is called with nil from outside, without the lock.
func (p *planner) check(s *setting) string {
	if s == nil {
		s = p.running().setting
	}
	return s.mode
}

func (p *planner) Check() string { return p.check(nil) }

// Fine: the plan has a setting.
func (p *planner) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.plan == nil {
		return
	}
	p.check(p.plan.setting)
	p.plan = nil
}

// A Draft has one only if it is given one.
type Draft struct{ setting *setting }

func NewDraft(s *setting) *Draft {
	d := new(Draft)
	if s != nil {
		s = &setting{mode: s.mode}
	}
	d.setting = s
	return d
}

type drafter struct {
	mu    sync.Mutex
	draft *Draft
}

func (p *drafter) running() *Draft {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.draft
}

func (p *drafter) check(s *setting) string {
	if s == nil {
		s = p.running().setting
	}
	return s.mode
}

func (p *drafter) Check() string { return p.check(nil) }

func (p *drafter) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.draft == nil {
		return
	}
	p.check(p.draft.setting) // want `p\.mu is locked again at .* by \(\*drafter\)\.running`
	p.draft = nil
}
