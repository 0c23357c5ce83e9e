// Package asynq has tasks that are to be in a queue once.
package asynq

import (
	"time"

	"github.com/hibiken/asynq"
)

func enqueue(client *asynq.Client, task *asynq.Task) error {
	_, err := client.Enqueue(task, asynq.Unique(time.Minute), asynq.Timeout(10*time.Minute)) // want `tooshort: the task is not unique while it runs: it is for 1m, and Timeout at asynq.go:11 allows it 10m`
	return err
}

func unit(client *asynq.Client, task *asynq.Task) error {
	_, err := client.Enqueue(task, asynq.Unique(60)) // want `unit: Unique is given 60 ns: a number without a unit is a number of nanoseconds`
	return err
}

func kept() *asynq.Task {
	options := []asynq.Option{asynq.Timeout(time.Hour), asynq.Unique(30 * time.Minute)} // want `tooshort: `
	return asynq.NewTask("report", nil, options...)
}

//distlock:silent tooshort
func long(client *asynq.Client, task *asynq.Task) error {
	_, err := client.Enqueue(task, asynq.Unique(time.Hour), asynq.Timeout(10*time.Minute))
	return err
}

// What is not constant may be enough.
//
//distlock:silent tooshort
func given(client *asynq.Client, task *asynq.Task, ttl time.Duration) error {
	_, err := client.Enqueue(task, asynq.Unique(ttl), asynq.Timeout(10*time.Minute))
	return err
}
