// The worker does the jobs that the API has written: each is in MongoDB once, however often it was begun.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"flowra/internal/logging"
	"flowra/internal/release"
	"flowra/internal/settings"
	"flowra/internal/stores"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run() error {
	what := release.Read()
	s, err := settings.Read()
	if err != nil {
		return err
	}
	log := logging.New(os.Stdout, s)
	if what.Crashes() || what.Startup == "bad-worker" {
		return errors.New("this version was built to crash")
	}
	database, err := stores.Mongo(s)
	if err != nil {
		return fmt.Errorf("failed to connect to MongoDB: %w", err)
	}
	w := worker{log: log, queue: stores.Redis(s), done: database.Collection("jobs"), what: what, patience: s.Duration("server.shutdown_timeout")}

	asked, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	log.Info("Worker started", "version", what.Version)
	w.until(asked)
	log.Info("Worker stopped", "version", what.Version)
	return nil
}

type worker struct {
	log      *slog.Logger
	queue    *redis.Client
	done     *mongo.Collection
	what     release.Release
	patience time.Duration
}

// until takes jobs until it is asked to end; the one it has begun is finished.
func (w worker) until(asked context.Context) {
	begun := false
	for asked.Err() == nil {
		if !w.what.MayBeReady() {
			pause(asked, 100*time.Millisecond)
			continue
		}
		err := error(nil)
		if !begun {
			err = w.takeBack(asked)
			begun = err == nil
		}
		if err == nil {
			err = w.next(asked)
		}
		if err != nil && asked.Err() == nil {
			w.log.Error("failed to work", "error", err.Error())
			pause(asked, time.Second)
		}
	}
}

// takeBack puts what a worker left behind, killed, into the queue again. Doing a job twice changes nothing.
func (w worker) takeBack(asked context.Context) error {
	for {
		err := w.queue.LMove(asked, stores.Taken, stores.Jobs, "RIGHT", "LEFT").Err()
		if errors.Is(err, redis.Nil) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("failed to connect to Redis: %w", err)
		}
	}
}

func (w worker) next(asked context.Context) error {
	text, err := w.queue.BLMove(asked, stores.Jobs, stores.Taken, "LEFT", "RIGHT", time.Second).Result()
	if errors.Is(err, redis.Nil) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("failed to connect to Redis: %w", err)
	}
	// Not ended by the signal: what is begun is finished.
	ctx, cancel := context.WithTimeout(context.Background(), w.patience)
	defer cancel()
	var job stores.Job
	if err := json.Unmarshal([]byte(text), &job); err != nil {
		w.log.Error("a job that is no job", "error", err.Error())
		return w.queue.LRem(ctx, stores.Taken, 1, text).Err()
	}
	change := bson.M{"$set": bson.M{"text": job.Text, "version": w.what.Version}, "$setOnInsert": bson.M{"done_at": time.Now().UTC()}}
	if _, err := w.done.UpdateByID(ctx, job.ID, change, options.Update().SetUpsert(true)); err != nil {
		back := w.queue.LMove(ctx, stores.Taken, stores.Jobs, "RIGHT", "LEFT").Err()
		return errors.Join(fmt.Errorf("failed to connect to MongoDB: %w", err), back)
	}
	w.log.Info("Job done", "job", job.ID, "version", w.what.Version)
	return w.queue.LRem(ctx, stores.Taken, 1, text).Err()
}

func pause(asked context.Context, time_ time.Duration) {
	select {
	case <-asked.Done():
	case <-time.After(time_):
	}
}
