// Package k8s has leaders whose work does not end with their term.
package k8s

import (
	"context"
	"log"
	"os"
	"sync/atomic"

	"k8s.io/client-go/tools/leaderelection"
)

func ignored(ctx context.Context, cfg leaderelection.LeaderElectionConfig, work func()) {
	cfg.Callbacks = leaderelection.LeaderCallbacks{
		OnStartedLeading: func(context.Context) { work() }, // want `leader: the work goes on when another process leads: OnStartedLeading ignores its context, OnStoppedLeading ends nothing`
		OnStoppedLeading: func() { log.Println("lost") },
	}
	leaderelection.RunOrDie(ctx, cfg)
}

func outer(ctx context.Context, cfg leaderelection.LeaderElectionConfig, work func(context.Context)) {
	leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
		Lock: cfg.Lock,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(_ context.Context) { // want `leader: `
				work(ctx)
			},
			OnStoppedLeading: func() {},
		},
	})
}

type app struct{ work func() }

func (a *app) config() (cfg leaderelection.LeaderElectionConfig) {
	cfg.Callbacks.OnStartedLeading = func(_ context.Context) { go a.work() } // want `leader: `
	cfg.Callbacks.OnStoppedLeading = func() { log.Printf("lost %v", a) }
	return cfg
}

//distlock:silent leader
func used(ctx context.Context, cfg leaderelection.LeaderElectionConfig, work func(context.Context)) {
	cfg.Callbacks = leaderelection.LeaderCallbacks{
		OnStartedLeading: func(ctx context.Context) { work(ctx) },
		OnStoppedLeading: func() { log.Println("lost") },
	}
	leaderelection.RunOrDie(ctx, cfg)
}

//distlock:silent leader F14
func exits(ctx context.Context, cfg leaderelection.LeaderElectionConfig, work func()) {
	cfg.Callbacks = leaderelection.LeaderCallbacks{
		OnStartedLeading: func(_ context.Context) { work() },
		OnStoppedLeading: func() { os.Exit(1) },
	}
	leaderelection.RunOrDie(ctx, cfg)
}

//distlock:silent leader F14
func closes(ctx context.Context, cfg leaderelection.LeaderElectionConfig, work func(chan struct{})) {
	stop := make(chan struct{})
	cfg.Callbacks = leaderelection.LeaderCallbacks{
		OnStartedLeading: func(_ context.Context) { work(stop) },
		OnStoppedLeading: func() { close(stop) },
	}
	leaderelection.RunOrDie(ctx, cfg)
}

//distlock:silent leader F14
func cancels(ctx context.Context, cfg leaderelection.LeaderElectionConfig, work func(context.Context)) {
	ctx, cancel := context.WithCancel(ctx)
	cfg.Callbacks = leaderelection.LeaderCallbacks{
		OnStartedLeading: func(_ context.Context) { work(ctx) },
		OnStoppedLeading: func() { log.Print("lost"); cancel() },
	}
	leaderelection.RunOrDie(ctx, cfg)
}

func callbacks(work func()) leaderelection.LeaderCallbacks {
	return leaderelection.LeaderCallbacks{
		OnStartedLeading: func(context.Context) { work() }, // want `leader: `
		OnStoppedLeading: func() { log.Println("lost") },
	}
}

// Methods of the application.
// Whoever works asks a variable whether this process leads.
//
//distlock:silent leader F14
func flagged(ctx context.Context, cfg leaderelection.LeaderElectionConfig, leads *atomic.Bool) {
	cfg.Callbacks = leaderelection.LeaderCallbacks{
		OnStartedLeading: func(context.Context) { leads.Store(true) },
		OnStoppedLeading: func() { leads.Store(false) },
	}
	leaderelection.RunOrDie(ctx, cfg)
}

type server struct {
	stop chan struct{}
	work func(<-chan struct{})
}

func (s *server) lead(_ context.Context) { s.work(s.stop) }

func (s *server) follow() { close(s.stop) }

//distlock:silent leader F14
func (s *server) run(ctx context.Context, cfg leaderelection.LeaderElectionConfig) {
	cfg.Callbacks.OnStartedLeading = s.lead
	cfg.Callbacks.OnStoppedLeading = s.follow
	leaderelection.RunOrDie(ctx, cfg)
}

//distlock:silent leader F14
func (a *app) fatal(ctx context.Context, cfg leaderelection.LeaderElectionConfig) error {
	cfg.Callbacks = leaderelection.LeaderCallbacks{
		OnStartedLeading: func(_ context.Context) { a.work() },
		OnStoppedLeading: func() { log.Fatalln("lost") },
	}
	e, err := leaderelection.NewLeaderElector(cfg)
	if err != nil {
		return err
	}
	e.Run(ctx)
	return nil
}
